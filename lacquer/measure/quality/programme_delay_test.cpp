#include "lacquer/measure/quality/programme_delay.h"

#include <gtest/gtest.h>

#include <cmath>
#include <complex>
#include <random>

#include "lacquer/base/units.h"
#include "lacquer/dsp/transform/fft.h"

using namespace lacquer;
using measure::find_programme_delay;
using Samples = std::vector<double>;

namespace {

constexpr int size = 1 << 16;

Samples noise(std::uint32_t seed) {
  std::mt19937 engine{seed};
  Samples samples;
  for (int i = 0; i < size; ++i)
    samples.push_back(static_cast<double>(engine()) / 4294967296.0 - 0.5);
  return samples;
}

/// Any number of frames later, exactly: turned by frequency.
Samples later(const Samples& samples, double frames) {
  dsp::RealFft fft{size};
  Samples re(static_cast<std::size_t>(fft.bins())), im(re.size()), result(samples.size());
  fft.forward(samples.data(), re.data(), im.data());
  for (std::size_t k = 0; k < re.size(); ++k) {
    const auto turned = std::complex<double>{re[k], im[k]} *
                        std::polar(1.0, -2.0 * pi * static_cast<double>(k) * frames / size);
    re[k] = turned.real();
    im[k] = turned.imag();
  }
  fft.inverse(re.data(), im.data(), result.data());
  return result;
}

Samples part(const Samples& samples, int first, int count) {
  return {samples.begin() + first, samples.begin() + first + count};
}

/// The excerpt begins at frame 20000, the other 5000 before.
measure::ProgrammeDelay found(const Samples& programme, const Samples& other) {
  return find_programme_delay(part(programme, 20000, 16000), part(other, 15000, 35000), 5000);
}

}  // namespace

TEST(ProgrammeDelay, FindsWhereTheExcerptLies) {
  const auto programme = noise(1);
  for (const double late : {-4500.0, -1.0, 0.0, 7.0, 12.25, -40.5, 0.1, 11000.75}) {
    const auto delay = found(programme, later(programme, late));
    EXPECT_NEAR(delay.frames, late, 0.01) << late;
    EXPECT_FALSE(delay.inverted);
    EXPECT_GT(delay.certainty, 50.0);
  }
}

TEST(ProgrammeDelay, AnInvertedProgrammeIsCalledSo) {
  const auto programme = noise(2);
  auto other = later(programme, 3.0);
  for (double& sample : other) sample *= -0.3;
  const auto delay = found(programme, other);
  EXPECT_NEAR(delay.frames, 3.0, 0.01);
  EXPECT_TRUE(delay.inverted);
}

TEST(ProgrammeDelay, AChangeOfToneDoesNotBlurThePlace) {
  const auto programme = noise(3);
  auto other = programme;
  double state = 0.0;
  for (double& sample : other) sample = state = 0.9 * state + sample;  // 25 dB from end to end
  const auto delay = found(programme, other);
  EXPECT_NEAR(delay.frames, 0.0, 1.0);
  EXPECT_GT(delay.certainty, 30.0);
}

TEST(ProgrammeDelay, ProgrammesThatHaveNothingInCommonAreNotCertain) {
  EXPECT_LT(found(noise(4), noise(5)).certainty, 8.0);
  EXPECT_EQ(find_programme_delay(Samples(100), Samples(500), 50).certainty, 0.0);
}
