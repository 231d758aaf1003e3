#include "bench/quality/own_limiter.h"

#include <algorithm>
#include <cmath>

namespace lacquer::bench {
namespace {

constexpr const char* attack = "attack_ms";
constexpr const char* release = "release_ms";
constexpr double most_gain_db = 12.0;
constexpr double near_enough_lu = 0.01;
constexpr int most_steps = 12;

}  // namespace

OwnLimiter::OwnLimiter(const testkit::Signal& signal, double ceiling_dbtp)
    : signal_{signal}, ceiling_dbtp_{ceiling_dbtp}, lufs_{integrated_lufs(signal)} {
  const auto parameters = chain::parameters_of("limiter").value();
  for (const auto& parameter : parameters) {
    if (parameter.name == attack) attack_ = parameter;
    if (parameter.name == release) release_ = parameter;
  }
  default_ = {release_.default_value};
}

Result<testkit::Signal> OwnLimiter::limited(const Setting& setting) const {
  chain::Recipe recipe;
  if (setting.gain_db != 0.0) recipe.steps.push_back({"gain", {{"gain_db", setting.gain_db}}});
  // Up to the standard attack both are as long: hearing does not ask for less.
  const double attack_ms =
      setting.release_ms < release_.default_value
          ? std::clamp(setting.release_ms, attack_.minimum, attack_.default_value)
          : std::min(attack_.default_value * setting.release_ms / release_.default_value,
                     attack_.maximum);
  recipe.steps.push_back({"limiter",
                          {{"ceiling_dbtp", ceiling_dbtp_},
                           {attack, attack_ms},
                           {release, setting.release_ms},
                           {"bass_relief", setting.bass_relief}}});
  TRY(auto source, testkit::open(signal_)());
  TRY(const auto processed, chain::process(recipe, std::move(source)));
  return testkit::drain(*processed);
}

Result<double> OwnLimiter::loss_lu(const Setting& setting) {
  if (const auto known = losses_.find(setting); known != losses_.end()) return known->second;
  TRY(const auto result, limited(setting));
  return losses_[setting] = lufs_ - integrated_lufs(result);
}

Result<Damage> OwnLimiter::damage(const Setting& setting) {
  if (const auto known = damages_.find(setting); known != damages_.end()) return known->second;
  TRY(const auto result, limited(setting));
  TRY(const auto found, damage_of(signal_, result));
  return damages_[setting] = found;
}

/// Between two settings, the first of which loses too much and the second does not.
Result<OwnLimiter::Setting> OwnLimiter::between(Setting too_much, Setting enough,
                                                double wanted_lu) {
  constexpr double margin = 0.05;  // a step cuts off at least so much of what is left
  for (int step = 0; step < most_steps; ++step) {
    TRY(const double most_lu, loss_lu(too_much));
    TRY(const double least_lu, loss_lu(enough));
    if (wanted_lu - least_lu < near_enough_lu) break;
    const double aim_lu = wanted_lu - 0.5 * near_enough_lu;
    const double share =
        std::clamp((most_lu - aim_lu) / (most_lu - least_lu), margin, 1.0 - margin);
    const Setting middle{
        too_much.release_ms * std::pow(enough.release_ms / too_much.release_ms, share),
        too_much.gain_db + share * (enough.gain_db - too_much.gain_db), too_much.bass_relief};
    TRY(const double lu, loss_lu(middle));
    (lu > wanted_lu ? too_much : enough) = middle;
  }
  return enough;
}

Result<OwnLimiter::Match> OwnLimiter::losing(double wanted_lu, double bass_relief) {
  const Setting shortest{release_.minimum, 0.0, bass_relief},
      longest{release_.maximum, 0.0, bass_relief},
      driven{release_.minimum, most_gain_db, bass_relief};
  TRY(const double least_lu, loss_lu(shortest));
  if (least_lu > wanted_lu) {
    // Dense music ends up turned down by a constant: no drive makes it louder.
    TRY(const double driven_lu, loss_lu(driven));
    if (driven_lu > wanted_lu) return Match{driven, false};
    TRY(const auto found, between(shortest, driven, wanted_lu));
    return Match{found};
  }
  TRY(const double most_lu, loss_lu(longest));
  if (most_lu <= wanted_lu) {
    // So soft a result needs less drive, not more limiting.
    TRY(const auto found,
        between({release_.maximum, -most_gain_db, bass_relief}, longest, wanted_lu));
    return Match{found};
  }
  TRY(const auto found, between(longest, shortest, wanted_lu));
  return Match{found};
}

}  // namespace lacquer::bench
