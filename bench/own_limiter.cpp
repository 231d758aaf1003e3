#include "bench/own_limiter.h"

#include <cmath>

#include "lacquer/chain/recipe.h"

namespace lacquer::bench {
namespace {

constexpr const char* release = "release_ms";
constexpr int release_steps = 8;  // halvings of the range in octaves: 1.5 % at the end
constexpr int gain_steps = 8;
constexpr double most_gain_db = 12.0;

}  // namespace

OwnLimiter::OwnLimiter(const testkit::Signal& signal, double ceiling_dbtp)
    : signal_{signal}, ceiling_dbtp_{ceiling_dbtp}, lufs_{integrated_lufs(signal)} {
  const auto parameters = chain::parameters_of("limiter").value();
  for (const auto& parameter : parameters)
    if (parameter.name == release) {
      shortest_ms_ = parameter.minimum;
      longest_ms_ = parameter.maximum;
      default_ = {parameter.default_value};
    }
}

Result<testkit::Signal> OwnLimiter::limited(const Setting& setting) const {
  chain::Recipe recipe;
  if (setting.gain_db != 0.0) recipe.steps.push_back({"gain", {{"gain_db", setting.gain_db}}});
  recipe.steps.push_back(
      {"limiter", {{"ceiling_dbtp", ceiling_dbtp_}, {release, setting.release_ms}}});
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

Result<OwnLimiter::Setting> OwnLimiter::losing(double wanted_lu) {
  TRY(const double least_lu, loss_lu({shortest_ms_}));
  if (least_lu > wanted_lu) {
    double low = 0.0, high = most_gain_db;
    for (int step = 0; step < gain_steps; ++step) {
      const double middle = 0.5 * (low + high);
      TRY(const double lu, loss_lu({shortest_ms_, middle}));
      (lu > wanted_lu ? low : high) = middle;
    }
    return Setting{shortest_ms_, high};
  }
  TRY(const double most_lu, loss_lu({longest_ms_}));
  if (most_lu <= wanted_lu) return Setting{longest_ms_};
  double low = std::log(shortest_ms_), high = std::log(longest_ms_);
  for (int step = 0; step < release_steps; ++step) {
    const double middle = 0.5 * (low + high);
    TRY(const double lu, loss_lu({std::exp(middle)}));
    (lu <= wanted_lu ? low : high) = middle;
  }
  return Setting{std::exp(low)};
}

}  // namespace lacquer::bench
