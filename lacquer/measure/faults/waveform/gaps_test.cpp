#include <gtest/gtest.h>

#include <cmath>
#include <random>

#include "lacquer/measure/faults/waveform/found.h"

using namespace lacquer;
using measure::found;
using measure::music;
using testkit::Signal;

namespace {

struct Planted {
  Signal signal;
  int first_frame, frames;
};

/// A hole at a place that depends on the seed; what is left in it is `residue` loud.
Planted hole(int seed, double length_ms, double residue, bool left_only = false) {
  Planted planted{music(seed, 1.1), 0, 0};
  std::mt19937 engine{static_cast<std::uint32_t>(seed)};
  planted.first_frame = 11025 + static_cast<int>(engine() % 22050);
  planted.frames = static_cast<int>(std::lround(length_ms * 44.1));
  const auto residual = testkit::noise(7, 2, planted.frames, residue, 44100.0);
  for (int c = 0; c < (left_only ? 1 : 2); ++c)
    for (int f = 0; f < planted.frames; ++f)
      planted.signal.at(c, planted.first_frame + f) = residual.at(c, f);
  return planted;
}

bool in_place(const std::vector<measure::Finding>& findings, const Planted& planted) {
  return findings.size() == 1 &&
         std::abs(findings[0].start_s - planted.first_frame / 44100.0) < 0.0025 &&
         std::abs(findings[0].end_s - (planted.first_frame + planted.frames) / 44100.0) < 0.0025;
}

}  // namespace

TEST(Gaps, HolesOfZerosAreFoundFromOneFifthOfAMillisecondToAQuarterSecond) {
  for (const double length_ms : {0.2, 1.0, 5.0, 20.0, 80.0, 250.0}) {
    int right = 0;
    for (int seed = 0; seed < 20; ++seed) {
      const auto planted = hole(seed, length_ms, 0.0);
      right += in_place(found(planted.signal, "digital_gap"), planted);
    }
    EXPECT_GE(right, 19) << length_ms << " ms";
  }
}

TEST(Gaps, DropoutsToFaintNoiseAreFound) {
  for (const double length_ms : {12.0, 60.0, 250.0}) {
    int right = 0;
    for (int seed = 0; seed < 20; ++seed) {
      const auto planted = hole(seed, length_ms, 1e-3);
      right += in_place(found(planted.signal, "dropout"), planted);
    }
    EXPECT_GE(right, 19) << length_ms << " ms";
  }
}

TEST(Gaps, DropoutsOfTenMillisecondsWithShortFadesAreFoundInLoudMusicAndSoft) {
  for (const double gain_db : {6.0, 0.0, -14.0}) {
    int right = 0;
    for (int seed = 0; seed < 10; ++seed) {
      auto planted = hole(seed, 10.0, 0.0);
      const auto clean = music(seed, 1.1);
      for (int c = 0; c < 2; ++c)
        for (int f = 0; f < clean.frame_count(); ++f) {
          const int from_end =
              std::min(f - planted.first_frame, planted.first_frame + planted.frames - 1 - f);
          const double down = std::clamp(from_end / 44.1, 0.0, 1.0);  // 1 ms
          planted.signal.at(c, f) = gain_from_db(gain_db) * clean.at(c, f) *
                                    (1.0 - 0.9995 * (0.5 - 0.5 * std::cos(pi * down)));
        }
      right += in_place(found(planted.signal, "dropout"), planted);
    }
    EXPECT_GE(right, 9) << gain_db;
  }
}

TEST(Gaps, AHoleInOneChannelNamesIt) {
  const auto planted = hole(3, 30.0, 0.0, true);
  const auto findings = found(planted.signal, "digital_gap");
  ASSERT_EQ(findings.size(), 1u);
  EXPECT_EQ(findings[0].channel, 0);
  EXPECT_EQ(findings[0].severity, measure::Severity::fail);
  EXPECT_NEAR(findings[0].value, 30.0, 0.1);
  EXPECT_EQ(found(hole(3, 30.0, 0.0).signal, "digital_gap").at(0).channel, std::nullopt);
}

TEST(Gaps, AHeldSampleIsAGapAndAClippedTopIsNot) {
  int found_held = 0;
  for (int seed = 0; seed < 10; ++seed) {
    auto held = hole(seed, 3.0, 0.0);
    for (int c = 0; c < 2; ++c)
      for (int f = 0; f < held.frames; ++f)
        held.signal.at(c, held.first_frame + f) = held.signal.at(c, held.first_frame - 1);
    found_held += !found(held.signal, "digital_gap").empty();
  }
  EXPECT_GE(found_held, 6);  // some end where the music is again

  auto loud = testkit::sine(60.0, 6.0, 1.0, 44100.0, 2);
  for (int c = 0; c < 2; ++c)
    for (int f = 0; f < loud.frame_count(); ++f)
      loud.at(c, f) = std::clamp(loud.at(c, f), -1.0, 1.0);
  EXPECT_TRUE(found(loud, "digital_gap").empty());
}

TEST(Gaps, RestsFadesAndDecaysAreNotGaps) {
  for (int seed = 0; seed < 4; ++seed) {
    auto signal = music(seed, 1.5);
    for (int c = 0; c < 2; ++c)
      for (int f = 0; f < signal.frame_count(); ++f) {
        const double beat_s = std::fmod(f / 44100.0, 0.5);
        // A note that falls by 60 dB in a tenth of a second, and digital silence after it.
        const double gate = beat_s < 0.2 ? 1.0 : std::pow(10.0, -3.0 * (beat_s - 0.2) / 0.1);
        signal.at(c, f) *= gate < 1e-5 ? 0.0 : gate;
      }
    EXPECT_TRUE(found(signal, "digital_gap").empty()) << seed;
    EXPECT_TRUE(found(signal, "dropout").empty()) << seed;
  }
}

TEST(Gaps, ToneAndMusicOfSixteenBitsHaveNoGaps) {
  for (const double frequency_hz : {20.0, 55.0, 997.0}) {
    auto tone = testkit::sine(frequency_hz, -20.0, 2.0, 44100.0, 2);
    for (int c = 0; c < 2; ++c)
      for (int f = 0; f < tone.frame_count(); ++f)
        tone.at(c, f) = std::round(tone.at(c, f) * 32768.0) / 32768.0;
    EXPECT_TRUE(found(tone, "digital_gap").empty()) << frequency_hz;
  }
}

TEST(Gaps, AnySplitFindsTheSame) {
  const auto planted = hole(9, 7.0, 0.0);
  for (const int split : {1, 63, 441, 100000}) {
    const auto findings = found(planted.signal, "digital_gap", 0, split);
    ASSERT_EQ(findings.size(), 1u) << split;
    EXPECT_EQ(findings[0].start_s, planted.first_frame / 44100.0);
  }
}
