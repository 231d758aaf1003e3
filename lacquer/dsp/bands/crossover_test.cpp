#include "lacquer/dsp/bands/crossover.h"

#include <gtest/gtest.h>

#include <cmath>
#include <complex>

#include "lacquer/base/units.h"
#include "testkit/signal.h"

using namespace lacquer;
using dsp::Crossover;

namespace {

constexpr Crossover::Corners corners_hz = {120.0, 800.0, 4500.0};

/// The impulse response of every band of the first channel.
std::vector<std::vector<double>> impulse_responses(int bands, double rate_hz, int length) {
  testkit::Signal impulse{2, length, rate_hz};
  impulse.at(0, 0) = 1.0;
  Crossover crossover;
  crossover.prepare(impulse.format());
  crossover.tune(bands, corners_hz);
  std::vector<std::vector<double>> responses(static_cast<std::size_t>(bands));
  Crossover::Bands out;
  for (int f = 0; f < length; f += Crossover::most_frames) {
    const int frames = std::min(Crossover::most_frames, length - f);
    crossover.split(impulse.block().frames(f, frames), 0, out);
    for (std::size_t b = 0; b < responses.size(); ++b)
      for (std::size_t i = 0; i < static_cast<std::size_t>(frames); ++i) {
        responses[b].push_back(out[b][i][0]);
        EXPECT_EQ(out[b][i][1], 0.0) << "the other channel";
      }
  }
  return responses;
}

std::complex<double> at(const std::vector<double>& response, double hz, double rate_hz) {
  const auto step = std::polar(1.0, -2.0 * pi * hz / rate_hz);
  std::complex<double> sum = 0.0;
  for (std::size_t f = response.size(); f-- > 0;) sum = sum * step + response[f];
  return sum;
}

}  // namespace

TEST(Crossover, TheBandsAddUpToAnAllPass) {
  for (const double rate_hz : {44100.0, 96000.0})
    for (const int bands : {1, 2, 3, 4}) {
      const auto responses = impulse_responses(bands, rate_hz, 16000);
      for (double hz = 20.0; hz < 20000.0; hz *= 1.2) {
        std::complex<double> sum = 0.0;
        for (const auto& response : responses) sum += at(response, hz, rate_hz);
        EXPECT_NEAR(db_from_gain(std::abs(sum)), 0.0, 1e-6) << bands << " bands, " << hz << " Hz";
      }
    }
}

TEST(Crossover, EveryBandFallsByTwentyFourDecibelsAnOctave) {
  const double rate_hz = 96000.0;
  const auto responses = impulse_responses(4, rate_hz, 32000);
  // The textbook's Linkwitz-Riley magnitudes, frequencies as the bilinear transform bends them.
  const auto below = [&](double hz, double corner_hz) {
    const double w = std::tan(pi * hz / rate_hz) / std::tan(pi * corner_hz / rate_hz);
    return 1.0 / (1.0 + std::pow(w, 4.0));
  };
  for (double hz = 30.0; hz < 20000.0; hz *= 1.3) {
    double wanted = 1.0;
    for (std::size_t b = 0; b < 4; ++b) {
      const double magnitude = wanted * (b < 3 ? below(hz, corners_hz[b]) : 1.0);
      if (magnitude > 1e-5) {
        EXPECT_NEAR(db_from_gain(std::abs(at(responses[b], hz, rate_hz)) / magnitude), 0.0, 1e-3)
            << "band " << b + 1 << " at " << hz << " Hz";
      }
      if (b < 3) wanted *= 1.0 - below(hz, corners_hz[b]);
    }
  }
}

TEST(Crossover, NeighboursAreInStepAtTheirCorner) {
  const auto responses = impulse_responses(4, 48000.0, 20000);
  for (std::size_t b = 0; b < 3; ++b) {
    const auto low = at(responses[b], corners_hz[b], 48000.0);
    const auto high = at(responses[b + 1], corners_hz[b], 48000.0);
    EXPECT_NEAR(std::arg(high / low), 0.0, 1e-6);
  }
}

TEST(Crossover, AMovingCornerDoesNotBurst) {
  auto signal = testkit::noise(1, 1, 48000, 1.0);
  Crossover crossover;
  crossover.prepare(signal.format());
  Crossover::Bands out;
  double loudest = 0.0;
  for (int f = 0; f < 48000; f += 16) {
    const double swing = std::sin(2.0 * pi * 30.0 * f / 48000.0);
    crossover.tune(
        4, {120.0 * std::exp2(swing), 800.0 * std::exp2(-swing), 4500.0 * std::exp2(swing)});
    crossover.split(signal.block().frames(f, 16), 0, out);
    for (std::size_t i = 0; i < 16; ++i)
      loudest =
          std::max(loudest, std::abs(out[0][i][0] + out[1][i][0] + out[2][i][0] + out[3][i][0]));
  }
  EXPECT_LT(loudest, 4.0);
}
