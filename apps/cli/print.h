#pragma once

#include <ostream>

#include "lacquer/evaluate/advice/advice.h"
#include "lacquer/evaluate/evaluate.h"
#include "lacquer/studio/studio.h"

/// Results as people read them, and as design section 6 promises them to other programs.
namespace lacquer::cli {

void print_text(std::ostream&, const studio::MeasuredFile&, const measure::Parts&);
void print_text(std::ostream&, const studio::Overview&);
void print_suggestions(std::ostream&, const studio::Overview&);
void print_text(std::ostream&, const deliver::Delivery&, bool every_check);
void print_text(std::ostream&, const std::vector<session::Entry>&);
void print_text(std::ostream&, const evaluate::FaultReport&);
void print_text(std::ostream&, const evaluate::AdviceReport&);
void print_text(std::ostream&, const studio::Comparison&);
/// By name; one alone with every setting.
void print_processors(std::ostream&, const std::vector<std::string>& names);

/// One line each, or everything known of each.
void print_targets(std::ostream&, const std::vector<advise::Targets::Population>&, bool brief);

std::string targets_json(const std::vector<advise::Targets::Population>&, bool brief);
std::string to_json(const studio::MeasuredFile&, const measure::Parts&);
std::string to_json(const std::vector<studio::MeasuredFile>&, const measure::Parts&);
std::string to_json(const studio::Overview&);
std::string suggestions_json(const studio::Overview&);
std::string to_json(const deliver::Delivery&);
std::string to_json(const std::vector<session::Entry>&);
std::string to_json(const evaluate::FaultReport&);
std::string to_json(const evaluate::AdviceReport&);
std::string to_json(const studio::Comparison&);
std::string processors_json(const std::vector<std::string>& names);
std::string series_json(const std::vector<studio::MeasuredFile>&);

}  // namespace lacquer::cli
