#include "lacquer/dsp/transform/float_fft.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

#include "lacquer/base/units.h"
#include "lacquer/dsp/transform/fft.h"

using lacquer::pi;
using lacquer::dsp::Fft;
using lacquer::dsp::FloatFft;

namespace {
struct Numbers {
  std::vector<float> re, im;
  explicit Numbers(int size, std::uint32_t seed = 0)
      : re(static_cast<std::size_t>(size)), im(static_cast<std::size_t>(size)) {
    std::mt19937 engine{seed};
    for (auto* part : {&re, &im})
      for (float& value : *part)
        value = seed == 0 ? 0.0f : static_cast<float>(engine()) / 4294967296.0f - 0.5f;
  }
};
}  // namespace

TEST(FloatFft, AgreesWithTheExactTransformToSinglePrecisionAtEverySize) {
  for (int size = 256; size <= 65536; size *= 2) {
    const Numbers in{size, static_cast<std::uint32_t>(size)};
    Numbers out{size};
    FloatFft{size}.forward(in.re.data(), in.im.data(), out.re.data(), out.im.data());
    const std::vector<double> re(in.re.begin(), in.re.end()), im(in.im.begin(), in.im.end());
    std::vector<double> exact_re(re.size()), exact_im(re.size());
    Fft{size}.forward(re.data(), im.data(), exact_re.data(), exact_im.data());
    double error = 0.0, power = 0.0;
    for (std::size_t k = 0; k < re.size(); ++k) {
      const double off_re = static_cast<double>(out.re[k]) - exact_re[k];
      const double off_im = static_cast<double>(out.im[k]) - exact_im[k];
      error += off_re * off_re + off_im * off_im;
      power += exact_re[k] * exact_re[k] + exact_im[k] * exact_im[k];
    }
    EXPECT_LT(lacquer::db_from_power(error / power), -130.0) << size;
  }
}

TEST(FloatFft, RegistersOfAnyWidthGiveTheSameBits) {
  for (int size = 256; size <= 16384; size *= 2) {
    const Numbers in{size, 7};
    Numbers narrow{size}, wide{size};
    FloatFft{size, 8}.forward(in.re.data(), in.im.data(), narrow.re.data(), narrow.im.data());
    FloatFft{size}.forward(in.re.data(), in.im.data(), wide.re.data(), wide.im.data());
    EXPECT_EQ(narrow.re, wide.re) << size;
    EXPECT_EQ(narrow.im, wide.im) << size;
  }
}

TEST(FloatFft, AWindowIsMultipliedOnTheWay) {
  for (int size = 256; size <= 16384; size *= 2) {
    const Numbers in{size, 3}, window{size, 4};
    Numbers products{size}, expected{size}, out{size};
    for (std::size_t n = 0; n < in.re.size(); ++n) {
      products.re[n] = in.re[n] * window.re[n];
      products.im[n] = in.im[n] * window.re[n];
    }
    const FloatFft fft{size};
    fft.forward(products.re.data(), products.im.data(), expected.re.data(), expected.im.data());
    fft.forward_windowed(in.re.data(), in.im.data(), window.re.data(), out.re.data(),
                         out.im.data());
    for (std::size_t k = 0; k < out.re.size(); ++k) {
      EXPECT_NEAR(out.re[k], expected.re[k], 1e-4);
      EXPECT_NEAR(out.im[k], expected.im[k], 1e-4);
    }
  }
}

TEST(FloatFft, NoiseOfALoudToneStaysFarBelowIt) {
  constexpr int size = 16384;
  Numbers in{size}, out{size};
  for (std::size_t n = 0; n < size; ++n)
    in.re[n] = static_cast<float>(std::cos(2.0 * pi * 100.0 * static_cast<double>(n) / size));
  FloatFft{size}.forward(in.re.data(), in.im.data(), out.re.data(), out.im.data());
  EXPECT_NEAR(out.re[100], 0.5 * size, 1e-2);
  float rest = 0.0f;
  for (std::size_t k = 0; k < size; ++k)
    if (k != 100 && k != size - 100) rest = std::max(rest, std::hypot(out.re[k], out.im[k]));
  EXPECT_LT(lacquer::db_from_gain(static_cast<double>(rest) / (0.5 * size)), -140.0);
}
