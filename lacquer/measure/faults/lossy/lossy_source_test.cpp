#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <random>

#include "lacquer/base/units.h"
#include "lacquer/measure/faults/lossy/lossy_alignment.h"
#include "lacquer/measure/meter.h"
#include "lacquer/measure/spectrum/short_time_spectrum.h"
#include "testkit/files.h"
#include "testkit/signal.h"

using namespace lacquer;
using measure::Finding;
using measure::Severity;
using testing::HasSubstr;
using testkit::coded;
using testkit::Signal;

namespace {

constexpr double band_s = 4.0;

/// A little band, no two bars alike: plucked strings across the stereo field, a bass, a soft pad
/// and brushed cymbals. Rounded to 16 bit with dither.
Signal band(std::uint32_t seed, double sample_rate_hz = 44100.0, int channel_count = 2) {
  std::mt19937 random{seed};
  const auto uniform = [&](double low, double high) {
    return low + (high - low) * static_cast<double>(random()) / 4294967296.0;
  };
  Signal signal{channel_count, static_cast<int>(band_s * sample_rate_hz), sample_rate_hz};
  const int frames = signal.frame_count();
  const auto mix = [&](int frame, double value, double right_share) {
    if (frame >= frames) return;
    signal.at(0, frame) += value * (1.0 - right_share);
    if (channel_count == 2) signal.at(1, frame) += value * right_share;
  };
  for (double at_s = 0.0; at_s < band_s; at_s += 0.125) {
    const auto first = static_cast<int>(at_s * sample_rate_hz);
    // String: noise going round a delay line that dulls it.
    const double frequency_hz = 110.0 * std::exp2(std::floor(uniform(0.0, 36.0)) / 12.0);
    std::vector<double> line(static_cast<std::size_t>(sample_rate_hz / frequency_hz));
    for (double& sample : line) sample = uniform(-0.3, 0.3);
    const double place = uniform(0.1, 0.9);
    for (int f = 0; f < frames / 8; ++f) {
      auto& sample = line[static_cast<std::size_t>(f) % line.size()];
      mix(first + f, sample, place);
      sample = 0.78 * sample + 0.215 * line[static_cast<std::size_t>(f + 1) % line.size()];
    }
    // Cymbal: noise without its lows.
    const double decay = std::exp(-1.0 / (uniform(0.05, 0.3) * sample_rate_hz));
    double level = uniform(0.02, 0.08), last = 0.0;
    for (int f = 0; f < frames / 12; ++f, level *= decay) {
      const double noise = uniform(-1.0, 1.0);
      mix(first + f, level * (noise - last), 0.6);
      last = noise;
    }
  }
  for (int f = 0; f < frames; ++f) {
    const double turn = 2.0 * pi * f / sample_rate_hz;
    mix(f, 0.1 * std::sin(55.0 * turn) + 0.02 * std::sin(330.7 * turn) * std::sin(0.4 * turn), 0.5);
  }
  for (int c = 0; c < channel_count; ++c)
    for (int f = 0; f < frames; ++f) {
      const double dither = uniform(-0.5, 0.5) + uniform(-0.5, 0.5);
      signal.at(c, f) = std::round(0.7 * signal.at(c, f) * 32768.0 + dither) / 32768.0;
    }
  return signal;
}

std::vector<Finding> lossy_findings(Signal signal) {
  measure::Meter meter{
      signal.format(),
      {.loudness = false, .peak = false, .dynamics = false, .spectrum = false, .stereo = false}};
  meter.add(signal.block());
  std::vector<Finding> found;
  for (const Finding& finding : meter.finish().findings)
    if (finding.kind == "lossy_source") found.push_back(finding);
  return found;
}

}  // namespace

TEST(LossySource, EveryCodecIsNamedAtLowAndHighBitrates) {
  struct Case {
    const char* encoder;
    const char* extension;
    int kbps;
    double sample_rate_hz;
    const char* name;
  };
  for (const Case& c : {Case{"libmp3lame", "mp3", 128, 44100.0, "an MP3 file"},
                        Case{"libmp3lame", "mp3", 256, 48000.0, "an MP3 file"},
                        Case{"aac", "m4a", 128, 48000.0, "an AAC file"},
                        Case{"aac", "m4a", 256, 44100.0, "an AAC file"},
                        Case{"libvorbis", "ogg", 128, 44100.0, "an Ogg Vorbis file"},
                        Case{"libvorbis", "ogg", 192, 48000.0, "an Ogg Vorbis file"},
                        Case{"libopus", "opus", 128, 48000.0, "an Opus file"},
                        Case{"libopus", "opus", 192, 48000.0, "an Opus file"}}) {
    SCOPED_TRACE(std::string{c.encoder} + " " + std::to_string(c.kbps));
    const auto found =
        lossy_findings(coded(band(1, c.sample_rate_hz), c.encoder, c.extension, c.kbps));
    ASSERT_EQ(found.size(), 1u);
    EXPECT_THAT(found[0].message, HasSubstr(c.name));
    EXPECT_EQ(found[0].severity, Severity::warn);
    EXPECT_GE(found[0].confidence, 0.9);
  }
}

TEST(LossySource, MusicThatNeverWasCodedIsLeftAlone) {
  for (std::uint32_t seed = 10; seed < 14; ++seed) {
    SCOPED_TRACE(seed);
    const double sample_rate_hz = seed % 2 == 0 ? 44100.0 : 48000.0;
    EXPECT_TRUE(lossy_findings(band(seed, sample_rate_hz, seed < 13 ? 2 : 1)).empty());
  }
}

TEST(LossySource, ACutAndAChangeOfLevelDoNotHideIt) {
  const auto found = lossy_findings(
      coded(band(2), "libmp3lame", "mp3", 192,
            {"-af",
             "atrim=start_sample=12347,volume=-1.3dB,aresample=osf=s16:dither_method=triangular"}));
  ASSERT_EQ(found.size(), 1u);
  EXPECT_THAT(found[0].message, HasSubstr("MP3"));
  // ffmpeg takes the encoder's delay of 1105 samples away; frames began at 48.
  const int begins = ((48 - 12347) % 576 + 576) % 576;
  EXPECT_THAT(found[0].message, HasSubstr("from sample " + std::to_string(begins) + " on"));
}

TEST(LossySource, OneChannelIsEnough) {
  const auto found = lossy_findings(coded(band(3, 44100.0, 1), "libmp3lame", "mp3", 96));
  ASSERT_EQ(found.size(), 1u);
  EXPECT_THAT(found[0].message, HasSubstr("MP3"));
}

TEST(LossySource, AfterAConversionOfRateOnlyTheCutOffSpeaks) {
  const auto found = lossy_findings(coded(band(4), "libmp3lame", "mp3", 128, {"-ar", "48000"}));
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].severity, Severity::info);
  EXPECT_THAT(found[0].message, HasSubstr("no encoder's frames can be made out"));
  EXPECT_NEAR(found[0].value, 16500.0, 500.0);  // LAME's low-pass at 128 kbit/s
}

TEST(LossySource, ASteadyToneThatFitsTheFramesIsNoHistory) {
  Signal signal{2, 44100 * 6, 44100.0};
  for (int f = 0; f < signal.frame_count(); ++f)
    for (int c = 0; c < 2; ++c) signal.at(c, f) = f % 128 < 64 ? 0.25 : -0.25;
  EXPECT_TRUE(lossy_findings(signal).empty());
}

TEST(LossySource, TheWhistleOfAScreenIsNoCutOff) {
  Signal signal = testkit::sine(15734.0, -30.0, 6.0, 44100.0);
  const Signal hiss = testkit::noise(5, 2, signal.frame_count(), 1e-4, 44100.0);
  for (int f = 0; f < signal.frame_count(); ++f)
    for (int c = 0; c < 2; ++c) signal.at(c, f) += hiss.at(c, f);
  EXPECT_TRUE(lossy_findings(signal).empty());
}

TEST(LossySource, SilenceAndScrapsSayNothing) {
  EXPECT_TRUE(lossy_findings(Signal{2, 44100 * 5, 44100.0}).empty());
  EXPECT_TRUE(lossy_findings(testkit::noise(6, 2, 3000, 0.3)).empty());
  EXPECT_TRUE(lossy_findings(testkit::noise(7, 2, 96000, 0.3, 192000.0)).empty());
}

TEST(LossyPassages, AreSixteenAtMostSpreadOverTheWholeForAnyBlockSplit) {
  const Signal noise = testkit::bursts(8, 1, 48000 * 50, 0.5);
  const auto pick = [&](int split) {
    Signal copy = noise;
    measure::LossyPassages passages{copy.format()};
    measure::ShortTimeSpectrum spectrum{copy.format(), 4096};
    for (int at = 0; at < copy.frame_count(); at += split) {
      const auto block = copy.block().frames(at, std::min(split, copy.frame_count() - at));
      passages.add(block);
      spectrum.add(block, [&](const measure::SpectrumFrame& look) {
        passages.look(look.first_frame, measure::TrebleBands{look, 1});
      });
    }
    return passages.passages();
  };
  const auto some = pick(480), others = pick(77);
  ASSERT_EQ(some.size(), others.size());
  EXPECT_GE(some.size(), 8u);
  EXPECT_LE(some.size(), 16u);
  for (std::size_t i = 0; i < some.size(); ++i) {
    EXPECT_EQ(some[i].first_frame, others[i].first_frame);
    EXPECT_EQ(some[i].samples, others[i].samples);
    if (i > 0) {
      EXPECT_GT(some[i].first_frame, some[i - 1].first_frame);
    }
    for (int f = 0; f < measure::LossyPassage::frames; ++f)
      ASSERT_EQ(some[i].samples[0][static_cast<std::size_t>(f)],
                noise.at(0, static_cast<int>(some[i].first_frame) + f));
  }
  EXPECT_LT(some.front().first_frame, 48000 * 8);
  EXPECT_GT(some.back().first_frame, 48000 * 42);
}
