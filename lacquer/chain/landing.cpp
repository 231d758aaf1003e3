#include "lacquer/chain/landing.h"

#include <algorithm>
#include <cassert>
#include <cmath>

#include "lacquer/base/units.h"
#include "lacquer/chain/number.h"
#include "lacquer/measure/meter.h"

namespace lacquer::chain {
namespace {

constexpr double near_enough_lu = 0.02;
constexpr double met_within_lu = 0.1;
constexpr double most_reduction_db = 12.0;  // beyond, a limiter is an effect, not a safeguard
constexpr double most_gain_db = 60.0;       // what the gain processor has
constexpr int most_passes = 8;
constexpr int most_passes_over_the_ceiling = 10;  // a peak over the ceiling is never let go
// Meters differ by this much over what lies at the very top of the band; we stay under for all.
constexpr double meter_margin_db = 0.03;
constexpr double finest_step_db = 0.005;

/// Settings end up in files people read, and must mean the same there.
double rounded(double value) { return std::round(value * 1000.0) / 1000.0 + 0.0; }  // never -0.0
double rounded_down(double value) { return std::floor(value * 1000.0) / 1000.0 + 0.0; }

/// The limiter's own row of its table: what it takes is what can be landed.
ParameterInfo ceiling_of_the_limiter() {
  const auto parameters = parameters_of("limiter").value();
  const auto found = std::find_if(parameters.begin(), parameters.end(),
                                  [](const auto& p) { return p.name == "ceiling_dbtp"; });
  assert(found != parameters.end());
  return *found;
}

/// What is being solved for, and what a render of it measured.
struct Attempt {
  double gain_db = 0.0;
  std::optional<double> limiter_dbtp;  // its ceiling; empty: no limiter
  measure::Maybe integrated_lufs;
  measure::Maybe true_peak_dbtp;
};

class Lander {
 public:
  Lander(const Plan& plan, const OpenSource& mix, const Progress& progress,
         const std::string& stage)
      : plan_{plan}, mix_{mix}, progress_{progress}, stage_{stage} {}

  Result<Landing> run();

 private:
  Recipe recipe_of(const Attempt&) const;
  Result<void> render(Attempt&);
  Attempt next(const std::vector<Attempt>&) const;
  double next_gain_db(const std::vector<Attempt>&) const;
  double over_db(const Attempt&) const;
  double missed_by_lu(const Attempt&) const;
  bool good(const Attempt&) const;
  const Attempt& best(const std::vector<Attempt>&) const;
  Landing landed(const Attempt&, std::optional<std::string> binding) const;
  std::string why_not(const Attempt&) const;

  const Plan& plan_;
  const OpenSource& mix_;
  const Progress& progress_;
  const std::string& stage_;
  const double lowest_ceiling_dbtp_ = ceiling_of_the_limiter().minimum;
  int passes_ = 0;
  Attempt untouched_;  // the steps alone
};

Recipe Lander::recipe_of(const Attempt& attempt) const {
  Recipe recipe{plan_.steps, plan_.edit};
  if (attempt.gain_db != 0.0) recipe.steps.push_back({"gain", {{"gain_db", attempt.gain_db}}});
  if (attempt.limiter_dbtp) {
    const double ceiling = std::max(*attempt.limiter_dbtp, lowest_ceiling_dbtp_);
    recipe.steps.push_back({"limiter", {{"ceiling_dbtp", ceiling}}});
    // The margin under the lowest ceiling a limiter takes has to come after it.
    if (const double trim_db = rounded(*attempt.limiter_dbtp - ceiling); trim_db != 0.0)
      recipe.steps.push_back({"gain", {{"gain_db", trim_db}}});
  }
  return recipe;
}

/// One pass over the programme; fills in what it measured.
Result<void> Lander::render(Attempt& attempt) {
  TRY(auto mix, mix_());
  TRY(auto source, process(recipe_of(attempt), std::move(mix)));
  measure::Parts parts = measure::Parts::none();
  parts.loudness = true;
  parts.peak = plan_.ceiling_dbtp.has_value();
  measure::Meter meter{source->format(), parts};
  AudioBuffer buffer{source->format().channel_count, block_frames};
  const auto total = static_cast<double>(std::max<std::int64_t>(1, source->frame_count()));
  double done = 0.0;
  for (;;) {
    if (progress_.cancelled())
      return Error{ErrorKind::cancelled, "Landing the loudness was cancelled.", "", ""};
    TRY(const int frames, source->read(buffer.block()));
    if (frames == 0) break;
    meter.add(buffer.block().frames(0, frames));
    done += frames;
    // How many passes it takes shows only at the end; each gets half of what is left.
    progress_.at(stage_, 1.0 - std::pow(0.5, passes_) * (1.0 - 0.5 * done / total));
  }
  const auto measured = meter.finish();
  attempt.integrated_lufs = measured.loudness.integrated_lufs;
  attempt.true_peak_dbtp = measured.peak.true_dbtp;
  ++passes_;
  return {};
}

/// How far the true peak is above what was decided; at most 0 when it is not. A limiter has to
/// keep the margin; what stays under without one is not touched for its sake.
double Lander::over_db(const Attempt& attempt) const {
  if (!plan_.ceiling_dbtp || !attempt.true_peak_dbtp) return minus_infinity;
  const double margin = attempt.limiter_dbtp ? meter_margin_db : 0.0;
  return *attempt.true_peak_dbtp - (*plan_.ceiling_dbtp - margin);
}

double Lander::missed_by_lu(const Attempt& attempt) const {
  if (!plan_.target_lufs || !attempt.integrated_lufs) return 0.0;
  return std::abs(*attempt.integrated_lufs - *plan_.target_lufs);
}

bool Lander::good(const Attempt& attempt) const {
  return over_db(attempt) <= 0.0 && missed_by_lu(attempt) <= near_enough_lu;
}

/// Towards the target: interpolation where it is enclosed, otherwise along the last slope. A
/// limiter makes it a different curve, so only renders of the last one's kind are looked at.
double Lander::next_gain_db(const std::vector<Attempt>& attempts) const {
  const Attempt& last = attempts.back();
  if (!plan_.target_lufs || !last.integrated_lufs) return last.gain_db;
  const double target = *plan_.target_lufs;
  const Attempt *below = nullptr, *above = nullptr, *before = nullptr;
  for (const Attempt& a : attempts) {
    if (a.limiter_dbtp != last.limiter_dbtp || !a.integrated_lufs) continue;
    if (*a.integrated_lufs <= target && (!below || a.gain_db > below->gain_db)) below = &a;
    if (*a.integrated_lufs > target && (!above || a.gain_db < above->gain_db)) above = &a;
    if (std::abs(a.gain_db - last.gain_db) > 0.005) before = &a;
  }
  if (below && above && above->gain_db > below->gain_db) {
    const double share =
        (target - *below->integrated_lufs) / (*above->integrated_lufs - *below->integrated_lufs);
    return below->gain_db + share * (above->gain_db - below->gain_db);
  }
  double slope = last.limiter_dbtp ? 0.8 : 1.0;  // LU a dB; a limiter takes some of it back
  if (before)
    slope = std::clamp(
        (*last.integrated_lufs - *before->integrated_lufs) / (last.gain_db - before->gain_db), 0.05,
        1.1);
  return last.gain_db + (target - *last.integrated_lufs) / slope;
}

Attempt Lander::next(const std::vector<Attempt>& attempts) const {
  const Attempt& last = attempts.back();
  Attempt attempt;
  attempt.gain_db =
      missed_by_lu(last) <= 0.5 * near_enough_lu ? last.gain_db : rounded(next_gain_db(attempts));
  attempt.gain_db = std::clamp(attempt.gain_db, -most_gain_db, most_gain_db);
  if (!plan_.ceiling_dbtp || !untouched_.true_peak_dbtp) return attempt;

  // The peak that asks for most gets exactly this reduction, so it limits the gain.
  const double ceiling = *plan_.ceiling_dbtp;
  const double most_gain = ceiling + most_reduction_db - *untouched_.true_peak_dbtp;
  if (plan_.target_lufs) attempt.gain_db = std::min(attempt.gain_db, rounded_down(most_gain));
  if (*untouched_.true_peak_dbtp + attempt.gain_db <= ceiling - meter_margin_db) return attempt;
  double limiter = last.limiter_dbtp.value_or(ceiling - meter_margin_db - finest_step_db);
  if (last.limiter_dbtp && over_db(last) > 0.0) limiter -= over_db(last) + finest_step_db;
  attempt.limiter_dbtp = rounded_down(limiter);
  return attempt;
}

const Attempt& Lander::best(const std::vector<Attempt>& attempts) const {
  return *std::min_element(attempts.begin(), attempts.end(), [&](const auto& a, const auto& b) {
    const bool a_over = over_db(a) > 0.0, b_over = over_db(b) > 0.0;
    return a_over != b_over ? b_over : missed_by_lu(a) < missed_by_lu(b);
  });
}

std::string Lander::why_not(const Attempt& attempt) const {
  const auto lufs = [](double value) { return with_decimals(value, 1) + " LUFS"; };
  const std::string wanted = lufs(*plan_.target_lufs);
  const std::string reached = lufs(*attempt.integrated_lufs);
  if (attempt.gain_db >= most_gain_db)
    return "The gain binds: " + wanted + " would need more than " + shortest(most_gain_db) +
           " dB; the master stands at " + reached + ". Raise the level of the mix.";
  if (!attempt.limiter_dbtp || *attempt.integrated_lufs > *plan_.target_lufs)
    return "The loudness came no nearer to " + wanted + " than " + reached +
           ": the loudness gate lets different passages count at different levels. "
           "Choose " +
           reached + " as the target.";
  const double reduction = *untouched_.true_peak_dbtp + attempt.gain_db - *attempt.limiter_dbtp;
  return "The true-peak ceiling of " + with_decimals(*plan_.ceiling_dbtp, 1) +
         " dBTP binds: " + wanted + " would need more than " + with_decimals(reduction, 1) +
         " dB of limiting on the highest peak; the master stands at " + reached +
         ". Lower the target to " + reached + ", or tame the highest peaks in the mix.";
}

Landing Lander::landed(const Attempt& attempt, std::optional<std::string> binding) const {
  return {recipe_of(attempt), Recipe{plan_.steps, plan_.edit}, attempt.gain_db,
          attempt.integrated_lufs, std::move(binding)};
}

Result<Landing> Lander::run() {
  TRY_DO(render(untouched_));
  std::optional<std::string> binding;
  const bool silent = !untouched_.integrated_lufs.has_value();
  if (plan_.target_lufs && silent)
    binding =
        "The programme is silent, or nowhere louder than the loudness gate at -70 LUFS: no "
        "gain brings it to " +
        with_decimals(*plan_.target_lufs, 1) +
        " LUFS, so its level was left alone. Check that the mix is the right file.";
  if (good(untouched_)) return landed(untouched_, std::move(binding));

  std::vector<Attempt> attempts = {untouched_};
  while (passes_ < most_passes ||
         (passes_ < most_passes_over_the_ceiling && over_db(best(attempts)) > 0.0)) {
    Attempt attempt = next(attempts);
    const Attempt& last = attempts.back();
    if (attempt.gain_db == last.gain_db && attempt.limiter_dbtp == last.limiter_dbtp) break;
    TRY_DO(render(attempt));
    attempts.push_back(attempt);
    if (good(attempt)) break;
  }
  const Attempt& chosen = best(attempts);
  if (missed_by_lu(chosen) > met_within_lu) binding = why_not(chosen);
  return landed(chosen, std::move(binding));
}

}  // namespace

Result<Landing> land(const Plan& plan, const OpenSource& mix, const Progress& progress,
                     const std::string& stage) {
  const auto within = [](const std::optional<double>& value, double low, double high,
                         const std::string& what, const std::string& unit) -> Result<void> {
    if (!value || (*value >= low && *value <= high)) return {};
    return Error{
        ErrorKind::usage, what + " of " + shortest(*value) + " " + unit + " is outside its range.",
        "", "Choose a value from " + shortest(low) + " to " + shortest(high) + " " + unit + "."};
  };
  TRY_DO(within(plan.target_lufs, -60.0, 0.0, "The loudness target", "LUFS"));
  const ParameterInfo ceiling = ceiling_of_the_limiter();
  TRY_DO(within(plan.ceiling_dbtp, ceiling.minimum, ceiling.maximum, "The true-peak ceiling",
                ceiling.unit));
  for (const Step& step : plan.steps) TRY_DO(validate(step));
  return Lander{plan, mix, progress, stage}.run();
}

}  // namespace lacquer::chain
