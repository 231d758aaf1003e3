#include "lacquer/dsp/colour/resonance_detector.h"

#include <gtest/gtest.h>

#include <cmath>
#include <functional>

#include "lacquer/base/units.h"

using namespace lacquer;
using dsp::ResonanceDetector;

namespace {

constexpr int size = 2048, hop = 512;
constexpr double rate_hz = 48000.0, hop_s = hop / rate_hz;
constexpr ResonanceDetector::Law law{.depth_db = 10.0,
                                     .selectivity_db = 4.0,
                                     .sharpness = 0.5,
                                     .attack_ms = 20.0,
                                     .release_ms = 100.0,
                                     .low_hz = 100.0,
                                     .high_hz = 18000.0,
                                     .guard = 0.0};

using Spectrum = std::vector<double>;

/// A level in dB for each frequency.
Spectrum spectrum(const std::function<double(double)>& level_db) {
  Spectrum power(size / 2 + 1);
  for (std::size_t bin = 0; bin < power.size(); ++bin)
    power[bin] = power_from_db(level_db(std::max(1.0, static_cast<double>(bin)) * rate_hz / size));
  return power;
}

double pink_db(double hz) { return -40.0 - db_from_power(hz / 1000.0); }

/// Pink, with a peak of a third of a semitone's width and more around 2 kHz.
Spectrum with_peak(double db) {
  return spectrum([db](double hz) {
    return pink_db(hz) + (std::abs(std::log2(hz / 2000.0)) < 1.0 / 24.0 ? db : 0.0);
  });
}

ResonanceDetector detector() {
  ResonanceDetector made;
  made.prepare(rate_hz, size, hop);
  return made;
}

/// The cut a steady spectrum comes to.
double settled_db(const Spectrum& power, double hz, const ResonanceDetector::Law& how = law) {
  auto settling = detector();
  for (int i = 0; i < 400; ++i) settling.look(power.data(), how);
  return settling.cut_db(hz);
}

}  // namespace

TEST(ResonanceDetector, PullsAPeakDownToTheSelectivity) {
  for (const double peak_db : {0.0, 3.0, 8.0, 12.0, 30.0}) {
    const double wanted_db = std::clamp(peak_db - law.selectivity_db, 0.0, law.depth_db);
    // Half a standard deviation of averaged noise and a dB for the tilt are let through.
    const double cut_db = settled_db(with_peak(peak_db), 2000.0);
    EXPECT_LE(cut_db, wanted_db + 1e-9);
    EXPECT_GE(cut_db, std::max(0.0, peak_db < 20.0 ? wanted_db - 1.6 : wanted_db - 1e-6))
        << peak_db;
  }
}

TEST(ResonanceDetector, SlopesShelvesAndTheEndOfTheBandAreNoResonances) {
  const std::function<double(double)> shapes[] = {
      pink_db,
      [](double) { return -60.0; },
      [](double hz) { return -40.0 - 6.02 * std::log2(hz / 1000.0); },
      [](double hz) { return pink_db(hz) - (hz > 3000.0 ? 12.0 : 0.0); },
      [](double hz) { return pink_db(hz) - (hz < 300.0 ? 12.0 : 0.0); },
      [](double hz) { return hz > 16000.0 ? -130.0 : pink_db(hz); },
      [](double hz) { return hz < 120.0 ? -130.0 : pink_db(hz); }};
  for (const auto& shape : shapes) {
    auto settling = detector();
    for (int i = 0; i < 100; ++i) settling.look(spectrum(shape).data(), law);
    for (double hz = 110.0; hz < 18000.0; hz *= 1.03) ASSERT_EQ(settling.cut_db(hz), 0.0) << hz;
  }
}

TEST(ResonanceDetector, AttackAndReleaseAreTheirTimes) {
  const auto loud = with_peak(40.0), soft = with_peak(0.0);
  for (const double time_ms : {50.0, 200.0}) {
    auto how = law;
    how.attack_ms = how.release_ms = time_ms;
    auto moving = detector();
    for (int i = 0; i < 200; ++i) moving.look(soft.data(), how);
    for (int i = 1; i < 100; ++i) {
      moving.look(loud.data(), how);
      ASSERT_NEAR(moving.cut_db(2000.0), 10.0 * (1.0 - std::exp(-i * hop_s / (time_ms * 1e-3))),
                  1e-6);
    }
    double before_db = 10.0;
    int started = 0;
    for (int i = 0; i < 300; ++i) {
      moving.look(soft.data(), how);
      const double now_db = moving.cut_db(2000.0);
      if (i * hop_s > 0.32 && now_db > 0.02) {  // the average is down: nothing is wanted any more
        ASSERT_NEAR(now_db / before_db, std::exp(-hop_s / (time_ms * 1e-3)), 1e-9);
        ++started;
      }
      before_db = now_db;
    }
    EXPECT_GT(started, 5);
    EXPECT_FALSE(moving.cutting()) << "it lets go entirely";
  }
}

TEST(ResonanceDetector, ALoudToneThatEndsIsForgottenSoon) {
  const auto loud = with_peak(60.0), soft = with_peak(0.0);
  auto moving = detector();
  for (int i = 0; i < 200; ++i) moving.look(loud.data(), law);
  for (int i = 0; i < static_cast<int>(0.5 / hop_s); ++i) moving.look(soft.data(), law);
  EXPECT_LT(moving.cut_db(2000.0), 1.0);
}

TEST(ResonanceDetector, CutsWithinItsRangeOnlyAndAsNarrowAsItIsSharp) {
  const auto peak = with_peak(30.0);
  auto how = law;
  how.high_hz = 1800.0;
  EXPECT_EQ(settled_db(peak, 2000.0, how), 0.0);
  how = law;
  how.sharpness = 1.0;
  EXPECT_EQ(settled_db(peak, 2000.0 * std::exp2(1.0 / 6.0), how), 0.0);
  how.sharpness = 0.0;
  EXPECT_GT(settled_db(peak, 2000.0 * std::exp2(1.0 / 6.0), how), 3.0);
}

TEST(ResonanceDetector, StandsBackWhileTheWindowSeesAnOnset) {
  const auto peak = with_peak(30.0);
  auto louder = peak;
  for (double& power : louder) power *= 100.0;
  auto how = law;
  how.guard = 1.0;
  auto guarding = detector();
  for (int i = 0; i < 100; ++i) guarding.look(peak.data(), how);
  EXPECT_NEAR(guarding.cut_db(2000.0), 10.0, 1e-6);
  for (int i = 0; i < size / hop; ++i) {
    guarding.look(louder.data(), how);
    EXPECT_EQ(guarding.cut_db(2000.0), 0.0) << i;
    EXPECT_FALSE(guarding.cutting());
  }
  guarding.look(louder.data(), how);
  EXPECT_NEAR(guarding.cut_db(2000.0), 10.0, 1e-6);
}

TEST(ResonanceDetector, SharesTakenAwayAreTheCutInDecibels) {
  auto settled = detector();
  const auto peak = with_peak(30.0);
  for (int i = 0; i < 200; ++i) settled.look(peak.data(), law);
  std::vector<double> shares(size / 2 + 1);
  for (const double amount : {0.5, 1.0}) {
    settled.removed_shares(amount, shares.data());
    const auto bin = static_cast<std::size_t>(std::lround(2000.0 / rate_hz * size));
    EXPECT_NEAR(db_from_gain(1.0 - shares[bin]), -10.0 * amount, 1e-3);
    for (const double share : shares) ASSERT_TRUE(share >= 0.0 && share < 1.0);
  }
}
