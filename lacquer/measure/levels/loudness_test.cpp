// EBU Tech 3341 v4 (November 2023), table 1, and Tech 3342, with signals made here from the
// tables: 1 kHz stereo sines in phase, levels as peak dBFS. Cases 7 and 8 need the EBU's
// recordings.
#include "lacquer/measure/levels/loudness.h"

#include <ebur128.h>
#include <gtest/gtest.h>

#include <numeric>

#include "lacquer/base/units.h"
#include "lacquer/measure/meter.h"
#include "testkit/signal.h"

using namespace lacquer;
using measure::Measurement;

namespace {

struct Segment {
  double peak_dbfs;  ///< at or below -200: silence
  double duration_s;
};

testkit::Signal tone(const std::vector<Segment>& segments, double rate_hz = 48000.0,
                     int channels = 2) {
  std::vector<testkit::Signal> parts;
  for (const auto& [peak_dbfs, duration_s] : segments)
    if (duration_s > 0.0)
      parts.push_back(testkit::sine(1000.0, peak_dbfs, duration_s, rate_hz, channels));
  return testkit::concatenate(parts);
}

Measurement measured(testkit::Signal signal) {
  measure::Meter meter{signal.format(),
                       {.peak = false, .dynamics = false, .spectrum = false, .findings = false}};
  meter.add(signal.block());
  return meter.finish();
}

constexpr double silence = -400.0;

/// libebur128's integrated loudness; `map` names its channels.
double by_libebur128(const testkit::Signal& signal, const std::vector<int>& map) {
  const auto count = static_cast<unsigned>(signal.channel_count());
  ebur128_state* state = ebur128_init(
      count, static_cast<unsigned long>(signal.format().sample_rate_hz), EBUR128_MODE_I);
  for (unsigned c = 0; c < count; ++c) ebur128_set_channel(state, c, map[c]);
  std::vector<double> frames;
  for (int f = 0; f < signal.frame_count(); ++f)
    for (int c = 0; c < signal.channel_count(); ++c) frames.push_back(signal.at(c, f));
  ebur128_add_frames_double(state, frames.data(), static_cast<std::size_t>(signal.frame_count()));
  double lufs = 0.0;
  ebur128_loudness_global(state, &lufs);
  ebur128_destroy(&state);
  return lufs;
}

/// Bursts whose channels differ in level, so that a mistaken weight shows.
testkit::Signal surround(std::uint32_t seed, int channels) {
  auto signal = testkit::bursts(seed, channels, 44100 * 6, 0.5, 44100.0);
  for (int c = 0; c < channels; ++c)
    for (int f = 0; f < signal.frame_count(); ++f)
      signal.at(c, f) *= 0.2 + 0.15 * ((c + static_cast<int>(seed)) % channels);
  return signal;
}

class AtRate : public testing::TestWithParam<double> {};

}  // namespace

TEST_P(AtRate, Tech3341Cases1And2SteadyTone) {
  for (const double level : {-23.0, -33.0}) {
    const auto m = measured(tone({{level, 20.0}}, GetParam()));
    EXPECT_NEAR(m.loudness.integrated_lufs.value(), level, 0.1);
    EXPECT_NEAR(m.loudness.max_momentary_lufs.value(), level, 0.1);
    EXPECT_NEAR(m.loudness.max_short_term_lufs.value(), level, 0.1);
    for (const auto& value : m.series.momentary_lufs) EXPECT_NEAR(value.value(), level, 0.1);
    EXPECT_FALSE(m.series.short_term_lufs[1]) << "the window is not full after two seconds";
    for (std::size_t s = 2; s < 20; ++s)
      EXPECT_NEAR(m.series.short_term_lufs[s].value(), level, 0.1);
    EXPECT_EQ(m.series.momentary_lufs.size(), 20u);
  }
}

TEST_P(AtRate, Tech3341Cases3To5Gating) {
  const std::vector<std::vector<Segment>> cases = {
      {{-36, 10}, {-23, 60}, {-36, 10}},
      {{-72, 10}, {-36, 10}, {-23, 60}, {-36, 10}, {-72, 10}},
      {{-26, 20}, {-20, 20.1}, {-26, 20}}};
  for (const auto& segments : cases)
    EXPECT_NEAR(measured(tone(segments, GetParam())).loudness.integrated_lufs.value(), -23.0, 0.1);
}

TEST_P(AtRate, Tech3341Case9ShortTermStaysConstant) {
  std::vector<Segment> segments;
  for (int i = 0; i < 5; ++i) segments.insert(segments.end(), {{-20, 1.34}, {-30, 1.66}});
  const auto m = measured(tone(segments, GetParam()));
  EXPECT_NEAR(m.loudness.max_short_term_lufs.value(), -23.0, 0.1);
  for (std::size_t s = 2; s < m.series.short_term_lufs.size(); ++s)
    EXPECT_NEAR(m.series.short_term_lufs[s].value(), -23.0, 0.1) << s;
}

TEST_P(AtRate, Tech3341Case10ShortTermFindsAThreeSecondToneAnywhere) {
  for (int i = 0; i < 20; ++i) {
    const auto m = measured(tone({{silence, i * 0.15}, {-23, 3}, {silence, 1}}, GetParam()));
    EXPECT_NEAR(m.loudness.max_short_term_lufs.value(), -23.0, 0.1) << i;
  }
}

TEST_P(AtRate, Tech3341Case11ShortTermFollowsASeriesOfTones) {
  std::vector<Segment> segments;
  for (int i = 0; i < 20; ++i) {
    segments.insert(segments.end(), {{silence, i * 0.15}, {-38.0 + i, 3}, {silence, 3 - i * 0.15}});
    if (i % 5 != 4) continue;  // each prefix of the live signal has its own maximum
    EXPECT_NEAR(measured(tone(segments, GetParam())).loudness.max_short_term_lufs.value(),
                -38.0 + i, 0.1);
  }
}

TEST_P(AtRate, Tech3341Case12MomentaryStaysConstant) {
  std::vector<Segment> segments;
  for (int i = 0; i < 25; ++i) segments.insert(segments.end(), {{-20, 0.18}, {-30, 0.22}});
  const auto m = measured(tone(segments, GetParam()));
  EXPECT_NEAR(m.loudness.max_momentary_lufs.value(), -23.0, 0.1);
  for (const auto& value : m.series.momentary_lufs) EXPECT_NEAR(value.value(), -23.0, 0.1);
}

TEST_P(AtRate, Tech3341Case13MomentaryFindsA400MillisecondToneAnywhere) {
  for (int i = 0; i < 20; ++i) {
    const auto m = measured(tone({{silence, i * 0.02}, {-23, 0.4}, {silence, 1}}, GetParam()));
    EXPECT_NEAR(m.loudness.max_momentary_lufs.value(), -23.0, 0.1) << i;
  }
}

TEST_P(AtRate, Tech3341Case14MomentaryFollowsASeriesOfTones) {
  std::vector<Segment> segments;
  for (int i = 0; i < 20; ++i) {
    segments.insert(segments.end(),
                    {{silence, i * 0.02}, {-38.0 + i, 0.4}, {silence, 0.4 - i * 0.02}});
    EXPECT_NEAR(measured(tone(segments, GetParam())).loudness.max_momentary_lufs.value(), -38.0 + i,
                0.1);
  }
}

TEST_P(AtRate, Tech3342Cases1To4LoudnessRange) {
  const std::vector<std::pair<std::vector<double>, double>> cases = {
      {{-20, -30}, 10}, {{-20, -15}, 5}, {{-40, -20}, 20}, {{-50, -35, -20, -35, -50}, 15}};
  for (const auto& [levels, range_lu] : cases) {
    std::vector<Segment> segments;
    for (const double level : levels) segments.push_back({level, 20});
    EXPECT_NEAR(measured(tone(segments, GetParam())).loudness.range_lu.value(), range_lu, 0.5);
  }
}

INSTANTIATE_TEST_SUITE_P(Loudness, AtRate, testing::Values(44100.0, 48000.0));

TEST(Loudness, AToneReadsTheSameAtEveryRate) {
  for (const double rate_hz :
       {8000.0, 11025.0, 16000.0, 22050.0, 32000.0, 44100.0, 88200.0, 96000.0, 192000.0})
    EXPECT_NEAR(measured(tone({{-18, 4}}, rate_hz)).loudness.integrated_lufs.value(), -18.0, 0.1)
        << rate_hz;
}

TEST(Loudness, OneChannelReadsThreeDecibelLessThanTheSameInBoth) {
  EXPECT_NEAR(measured(tone({{-20, 4}}, 48000.0, 1)).loudness.integrated_lufs.value(), -23.0, 0.1);
}

TEST_P(AtRate, Tech3341Case6FiveChannelsWithTheirWeights) {
  testkit::Signal five{5, static_cast<int>(20.0 * GetParam()), GetParam()};
  const double levels_dbfs[] = {-28.0, -28.0, -24.0, -30.0, -30.0};
  for (int c = 0; c < 5; ++c) {
    const auto one = tone({{levels_dbfs[c], 20.0}}, GetParam(), 1);
    for (int f = 0; f < five.frame_count(); ++f) five.at(c, f) = one.at(0, f);
  }
  EXPECT_NEAR(measured(five).loudness.integrated_lufs.value(), -23.0, 0.1);
}

TEST(Loudness, SurroundAgreesWithLibebur128AndTheEffectsChannelDoesNotCount) {
  const std::vector<int> five = {EBUR128_LEFT, EBUR128_RIGHT, EBUR128_CENTER, EBUR128_LEFT_SURROUND,
                                 EBUR128_RIGHT_SURROUND};
  auto six = five;
  six.insert(six.begin() + 3, EBUR128_UNUSED);
  for (std::uint32_t seed = 0; seed < 3; ++seed) {
    const auto in_five = surround(seed, 5);
    auto in_six = surround(seed, 6);
    const double lufs = measured(in_six).loudness.integrated_lufs.value();
    EXPECT_NEAR(measured(in_five).loudness.integrated_lufs.value(), by_libebur128(in_five, five),
                0.01);
    EXPECT_NEAR(lufs, by_libebur128(in_six, six), 0.01);
    for (int f = 0; f < in_six.frame_count(); ++f) in_six.at(3, f) *= -5.0;
    EXPECT_EQ(measured(in_six).loudness.integrated_lufs.value(), lufs);
  }
}

TEST(Loudness, DualMonoIsWhatOneChannelMeasuresFromTwoSpeakers) {
  // -71.5 LUFS lies below the absolute gate in one channel, and above it from two speakers.
  for (const auto& segments :
       {std::vector<Segment>{{-20, 4}, {-34, 4}}, std::vector<Segment>{{-68.5, 4}, {-60, 0.5}}}) {
    const auto one = tone(segments, 48000.0, 1);
    const auto m = measured(one);
    EXPECT_NEAR(m.loudness.dual_mono_lufs.value(), by_libebur128(one, {EBUR128_DUAL_MONO}), 0.01);
    const auto both = measured(tone(segments));
    EXPECT_NEAR(m.loudness.dual_mono_lufs.value(), both.loudness.integrated_lufs.value(), 1e-9);
    EXPECT_FALSE(both.loudness.dual_mono_lufs) << "two channels are what they are";
  }
}

TEST(Loudness, TheHistogramSaysHowLongItIsHowLoud) {
  const auto m = measured(tone({{-20.5, 30}, {-33.5, 60}, {silence, 10}}));
  const auto& share = m.loudness.histogram_share;
  ASSERT_EQ(m.loudness.histogram_from_lufs + static_cast<double>(share.size()), -20.0);
  const auto at = [&](double lufs) {
    return share[static_cast<std::size_t>(lufs - m.loudness.histogram_from_lufs)];
  };
  EXPECT_NEAR(at(-20.5), 0.3, 0.01);
  EXPECT_NEAR(at(-33.5), 0.6, 0.01);
  EXPECT_NEAR(std::accumulate(share.begin(), share.end(), 0.0), 0.9, 0.01);
  EXPECT_GT(share.front(), 0.0) << "it begins with the softest class there is";
  EXPECT_TRUE(measured(tone({{silence, 5}})).loudness.histogram_share.empty());
}

TEST(Loudness, SilenceAndMusicShorterThanAWindowHaveNone) {
  const auto silent = measured(tone({{silence, 5}}));
  EXPECT_FALSE(silent.loudness.integrated_lufs || silent.loudness.range_lu ||
               silent.loudness.max_momentary_lufs || silent.loudness.max_short_term_lufs);
  const auto brief = measured(tone({{-20, 0.39}}));
  EXPECT_FALSE(brief.loudness.integrated_lufs || brief.loudness.max_momentary_lufs);
  const auto two_seconds = measured(tone({{-20, 2}}));
  EXPECT_TRUE(two_seconds.loudness.integrated_lufs && two_seconds.loudness.max_momentary_lufs);
  EXPECT_FALSE(two_seconds.loudness.range_lu || two_seconds.loudness.max_short_term_lufs);
}
