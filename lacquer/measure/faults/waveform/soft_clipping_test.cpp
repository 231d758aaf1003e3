#include <gtest/gtest.h>

#include <cmath>

#include "lacquer/measure/faults/spectrum/test_music.h"

using namespace lacquer;
using namespace lacquer::measure;
using testkit::Signal;

namespace {

constexpr double rate_hz = 32000.0;

/// Each sample through a curve that knows the largest one.
template <typename Curve>
Signal through(Signal signal, double drive_db, Curve curve) {
  const double drive = gain_from_db(drive_db) / signal.peak();
  for (int c = 0; c < signal.channel_count(); ++c)
    for (int f = 0; f < signal.frame_count(); ++f)
      signal.at(c, f) = 0.9 * curve(drive * signal.at(c, f));
  return signal;
}

Signal programme(std::uint32_t seed) { return song(seed, 30.0, 55.0, rate_hz); }

std::vector<Finding> soft_clipping(const Signal& signal, int split = 320) {
  return heard_by(soft_clipping_detector, signal, split, false);
}

}  // namespace

TEST(SoftClipping, ACurveIsTold) {
  for (const double drive_db : {12.0, 18.0}) {
    SCOPED_TRACE(drive_db);
    const auto found =
        soft_clipping(through(programme(1), drive_db, [](double x) { return std::tanh(x); }));
    ASSERT_EQ(found.size(), 1u);
    EXPECT_EQ(found[0].kind, "soft_clipping");
    EXPECT_GT(found[0].confidence, 0.5);
  }
  EXPECT_EQ(
      soft_clipping(through(programme(2), 18.0, [](double x) { return std::atan(x); })).size(), 1u);
}

TEST(SoftClipping, MusicAGainAndPlateausAreNot) {
  for (std::uint32_t seed = 1; seed <= 3; ++seed)
    EXPECT_TRUE(soft_clipping(programme(seed)).empty()) << seed;
  EXPECT_TRUE(soft_clipping(through(programme(4), 9.0, [](double x) {
                return std::clamp(x, -1.0, 1.0);
              })).empty());
  // A slow gain that holds every 50 ms to one peak, as a limiter does.
  auto limited = programme(5);
  const int step = static_cast<int>(0.05 * rate_hz);
  for (int at = 0; at + step < limited.frame_count(); at += step) {
    double peak = 1e-3;
    for (int c = 0; c < 2; ++c)
      for (int f = at; f < at + step; ++f) peak = std::max(peak, std::abs(limited.at(c, f)));
    for (int c = 0; c < 2; ++c)
      for (int f = at; f < at + step; ++f) limited.at(c, f) *= std::min(1.0, 0.1 / peak);
  }
  EXPECT_TRUE(soft_clipping(limited).empty());
}

TEST(SoftClipping, TonesNoiseAndSilenceAreNot) {
  EXPECT_TRUE(soft_clipping(testkit::sine(440.0, -3.0, 10.0, rate_hz)).empty());
  EXPECT_TRUE(soft_clipping(testkit::noise(1, 2, 320000, 0.5, rate_hz)).empty());
  EXPECT_TRUE(soft_clipping(Signal{2, 32000, rate_hz}).empty());
}

TEST(SoftClipping, IsTheSameForAnyBlocks) {
  const auto signal = through(programme(6), 12.0, [](double x) { return std::tanh(x); });
  const auto whole = soft_clipping(signal), split = soft_clipping(signal, 37);
  ASSERT_EQ(whole.size(), 1u);
  ASSERT_EQ(split.size(), 1u);
  EXPECT_NEAR(whole[0].value, split[0].value, 1e-9);
}
