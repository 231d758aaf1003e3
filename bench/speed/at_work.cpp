#include "bench/speed/at_work.h"

#include <algorithm>
#include <cmath>

#include "lacquer/base/units.h"

namespace lacquer::bench {
namespace {

constexpr int rate_hz = 44100;
constexpr double cut_off = 0.68;  // a quarter of the way down from the tops of tones()
constexpr double offset = 0.02;
constexpr int clicks_a_second = 10;  // an old record's

/// A second that repeats without a seam, near full scale, with a little noise.
testkit::Signal tones() {
  auto signal = testkit::noise(1, 2, rate_hz, 0.02, rate_hz);
  for (int c = 0; c < 2; ++c)
    for (int f = 0; f < rate_hz; ++f)
      for (const double hz : {110.0, 441.0, 662.0, 1103.0})
        signal.at(c, f) += 0.24 * std::sin(2.0 * pi * hz * f / rate_hz + c);
  return signal;
}

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
      {"declip", {{"clip_level_dbfs", -4.0}}},
      {"dehum", {{"harmonics", 20.0}}},
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

testkit::Signal signal_at_work(const std::string& processor) {
  auto signal = processor == "declip" || processor == "declick"
                    ? tones()
                    : testkit::noise(1, 2, rate_hz, 0.5, rate_hz);
  for (int c = 0; c < 2; ++c)
    for (int f = 0; f < rate_hz; ++f) {
      double& sample = signal.at(c, f);
      if (processor == "declip") sample = std::clamp(sample, -cut_off, cut_off);
      if (processor == "declick" && f % (rate_hz / clicks_a_second) == 1000) sample += 0.5;
      if (processor == "dc_blocker") sample += offset;
    }
  return signal;
}

}  // namespace lacquer::bench
