#include <map>
#include <nlohmann/json.hpp>

#include "cli/bars.h"
#include "cli/print.h"
#include "cli/rows.h"
#include "lacquer/studio/json.h"

namespace lacquer::cli {
namespace {

using studio::Json;

std::string percent(const std::optional<double>& share) {
  return share ? fixed(100.0 * *share, 0) + " %" : "none";
}

Json number(const std::optional<double>& value) { return value ? Json(*value) : Json(nullptr); }

std::map<std::string, int> by_kind(const std::vector<evaluate::Restraint>& clean) {
  std::map<std::string, int> kinds;
  for (const auto& one : clean)
    for (const auto& processor : one.suggested) ++kinds[processor];
  return kinds;
}

void print_clean(std::ostream& out, const evaluate::AdviceReport& report) {
  int inside = 0, quiet_inside = 0, quiet = 0;
  for (const auto& one : report.clean) {
    inside += one.in_middle_half;
    quiet_inside += one.in_middle_half && !one.tonal_suggestion;
    quiet += !one.tonal_suggestion;
  }
  const auto all = static_cast<double>(report.clean.size());
  out << "Masters as they are\n"
      << "  inside p25..p75 in every band: " << inside << " of " << report.clean.size()
      << ", left alone in tone: " << quiet_inside << "\n"
      << "  left alone in tone, of all: " << quiet << "\n  suggestions a master:";
  for (const auto& [kind, count] : by_kind(report.clean))
    out << "  " << kind << " " << fixed(count / all, 2);
  out << "\n";
}

void print_row(std::ostream& out, const std::string& name, const evaluate::Tally& tally,
               double bar_undone) {
  std::string answers = std::to_string(tally.right) + " / " + std::to_string(tally.wrong) + " / " +
                        std::to_string(tally.silent);
  if (tally.unsuited > 0) answers += ", " + std::to_string(tally.unsuited) + " unsuited";
  out << "  " << padded(name, 44) << padded(answers, 26) << padded(percent(tally.named()), 6)
      << padded(percent(tally.median_undone()), 7) << percent(tally.undone_by(bar_undone)) << "\n";
}

void print_recovery(std::ostream& out, const evaluate::Recovery& recovery) {
  out << "\nBrought back, " << recovery.manner << " (" << recovery.renders << " renders)\n  "
      << padded("Departure", 44) << padded("right / wrong / silent", 26) << padded("named", 6)
      << padded("undone", 7) << "by " << percent(recovery.bar_undone) << " at least\n";
  for (const auto& row : recovery.rows) {
    if (row.tally.trials + row.tally.unsuited == 0) continue;
    print_row(out, row.kind, row.tally, recovery.bar_undone);
    if (row.by_name.size() > 1)
      for (const auto& [name, tally] : row.by_name)
        print_row(out, "  " + name, tally, recovery.bar_undone);
  }
  print_row(out, "all", recovery.all, recovery.bar_undone);
  out << "  predicted against measured, median and 95 %:";
  for (const auto& [measure, error] : recovery.prediction_errors)
    out << "  " << measure << " " << with_unit(error.median, "", 2) << " "
        << with_unit(error.most, "", 2);
  out << "\n  landing: " << recovery.landing_error_lu.count << " free, median "
      << with_unit(recovery.landing_error_lu.median, "LU", 3) << ", 95 % "
      << with_unit(recovery.landing_error_lu.most, "LU", 3) << "; " << recovery.bound
      << " bound by a limit\n";
  for (const auto& worse : recovery.worse)
    out << "  FURTHER  " << worse.file << "  " << worse.departure << ": " << to_text(worse.axis)
        << " by " << fixed(worse.by_db, 1) << " dB\n";
}

Json typical_json(const evaluate::Typical& typical) {
  return {{"count", typical.count},
          {"median", number(typical.median)},
          {"percentile_95", number(typical.most)}};
}

Json tally_json(const evaluate::Tally& tally) {
  return {{"trials", tally.trials},
          {"right", tally.right},
          {"wrong", tally.wrong},
          {"silent", tally.silent},
          {"unsuited", tally.unsuited},
          {"named", number(tally.named())},
          {"right_of_named", number(tally.true_sign())},
          {"undone_median", number(tally.median_undone())},
          {"undone", tally.undone}};
}

Json recovery_json(const evaluate::Recovery& recovery) {
  Json rows = Json::array(), worse = Json::array(), errors = Json::object();
  for (const auto& row : recovery.rows) {
    Json one = {{"kind", row.kind}};
    one.update(tally_json(row.tally));
    one["departures"] = Json::array();
    for (const auto& [name, tally] : row.by_name) {
      Json departure = {{"departure", name}};
      departure.update(tally_json(tally));
      one["departures"].push_back(departure);
    }
    rows.push_back(one);
  }
  for (const auto& one : recovery.worse)
    worse.push_back({{"file", one.file},
                     {"departure", one.departure},
                     {"axis", to_text(one.axis)},
                     {"by_db", one.by_db}});
  for (const auto& [measure, error] : recovery.prediction_errors)
    errors[measure] = typical_json(error);
  return {{"manner", recovery.manner},
          {"renders", recovery.renders},
          {"all", tally_json(recovery.all)},
          {"rows", rows},
          {"further", worse},
          {"prediction_error", errors},
          {"landing_error_lu", typical_json(recovery.landing_error_lu)},
          {"landings_bound", recovery.bound}};
}

}  // namespace

void print_text(std::ostream& out, const evaluate::AdviceReport& report) {
  out << report.programmes.size() << " finished masters, "
      << (report.excerpt_s > 0.0 ? "the loudest " + without_zeros(report.excerpt_s) + " s of each"
                                 : std::string{"whole"})
      << ", standing in " << report.population << "\n\n";
  print_clean(out, report);
  for (const auto& recovery : report.recovery) print_recovery(out, recovery);
  print_bars(out, report.bars, 52);
}

std::string to_json(const evaluate::AdviceReport& report) {
  Json clean = Json::array(), recovery = Json::array(), unusable = Json::array();
  for (const auto& one : report.clean)
    clean.push_back({{"file", one.file},
                     {"population", one.standing},
                     {"in_middle_half", one.in_middle_half},
                     {"tonal_suggestion", one.tonal_suggestion},
                     {"suggested", one.suggested},
                     {"duration_s", one.duration_s},
                     {"analysis_s", one.analysis_s}});
  for (const auto& one : report.recovery) recovery.push_back(recovery_json(one));
  for (const auto& error : report.unusable)
    unusable.push_back({{"file", error.place}, {"why", error.sentence}});
  const Json all = {{"programmes", report.programmes},
                    {"unusable", unusable},
                    {"population", report.population},
                    {"excerpt_s", report.excerpt_s},
                    {"suggestions", by_kind(report.clean)},
                    {"clean", clean},
                    {"recovery", recovery},
                    {"analysis_of_four_minutes_s", typical_json(report.analysis_of_four_minutes_s)},
                    {"bars", bars_json(report.bars)}};
  return all.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace lacquer::cli
