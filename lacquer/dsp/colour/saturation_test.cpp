#include "lacquer/dsp/colour/saturation.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>

#include "lacquer/base/units.h"
#include "lacquer/dsp/transform/fft.h"
#include "testkit/contract.h"

using namespace lacquer;
using dsp::Saturation;
using dsp::SaturationCurve;

template <>
struct testkit::ContractTerms<Saturation> {
  static Saturation::Settings neutral() { return {.amount = 0.0}; }
  static constexpr double neutral_peak = 1.0;
  static constexpr bool silence_stays_silent = true;
};

namespace {

constexpr int size = 1 << 16;

testkit::Signal saturated(testkit::Signal signal, const Saturation::Settings& settings) {
  Saturation saturation;
  saturation.prepare(signal.format());
  saturation.process(signal.block(), settings);
  return signal;
}

/// Powers at the bins of `size` frames of a tone that has exactly `cycles` periods in them, after
/// it has settled: every harmonic falls on a multiple of `cycles`, no alias does when it is odd.
std::vector<double> bins(int cycles, double peak_dbfs, double rate_hz,
                         const Saturation::Settings& settings) {
  const int settle = static_cast<int>(rate_hz);
  testkit::Signal tone{1, settle + size, rate_hz};
  for (int f = 0; f < tone.frame_count(); ++f)
    tone.at(0, f) =
        gain_from_db(peak_dbfs) *
        std::sin(2.0 * pi * static_cast<double>(static_cast<long long>(f) * cycles % size) / size);
  const auto out = saturated(tone, settings);
  std::vector<double> samples, re(size / 2 + 1), im(re.size()), power;
  for (int f = settle; f < out.frame_count(); ++f) samples.push_back(out.at(0, f));
  dsp::RealFft{size}.forward(samples.data(), re.data(), im.data());
  for (std::size_t k = 0; k < re.size(); ++k) power.push_back(re[k] * re[k] + im[k] * im[k]);
  return power;
}

/// All that is no harmonic of the tone, together, relative to the tone.
double aliases_dbc(double hz, double peak_dbfs, double rate_hz,
                   const Saturation::Settings& settings, double below_hz = 1e9) {
  const int cycles = static_cast<int>(hz / rate_hz * size) | 1;
  const auto power = bins(cycles, peak_dbfs, rate_hz, settings);
  double sum = 0.0;
  for (std::size_t k = 0; k < power.size(); ++k)
    if (k % static_cast<std::size_t>(cycles) != 0 &&
        static_cast<double>(k) * rate_hz / size < below_hz)
      sum += power[k];
  return db_from_power(sum / power[static_cast<std::size_t>(cycles)]);
}

/// The harmonics of curve(peak sin) in dB of the first, by the midpoint rule over one period: an
/// answer that shares nothing with oversampling, tables or averaging.
double harmonic_db(const std::function<double(double)>& curve, double peak, int harmonic) {
  constexpr int points = 20000;
  const auto part = [&](int n) {
    double sine = 0.0, cosine = 0.0;
    for (int i = 0; i < points; ++i) {
      const double angle = 2.0 * pi * (i + 0.5) / points;
      const double value = curve(peak * std::sin(angle));
      sine += value * std::sin(n * angle);
      cosine += value * std::cos(n * angle);
    }
    return std::hypot(sine, cosine);
  };
  return db_from_gain(part(harmonic) / part(1));
}

// The published shapes, written out once more.
const std::function<double(double)> shapes[] = {
    [](double x) { return x == 0.0 ? 0.0 : 2.0 * (1.0 / std::tanh(1.5 * x) - 1.0 / (1.5 * x)); },
    [](double x) { return std::tanh(0.5 * x + 0.5); },
    [](double x) { return std::erf(0.886226925452758 * x); },
    [](double x) { return std::min(1.0, std::max(-1.0, x)); },
};

}  // namespace

TEST(Saturation, KeepsTheProcessorContract) { testkit::check_processor_contract<Saturation>(); }

TEST(Saturation, NineKilohertzDrivenOverFullScaleHasNoAudibleAlias) {
  for (const double rate_hz : {44100.0, 48000.0})
    for (const double drive_db : {6.0, 12.0})
      for (const double curve : {0.0, 1.0, 2.0, 3.0}) {
        const double dbc =
            aliases_dbc(9000.0, 0.0, rate_hz, {.curve = curve, .drive_db = drive_db});
        EXPECT_LT(dbc, curve < 3.0 ? -120.0 : -90.0)
            << curve << ", " << drive_db << ", " << rate_hz;
      }
}

TEST(Saturation, HarmonicsAreThoseOfThePublishedCurves) {
  constexpr int cycles = 1365;  // 1 kHz
  for (const int curve : {0, 1, 2, 3})
    for (const double peak_dbfs : {-30.0, -20.0, -10.0, -3.0, 0.0}) {
      const auto power = bins(cycles, peak_dbfs, 48000.0,
                              {.curve = curve * 1.0, .drive_db = 6.0, .compensation = 0.0});
      for (int harmonic = 2; harmonic <= 9; ++harmonic) {
        const double expected_db = harmonic_db(shapes[static_cast<std::size_t>(curve)],
                                               gain_from_db(peak_dbfs + 6.0), harmonic);
        const double got_db =
            db_from_power(power[static_cast<std::size_t>(cycles * harmonic)] / power[cycles]);
        if (expected_db > -110.0)
          EXPECT_NEAR(got_db, expected_db, 0.05)
              << "curve " << curve << ", " << peak_dbfs << " dBFS, harmonic " << harmonic;
        else
          EXPECT_LT(got_db, -109.0) << curve << ", " << peak_dbfs << ", harmonic " << harmonic;
      }
    }
}

TEST(Saturation, TapeAndSoftGiveTheThirdHarmonicAndTubeTheSecond) {
  for (const double peak_dbfs : {-30.0, -20.0}) {  // small enough for the first term of the series
    const double peak = gain_from_db(peak_dbfs);
    const auto level_db = [&](double curve, std::size_t harmonic) {
      const auto power = bins(1365, peak_dbfs, 48000.0, {.curve = curve, .drive_db = 0.0});
      return db_from_power(power[1365 * harmonic] / power[1365]);
    };
    EXPECT_NEAR(level_db(0.0, 3), db_from_gain(0.0375 * peak * peak), 0.1);
    EXPECT_NEAR(level_db(1.0, 2), db_from_gain(0.25 * std::tanh(0.5) * peak), 0.1);
    EXPECT_NEAR(level_db(2.0, 3), db_from_gain(pi / 48.0 * peak * peak), 0.1);
    EXPECT_LT(level_db(0.0, 2), -150.0);
    EXPECT_LT(level_db(1.0, 3), level_db(1.0, 2) - 20.0);
  }
}

TEST(Saturation, TheHardClipAveragesAsTheAntiderivativesSay) {
  // Parker et al. 2016 for straight lines: differences of the second antiderivative.
  const auto noise = testkit::noise(3, 1, 4000, 3.0);
  std::vector<double> in, out(4000);
  for (int f = 0; f < 4000; ++f) in.push_back(noise.at(0, f));
  dsp::HardBend hard;
  hard.bend(in.data(), 4000, out.data());
  const auto bend = [](double x) { return std::clamp(x, -1.0, 1.0) - x; };
  std::vector<double> average(4000);
  for (std::size_t i = 1; i + 1 < 4000; ++i) {  // a fine Riemann sum under the triangle
    constexpr int points = 400;
    for (int p = 0; p < points; ++p) {
      const double t = (p + 0.5) / points;
      average[i] += (t * bend(in[i - 1] + t * (in[i] - in[i - 1])) +
                     (1.0 - t) * bend(in[i] + t * (in[i + 1] - in[i]))) /
                    points;
    }
  }
  for (std::size_t i = 3; i + 2 < 4000; ++i)
    ASSERT_NEAR(out[i + 2], 4.0 / 3.0 * average[i] - (average[i - 1] + average[i + 1]) / 6.0, 1e-4);
}

TEST(Saturation, TheTableIsTheFormulaToAHundredAndSixtyDecibels) {
  for (const auto curve : {SaturationCurve::tape, SaturationCurve::tube, SaturationCurve::soft})
    for (double x = -20.0; x < 20.0; x += 0.00137) {
      const auto& shape = shapes[static_cast<std::size_t>(curve)];
      const double slope =
          curve == SaturationCurve::tube ? (shape(1e-4) - shape(-1e-4)) / 2e-4 : 1.0;
      ASSERT_NEAR(x + dsp::BendTable::of(curve).bend(x), (shape(x) - shape(0.0)) / slope, 1e-8)
          << x;
    }
}

TEST(Saturation, AClipThatClipsNothingPassesBitForBit) {
  const auto signal = testkit::noise(5, 2, 5000, 0.2);
  for (const double drive_db : {-6.0, 0.0}) {
    const auto out = saturated(signal, {.curve = 3.0, .drive_db = drive_db, .compensation = 0.0});
    const int latency = Saturation{}.latency_frames();
    const double gain = gain_from_db(drive_db);
    for (int f = latency; f < 5000; ++f)
      ASSERT_NEAR(out.at(1, f), gain * signal.at(1, f - latency), drive_db == 0.0 ? 0.0 : 1e-16);
  }
}

TEST(Saturation, QuietMusicPassesFlatToHalfTheRate) {
  const auto signal = testkit::noise(6, 1, 5000, 1e-5);
  for (const double curve : {0.0, 2.0, 3.0}) {
    const auto out = saturated(signal, {.curve = curve, .drive_db = 0.0, .compensation = 0.0});
    for (int f = 200; f < 5000; ++f)
      ASSERT_NEAR(out.at(0, f), signal.at(0, f - Saturation{}.latency_frames()), 1e-15);
  }
}

TEST(Saturation, CompensationKeepsTheLevelOfANoiseLikeProgramme) {
  testkit::Signal noise{1, 200000, 48000.0};  // nearly Gaussian, below 10 kHz, -14 dBFS rms
  const auto white = testkit::noise(7, 12, noise.frame_count(), 1.0);
  double power = 0.0;
  for (int f = 16; f < noise.frame_count(); ++f) {
    for (int c = 0; c < 12; ++c) noise.at(0, f) += white.at(c, f);
    power += noise.at(0, f) * noise.at(0, f) / noise.frame_count();
  }
  for (int f = 0; f < noise.frame_count(); ++f)
    noise.at(0, f) *= gain_from_db(-14.0) / std::sqrt(power);
  for (const double curve : {0.0, 1.0, 2.0, 3.0})
    for (const double drive_db : {-12.0, 0.0, 6.0, 12.0, 18.0}) {
      const auto out = saturated(noise, {.curve = curve, .drive_db = drive_db});
      double after = 0.0;
      for (int f = 0; f < out.frame_count(); ++f)
        after += out.at(0, f) * out.at(0, f) / out.frame_count();
      EXPECT_NEAR(db_from_power(after), -14.0, 0.25) << curve << " driven by " << drive_db;
    }
}

TEST(Saturation, TheTubeLeavesNoDirectCurrent) {
  const auto out = saturated(testkit::sine(200.0, 0.0, 2.0, 48000.0, 1), {.curve = 1.0});
  double mean = 0.0;
  for (int f = 48000; f < 96000; ++f) mean += out.at(0, f) / 48000.0;
  EXPECT_NEAR(mean, 0.0, 1e-4);
}

TEST(Saturation, HalfTheAmountIsHalfTheHarmonicsAtHalfTheDrive) {
  const Saturation::Settings half{.curve = 2.0, .drive_db = 12.0, .trim_db = -4.0, .amount = 0.5};
  const Saturation::Settings same{.curve = 2.0, .drive_db = 6.0, .mix = 0.5, .trim_db = -2.0};
  const auto signal = testkit::bursts(8, 2, 4000, 0.9);
  const auto one = saturated(signal, half), other = saturated(signal, same);
  for (int f = 0; f < 4000; ++f) ASSERT_EQ(one.at(0, f), other.at(0, f));
}

TEST(Saturation, ChangingEverySettingDoesNotClick) {
  const Saturation::Settings settings[] = {
      {.amount = 0.0},
      {.curve = 2.0, .drive_db = 18.0},
      {.curve = 3.0, .drive_db = 12.0, .compensation = 0.0, .trim_db = -12.0},
      {.curve = 1.0, .drive_db = 0.0, .mix = 0.3},
      {.amount = 0.0},
      {.curve = 0.0, .drive_db = 24.0}};
  auto signal = testkit::sine(60.0, -6.0, 1.2, 48000.0, 2);
  Saturation saturation;
  saturation.prepare(signal.format());
  for (int part = 0; part < 6; ++part)
    saturation.process(signal.block().frames(part * 9600, 9600),
                       settings[static_cast<std::size_t>(part)]);
  double roughest = 0.0;  // the second difference; a click is a jump in it
  for (int f = 200; f < signal.frame_count(); ++f)
    roughest = std::max(
        roughest, std::abs(signal.at(0, f) - 2.0 * signal.at(0, f - 1) + signal.at(0, f - 2)));
  EXPECT_LT(roughest, 0.003);
}
TEST(Saturation, NoToneHasAnAudibleAlias) {
  // Close under half the rate a half-band filter folds; what it folds lies above 20 kHz.
  for (const double rate_hz : {44100.0, 48000.0})
    for (const double hz : {1250.0, 3100.0, 5000.0, 7000.0, 9500.0, 12000.0})
      for (const double curve : {0.0, 1.0, 2.0, 3.0}) {
        const double dbc =
            aliases_dbc(hz, 0.0, rate_hz, {.curve = curve, .drive_db = 6.0}, 20000.0);
        EXPECT_LT(dbc, curve < 3.0 ? -115.0 : -85.0) << curve << ", " << hz << " at " << rate_hz;
      }
}

TEST(Saturation, SixChannelsAreSixTimesOne) {
  const auto six = testkit::bursts(9, 6, 3000, 1.0);
  const Saturation::Settings settings{.curve = 1.0, .drive_db = 12.0};
  const auto together = saturated(six, settings);
  for (int c = 0; c < 6; ++c) {
    testkit::Signal alone{1, 3000};
    for (int f = 0; f < 3000; ++f) alone.at(0, f) = six.at(c, f);
    alone = saturated(alone, settings);
    for (int f = 0; f < 3000; ++f) ASSERT_EQ(together.at(c, f), alone.at(0, f));
  }
}

TEST(Saturation, ComesAndGoesWithSilenceAsIfItHadNeverSlept) {
  // Skipped silence and skipped straightness must give the bits of working all the time: a second
  // burst after silence is the first one again, once the tube's direct current has gone.
  const auto burst = testkit::bursts(10, 1, 1472, 2.0);  // whole steps, so both begin alike
  const auto both = testkit::concatenate({burst, {1, 64 * 40}, burst, {1, 512}});
  for (const double curve : {0.0, 2.0, 3.0}) {
    const auto out = saturated(both, {.curve = curve, .drive_db = 3.0});
    const int later = 1472 + 64 * 40;
    for (int f = 0; f < 1472 + 512; ++f) ASSERT_EQ(out.at(0, f), out.at(0, f + later)) << f;
  }
}
