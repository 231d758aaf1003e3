#include "lacquer/chain/landing.h"

#include <algorithm>
#include <cmath>

#include "lacquer/base/units.h"
#include "lacquer/chain/attempt.h"
#include "lacquer/chain/hand_out.h"
#include "lacquer/chain/limiting_forecast.h"
#include "lacquer/chain/loudness_curve.h"
#include "lacquer/chain/number.h"
#include "lacquer/chain/trial.h"

namespace lacquer::chain {
namespace {

constexpr double near_enough_lu = 0.02;
constexpr double met_within_lu = 0.1;
constexpr double most_reduction_db = 12.0;  // beyond, a limiter is an effect, not a safeguard
// One pass tries these about the forecast. Loudness over gain bends by less than 0.1 LU a dB^2, and
// less where it is flatter: a straight line over 0.65 LU is right within 0.01 LU.
constexpr double tried_lu[] = {-0.8, -0.2, 0.2, 0.8};
constexpr double close_lu = 0.65;
constexpr int most_landing_passes = 5;
constexpr double under_the_gate_lufs = -100.0;  // where a gain takes everything under the gate
// Meters differ by this much over what lies at the very top of the band; we stay under for all.
constexpr double meter_margin_db = 0.03;
constexpr double limiter_margin_db = 0.005;  // beside the limiter's own, of about as much
constexpr double finest_step_db = 0.005;

class Lander {
 public:
  Lander(const Plan& plan, const OpenSource& mix, const Progress& progress,
         const std::string& stage, int threads)
      : plan_{plan}, mix_{mix}, progress_{progress}, stage_{stage}, threads_{threads} {}

  Result<Landing> run();

 private:
  Result<void> listen(const std::function<std::vector<Listener>(const StreamFormat&)>&);
  Result<void> analyse();
  Result<void> render(const std::vector<double>& gains_db);

  std::optional<double> limiter_for(double gain_db) const;
  double clamped(double gain_db) const;
  double forecast_lufs(double gain_db) const;
  double forecast_gain_db() const;
  std::vector<double> next_gains_db() const;
  bool settled() const;
  Attempt solved() const;
  double over_db(const Attempt&) const;
  double missed_by_lu(const Attempt&) const;
  bool met(const Attempt& attempt) const { return missed_by_lu(attempt) <= 0.5 * near_enough_lu; }

  Landing landed(const Attempt&, std::optional<std::string> binding) const;

  const Plan& plan_;
  const OpenSource& mix_;
  const Progress& progress_;
  const std::string& stage_;
  const int threads_;
  int passes_ = 0;
  Editing edit_;
  Attempt untouched_;                  // the steps alone
  std::optional<double> target_lufs_;  // empty for silence, too
  std::optional<LimitingForecast> forecast_;
  LoudnessCurve rendered_;
};

/// One pass over the programme behind the steps.
Result<void> Lander::listen(
    const std::function<std::vector<Listener>(const StreamFormat&)>& listeners) {
  TRY(auto mix, mix_());
  TRY(auto source, process(Recipe{plan_.steps}, std::move(mix)));
  TRY(edit_, Editing::of(plan_.edit, source->format(), source->frame_count()));
  // How many passes it takes shows only at the end; each gets half of what is left.
  const Progress progress{[&](const std::string&, double fraction) {
                            progress_.at(stage_,
                                         1.0 - std::pow(0.5, passes_) * (1.0 - 0.5 * fraction));
                          },
                          progress_.cancel_flag()};
  TRY_DO(hand_out(*source, listeners(source->format()), progress, threads_));
  ++passes_;
  return {};
}

Result<void> Lander::analyse() {
  std::optional<Trial> trial;
  TRY_DO(listen([&](const StreamFormat& format) -> std::vector<Listener> {
    trial.emplace(std::vector<Step>{}, edit_, format, plan_.ceiling_dbtp.has_value());
    std::vector<Listener> all = {[&](AudioBlock block) { trial->add(block); }};
    if (plan_.ceiling_dbtp && plan_.target_lufs) {
      forecast_.emplace(format);
      all.push_back([&](AudioBlock block) { forecast_->add(block); });
    }
    return all;
  }));
  const auto heard = trial->finish();
  untouched_.integrated_lufs = heard.integrated_lufs;
  untouched_.true_peak_dbtp = heard.true_peak_dbtp;
  if (untouched_.integrated_lufs) target_lufs_ = plan_.target_lufs;
  return {};
}

Result<void> Lander::render(const std::vector<double>& gains_db) {
  std::vector<Attempt> attempts;
  for (const double gain_db : gains_db) {
    attempts.emplace_back();
    attempts.back().gain_db = gain_db;
    attempts.back().limiter_dbtp = limiter_for(gain_db);
  }
  std::vector<Trial> trials;
  TRY_DO(listen([&](const StreamFormat& format) {
    std::vector<Listener> all;
    for (const Attempt& attempt : attempts)
      trials.emplace_back(tail_of(attempt, plan_.limiter), edit_, format,
                          plan_.ceiling_dbtp.has_value());
    for (Trial& trial : trials) all.push_back([&](AudioBlock block) { trial.add(block); });
    return all;
  }));
  for (std::size_t i = 0; i < trials.size(); ++i) {
    const auto heard = trials[i].finish();
    attempts[i].integrated_lufs = heard.integrated_lufs.value_or(under_the_gate_lufs);
    attempts[i].true_peak_dbtp = heard.true_peak_dbtp;
  }
  rendered_.add(std::move(attempts));
  return {};
}

/// The ceiling of the limiter a gain needs, if it needs one.
std::optional<double> Lander::limiter_for(double gain_db) const {
  if (!plan_.ceiling_dbtp || !untouched_.true_peak_dbtp) return {};
  if (*untouched_.true_peak_dbtp + gain_db <= *plan_.ceiling_dbtp - meter_margin_db) return {};
  return rounded_down(*plan_.ceiling_dbtp - limiter_margin_db);
}

/// The peak that asks for most gets exactly the most reduction, so it limits the gain.
double Lander::clamped(double gain_db) const {
  double most = most_gain_db;
  if (plan_.ceiling_dbtp && untouched_.true_peak_dbtp)
    most = std::min(
        most, rounded_down(*plan_.ceiling_dbtp + most_reduction_db - *untouched_.true_peak_dbtp));
  return std::clamp(rounded(gain_db), -most_gain_db, std::max(most, -most_gain_db));
}

double Lander::forecast_lufs(double gain_db) const {
  const double unlimited = *untouched_.integrated_lufs + gain_db;
  const auto limiter = limiter_for(gain_db);
  if (!limiter || !forecast_) return unlimited;
  const auto limited = forecast_->lufs(*limiter - gain_db);
  const auto whole = forecast_->lufs(*untouched_.true_peak_dbtp);
  return limited && whole ? unlimited + *limited - *whole : unlimited;
}

double Lander::forecast_gain_db() const {
  double low = -most_gain_db, high = clamped(most_gain_db);
  while (high - low > 0.001) {
    const double middle = 0.5 * (low + high);
    (forecast_lufs(middle) < *target_lufs_ ? low : high) = middle;
  }
  return clamped(high);
}

/// About the forecast first; then between the two that enclose the target, or beyond the last.
std::vector<double> Lander::next_gains_db() const {
  if (!target_lufs_) return {0.0, 0.1};
  std::vector<double> gains;
  if (const auto enclosing = rendered_.enclosing(*target_lufs_)) {
    const double from = enclosing->first.gain_db, to = enclosing->second.gain_db;
    for (const double share : {0.25, 0.5, 0.75})
      gains.push_back(clamped(from + share * (to - from)));
  } else {
    const double centre =
        rendered_.empty() ? forecast_gain_db() : clamped(rendered_.gain_at(*target_lufs_));
    const double slope = forecast_lufs(centre + 0.5) - forecast_lufs(centre - 0.5);
    if (!limiter_for(centre)) gains.push_back(centre);  // most likely right
    for (const double apart : tried_lu)
      gains.push_back(clamped(centre + apart / std::clamp(slope, 0.25, 1.0)));
  }
  std::sort(gains.begin(), gains.end());
  gains.erase(std::unique(gains.begin(), gains.end()), gains.end());
  for (const Attempt& attempt : rendered_.attempts()) std::erase(gains, attempt.gain_db);
  return gains;
}

/// How far the true peak is above what was decided; at most 0 when it is not. A limiter has to
/// keep the margin; what stays under without one is not touched for its sake.
double Lander::over_db(const Attempt& attempt) const {
  if (!plan_.ceiling_dbtp || !attempt.true_peak_dbtp) return minus_infinity;
  const double margin = attempt.limiter_dbtp ? meter_margin_db : 0.0;
  return *attempt.true_peak_dbtp - (*plan_.ceiling_dbtp - margin);
}

double Lander::missed_by_lu(const Attempt& attempt) const {
  return target_lufs_ ? std::abs(*attempt.integrated_lufs - *target_lufs_) : 0.0;
}

/// Whether what has been rendered says where to land.
bool Lander::settled() const {
  if (rendered_.empty()) return false;
  if (!target_lufs_ || met(rendered_.nearest(*target_lufs_))) return true;
  const Attempt& highest = rendered_.attempts().back();
  if (highest.gain_db == clamped(most_gain_db) && *highest.integrated_lufs <= *target_lufs_)
    return true;  // and no further
  const auto enclosing = rendered_.enclosing(*target_lufs_);
  if (!enclosing) return false;
  const auto& [below, above] = *enclosing;
  const double apart_lu = *above.integrated_lufs - *below.integrated_lufs;
  // A leap is the loudness gate, and no straight line.
  return apart_lu <= close_lu && apart_lu <= 1.2 * (above.gain_db - below.gain_db);
}

/// The gain that lands, with the limiter lowered by what the renders beside it were over the
/// ceiling. Limiting under a ceiling lower by so much is limiting at a gain higher by as much, and
/// then turning down.
Attempt Lander::solved() const {
  Attempt result = target_lufs_ ? rendered_.nearest(*target_lufs_) : rendered_.attempts().front();
  const bool between =
      target_lufs_ && !met(result) && settled() && rendered_.enclosing(*target_lufs_).has_value();
  double excess_db = over_db(result);
  if (between) {
    result.gain_db = clamped(rendered_.gain_at(*target_lufs_));
    result.limiter_dbtp = limiter_for(result.gain_db);
    const auto [below, above] = *rendered_.enclosing(*target_lufs_);
    excess_db = std::max(over_db(below), over_db(above));
  }
  if (!between && (!result.limiter_dbtp || excess_db <= 0.0)) return result;
  const double lowered_db =
      result.limiter_dbtp && excess_db > 0.0 ? excess_db + finest_step_db : 0.0;
  if (lowered_db > 0.0) {
    result.limiter_dbtp = rounded_down(*result.limiter_dbtp - lowered_db);
    if (between)
      result.gain_db = clamped(rendered_.gain_at(*target_lufs_ + lowered_db) - lowered_db);
  }
  result.integrated_lufs = rendered_.lufs_at(result.gain_db + lowered_db) - lowered_db;
  result.true_peak_dbtp.reset();
  return result;
}

Landing Lander::landed(const Attempt& attempt, std::optional<std::string> binding) const {
  Recipe recipe{plan_.steps, plan_.edit};
  for (Step& step : tail_of(attempt, plan_.limiter)) recipe.steps.push_back(std::move(step));
  return {std::move(recipe), Recipe{plan_.steps, plan_.edit}, attempt.gain_db,
          attempt.integrated_lufs, std::move(binding)};
}

Result<Landing> Lander::run() {
  TRY_DO(analyse());
  std::optional<std::string> binding;
  if (plan_.target_lufs && !target_lufs_)
    binding =
        "The programme is silent, or nowhere louder than the loudness gate at -70 LUFS: no "
        "gain brings it to " +
        with_decimals(*plan_.target_lufs, 1) +
        " LUFS, so its level was left alone. Check that the mix is the right file.";
  if (over_db(untouched_) <= 0.0 && missed_by_lu(untouched_) <= near_enough_lu)
    return landed(untouched_, std::move(binding));

  for (int pass = 0; pass < most_landing_passes && !settled(); ++pass) {
    const auto gains_db = next_gains_db();
    if (gains_db.empty()) break;
    TRY_DO(render(gains_db));
  }
  const Attempt attempt = solved();
  if (missed_by_lu(attempt) > met_within_lu)
    binding = what_binds(attempt, *target_lufs_, plan_.ceiling_dbtp, untouched_);
  return landed(attempt, std::move(binding));
}

}  // namespace

Result<Landing> land(const Plan& plan, const OpenSource& mix, const Progress& progress,
                     const std::string& stage, int threads) {
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
  TRY_DO(validate({"limiter", plan.limiter}));
  return Lander{plan, mix, progress, stage, threads}.run();
}

}  // namespace lacquer::chain
