#include <algorithm>

#include "lacquer/evaluate/advice/advice.h"

namespace lacquer::evaluate {
namespace {

// The bars of the issue that asked for the assistant.
constexpr double least_restraint = 0.9;
constexpr double least_right_sign = 0.95;
constexpr double most_prediction_error_db = 0.3, most_prediction_error_lu = 0.1;
constexpr double most_landing_error_lu = 0.1;
constexpr double most_analysis_s = 1.5;  // of a song of four minutes

std::optional<double> restraint(const std::vector<Restraint>& clean) {
  int inside = 0, left_alone = 0;
  for (const auto& one : clean) {
    inside += one.in_middle_half;
    left_alone += one.in_middle_half && !one.tonal_suggestion;
  }
  if (inside == 0) return std::nullopt;
  return static_cast<double>(left_alone) / inside;
}

void add_recovery(const Recovery& recovery, std::vector<Bar>& bars) {
  const auto name = [&](const std::string& what) { return recovery.manner + ": " + what; };
  bars.push_back(
      {name("named with the right sign, of all"), recovery.all.named(), least_right_sign, true});
  bars.push_back(
      {name("right sign, of those named"), recovery.all.true_sign(), least_right_sign, true});
  bars.push_back(
      {name("share undone, median"), recovery.all.median_undone(), recovery.bar_undone, true});
  bars.push_back({name("renders further off by 0.3 dB"), static_cast<double>(recovery.worse.size()),
                  0.0, false});
  for (const auto& [measure, error] : recovery.prediction_errors) {
    const bool loudness = measure == "integrated_lufs";
    bars.push_back({name("prediction of " + measure + ", median"), error.median,
                    loudness ? most_prediction_error_lu : most_prediction_error_db, false});
  }
  bars.push_back({name("landing error, 95 %, LU"), recovery.landing_error_lu.most,
                  most_landing_error_lu, false});
}

}  // namespace

std::vector<Bar> bars_of(const AdviceReport& report) {
  std::vector<Bar> bars = {
      {"left alone inside p25..p75", restraint(report.clean), least_restraint, true}};
  for (const auto& recovery : report.recovery) add_recovery(recovery, bars);
  bars.push_back({"analysis of four minutes, median s", report.analysis_of_four_minutes_s.median,
                  most_analysis_s, false});
  return bars;
}

bool AdviceReport::passes() const {
  return std::all_of(bars.begin(), bars.end(), [](const Bar& bar) { return bar.reached(); });
}

}  // namespace lacquer::evaluate
