#include <gtest/gtest.h>

#include "lacquer/base/units.h"
#include "lacquer/dsp/biquad.h"
#include "lacquer/measure/faults/spectrum/test_music.h"

using namespace lacquer;
using namespace lacquer::measure;
using testkit::Signal;

namespace {

/// An s: noise around 7 kHz for 120 ms.
void add_s(Signal& signal, std::uint32_t seed, double at_s, double gain) {
  const double rate_hz = signal.format().sample_rate_hz;
  const auto band = dsp::bilinear(
      {.frequency_hz = 7000.0, .n0 = 0.0, .n1 = 0.3, .n2 = 0.0, .d0 = 1.0, .d1 = 0.3, .d2 = 1.0},
      rate_hz);
  const int frames = static_cast<int>(0.12 * rate_hz);
  const auto noise = testkit::noise(seed, 1, frames, gain * 3.0, rate_hz);
  dsp::BiquadState first, second;
  for (int f = 0; f < frames; ++f) {
    const double rise = std::sin(pi * f / frames);
    const auto y = second.step(band, first.step(band, dsp::Pair{noise.at(0, f), 0.0}));
    for (int c = 0; c < signal.channel_count(); ++c)
      signal.at(c, static_cast<int>(at_s * rate_hz) + f) += rise * y[0];
  }
}

/// Syllables of a low voice, every third with an s before it.
Signal voice(double s_gain, double rate_hz = 48000.0) {
  Signal signal{2, static_cast<int>(15.0 * rate_hz), rate_hz};
  for (int n = 0; n < 45; ++n) {
    const double at_s = 0.3 * n + 0.2;
    if (n % 3 == 0) add_s(signal, static_cast<std::uint32_t>(n), at_s - 0.12, s_gain);
    for (int formant = 0; formant < 3; ++formant)
      add_note(signal, at_s, 0.17, 180.0 * (1.0 + 2.0 * formant) + n % 5, 0.06, 0.5);
  }
  return signal;
}

std::vector<Finding> sibilance(const Signal& signal) {
  return heard_by(sibilance_detector, signal);
}

}  // namespace

TEST(Sibilance, EssesThatStickOutAreFoundAndSoftOnesAreNot) {
  for (const double rate_hz : {44100.0, 48000.0}) {
    const auto found = sibilance(voice(0.4, rate_hz));
    ASSERT_FALSE(found.empty());
    EXPECT_GT(found[0].value, 0.0);
    EXPECT_LT(found[0].start_s, 2.0);
    EXPECT_TRUE(sibilance(voice(0.01, rate_hz)).empty());
  }
}

TEST(Sibilance, HatsAndNoiseAreNotEsses) {
  auto hats = song(1, 15.0);
  for (int n = 0; n < 100; ++n)
    add_hit(hats, static_cast<std::uint32_t>(n), 0.14 * n, 0.03, 9000.0, 0.1);
  EXPECT_TRUE(sibilance(hats).empty());
  EXPECT_TRUE(sibilance(testkit::noise(3, 2, 48000 * 8, 0.2)).empty());
  EXPECT_TRUE(sibilance(Signal{2, 480000}).empty());
}

TEST(Sibilance, AStreamWithoutTheRangeIsNotAskedFor) {
  EXPECT_EQ(sibilance_detector({22050.0, 2}), nullptr);
}
