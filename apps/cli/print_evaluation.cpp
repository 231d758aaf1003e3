#include <nlohmann/json.hpp>

#include "cli/bars.h"
#include "cli/print.h"
#include "cli/rows.h"
#include "lacquer/studio/json.h"

namespace lacquer::cli {
namespace {

using studio::Json;

std::string recall_text(const evaluate::Score& score) {
  const auto recall = score.recall();
  return recall ? fixed(100.0 * *recall, 0) + " %" : "none";
}

std::string count_text(const evaluate::Score& score) {
  std::string text = std::to_string(score.heard) + " of " + std::to_string(score.trials());
  if (score.already_there > 0) text += ", " + std::to_string(score.already_there) + " there before";
  if (score.unsuited > 0) text += ", " + std::to_string(score.unsuited) + " unsuited";
  return text;
}

std::string place_text(const evaluate::FaultScore& fault) {
  if (!fault.place_error_s) return "-";
  return fixed(*fault.place_error_s, 3) + " / " + fixed(*fault.worst_place_error_s, 3);
}

std::string values_text(const evaluate::FaultScore& fault) {
  std::string text;
  for (const auto& [unit, error] : fault.value_errors)
    text += (text.empty() ? "" : ", ") + fixed(error, error < 0.1 ? 3 : 2) + " " + unit;
  return text.empty() ? "-" : text;
}

std::string bar_text(const evaluate::FaultScore& fault) {
  if (!fault.least_recall) return "";
  const auto recall = fault.score.recall();
  const std::string limit = fixed(100.0 * *fault.least_recall, 0) + " %: ";
  return limit + (!recall ? "not tried" : *recall >= *fault.least_recall ? "reached" : "MISSED");
}

void print_faults(std::ostream& out, const evaluate::FaultReport& report) {
  out << padded("Fault", 36) << padded("recall", 6) << padded("heard", 28) << padded("place, s", 15)
      << padded("value", 14) << padded("false/h", 11) << "bar\n"
      << padded("", 36) << padded("", 6) << padded("", 28) << padded("median / worst", 15)
      << padded("median error", 14) << padded("fail + warn", 11) << "\n";
  for (const auto& fault : report.faults) {
    out << padded(fault.kind, 36) << padded(recall_text(fault.score), 6)
        << padded(count_text(fault.score), 28) << padded(place_text(fault), 15)
        << padded(values_text(fault), 14)
        << padded(fixed(report.an_hour(fault.clean.fail), 1) + " + " +
                      fixed(report.an_hour(fault.clean.warn), 1),
                  11)
        << bar_text(fault) << "\n";
    for (const auto& strength : fault.strengths)
      out << padded("    " + strength.name + (strength.counts ? "" : " (beyond the bar)"), 36)
          << padded(recall_text(strength.score), 6) << count_text(strength.score) << "\n";
    if (!fault.cross_talk.empty()) {
      out << "    wrongly raised beside it:";
      for (const auto& [kind, trials] : fault.cross_talk) out << "  " << kind << " " << trials;
      out << "\n";
    }
  }
}

void print_clean(std::ostream& out, const evaluate::FaultReport& report) {
  out << "\nOn the clean programmes (" << fixed(report.clean_hours, 3) << " h)\n";
  std::map<std::string, evaluate::Alarms> alarms;
  for (const auto& one : report.clean) {
    if (!one.known.empty()) continue;
    auto& of_kind = alarms[one.finding.kind];
    ++(one.finding.severity == measure::Severity::fail   ? of_kind.fail
       : one.finding.severity == measure::Severity::warn ? of_kind.warn
                                                         : of_kind.info);
  }
  for (const auto& [kind, of_kind] : alarms)
    out << "  " << padded(kind, 20) << of_kind.fail << " fail, " << of_kind.warn << " warn, "
        << of_kind.info << " info; an hour " << fixed(report.an_hour(of_kind.fail), 1) << ", "
        << fixed(report.an_hour(of_kind.warn), 1) << ", " << fixed(report.an_hour(of_kind.info), 1)
        << "\n";
  for (const auto& one : report.clean)
    if (one.known.empty() && one.finding.severity != measure::Severity::info)
      out << "  FALSE  " << one.file << "  " << fixed(one.finding.start_s, 3) << " s  "
          << to_text(one.finding.severity) << "  " << one.finding.kind << ": "
          << one.finding.message << "\n";
  for (const auto& one : report.clean)
    if (!one.known.empty())
      out << "  known  " << one.file << "  " << fixed(one.finding.start_s, 3) << " s  "
          << to_text(one.finding.severity) << "  " << one.finding.kind << "  (" << one.known
          << ")\n";
}

Json number(const std::optional<double>& value) { return value ? Json(*value) : Json(nullptr); }

Json score_json(const evaluate::Score& score) {
  return {{"recall", number(score.recall())},
          {"trials", score.trials()},
          {"heard", score.heard},
          {"missed", score.missed},
          {"already_there", score.already_there},
          {"unsuited", score.unsuited}};
}

Json fault_json(const evaluate::FaultReport& report, const evaluate::FaultScore& fault) {
  Json json = {{"kind", fault.kind}};
  json.update(score_json(fault.score));
  Json strengths = Json::array();
  for (const auto& strength : fault.strengths) {
    Json one = {{"strength", strength.name}, {"counts", strength.counts}};
    one.update(score_json(strength.score));
    strengths.push_back(one);
  }
  json["strengths"] = strengths;
  json["place_error_s"] = {{"median", number(fault.place_error_s)},
                           {"worst", number(fault.worst_place_error_s)}};
  Json values = Json::array();
  for (const auto& [unit, error] : fault.value_errors)
    values.push_back({{"unit", unit}, {"median", error}});
  json["value_error"] = values;
  json["false_per_hour"] = {{"fail", report.an_hour(fault.clean.fail)},
                            {"warn", report.an_hour(fault.clean.warn)},
                            {"info", report.an_hour(fault.clean.info)}};
  json["cross_talk"] = fault.cross_talk.empty() ? Json::object() : Json(fault.cross_talk);
  json["least_recall"] = number(fault.least_recall);
  return json;
}

}  // namespace

void print_text(std::ostream& out, const evaluate::FaultReport& report) {
  out << report.programmes.size() << " clean programmes, " << report.excerpts << " excerpts of "
      << fixed(report.excerpt_s, 0) << " s at most\n\n";
  print_faults(out, report);
  print_clean(out, report);
  print_bars(out, report.bars, 30);
}

std::string to_json(const evaluate::FaultReport& report) {
  Json faults = Json::array(), clean = Json::array(), unusable = Json::array();
  for (const auto& fault : report.faults) faults.push_back(fault_json(report, fault));
  for (const auto& one : report.clean)
    clean.push_back({{"file", one.file},
                     {"kind", one.finding.kind},
                     {"severity", to_text(one.finding.severity)},
                     {"start_s", one.finding.start_s},
                     {"end_s", one.finding.end_s},
                     {"channel", one.finding.channel ? Json(*one.finding.channel) : Json(nullptr)},
                     {"value", one.finding.value},
                     {"unit", one.finding.unit},
                     {"message", one.finding.message},
                     {"known", one.known.empty() ? Json(nullptr) : Json(one.known)}});
  for (const auto& error : report.unusable)
    unusable.push_back({{"file", error.place}, {"why", error.sentence}});
  const Json all = {{"programmes", report.programmes},
                    {"unusable", unusable},
                    {"clean_hours", report.clean_hours},
                    {"excerpts", report.excerpts},
                    {"faults", faults},
                    {"clean", clean},
                    {"bars", bars_json(report.bars)}};
  return all.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace lacquer::cli
