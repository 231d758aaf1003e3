#include "bench/speed/at_work.h"

namespace lacquer::bench {
namespace {

chain::Values bands(int count, const chain::Values& of_each) {
  chain::Values all;
  for (int band = 1; band <= count; ++band)
    for (const auto& [name, value] : of_each)
      all["band_" + std::to_string(band) + "_" + name] = value;
  return all;
}

}  // namespace

chain::Values settings_at_work(const std::string& processor) {
  static const std::map<std::string, chain::Values> all = {
      {"resonance_suppressor", {{"selectivity_db", 0.0}}},
      {"equaliser", bands(6, {{"gain_db", 2.0}})},
      {"linear_equaliser", bands(6, {{"gain_db", 2.0}})},
      {"dynamic_equaliser", bands(4, {{"threshold_dbfs", -40.0}, {"range_db", -6.0}})},
      {"transient_shaper", {{"attack_db", 3.0}, {"sustain_db", -2.0}}},
      {"stereo", {{"width_low", 0.0}, {"width_high", 1.3}}},
      {"gain", {{"gain_db", 3.0}}},
      {"limiter", {{"ceiling_dbtp", -12.0}}},
  };
  const auto found = all.find(processor);
  return found == all.end() ? chain::Values{} : found->second;
}

}  // namespace lacquer::bench
