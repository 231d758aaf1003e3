#include "lacquer/chain/attempt.h"

#include <algorithm>
#include <cassert>
#include <cmath>

#include "lacquer/chain/number.h"

namespace lacquer::chain {

double rounded(double value) { return std::round(value * 1000.0) / 1000.0 + 0.0; }
double rounded_down(double value) { return std::floor(value * 1000.0) / 1000.0 + 0.0; }

ParameterInfo ceiling_of_the_limiter() {
  const auto parameters = parameters_of("limiter").value();
  const auto found = std::find_if(parameters.begin(), parameters.end(),
                                  [](const auto& p) { return p.name == "ceiling_dbtp"; });
  assert(found != parameters.end());
  return *found;
}

std::vector<Step> tail_of(const Attempt& attempt, Values limiter) {
  const double lowest_ceiling_dbtp = ceiling_of_the_limiter().minimum;
  std::vector<Step> steps;
  if (attempt.gain_db != 0.0) steps.push_back({"gain", {{"gain_db", attempt.gain_db}}});
  if (attempt.limiter_dbtp) {
    const double ceiling = std::max(*attempt.limiter_dbtp, lowest_ceiling_dbtp);
    limiter["ceiling_dbtp"] = ceiling;
    steps.push_back({"limiter", std::move(limiter)});
    // The margin under the lowest ceiling a limiter takes has to come after it.
    if (const double trim_db = rounded(*attempt.limiter_dbtp - ceiling); trim_db != 0.0)
      steps.push_back({"gain", {{"gain_db", trim_db}}});
  }
  return steps;
}

std::string what_binds(const Attempt& attempt, double target_lufs,
                       std::optional<double> ceiling_dbtp, const Attempt& untouched) {
  const auto lufs = [](double value) { return with_decimals(value, 1) + " LUFS"; };
  const std::string wanted = lufs(target_lufs);
  const std::string reached = lufs(*attempt.integrated_lufs);
  if (attempt.gain_db >= most_gain_db)
    return "The gain binds: " + wanted + " would need more than " + shortest(most_gain_db) +
           " dB; the master stands at " + reached + ". Raise the level of the mix.";
  if (!attempt.limiter_dbtp || *attempt.integrated_lufs > target_lufs)
    return "The loudness came no nearer to " + wanted + " than " + reached +
           ": the loudness gate lets different passages count at different levels. "
           "Choose " +
           reached + " as the target.";
  const double reduction = *untouched.true_peak_dbtp + attempt.gain_db - *attempt.limiter_dbtp;
  return "The true-peak ceiling of " + with_decimals(*ceiling_dbtp, 1) + " dBTP binds: " + wanted +
         " would need more than " + with_decimals(reduction, 1) +
         " dB of limiting on the highest peak; the master stands at " + reached +
         ". Lower the target to " + reached + ", or tame the highest peaks in the mix.";
}

}  // namespace lacquer::chain
