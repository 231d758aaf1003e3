#include <algorithm>
#include <cmath>

#include "lacquer/report/equaliser_bands.h"
#include "lacquer/report/sections.h"
#include "lacquer/report/svg.h"
#include "lacquer/report/words.h"

namespace lacquer::report {
namespace {

using advise::Evidence;
using advise::State;
using advise::Suggestion;

Markup::Piece state_pill(State state) {
  switch (state) {
    case State::proposed:
      return "<span class=\"pill open\">\u25CB proposed, not decided</span>";
    case State::accepted:
      return "<span class=\"pill taken\">\u2713 accepted</span>";
    case State::edited:
      return "<span class=\"pill taken\">\u270E edited and taken</span>";
    case State::rejected:
      return "<span class=\"pill left\">\u2298 rejected</span>";
  }
  return "";
}

/// "higher than 93 % of 138 pop recordings"
std::string standing(const Evidence& evidence) {
  if (!evidence.percentile || !std::isfinite(*evidence.percentile) || evidence.population.empty())
    return {};
  const double percentile = std::clamp(*evidence.percentile, 0.0, 100.0);
  const bool above = percentile >= 50.0;
  const int share = static_cast<int>(std::lround(above ? percentile : 100.0 - percentile));
  std::string crowd = evidence.n > 0 ? std::to_string(evidence.n) + " " : "";
  if (evidence.population != "all") crowd += evidence.population + " ";
  return (above ? std::string{"higher than "} : "lower than ") + std::to_string(share) +
         "\u00A0% of " + crowd + "recordings (" +
         ordinal(static_cast<int>(std::lround(percentile))) + " percentile)";
}

/// The percentile on a ruler: the middle 80 %, the middle half, and where this one stands.
Markup ruler(double percentile) {
  const double at = 4.0 + 1.32 * std::clamp(percentile, 0.0, 100.0);
  Markup out;
  out << "<svg class=\"ruler\" viewBox=\"0 0 140 12\" aria-hidden=\"true\"><rect x=\"4\" y=\"5\" "
         "width=\"132\" height=\"2\" class=\"rail\"/><rect x=\"17.2\" y=\"3\" width=\"105.6\" "
         "height=\"6\" class=\"band-outer\"/><rect x=\"37\" y=\"3\" width=\"66\" height=\"6\" "
         "class=\"band-inner\"/><circle cx=\""
      << px(at) << "\" cy=\"6\" r=\"4\" class=\"dot-here\"/></svg>";
  return out;
}

Markup evidence_list(const Suggestion& suggestion) {
  Markup out;
  if (suggestion.evidence.empty()) return out;
  out << "<ul class=\"evidence\">";
  for (const Evidence& evidence : suggestion.evidence) {
    const Quantity what = quantity(evidence.measure);
    const std::string unit = evidence.unit.empty() ? what.unit : evidence.unit;
    out << "<li><span class=\"what\">" << text(what.name) << ": <strong>"
        << text(with_unit(evidence.value, unit, what.decimals)) << "</strong></span>";
    if (evidence.start_s)
      out << " at " << text(clock_time(*evidence.start_s))
          << text(evidence.end_s ? "\u2013" + clock_time(*evidence.end_s) : std::string{});
    if (const std::string words = standing(evidence); !words.empty())
      out << " <span class=\"standing\">" << ruler(*evidence.percentile) << "<span>" << text(words)
          << "</span></span>";
    out << "</li>";
  }
  out << "</ul>";
  return out;
}

Markup effect_table(const Suggestion& suggestion) {
  Markup out;
  if (suggestion.predicted.empty()) return out;
  out << "<table class=\"effect\"><thead><tr><th scope=\"col\">Effect</th><th scope=\"col\" "
         "class=\"n\">Predicted</th><th scope=\"col\" class=\"n\">Measured</th></tr></thead>"
         "<tbody>";
  struct Row {
    Quantity what;
    std::string key;
    double predicted;
  };
  std::vector<Row> rows;
  for (const auto& [key, predicted] : suggestion.predicted)
    rows.push_back({quantity(key), key, predicted});
  std::stable_sort(rows.begin(), rows.end(),
                   [](const Row& a, const Row& b) { return a.what.low_hz < b.what.low_hz; });
  const auto missed = advise::missed_predictions(suggestion);
  for (const auto& [what, key, predicted] : rows) {
    std::optional<double> measured;
    if (suggestion.measured)
      if (const auto found = suggestion.measured->find(key); found != suggestion.measured->end())
        measured = found->second;
    const bool off = std::find(missed.begin(), missed.end(), key) != missed.end();
    out << "<tr><th scope=\"row\">" << text(what.name) << "</th><td class=\"n\">"
        << text(suggestion.foretold ? with_unit(predicted, what.unit, what.decimals)
                                    : "not foretold")
        << "</td><td class=\"n\">"
        << text(measured              ? with_unit(measured, what.unit, what.decimals)
                : suggestion.measured ? "–"
                                      : "not rendered")
        << either(off, " <strong>missed</strong>", "") << "</td></tr>";
  }
  out << "</tbody></table>";
  return out;
}

Markup decision_line(const DecisionLine& line) {
  Markup out;
  std::string verb = line.verb == "accept"   ? "Accepted"
                     : line.verb == "edit"   ? "Edited"
                     : line.verb == "reject" ? "Rejected"
                                             : line.verb;
  out << "<p class=\"decision\"><strong>" << text(verb) << " by "
      << either(is_machine(line.by), "the machine", name(line.by)) << "</strong>";
  if (is_machine(line.by)) out << ", reviewed by nobody";
  if (!line.time.empty())
    out << " <span class=\"time\">" << text(time_stamp(line.time)) << "</span>";
  if (!line.why.empty()) out << "<br><span dir=\"auto\">" << text(line.why) << "</span>";
  out << "</p>";
  return out;
}

std::string confidence_in_words(double confidence, double sd) {
  if (!std::isfinite(confidence)) return "not stated";
  const double tame = std::clamp(confidence, 0.0, 1.0);
  const char* word = tame >= 0.8 ? "high" : tame >= 0.5 ? "moderate" : "low";
  const std::string spread =
      std::isfinite(sd) && sd > 0.0 ? " \u00B1\u00A0" + number(100.0 * sd, 0) : "";
  return std::string{word} + " (" + number(100.0 * tame, 0) + spread + "\u00A0%)";
}

/// How much of it is taken, and how much it is worth beside the others.
Markup extent(const Suggestion& suggestion) {
  Markup out;
  if (suggestion.strength != 1.0 && std::isfinite(suggestion.strength))
    out << "<div><dt>Strength</dt><dd>" << text(number(100.0 * suggestion.strength, 0))
        << "\u00A0% of what was proposed</dd></div>";
  if (suggestion.rank > 0)
    out << "<div><dt>Rank</dt><dd>" << text(number(suggestion.rank, 0)) << "</dd></div>";
  return out;
}

Markup card(const Suggestion& suggestion, const std::vector<DecisionLine>& decisions,
            const std::string& id) {
  const Markup curve =
      suggestion.processor == "equaliser" ? equaliser_curve(suggestion.settings, id) : Markup{};
  Markup out;
  out << either(curve.empty(), "<article class=\"suggestion\">",
                "<article class=\"suggestion broad\">")
      << "<header><h4>" << text(processor_name(suggestion.processor)) << "</h4>"
      << state_pill(suggestion.state) << "</header><p class=\"reason\" dir=\"auto\">"
      << text(suggestion.reason) << "</p>\n<div class=\"halves\"><div>";
  const std::vector<std::string> settings =
      settings_in_words(suggestion.processor, suggestion.settings);
  if (!settings.empty()) {
    out << "<ul class=\"settings\">";
    for (const std::string& one : settings) out << "<li>" << text(one) << "</li>";
    out << "</ul>";
  }
  out << curve << either(curve.empty(), "", "</div><div>") << evidence_list(suggestion)
      << effect_table(suggestion) << "<dl class=\"notes\">";
  if (!suggestion.harm.empty())
    out << "<div><dt>What it may cost</dt><dd>" << text(suggestion.harm) << "</dd></div>";
  out << "<div><dt>Confidence</dt><dd>"
      << text(confidence_in_words(suggestion.confidence, suggestion.confidence_sd)) << "</dd></div>"
      << extent(suggestion) << "<div><dt>Name</dt><dd><code>" << text(suggestion.id)
      << "</code></dd></div></dl></div></div>\n";
  for (const DecisionLine& line : decisions)
    if (line.suggestion_id == suggestion.id) out << decision_line(line);
  out << "</article>\n";
  return out;
}

Markup sentences(const char* title, const std::vector<std::string>& list) {
  Markup out;
  if (list.empty()) return out;
  out << "<h4 class=\"alone\">" << text(title) << "</h4>\n<ul class=\"limits\">";
  for (const std::string& one : list) out << "<li dir=\"auto\">" << text(one) << "</li>";
  out << "</ul>\n";
  return out;
}

Markup left_alone(const TrackPage& track) {
  return sentences("Stands out, and is not touched", track.mentions)
         << sentences("Looked at and left alone", track.left_alone);
}

}  // namespace

Markup suggestions_section(const TrackPage& track, std::size_t index) {
  Markup out;
  out << "<h3>Suggestions and decisions</h3>\n";
  if (!track.standing.empty()) out << "<p dir=\"auto\">" << text(track.standing) << "</p>\n";
  if (track.suggestions.empty()) {
    out << "<p class=\"none\">No change was suggested: the mix stands well as it is.</p>\n";
    return out << left_alone(track);
  }
  out << "<div class=\"suggestions\">\n";
  for (std::size_t i = 0; i < track.suggestions.size(); ++i)
    out << card(track.suggestions[i], track.decisions,
                "t" + std::to_string(index + 1) + "-s" + std::to_string(i + 1));
  out << "</div>\n";
  return out << left_alone(track);
}

}  // namespace lacquer::report
