#include "lacquer/dsp/colour/oversampler.h"

#include <gtest/gtest.h>

#include <cmath>
#include <complex>

#include "lacquer/base/units.h"
#include "testkit/signal.h"

using namespace lacquer;
using dsp::Oversampler;

namespace {

constexpr int factor = Oversampler::factor;
constexpr int delay = Oversampler::own_delay;
// How late the way up is, in samples at the higher rate.
constexpr int late_above =
    8 * Oversampler::outer_reach + 4 * Oversampler::inner_reach + 2 * Oversampler::innermost_reach;

/// Up, late by what the work in between owes, and down; in parts of 1 to 64 frames.
std::vector<double> there_and_back(const std::vector<double>& in, int longest = 64) {
  Oversampler oversampler;
  oversampler.prepare();
  std::vector<double> out(in.size());
  std::vector<double> fast(factor * Oversampler::most_frames + delay);
  for (int done = 0, part = 1; done < static_cast<int>(in.size()); part = part % longest + 1) {
    const int frames = std::min({part, longest, static_cast<int>(in.size()) - done});
    oversampler.up(in.data() + done, frames, fast.data() + delay);
    oversampler.down(fast.data(), frames, out.data() + done);
    std::copy_n(fast.begin() + factor * frames, delay, fast.begin());
    done += frames;
  }
  return out;
}

/// The response of a symmetric filter at a frequency, 1 being the higher rate; by definition.
double half_band_response(int reach, double beta, double frequency) {
  const auto weights = dsp::half_band_weights(reach, beta);
  double sum = 0.5;
  for (int k = 0; k < reach; ++k)
    sum += weights[static_cast<std::size_t>(k)] * std::cos(2.0 * pi * frequency * (2 * k + 1));
  return sum;
}

std::complex<double> spectrum(const std::vector<double>& samples, double frequency) {
  std::complex<double> sum = 0.0;
  const auto step = std::polar(1.0, -2.0 * pi * frequency);
  for (auto at = samples.rbegin(); at != samples.rend(); ++at) sum = sum * step + *at;
  return sum;
}

}  // namespace

TEST(Oversampler, ThereAndBackIsFlatToTwentyKilohertzAndLateByWholeFrames) {
  std::vector<double> impulse(512);
  impulse[100] = 1.0;
  const auto out = there_and_back(impulse);
  for (double hz = 0.0; hz <= 20000.0; hz += 50.0) {
    const double frequency = hz / 44100.0;
    const auto response =
        spectrum(out, frequency) *
        std::polar(1.0, 2.0 * pi * frequency * (100 + Oversampler::latency_frames));
    ASSERT_NEAR(db_from_gain(std::abs(response)), 0.0, 3e-4) << hz;
    ASSERT_NEAR(std::arg(response), 0.0, 1e-9) << hz;
  }
}

TEST(Oversampler, StopsByAHundredAndEightDecibels) {
  double outer = 0.0, inner = 0.0, innermost = 0.0;
  for (double f = 0.5465 / 2.0; f <= 0.5; f += 1e-5)
    outer = std::max(
        outer, std::abs(half_band_response(Oversampler::outer_reach, Oversampler::kaiser_beta, f)));
  for (double f = (2.0 - 0.5465) / 4.0; f <= 0.5; f += 1e-5)
    inner = std::max(
        inner, std::abs(half_band_response(Oversampler::inner_reach, Oversampler::kaiser_beta, f)));
  for (double f = (4.0 - 0.5465) / 8.0; f <= 0.5; f += 1e-5)
    innermost = std::max(innermost, std::abs(half_band_response(Oversampler::innermost_reach,
                                                                Oversampler::kaiser_beta, f)));
  EXPECT_LT(db_from_gain(innermost), -108.0);
  EXPECT_LT(db_from_gain(outer), -110.0);
  EXPECT_LT(db_from_gain(inner), -110.0);
}

TEST(Oversampler, AToneAtEightTimesTheRateHasNoImages) {
  constexpr int frames = 2048;
  Oversampler oversampler;
  oversampler.prepare();
  std::vector<double> fast, in(64), out(64 * factor);
  for (int done = 0; done < frames; done += 64) {
    for (int f = 0; f < 64; ++f)
      in[static_cast<std::size_t>(f)] = std::sin(2.0 * pi * 0.4 * (done + f));
    oversampler.up(in.data(), 64, out.data());
    fast.insert(fast.end(), out.begin(), out.end());
  }
  for (std::size_t i = 2000; i < 16000; ++i)  // the tone itself, by formula
    ASSERT_NEAR(fast[i], std::sin(2.0 * pi * 0.05 * (static_cast<double>(i) - late_above)), 2e-5)
        << i;
}

TEST(Oversampler, TheBitsDoNotDependOnTheParts) {
  const auto noise = testkit::noise(1, 1, 3000, 1.0);
  std::vector<double> in;
  for (int f = 0; f < 3000; ++f) in.push_back(noise.at(0, f));
  const auto one = there_and_back(in, 1), most = there_and_back(in, 64);
  for (std::size_t f = 0; f < in.size(); ++f) ASSERT_EQ(one[f], most[f]);
}

TEST(Oversampler, ItsOwnSamplesPassTheWayUpBitForBit) {
  const auto noise = testkit::noise(2, 1, 640, 1.0);
  Oversampler oversampler;
  oversampler.prepare();
  std::vector<double> fast, in(64), out(64 * factor);
  for (int done = 0; done < 640; done += 64) {
    for (int f = 0; f < 64; ++f) in[static_cast<std::size_t>(f)] = noise.at(0, done + f);
    oversampler.up(in.data(), 64, out.data());
    fast.insert(fast.end(), out.begin(), out.end());
  }
  constexpr auto late = static_cast<std::size_t>(late_above);
  for (std::size_t f = 0; factor * f + late < fast.size(); ++f)
    ASSERT_EQ(fast[factor * f + late], noise.at(0, static_cast<int>(f)));
}
