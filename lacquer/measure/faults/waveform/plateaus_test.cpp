#include "lacquer/measure/faults/waveform/plateaus.h"

#include <gtest/gtest.h>

#include <cmath>
#include <tuple>

#include "lacquer/base/units.h"
#include "lacquer/measure/faults/detectors.h"
#include "lacquer/measure/faults/waveform/found.h"

using namespace lacquer;
using measure::music;
using testkit::Signal;

namespace {

constexpr int rate_hz = 44100;

/// Loud, soft, loud; in `cut_s` everything is cut at `level` of that passage's own peak and rounded
/// to so many bits afterwards.
Signal programme(int seed, double from_s, double to_s, double level, bool one_sign, int bits) {
  auto signal = music(seed, 9.0);
  const int begin = static_cast<int>(from_s * rate_hz), end = static_cast<int>(to_s * rate_hz);
  double highest = 0.0;
  for (int c = 0; c < 2; ++c)
    for (int f = 0; f < signal.frame_count(); ++f) {
      if (f >= begin && f < end) signal.at(c, f) *= 0.5;
      const double size = one_sign ? signal.at(c, f) : std::abs(signal.at(c, f));
      if (f >= begin && f < end) highest = std::max(highest, size);
    }
  const double steps = std::ldexp(1.0, bits - 1);
  for (int c = 0; c < 2; ++c)
    for (int f = 0; f < signal.frame_count(); ++f) {
      double& sample = signal.at(c, f);
      if (f >= begin && f < end)
        sample = std::clamp(sample, one_sign ? -1.0 : -level * highest, level * highest);
      sample = std::round(sample * steps) / steps;
    }
  return signal;
}

std::vector<measure::Finding> clipping(const Signal& signal) {
  return measure::found_by(*measure::clipping_detector(signal.format()), signal);
}

void add(measure::PlateauMeter& meter, const double* samples, int count) {
  bool stands_still = false;
  for (int f = 2; f < count; ++f)
    stands_still = stands_still || (samples[f] == samples[f - 1] && samples[f] == samples[f - 2]);
  meter.add(samples, count, measure::range(samples, count), stands_still);
}

}  // namespace

TEST(Plateaus, APassageThatWasCutBeforeItWasMixedIsFoundThoughWhatSurroundsItIsLouder) {
  for (const int bits : {16, 24})
    for (const bool one_sign : {false, true}) {
      int right = 0;
      for (int seed = 0; seed < 5; ++seed) {
        const auto findings = clipping(programme(seed, 3.0, 6.0, 0.8, one_sign, bits));
        right += !findings.empty();
        for (const auto& finding : findings) {
          EXPECT_GE(finding.start_s, 3.0);
          EXPECT_LE(finding.end_s, 6.0);
          EXPECT_EQ(finding.severity, measure::Severity::warn);
        }
      }
      EXPECT_GE(right, 5) << bits << (one_sign ? " one sign" : " both signs");
    }
}

TEST(Plateaus, MusicOfSixteenBitsAndOfEightHasNone) {
  for (const int bits : {8, 12, 16})
    for (int seed = 0; seed < 5; ++seed)
      EXPECT_TRUE(clipping(programme(seed, 3.0, 6.0, 1.0, false, bits)).empty())
          << bits << " bits, " << seed;
}

TEST(Plateaus, ThreeSparseTopsAtTheLargestValueAreEnoughAndTwoAreNot) {
  for (const int count : {2, 3}) {
    auto signal = music(5, 30.0);
    for (int c = 0; c < 2; ++c)
      for (int f = 0; f < signal.frame_count(); ++f) signal.at(c, f) *= 0.3;
    for (int n = 0; n < count; ++n)  // alternately in both channels and signs, ten seconds apart
      for (int f = 0; f < 5; ++f)
        signal.at(n % 2, (1 + 10 * n) * rate_hz + f) = n % 2 == 0 ? 0.7 : -0.7;
    // A top needs sides that a wave can have.
    for (int n = 0; n < count; ++n)
      for (const int f : {-1, 5})
        signal.at(n % 2, (1 + 10 * n) * rate_hz + f) = n % 2 == 0 ? 0.6 : -0.6;
    EXPECT_EQ(!clipping(signal).empty(), count == 3) << count;
  }
}

TEST(Plateaus, PulsesAreFlatByNature) {
  measure::PlateauMeter meter{rate_hz};
  std::vector<double> pulses(4 * rate_hz);
  for (std::size_t f = 0; f < pulses.size(); ++f) pulses[f] = f % 200 < 50 ? 0.5 : -0.1;
  add(meter, pulses.data(), 4 * rate_hz);
  EXPECT_TRUE(meter.finish().empty());
}

TEST(Plateaus, AnySplitFindsTheSame) {
  auto signal = programme(2, 3.0, 6.0, 0.8, false, 24);
  const auto groups = [&](int split) {
    measure::PlateauMeter meter{rate_hz};
    const double* samples = signal.block().channel(0);
    for (int at = 0; at < signal.frame_count(); at += split) {
      const int count = std::min(split, signal.frame_count() - at);
      add(meter, samples + at, count);
    }
    std::vector<std::tuple<std::int64_t, std::int64_t, int, int>> all;
    for (const auto& group : meter.finish())
      all.emplace_back(group.first_frame, group.last_frame, group.run_count, group.others);
    return all;
  };
  const auto whole = groups(441);
  ASSERT_FALSE(whole.empty());
  for (const int split : {1, 2, 3, 4, 5, 64, 100000}) EXPECT_EQ(groups(split), whole) << split;
}
