#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "lacquer/base/units.h"
#include "lacquer/measure/faults/stereo/stereo_test_mix.h"

using namespace lacquer;
using namespace lacquer::measure;

namespace {

/// The plainest look-ahead limiter: each 2 ms the gain that the loudest of the next and the last
/// 4 ms needs, straight lines between.
void limit(testkit::Signal& signal, double drive_db, double ceiling) {
  const int hop = 88;
  std::vector<double> gains;
  for (int at = 0; at < signal.frame_count() + hop; at += hop) {
    double peak = 1e-9;
    for (int f = std::max(0, at - 2 * hop); f < std::min(signal.frame_count(), at + 2 * hop); ++f)
      for (int c = 0; c < 2; ++c) peak = std::max(peak, std::abs(signal.at(c, f)));
    gains.push_back(std::min(gain_from_db(drive_db), ceiling / peak));
  }
  for (int f = 0; f < signal.frame_count(); ++f) {
    const auto part = static_cast<std::size_t>(f / hop);
    const double along = static_cast<double>(f % hop) / hop;
    for (int c = 0; c < 2; ++c)
      signal.at(c, f) *= gains[part] + along * (gains[part + 1] - gains[part]);
  }
}

}  // namespace

TEST(AlreadyLimited, ALimitedMixIsKnownAndALoudOneCalledAMaster) {
  for (std::uint32_t seed = 0; seed < 3; ++seed) {
    SCOPED_TRACE(seed);
    auto mix = stereo_mix(seed, 12.0);
    limit(mix, 16.0, 0.9);
    const auto found = findings_of("already_limited", mix);
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].severity, Severity::info);
    EXPECT_GE(found[0].confidence, 0.6);
    EXPECT_EQ(findings_of("already_mastered", mix).size(), 1U);
  }
}

TEST(AlreadyLimited, AMixASteadyToneAndNoiseAreNot) {
  for (std::uint32_t seed = 0; seed < 3; ++seed)
    EXPECT_TRUE(findings_of("already_limited", stereo_mix(seed, 12.0)).empty());
  EXPECT_TRUE(findings_of("already_limited", testkit::sine(441.0, -1.0, 6.0, 44100.0)).empty());
  auto noise = testkit::noise(4, 2, 264600, 0.9, 44100.0);
  for (int c = 0; c < 2; ++c) {
    double smooth = 0.0;
    for (int f = 0; f < noise.frame_count(); ++f)
      noise.at(c, f) = smooth += 0.1 * (noise.at(c, f) - smooth);
  }
  EXPECT_TRUE(findings_of("already_limited", noise).empty());
}
