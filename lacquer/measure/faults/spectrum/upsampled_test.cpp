#include <gtest/gtest.h>

#include <cmath>
#include <random>

#include "lacquer/base/units.h"
#include "lacquer/measure/faults/stereo/stereo_test_mix.h"

using namespace lacquer;
using namespace lacquer::measure;

namespace {

/// Noise that falls by 6 dB an octave from 2 kHz on, in bursts, up to the end of its spectrum.
testkit::Signal bright(std::uint32_t seed, double duration_s, double rate_hz) {
  auto signal = testkit::bursts(seed, 1, static_cast<int>(duration_s * rate_hz), 0.5, rate_hz);
  const double step = 1.0 - std::exp(-2.0 * pi * 2000.0 / rate_hz);
  double smooth = 0.0;
  for (int f = 0; f < signal.frame_count(); ++f)
    signal.at(0, f) = smooth += step * (signal.at(0, f) - smooth);
  return signal;
}

/// By a sinc of `reach` old frames to either side under a squared cosine, cut at `cutoff` of the
/// old half rate; its table has 512 places a frame.
testkit::Signal resampled(const testkit::Signal& in, double rate_hz, int reach, double cutoff) {
  constexpr int places = 512;
  std::vector<double> table;
  for (int i = 0; i <= reach * places; ++i) {
    const double x = static_cast<double>(i) / places, shape = std::cos(0.5 * pi * x / reach);
    table.push_back((i == 0 ? cutoff : std::sin(pi * cutoff * x) / (pi * x)) * shape * shape);
  }
  const double step = in.format().sample_rate_hz / rate_hz;
  testkit::Signal out{1, static_cast<int>(in.frame_count() / step) - 1, rate_hz};
  for (int f = 0; f < out.frame_count(); ++f) {
    const double at = f * step;
    const int centre = static_cast<int>(at);
    double sum = 0.0;
    for (int k = std::max(0, centre - reach + 1);
         k <= std::min(in.frame_count() - 1, centre + reach); ++k)
      sum += in.at(0, k) *
             table[static_cast<std::size_t>(std::min<long>(std::lround(std::abs(at - k) * places),
                                                           static_cast<long>(table.size()) - 1))];
    out.at(0, f) = sum;
  }
  return out;
}

}  // namespace

TEST(Upsampled, AWallAtTheOldHalfRateIsFoundUnderTheNewDither) {
  struct Case {
    double from_hz, to_hz;
    int bits;
  };
  const Case cases[] = {{44100, 48000, 16}, {44100, 48000, 24}, {44100, 96000, 16},
                        {48000, 96000, 24}, {44100, 88200, 24}, {22050, 44100, 16},
                        {24000, 48000, 16}};
  std::uint32_t seed = 0;
  for (const Case& planted : cases) {
    SCOPED_TRACE(planted.from_hz);
    SCOPED_TRACE(planted.to_hz);
    auto signal = resampled(bright(++seed, 4.5, planted.from_hz), planted.to_hz, 64, 0.95);
    store(signal, planted.bits, seed);
    const auto found = findings_of("upsampled", signal);
    ASSERT_EQ(found.size(), 1U);
    EXPECT_NEAR(found[0].value, 0.48 * planted.from_hz, 0.05 * planted.from_hz);
    EXPECT_EQ(found[0].severity, Severity::warn);
  }
}

TEST(Upsampled, TheImagesOfAShortFilterGiveItAway) {
  for (const double to_hz : {48000.0, 96000.0}) {
    for (const int reach : {2, 6, 16}) {
      SCOPED_TRACE(reach);
      SCOPED_TRACE(to_hz);
      auto signal = resampled(bright(20, 4.5, 44100.0), to_hz, reach, 0.97);
      store(signal, 16, 3);
      EXPECT_EQ(findings_of("upsampled", signal).size(), 1U);
    }
  }
}

TEST(Upsampled, MusicOfItsOwnRateIsNotHoweverDark) {
  for (const double rate_hz : {44100.0, 48000.0, 96000.0}) {
    SCOPED_TRACE(rate_hz);
    auto signal = bright(30, 5.0, rate_hz);
    store(signal, 16, 4);
    EXPECT_TRUE(findings_of("upsampled", signal).empty());
    for (int pass = 0; pass < 4; ++pass) {  // 24 dB an octave more, from 8 kHz on
      const double step = 1.0 - std::exp(-2.0 * pi * 8000.0 / rate_hz);
      double smooth = 0.0;
      for (int f = 0; f < signal.frame_count(); ++f)
        signal.at(0, f) = smooth += step * (signal.at(0, f) - smooth);
    }
    store(signal, 16, 5);
    EXPECT_TRUE(findings_of("upsampled", signal).empty());
  }
  EXPECT_TRUE(findings_of("upsampled", testkit::sine(997.0, -6.0, 5.0)).empty());
  EXPECT_TRUE(findings_of("upsampled", testkit::Signal{2, 240000, 48000.0}).empty());
}
