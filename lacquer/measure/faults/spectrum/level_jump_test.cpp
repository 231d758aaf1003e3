#include <gtest/gtest.h>

#include "lacquer/base/units.h"
#include "lacquer/measure/faults/spectrum/test_music.h"
#include "lacquer/measure/testing.h"

using namespace lacquer;
using namespace lacquer::measure;
using testkit::Signal;

namespace {

constexpr double rate_hz = 24000.0;
constexpr double jump_s = 11.7;

/// Everything from `jump_s` on, or one channel of it, louder by so much.
Signal with_jump(Signal signal, double gain_db, double ramp_s, int channel = -1) {
  const int first = static_cast<int>(jump_s * rate_hz);
  for (int c = 0; c < signal.channel_count(); ++c)
    for (int f = first; (channel < 0 || c == channel) && f < signal.frame_count(); ++f)
      signal.at(c, f) *= gain_from_db(gain_db * std::min(1.0, (f - first) / (ramp_s * rate_hz)));
  return signal;
}

/// An even texture: notes that come in everywhere and a floor of noise.
Signal texture(std::uint32_t seed, double duration_s = 18.0) {
  auto signal = song(seed, duration_s, 110.0, rate_hz);
  const auto air =
      testkit::noise(seed + 99, 2, static_cast<int>(duration_s * rate_hz), 0.05, rate_hz);
  for (int c = 0; c < 2; ++c)
    for (int f = 0; f < std::min(signal.frame_count(), air.frame_count()); ++f)
      signal.at(c, f) = 0.3 * signal.at(c, f) + air.at(c, f);
  return signal;
}

std::vector<Finding> jumps(const Signal& signal, int split = 240) {
  return heard_by(level_jump_detector, signal, split);
}

}  // namespace

TEST(LevelJump, IsFoundAtItsPlaceWithItsSizeAndDirection) {
  for (const double gain_db : {6.0, 9.0, -9.0})
    for (const double ramp_s : {1e-4, 0.01}) {
      SCOPED_TRACE(gain_db);
      const auto found = jumps(with_jump(texture(1), gain_db, ramp_s));
      ASSERT_EQ(found.size(), 1u);
      EXPECT_EQ(found[0].kind, "level_jump");
      EXPECT_NEAR(found[0].start_s, jump_s, 0.05);
      EXPECT_NEAR(found[0].value, gain_db, 1.5);
    }
}

TEST(LevelJump, OfOneChannelMovesTheBalance) {
  const auto found = jumps(with_jump(texture(2), -5.0, 0.005, 1));
  ASSERT_EQ(found.size(), 1u);
  EXPECT_NEAR(found[0].start_s, jump_s, 0.05);
  EXPECT_NEAR(found[0].value, -5.0, 1.0);
  EXPECT_NE(found[0].message.find("to the left"), std::string::npos) << found[0].message;
}

TEST(LevelJump, AnInstrumentThatEntersAFadeAndMusicAreNot) {
  EXPECT_TRUE(jumps(texture(3)).empty());
  EXPECT_TRUE(jumps(song(4, 14.0, 55.0, rate_hz)).empty());
  // A second instrument from one moment on: louder, but not alike in all bands.
  auto entrance = texture(5);
  const auto second = song(6, 18.0, 440.0, rate_hz);
  for (int c = 0; c < 2; ++c)
    for (int f = static_cast<int>(jump_s * rate_hz);
         f < std::min(entrance.frame_count(), second.frame_count()); ++f)
      entrance.at(c, f) += second.at(c, f);
  EXPECT_TRUE(jumps(entrance).empty());
  auto fade = texture(7);
  for (int c = 0; c < 2; ++c)
    for (int f = 0; f < fade.frame_count(); ++f) fade.at(c, f) *= gain_from_db(-1.5 * f / rate_hz);
  EXPECT_TRUE(jumps(fade).empty());
}

TEST(LevelJump, TwoSoonAfterEachOtherAreNoWarning) {
  auto signal = with_jump(texture(9), -8.0, 0.005);
  EXPECT_EQ(jumps(signal).size(), 1u);
  for (int c = 0; c < 2; ++c)
    for (int f = static_cast<int>(6.5 * rate_hz); f < signal.frame_count(); ++f)
      signal.at(c, f) *= 0.4;
  for (const Finding& found : jumps(signal)) EXPECT_EQ(found.severity, Severity::info);
}

TEST(LevelJump, ABreakIsNot) {
  auto signal = texture(8);
  for (int c = 0; c < 2; ++c)
    for (int f = static_cast<int>(10.0 * rate_hz); f < static_cast<int>(10.3 * rate_hz); ++f)
      signal.at(c, f) *= 0.4;
  EXPECT_TRUE(jumps(signal).empty());
  EXPECT_TRUE(jumps(Signal{2, static_cast<int>(20 * rate_hz), rate_hz}).empty());
}

TEST(LevelJump, IsTheSameBitsHoweverTheProgrammeArrives) {
  const auto signal = with_jump(texture(1), 6.0, 0.01);
  const auto metered = [&](int split) {
    const auto parts = measure::testing::only(&Parts::findings);
    return measure::testing::of_kind(measure::testing::measured(signal, parts, split),
                                     "level_jump");
  };
  const auto whole = metered(signal.frame_count());
  ASSERT_EQ(whole.size(), 1u);
  EXPECT_NEAR(whole[0].start_s, jump_s, 0.05);
  const auto expect_the_same = [&](const std::vector<Finding>& again) {
    ASSERT_EQ(again.size(), 1u);
    EXPECT_EQ(again[0].severity, whole[0].severity);
    EXPECT_EQ(again[0].start_s, whole[0].start_s);
    EXPECT_EQ(again[0].end_s, whole[0].end_s);
    EXPECT_EQ(again[0].value, whole[0].value);
    EXPECT_EQ(again[0].confidence, whole[0].confidence);
    EXPECT_EQ(again[0].message, whole[0].message);
  };
  for (const int split : {1000, 4096, 44100}) {
    SCOPED_TRACE(split);
    expect_the_same(metered(split));
  }
  // The meter's steps are alike whatever arrives; the detector by itself does not need them to be.
  for (const int split : {7, 100, 240}) {
    SCOPED_TRACE(split);
    expect_the_same(jumps(signal, split));
  }
}
