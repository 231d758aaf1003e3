#include <gtest/gtest.h>

#include <cmath>

#include "lacquer/base/units.h"
#include "lacquer/measure/faults/stereo/stereo_test_mix.h"

using namespace lacquer;
using namespace lacquer::measure;

TEST(ChannelImbalance, AGainIsMeasuredAndWeighedByItsSize) {
  for (const double gain_db : {-1.5, -3.0, 4.5}) {
    SCOPED_TRACE(gain_db);
    auto mix = stereo_mix(4, 8.0, 0.3);
    scale_channel(mix, 1, gain_from_db(gain_db));
    const auto found = findings_of("channel_imbalance", mix);
    ASSERT_EQ(found.size(), 1U);
    EXPECT_NEAR(found[0].value, gain_db, 0.4);
    EXPECT_EQ(found[0].severity, std::abs(gain_db) > 2.0 ? Severity::warn : Severity::info);
    EXPECT_GT(found[0].confidence, 0.8);
    EXPECT_EQ(found[0].channel, gain_db < 0.0 ? 1 : 0);
  }
}

TEST(ChannelImbalance, AnInstrumentToOneSideIsAnArrangement) {
  EXPECT_TRUE(findings_of("channel_imbalance", stereo_mix(5, 8.0)).empty());
  auto leaning = stereo_mix(6, 8.0, 0.0);
  const auto guitar = stereo_mix(7, 8.0, 0.0);
  for (int f = 0; f < leaning.frame_count(); ++f) leaning.at(0, f) += 0.5 * guitar.at(0, f);
  for (const auto& finding : findings_of("channel_imbalance", leaning))
    EXPECT_NE(finding.severity, Severity::warn);
}
