#include "lacquer/measure/spectrum/spectrum.h"

#include <gtest/gtest.h>

#include <cmath>
#include <complex>
#include <random>

#include "lacquer/base/units.h"
#include "lacquer/dsp/k_weighting.h"
#include "lacquer/dsp/transform/fft.h"
#include "lacquer/measure/meter.h"
#include "testkit/signal.h"

using namespace lacquer;
using measure::Spectrum;
using testkit::Signal;

namespace {

Spectrum spectrum(Signal signal) {
  measure::Meter meter{
      signal.format(),
      {.loudness = false, .peak = false, .dynamics = false, .stereo = false, .findings = false}};
  meter.add(signal.block());
  return meter.finish().spectrum;
}

struct Tone {
  double frequency_hz, amplitude;
};

/// Steady tones in random phase: their power in each band can be worked out on paper.
Signal tones(const std::vector<Tone>& all, double rate_hz, double side = 0.0) {
  std::mt19937 engine{7};
  std::vector<double> phases;
  for (std::size_t i = 0; i < all.size(); ++i)
    phases.push_back(static_cast<double>(engine()) / 4294967296.0 * 2.0 * pi);
  Signal signal{2, static_cast<int>(4.0 * rate_hz), rate_hz};
  for (std::size_t i = 0; i < all.size(); ++i)
    for (int f = 0; f < signal.frame_count(); ++f) {
      const double at = 2.0 * pi * all[i].frequency_hz * f / rate_hz + phases[i];
      signal.at(0, f) += all[i].amplitude * (std::sin(at) + side * std::cos(at));
      signal.at(1, f) += all[i].amplitude * (std::sin(at) - side * std::cos(at));
    }
  return signal;
}

constexpr double edges_hz[] = {20,     148.2,  392.4,  794.7,   1457.6,
                               2549.7, 4349.2, 7314.2, 12199.3, 20000};

}  // namespace

TEST(Spectrum, SharesAreThePowerOfWhatStandsInEachBandKWeighted) {
  for (const double rate_hz : {44100.0, 48000.0, 96000.0}) {
    std::vector<Tone> all;
    std::vector<double> expected(9);
    const dsp::KWeighting weighting{rate_hz, 1};
    for (int b = 0; b < 9; ++b)
      for (int n = 1; n <= 5; ++n) {
        const double hz = edges_hz[b] + (edges_hz[b + 1] - edges_hz[b]) * (n - 0.4) / 5.2;
        const double amplitude = 0.02 / (1.0 + b) * (1.0 + n % 3);
        all.push_back({hz, amplitude});
        expected[static_cast<std::size_t>(b)] += amplitude * amplitude * weighting.power_gain(hz);
      }
    double sum = 0.0;
    for (const double power : expected) sum += power;
    const auto result = spectrum(tones(all, rate_hz));
    for (std::size_t b = 0; b < 9; ++b) {
      EXPECT_NEAR(result.share_db[b].value(), db_from_power(expected[b] / sum), 0.1)
          << "band " << b << " at " << rate_hz;
      EXPECT_LT(result.band_sd_400ms_db[b].value(), 0.3);  // steady
    }
  }
}

TEST(Spectrum, SharesAreThoseOfSamplesUnderASineWindow) {
  constexpr int size = 16384, block = 17640;  // of 44.1 kHz
  constexpr double rate_hz = 44100.0;
  auto signal = testkit::noise(8, 1, block, 0.5, rate_hz);
  std::vector<double> re(size), im(size), out_re(size), out_im(size);
  for (int n = 0; n < size; ++n)
    re[static_cast<std::size_t>(n)] =
        signal.at(0, (block - size) / 2 + n) * std::sin(pi * (n + 0.5) / size);
  dsp::Fft{size}.forward(re.data(), im.data(), out_re.data(), out_im.data());
  const dsp::KWeighting weighting{rate_hz, 1};
  std::vector<double> power(9);
  double sum = 0.0;
  for (std::size_t b = 0; b < 9; ++b) {
    const auto bin_of = [](double hz) { return static_cast<std::size_t>(hz * size / rate_hz); };
    for (std::size_t k = bin_of(edges_hz[b]); k < bin_of(edges_hz[b + 1]); ++k)
      power[b] += (out_re[k] * out_re[k] + out_im[k] * out_im[k]) *
                  weighting.power_gain(static_cast<double>(k) * rate_hz / size);
    sum += power[b];
  }
  const auto shares = spectrum(signal).share_db;
  // The bins stand half of one beside those here: noise tells it by some hundredths.
  for (std::size_t b = 0; b < 9; ++b)
    EXPECT_NEAR(shares[b].value(), db_from_power(power[b] / sum), 0.1) << b;
}

TEST(Spectrum, ANarrowToneFillsItsBandAndLeavesTheOthersAlmostEmpty) {
  for (std::size_t b = 0; b < 9; ++b) {
    const auto result = spectrum(tones({{std::sqrt(edges_hz[b] * edges_hz[b + 1]), 0.5}}, 44100.0));
    EXPECT_NEAR(result.share_db[b].value(), 0.0, 0.01);
    for (std::size_t other = 0; other < 9; ++other)
      EXPECT_LT(result.share_db[other].value_or(-100.0), other == b ? 0.1 : -35.0);
  }
}

TEST(Spectrum, SideMinusMidIsThatOfEachBand) {
  auto signal = tones({{80, 0.1},
                       {250, 0.1},
                       {600, 0.1},
                       {1000, 0.1},
                       {2000, 0.1},
                       {3500, 0.1},
                       {6000, 0.1},
                       {9000, 0.1},
                       {15000, 0.1}},
                      44100.0, gain_from_db(-8.0));
  for (const auto& value : spectrum(signal).side_minus_mid_db) EXPECT_NEAR(value.value(), -8, 0.1);
}

TEST(Spectrum, TheSpreadOfABandIsThatOfItsLevelOverTime) {
  // 2 s loud, 2 s 10 dB softer, many times: a spread of 5 dB, a little less for the blocks between.
  std::vector<Signal> parts;
  for (int n = 0; n < 8; ++n)
    parts.push_back(testkit::sine(1000.0, n % 2 ? -10 : -20, 4.0, 44100.0));
  EXPECT_NEAR(spectrum(testkit::concatenate(parts)).band_sd_400ms_db[3].value(), 5.0, 0.2);
}

TEST(Spectrum, BlocksTwentyDecibelBelowTheMeanDoNotCount) {
  const auto loud = testkit::sine(1000.0, -10.0, 8.0, 44100.0);
  const auto soft = testkit::sine(1000.0, -55.0, 1.0, 44100.0);
  const auto result = spectrum(testkit::concatenate({loud, soft}));
  EXPECT_LT(result.band_sd_400ms_db[3].value(), 2.0);
}

TEST(Spectrum, GainChangesNoneOfIt) {
  // Strong bass, a treble that comes and goes near the gate, hardly any side.
  Signal music = tones({{80.0, 0.2}, {900.0, 0.05}, {9000.0, 0.0}, {15000.0, 1e-4}}, 48000.0, 1e-3);
  for (int f = 0; f < music.frame_count(); ++f)
    music.at(0, f) +=
        2e-4 * std::sin(3.1 * f / 48000.0) * std::sin(2.0 * pi * 8000.0 * f / 48000.0);
  const Spectrum loud = spectrum(music);
  for (const double gain_db : {-24.0, -6.0, 10.0}) {
    SCOPED_TRACE(gain_db);
    Signal turned = music;
    for (int c = 0; c < 2; ++c)
      for (int f = 0; f < turned.frame_count(); ++f) turned.at(c, f) *= gain_from_db(gain_db);
    const Spectrum soft = spectrum(turned);
    for (std::size_t band = 0; band < 9; ++band) {
      SCOPED_TRACE(band);
      ASSERT_EQ(soft.share_db[band].has_value(), loud.share_db[band].has_value());
      if (!loud.share_db[band]) continue;
      EXPECT_NEAR(*soft.share_db[band], *loud.share_db[band], 0.05);
      EXPECT_NEAR(*soft.side_minus_mid_db[band], *loud.side_minus_mid_db[band], 0.05);
      EXPECT_NEAR(*soft.band_sd_400ms_db[band], *loud.band_sd_400ms_db[band], 0.1);
    }
  }
}

TEST(Spectrum, WhiteNoiseTiltsUpThreeDecibelAnOctaveAndPinkIsLevel) {
  const auto white = testkit::noise(2, 2, 44100 * 12, 0.3, 44100.0);
  const auto result = spectrum(white);
  EXPECT_NEAR(result.tilt_db_per_octave.value(), 3.01, 0.1);
  // A third octave of white noise of power 0.03 a channel over 22050 Hz.
  for (std::size_t b = 9; b < result.third_octave_hz.size(); ++b) {
    const double width_hz = result.third_octave_hz[b] * (std::pow(10, 0.05) - std::pow(10, -0.05));
    EXPECT_NEAR(result.third_octave_db[b].value(), db_from_power(0.03 * width_hz / 22050.0), 0.5)
        << result.third_octave_hz[b];
  }
}

TEST(Spectrum, ThirdOctavesAreFreeOfTheKWeighting) {
  for (const double hz : {31.6, 50.1, 100.0, 1000.0, 10000.0}) {
    const auto result = spectrum(tones({{hz, 0.1}}, 48000.0));
    double nearest = -200.0;
    for (std::size_t b = 0; b < result.third_octave_hz.size(); ++b)
      if (std::abs(std::log2(result.third_octave_hz[b] / hz)) < 0.1)
        nearest = result.third_octave_db[b].value();
    EXPECT_NEAR(nearest, db_from_power(0.5 * 0.01), hz < 40.0 ? 0.35 : 0.1)
        << hz << " (below 40 Hz the window's lobe is wider than the band)";
  }
}

TEST(Spectrum, BandsAboveTheNyquistFrequencyAreEmpty) {
  const auto result = spectrum(testkit::noise(1, 2, 32000, 0.3, 8000.0));
  for (std::size_t b = 0; b < 9; ++b)
    EXPECT_EQ(result.share_db[b].has_value(), edges_hz[b + 1] < 4400.0) << b;
  EXPECT_LE(result.third_octave_hz.back(), 4000.0);
  EXPECT_EQ(result.third_octave_db.size(), result.third_octave_hz.size());
}

TEST(Spectrum, MonoHasTheSharesOfTheSameInBothChannelsAndNoSide) {
  const auto stereo = testkit::sine(300.0, -12.0, 2.0);
  const auto mono = testkit::sine(300.0, -12.0, 2.0, 48000.0, 1);
  const auto one = spectrum(mono), two = spectrum(stereo);
  EXPECT_NEAR(one.share_db[1].value(), two.share_db[1].value(), 1e-6);
  EXPECT_FALSE(one.side_minus_mid_db[1]);
  for (std::size_t b = 0; b < one.third_octave_db.size(); ++b)
    if (two.third_octave_db[b].value_or(-200) > -115.0) {  // below, single precision is at its end
      EXPECT_NEAR(*one.third_octave_db[b], *two.third_octave_db[b], 2e-3);
    }
}
