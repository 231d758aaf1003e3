#include "lacquer/measure/quality/perceived_difference.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "lacquer/base/units.h"
#include "lacquer/dsp/transform/turns.h"
#include "lacquer/measure/testing.h"
#include "testkit/signal.h"

using namespace lacquer;
using measure::PerceivedDifference;
using measure::PerceivedDifferenceMeter;
using testkit::Signal;

namespace {

PerceivedDifference compared(Signal reference, Signal other, int block = 700) {
  PerceivedDifferenceMeter meter{reference.format()};
  for (int at = 0; at < reference.frame_count(); at += block) {
    const int frames = std::min(block, reference.frame_count() - at);
    meter.add(reference.block().frames(at, frames), other.block().frames(at, frames));
  }
  return meter.finish();
}

Signal music(double rate_hz = 48000.0, int channels = 2) {
  return measure::testing::music(3, channels, 3.0, rate_hz, 0.4);
}

Signal times(Signal signal, double gain) {
  for (int c = 0; c < signal.channel_count(); ++c)
    for (int f = 0; f < signal.frame_count(); ++f) signal.at(c, f) *= gain;
  return signal;
}

Signal plus(Signal signal, const Signal& more) {
  for (int c = 0; c < signal.channel_count(); ++c)
    for (int f = 0; f < signal.frame_count(); ++f) signal.at(c, f) += more.at(c, f);
  return signal;
}

Signal with_noise(const Signal& signal, double dbfs) {
  return plus(signal,
              testkit::noise(1, signal.channel_count(), signal.frame_count(),
                             gain_from_db(dbfs) * std::sqrt(3.0), signal.format().sample_rate_hz));
}

Signal clipped(Signal signal, double share_of_peak) {
  const double top = signal.peak() * share_of_peak;
  for (int c = 0; c < signal.channel_count(); ++c)
    for (int f = 0; f < signal.frame_count(); ++f)
      signal.at(c, f) = std::clamp(signal.at(c, f), -top, top);
  return signal;
}

/// As a codec does it: the spectrum of each 43 ms in steps so far below the loudest bin of its
/// eight neighbours.
Signal quantised(Signal signal, double step_db) {
  constexpr int size = 2048, group = 8;
  dsp::RealFft fft{size};
  const dsp::Turns turns{size};
  std::vector<double> look(size), real(size / 2 + 1), imaginary(size / 2 + 1);
  Signal out{signal.channel_count(), signal.frame_count(), signal.format().sample_rate_hz};
  for (int c = 0; c < signal.channel_count(); ++c)
    for (int at = 0; at + size <= signal.frame_count(); at += size / 2) {
      for (int i = 0; i < size; ++i)
        look[static_cast<std::size_t>(i)] =
            signal.at(c, at + i) * std::sqrt(turns.hann(static_cast<std::size_t>(i)));
      fft.forward(look.data(), real.data(), imaginary.data());
      for (std::size_t k = 0; k < real.size(); k += group) {
        const std::size_t end = std::min(k + group, real.size());
        double most = 1e-12;
        for (std::size_t i = k; i < end; ++i)
          most = std::max(most, std::hypot(real[i], imaginary[i]));
        const double step = most * gain_from_db(step_db);
        for (std::size_t i = k; i < end; ++i) {
          real[i] = step * std::round(real[i] / step);
          imaginary[i] = step * std::round(imaginary[i] / step);
        }
      }
      fft.inverse(real.data(), imaginary.data(), look.data());
      for (int i = 0; i < size; ++i)
        out.at(c, at + i) +=
            look[static_cast<std::size_t>(i)] * std::sqrt(turns.hann(static_cast<std::size_t>(i)));
    }
  return out;
}

/// Faded in and out as what is quantised, and nothing else.
Signal unharmed() { return quantised(music(), -200.0); }

/// From less to more harm: the score falls and both parts of it rise.
void expect_ranked(const std::vector<PerceivedDifference>& results) {
  for (std::size_t i = 1; i < results.size(); ++i) {
    EXPECT_LT(*results[i].score_2f, *results[i - 1].score_2f) << i;
    EXPECT_GT(*results[i].adb, *results[i - 1].adb) << i;
    EXPECT_GT(*results[i].avg_mod_diff_1, *results[i - 1].avg_mod_diff_1) << i;
    EXPECT_GT(*results[i].win_mod_diff_1, *results[i - 1].win_mod_diff_1) << i;
    EXPECT_GT(*results[i].total_nmr_db, *results[i - 1].total_nmr_db) << i;
    EXPECT_GE(*results[i].rel_dist_frames, *results[i - 1].rel_dist_frames) << i;
    EXPECT_GE(*results[i].mfpd, *results[i - 1].mfpd) << i;
  }
}

}  // namespace

TEST(PerceivedDifference, TheSameProgrammeScoresHundredAndNothingIsDisturbed) {
  for (const double rate_hz : {44100.0, 48000.0, 96000.0})
    for (const int channels : {1, 2}) {
      SCOPED_TRACE(rate_hz);
      const auto result = compared(music(rate_hz, channels), music(rate_hz, channels));
      EXPECT_EQ(result.score_2f.value(), 100.0);
      EXPECT_EQ(result.adb.value(), 0.0);
      EXPECT_EQ(result.avg_mod_diff_1.value(), 0.0);
      EXPECT_EQ(result.avg_mod_diff_2.value(), 0.0);
      EXPECT_EQ(result.win_mod_diff_1.value(), 0.0);
      EXPECT_EQ(result.rms_noise_loud.value(), 0.0);
      EXPECT_EQ(result.rel_dist_frames.value(), 0.0);
      EXPECT_EQ(result.mfpd.value(), 0.0);
      EXPECT_EQ(result.ehs.value(), 0.0);
      EXPECT_LT(result.total_nmr_db.value(), -100.0);
    }
}

TEST(PerceivedDifference, MoreNoiseScoresLess) {
  std::vector<PerceivedDifference> results;
  for (const double dbfs : {-60.0, -50.0, -40.0, -30.0})
    results.push_back(compared(music(), with_noise(music(), dbfs)));
  expect_ranked(results);
  EXPECT_LT(*results.back().score_2f, 50.0);
  EXPECT_GT(*results.back().rms_noise_loud, *results.front().rms_noise_loud);
}

TEST(PerceivedDifference, HarderClippingScoresLess) {
  std::vector<PerceivedDifference> results;
  for (const double share : {0.5, 0.25, 0.12})
    results.push_back(compared(music(), clipped(music(), share)));
  expect_ranked(results);
}

TEST(PerceivedDifference, CoarserQuantisationOfTheSpectrumScoresLess) {
  std::vector<PerceivedDifference> results;
  for (const double step_db : {-12.0, -6.0, 0.0})
    results.push_back(compared(unharmed(), quantised(music(), step_db)));
  expect_ranked(results);
}

TEST(PerceivedDifference, NoiseUnderTheMusicHardlyCountsAndTheSameNoiseElsewhereDoes) {
  // Of equal power: steps that follow the spectrum, and white noise.
  const Signal reference = unharmed(), masked = quantised(music(), -26.0);
  double power = 0.0;
  for (int f = 0; f < reference.frame_count(); ++f)
    power += std::pow(masked.at(0, f) - reference.at(0, f), 2.0) / reference.frame_count();
  const auto under = compared(reference, masked);
  const auto white = compared(reference, with_noise(reference, db_from_power(power)));
  EXPECT_GT(*under.score_2f, *white.score_2f + 20.0);
  EXPECT_LT(*under.total_nmr_db, *white.total_nmr_db - 10.0);
}

TEST(PerceivedDifference, NoiseBelowTheThresholdInQuietIsNothing) {
  const auto result = compared(music(), with_noise(music(), -120.0));
  EXPECT_EQ(result.score_2f.value(), 100.0);
  EXPECT_EQ(result.adb.value(), 0.0);
  EXPECT_LT(result.avg_mod_diff_1.value(), 0.05);
  EXPECT_EQ(result.rel_dist_frames.value(), 0.0);
}

TEST(PerceivedDifference, ASteadyGainIsHeardAsLevelAndNotAsNoise) {
  const auto louder = compared(music(), times(music(), gain_from_db(3.0)));
  EXPECT_GT(*louder.adb, 1.0);  // why compare matches the loudness first
  EXPECT_LT(*louder.rms_noise_loud, 0.05);
  EXPECT_LT(*louder.avg_mod_diff_1, 2.0);
}

TEST(PerceivedDifference, OneBadChannelIsHeardThroughTheGoodOne) {
  Signal other = with_noise(music(), -45.0);
  const Signal good = music();
  for (int f = 0; f < good.frame_count(); ++f) other.at(1, f) = good.at(1, f);
  const auto both = compared(music(), with_noise(music(), -45.0)), one = compared(music(), other);
  EXPECT_GT(*one.adb, 0.8 * *both.adb);  // the ear that hears more decides
  EXPECT_NEAR(*one.avg_mod_diff_1, 0.5 * *both.avg_mod_diff_1, 0.1 * *both.avg_mod_diff_1);
}

TEST(PerceivedDifference, RatesThatAreScaledAgreeWithTheStandardsRate) {
  // The same tones and the same noise in them, from the same formula.
  const auto at = [](double rate_hz) {
    Signal reference{1, static_cast<int>(2.0 * rate_hz), rate_hz}, other = reference;
    for (int f = 0; f < reference.frame_count(); ++f)
      for (int n = 0; n < 20; ++n) {
        const double t = f / rate_hz, hz = 110.0 * std::pow(2.0, n / 3.0);
        const double tone = 0.02 * std::sin(2.0 * pi * hz * t + n * n);
        reference.at(0, f) += tone;
        other.at(0, f) += tone * (1.0 + 0.3 * std::sin(2.0 * pi * (5.0 + 0.3 * n) * t));
      }
    return compared(reference, other);
  };
  const auto standard = at(48000.0);
  for (const double rate_hz : {44100.0, 96000.0}) {
    SCOPED_TRACE(rate_hz);
    const auto scaled = at(rate_hz);
    EXPECT_NEAR(*scaled.adb, *standard.adb, 0.05);
    EXPECT_NEAR(*scaled.avg_mod_diff_1, *standard.avg_mod_diff_1, 0.06 * *standard.avg_mod_diff_1);
    EXPECT_NEAR(*scaled.score_2f, *standard.score_2f, 1.5);
    EXPECT_NEAR(*scaled.total_nmr_db, *standard.total_nmr_db, 0.5);
  }
}

TEST(PerceivedDifference, ALowPassShowsInTheBandwidth) {
  const Signal reference = testkit::noise(5, 1, 72000, 0.3);
  const auto filtered = [](const Signal& in, double corner_hz) {  // 601 taps, Hann
    Signal out{1, in.frame_count()};
    constexpr int taps = 601;
    std::vector<double> kernel(taps);
    for (int i = 0; i < taps; ++i) {
      const double x = 2.0 * corner_hz / 48000.0 * (i - taps / 2);
      const double sinc = i == taps / 2 ? 1.0 : std::sin(pi * x) / (pi * x);
      kernel[static_cast<std::size_t>(i)] =
          2.0 * corner_hz / 48000.0 * sinc * (0.5 - 0.5 * std::cos(2.0 * pi * i / (taps - 1)));
    }
    for (int f = taps; f < in.frame_count(); ++f)
      for (int i = 0; i < taps; ++i)
        out.at(0, f) += kernel[static_cast<std::size_t>(i)] * in.at(0, f - i);
    return out;
  };
  const auto result = compared(with_noise(filtered(reference, 20000.0), -80.0),
                               with_noise(filtered(reference, 15000.0), -80.0));
  // The filter's skirt stands above the noise for some hundred hertz more.
  EXPECT_NEAR(*result.bandwidth_reference_hz, 20200.0, 150.0);
  EXPECT_NEAR(*result.bandwidth_other_hz, 15200.0, 150.0);
}

TEST(PerceivedDifference, SilenceAroundTheProgrammeChangesNothing) {
  const Signal silence{2, 48 * 1024, 48000.0};
  const auto bare = compared(music(), with_noise(music(), -50.0));
  const auto framed =
      compared(testkit::concatenate({silence, music(), silence}),
               testkit::concatenate({silence, with_noise(music(), -50.0), silence}));
  EXPECT_NEAR(*framed.score_2f, *bare.score_2f, 1.0);
  EXPECT_NEAR(*framed.total_nmr_db, *bare.total_nmr_db, 0.2);
  EXPECT_FALSE(compared(silence, silence).score_2f);
}

TEST(PerceivedDifference, AnErrorLikeTeethHasAHarmonicStructureAndNoiseHasNot) {
  const Signal reference = testkit::noise(9, 2, 96000, 0.1);
  Signal echo = reference;  // 2 ms later and 6 dB softer: teeth every 500 Hz
  for (int c = 0; c < 2; ++c)
    for (int f = 96; f < echo.frame_count(); ++f) echo.at(c, f) += 0.5 * reference.at(c, f - 96);
  const auto teeth = compared(reference, echo),
             noise = compared(reference, with_noise(reference, -25.0));
  EXPECT_GT(*teeth.ehs, 50.0);
  EXPECT_LT(*teeth.ehs, 1000.0 / 6.0 + 5.0);
  EXPECT_LT(*noise.ehs, 0.2 * *teeth.ehs);
  // Where it is soft nothing is counted: 8000 of 16 bits are -81 dBFS.
  EXPECT_FALSE(compared(times(reference, 5e-4), times(echo, 5e-4)).ehs);
}

TEST(PerceivedDifference, AnyBlockSplitGivesTheSameNumbersAndDamagedSamplesAreSilence) {
  const Signal other = with_noise(music(), -50.0);
  const auto whole = compared(music(), other, 1 << 20), split = compared(music(), other, 17);
  EXPECT_EQ(whole.score_2f, split.score_2f);
  EXPECT_EQ(whole.rms_noise_loud, split.rms_noise_loud);
  EXPECT_EQ(whole.total_nmr_db, split.total_nmr_db);
  Signal damaged = other;
  damaged.at(0, 70000) = std::numeric_limits<double>::quiet_NaN();
  EXPECT_TRUE(std::isfinite(*compared(music(), damaged).score_2f));
}
