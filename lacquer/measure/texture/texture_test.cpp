#include "lacquer/measure/texture/texture.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

#include "lacquer/base/units.h"
#include "testkit/files.h"
#include "testkit/signal.h"

using namespace lacquer;
using measure::Rhythm;
using measure::Section;
using measure::ShortTimeSpectrum;
using measure::SpectrumFrame;
using measure::TextureMeter;

namespace {

struct Texture {
  Rhythm rhythm;
  std::vector<Section> sections;
};

Texture texture(testkit::Signal signal, int block = 441) {
  const StreamFormat format = signal.format();
  TextureMeter meter{format};
  measure::FloatFrames frames{format.channel_count, meter.keep_frames() + block};
  ShortTimeSpectrum looks{format, ShortTimeSpectrum::frames_of(format.sample_rate_hz, 4096)};
  for (int at = 0; at < signal.frame_count(); at += block) {
    const auto part = signal.block().frames(at, std::min(block, signal.frame_count() - at));
    frames.add(part);
    meter.follow(frames);
    looks.add(part, [&](const SpectrumFrame& look) { meter.add_short(look); });
  }
  meter.finish(frames);
  return {meter.rhythm(), meter.sections(signal.frame_count() / format.sample_rate_hz)};
}

testkit::Signal example(const std::string& name) {
  return testkit::read(std::string{LACQUER_SOURCE_DIR} + "/examples/first-light/mixes/" + name);
}

/// Decaying bursts of noise, like a shaker, over nothing.
testkit::Signal beats(double bpm, double duration_s, double rate_hz, double jitter_s = 0.0) {
  testkit::Signal signal{2, static_cast<int>(duration_s * rate_hz), rate_hz};
  std::mt19937 random{7};
  std::uniform_real_distribution<double> uniform{-1.0, 1.0};
  for (double beat_s = 0.1; beat_s < duration_s - 0.2; beat_s += 60.0 / bpm) {
    const int first = static_cast<int>((beat_s + jitter_s * uniform(random)) * rate_hz);
    for (int f = 0; f < static_cast<int>(0.15 * rate_hz); ++f)
      for (int c = 0; c < 2; ++c)
        signal.at(c, first + f) += 0.4 * uniform(random) * std::exp(-f / (0.02 * rate_hz));
  }
  return signal;
}

bool has_boundary_near(const std::vector<Section>& sections, double time_s, double tolerance_s) {
  return std::any_of(sections.begin(), sections.end(), [&](const Section& section) {
    return std::abs(section.start_s - time_s) <= tolerance_s;
  });
}

}  // namespace

TEST(Texture, TheTempoOfABeatIsFoundAtEveryRateAndTempo) {
  for (const double bpm : {62.0, 120.0, 133.3, 174.0})
    for (const double rate_hz : {32000.0, 96000.0}) {
      const auto heard = texture(beats(bpm, 18.0, rate_hz));
      ASSERT_TRUE(heard.rhythm.tempo_bpm) << bpm << " at " << rate_hz;
      EXPECT_NEAR(*heard.rhythm.tempo_bpm, bpm, 0.005 * bpm) << rate_hz;
      EXPECT_NEAR(*heard.rhythm.onsets_per_s, bpm / 60.0, 0.08 * bpm / 60.0) << rate_hz;
    }
}

TEST(Texture, TheExamplesHaveTheTempoTheyWereWrittenIn) {
  EXPECT_NEAR(texture(example("01-paper-boats.flac")).rhythm.tempo_bpm.value_or(0), 116.0, 0.5);
  EXPECT_NEAR(texture(example("02-low-tide-signal.flac")).rhythm.tempo_bpm.value_or(0), 124.0, 0.5);
  EXPECT_NEAR(texture(example("03-cafe-at-closing.flac")).rhythm.tempo_bpm.value_or(0), 76.0, 0.5);
}

TEST(Texture, MusicWithoutABeatHasNoTempo) {
  const auto noise = texture(testkit::noise(3, 2, 44100 * 15, 0.3, 44100.0));
  EXPECT_LT(noise.rhythm.tempo_confidence.value_or(0.0), 0.15);
  const auto drone = texture(testkit::sine(220.0, -12.0, 15.0, 44100.0));
  EXPECT_FALSE(drone.rhythm.tempo_bpm);
  EXPECT_LT(drone.rhythm.onsets_per_s.value_or(9.0), 0.1) << "its own beginning is one";
}

TEST(Texture, APercussionistIsPercussiveAndASustainedChordIsNot) {
  EXPECT_GT(*texture(beats(120.0, 20.0, 44100.0)).rhythm.percussive_share, 0.7);
  auto chord = testkit::sine(220.0, -20.0, 20.0, 44100.0);
  for (const double hz : {277.2, 329.6, 440.0, 880.0}) {
    const auto note = testkit::sine(hz, -20.0, 20.0, 44100.0);
    for (int c = 0; c < 2; ++c)
      for (int f = 0; f < chord.frame_count(); ++f) chord.at(c, f) += note.at(c, f);
  }
  EXPECT_LT(*texture(chord).rhythm.percussive_share, 0.1);
}

TEST(Texture, TheExamplesChangeWhereTheyWereWrittenToChange) {
  // Breaks, drops and ends as examples/first-light/README.md lists them; a half second is a block.
  const auto song = texture(example("01-paper-boats.flac")).sections;
  for (const double time_s : {4.4, 21.0, 37.5, 45.8})
    EXPECT_TRUE(has_boundary_near(song, time_s, 0.6)) << time_s;
  const auto club = texture(example("02-low-tide-signal.flac")).sections;
  for (const double time_s : {8.0, 15.8, 31.3, 39.0}) {
    EXPECT_TRUE(has_boundary_near(club, time_s, 0.6)) << time_s;
  }
  const auto ballad = texture(example("03-cafe-at-closing.flac")).sections;
  for (const double time_s : {6.6, 31.9, 44.5})
    EXPECT_TRUE(has_boundary_near(ballad, time_s, 0.6)) << time_s;
  const auto drop = std::find_if(club.begin(), club.end(),
                                 [](const Section& section) { return section.start_s > 15.0; });
  ASSERT_NE(drop, club.end());
  EXPECT_EQ(drop->kind, Section::Kind::loud);
  const auto second = std::find_if(club.begin(), club.end(),
                                   [](const Section& section) { return section.start_s > 38.0; });
  ASSERT_NE(second, club.end());
  EXPECT_EQ(second->label, drop->label) << "both drops are the same music";
  EXPECT_EQ(club.front().kind, Section::Kind::quiet);
}

TEST(Texture, SectionsCoverTheProgrammeWithoutGaps) {
  const auto signal = example("03-cafe-at-closing.flac");
  const auto sections = texture(signal).sections;
  ASSERT_GE(sections.size(), 3u);
  EXPECT_EQ(sections.front().start_s, 0.0);
  for (std::size_t i = 1; i < sections.size(); ++i)
    EXPECT_EQ(sections[i].start_s, sections[i - 1].end_s);
  EXPECT_DOUBLE_EQ(sections.back().end_s, signal.frame_count() / 44100.0);
}

TEST(Texture, APieceThatNeverChangesIsOneSection) {
  EXPECT_EQ(texture(testkit::noise(3, 2, 44100 * 30, 0.3, 44100.0)).sections.size(), 1u);
  EXPECT_EQ(texture(beats(120.0, 30.0, 44100.0, 0.01)).sections.size(), 1u);
}

TEST(Texture, SilenceAndVeryShortSoundsSayNothing) {
  const auto silence = texture(testkit::Signal{2, 44100 * 5, 44100.0});
  EXPECT_FALSE(silence.rhythm.tempo_bpm || silence.rhythm.onsets_per_s ||
               silence.rhythm.percussive_share || silence.rhythm.vocal_band_share);
  const auto blip = texture(testkit::sine(1000.0, -6.0, 0.3, 44100.0));
  EXPECT_FALSE(blip.rhythm.tempo_bpm);
  EXPECT_TRUE(blip.sections.empty());
}

TEST(Texture, AnyBlockSplitGivesTheSameBits) {
  for (const double rate_hz : {22050.0, 44100.0, 192000.0}) {
    const auto signal = beats(100.0, 8.0, rate_hz);
    const auto whole = texture(signal, signal.frame_count());
    const auto split = texture(signal, 97);
    EXPECT_EQ(whole.rhythm.tempo_bpm, split.rhythm.tempo_bpm);
    EXPECT_EQ(whole.rhythm.tempo_confidence, split.rhythm.tempo_confidence);
    EXPECT_EQ(whole.rhythm.onsets_per_s, split.rhythm.onsets_per_s);
    EXPECT_EQ(whole.rhythm.percussive_share, split.rhythm.percussive_share);
    EXPECT_EQ(whole.rhythm.vocal_band_share, split.rhythm.vocal_band_share);
    ASSERT_EQ(whole.sections.size(), split.sections.size());
  }
}
