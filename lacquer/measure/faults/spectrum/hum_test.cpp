#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "lacquer/base/units.h"
#include "lacquer/measure/faults/spectrum/test_music.h"

using namespace lacquer;
using namespace lacquer::measure;
using testkit::Signal;

namespace {

struct Mains {
  double hz = 50.0;
  double rms_dbfs = -50.0;
  std::vector<double> harmonics = {1.0, 0.5, 0.7, 0.2, 0.4, 0.1, 0.3};
  double drift_hz = 0.05;
  double from_s = 0.0, to_s = 1e9;
};

/// Mains as it comes: its frequency wanders, its harmonics with it.
void add_hum(Signal& signal, const Mains& mains, int only_channel = -1) {
  double squares = 0.0;
  for (const double a : mains.harmonics) squares += 0.5 * a * a;
  const double gain = gain_from_db(mains.rms_dbfs) / std::sqrt(squares);
  const double frames_per_s = signal.format().sample_rate_hz;
  double phase = 0.3;
  for (int f = 0; f < signal.frame_count(); ++f) {
    const double at_s = f / frames_per_s;
    phase += 2.0 * pi * (mains.hz + mains.drift_hz * std::sin(at_s / 9.0)) / frames_per_s;
    if (at_s < mains.from_s || at_s > mains.to_s) continue;
    double sum = 0.0;
    for (std::size_t h = 0; h < mains.harmonics.size(); ++h)
      if (mains.harmonics[h] != 0.0)
        sum += mains.harmonics[h] *
               std::sin(static_cast<double>(h + 1) * phase + static_cast<double>(h * h));
    for (int c = 0; c < signal.channel_count(); ++c)
      if (only_channel < 0 || c == only_channel) signal.at(c, f) += gain * sum;
  }
}

constexpr double rate_hz = 16000.0;  // nothing above a few kHz matters

std::vector<Finding> hum(const Signal& signal, int split = 160) {
  return heard_by(hum_detector, signal, split, false);
}

// A cable, an odd set of a transformer, a rectifier's buzz, a dimmer.
const std::vector<std::vector<double>> mixtures = {
    {1.0, 0.5, 0.33, 0.25, 0.2, 0.17, 0.14, 0.12},
    {1.0, 0.0, 0.5, 0.0, 0.3, 0.0, 0.2},
    {0.0, 1.0, 0.0, 0.6, 0.0, 0.4, 0.0, 0.2},
    {0.5, 0.6, 0.5, 0.4, 0.6, 0.5, 0.4, 0.5, 0.6, 0.4},
};

}  // namespace

TEST(Hum, IsFoundUnderMusicWhateverItsHarmonicsAndLevel) {
  const Signal pause{2, static_cast<int>(6.0 * rate_hz), rate_hz};
  int planted = 0, found = 0;
  std::uint32_t seed = 1;
  for (const auto& harmonics : mixtures)
    for (const double rms_dbfs : {-40.0, -50.0, -60.0}) {
      const bool europe = seed % 2 == 0;
      // As quiet as 40 dB under the music it is heard where that pauses for some seconds.
      auto signal = testkit::concatenate({song(seed, 24.0, 55.0, rate_hz), pause});
      add_hum(signal, {.hz = europe ? 50.03 : 59.96, .rms_dbfs = rms_dbfs, .harmonics = harmonics});
      const auto findings = hum(signal);
      ++planted;
      ++seed;
      if (findings.empty()) continue;
      ++found;
      EXPECT_EQ(findings[0].severity, Severity::warn);
      EXPECT_EQ(findings[0].message.find("(50.") != std::string::npos, europe)
          << findings[0].message;
      EXPECT_NEAR(findings[0].value, rms_dbfs, 6.0) << "of the harmonics that are found";
    }
  EXPECT_EQ(found, planted);
}

TEST(Hum, OfOneChannelAndAtOtherRatesIsFoundToo) {
  for (const double other_rate_hz : {44100.0, 48000.0, 96000.0}) {
    auto signal = song(3, 14.0, 55.0, other_rate_hz);
    add_hum(signal, {}, 1);
    EXPECT_FALSE(hum(signal).empty()) << other_rate_hz;
  }
  auto mono = song(4, 25.0, 55.0, rate_hz, 1);
  add_hum(mono, {.hz = 60.0});
  EXPECT_FALSE(hum(mono).empty());
}

TEST(Hum, ThatBeginsLateAndEndsEarlyIsPlaced) {
  auto signal = song(5, 70.0, 55.0, rate_hz);
  add_hum(signal, {.rms_dbfs = -45.0, .from_s = 20.0, .to_s = 50.0});
  const auto findings = hum(signal);
  ASSERT_EQ(findings.size(), 1u);
  EXPECT_NEAR(findings[0].start_s, 20.0, 8.0);
  EXPECT_NEAR(findings[0].end_s, 50.0, 8.0);
}

TEST(Hum, MusicIsNotHumNorIsABassCloseToTheMains) {
  for (std::uint32_t seed = 0; seed < 4; ++seed)
    EXPECT_TRUE(hum(song(seed, 30.0, 55.0, rate_hz)).empty()) << seed;
  EXPECT_TRUE(hum(song(8, 40.0, 48.9994, rate_hz)).empty()) << "G";
  EXPECT_TRUE(hum(song(9, 40.0, 61.7354, rate_hz)).empty()) << "B";
  EXPECT_TRUE(hum(song(10, 40.0, 50.0, rate_hz)).empty()) << "tuned to the mains";
}

TEST(Hum, ABassHeldOnOneNoteIsNotHum) {
  for (const double hz : {48.9994, 61.7354}) {
    Signal signal{2, 16000 * 30, rate_hz};
    add_note(signal, 0.0, 30.0, hz, 0.1, 1000.0);
    EXPECT_TRUE(hum(signal).empty()) << hz;
  }
}

TEST(Hum, ASynthesiserOnFiftyHertzThatStopsBetweenItsNotesIsNotHum) {
  Signal signal{2, 16000 * 40, rate_hz};
  for (double at_s = 0.0; at_s < 40.0; at_s += 2.0) add_note(signal, at_s, 1.4, 50.0, 0.05, 5.0);
  EXPECT_TRUE(hum(signal).empty());
}

TEST(Hum, ARhythmHasLinesOnTheMainsAndBesideThem) {
  for (const double period_s : {0.1, 0.2, 0.5}) {
    Signal signal{2, 16000 * 30, rate_hz};
    for (double at_s = 0.0; at_s < 29.0; at_s += period_s)
      add_hit(signal, 7, at_s, 0.02, 20.0, 0.1);
    EXPECT_TRUE(hum(signal).empty()) << period_s;
  }
}

TEST(Hum, SilenceHasNone) { EXPECT_TRUE(hum(Signal{2, 48000 * 20}).empty()); }

TEST(Hum, IsTheSameForAnyBlocks) {
  auto signal = song(6, 20.0, 55.0, 22050.0);
  add_hum(signal, {});
  const auto whole = hum(signal, 220);
  ASSERT_EQ(whole.size(), 1u);
  for (const int split : {1, 7, 100}) {
    const auto again = hum(signal, split);
    ASSERT_EQ(again.size(), 1u);
    EXPECT_EQ(again[0].value, whole[0].value);
    EXPECT_EQ(again[0].start_s, whole[0].start_s);
  }
}
