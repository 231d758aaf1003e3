#include "lacquer/dsp/equalise/moving_band.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

#include "lacquer/base/units.h"
#include "testkit/contract.h"
#include "testkit/residual.h"
#include "testkit/signal.h"

using namespace lacquer;
using dsp::BandShape;
using dsp::MovingBand;

namespace {

constexpr double rate_hz = 48000.0;
constexpr int step_frames = 16;

/// The signal through a band whose gain is asked for step by step.
template <typename GainDb>
testkit::Signal moved(testkit::Signal signal, const BandShape& shape, GainDb gain_db) {
  MovingBand band;
  band.prepare(signal.format());
  for (int f = 0; f < signal.frame_count(); f += step_frames) {
    band.begin_step(shape, gain_db(f), step_frames);
    const int frames = std::min(step_frames, signal.frame_count() - f);
    band.process(signal.block().frames(f, frames), 0);
  }
  return signal;
}

}  // namespace

TEST(MovingBand, TheStepsOfTheGainLeaveNoTrace) {
  // The gain swings twenty times a second over 12 dB. In steps it would put images of its movement
  // 3 kHz beside the tone.
  for (const auto type : {BandShape::bell, BandShape::low_shelf, BandShape::high_shelf}) {
    const double hz = type == BandShape::low_shelf ? 1000.0 : 4000.0;
    const auto out =
        moved(testkit::sine(hz, -6.0, 2.0, rate_hz, 1), {type, 2500.0, 0.8},
              [](int f) { return -6.0 + 6.0 * std::cos(2.0 * pi * 20.0 * f / rate_hz); });
    double image = 0.0;
    for (int k = -6; k <= 6; ++k)
      image = std::max(image, testkit::component(out, hz + 3000.0 + 20.0 * k, 48000));
    EXPECT_LT(db_from_gain(image / testkit::component(out, hz, 48000)), -90.0) << type;
  }
}

TEST(MovingBand, ASteadyGainIsTheSameHoweverItWasReached) {
  const BandShape shape{BandShape::bell, 1000.0, 1.0};
  const auto in = testkit::sine(1000.0, -6.0, 1.0, rate_hz, 1);
  const auto at_once = moved(in, shape, [](int) { return 4.5; });
  const auto slowly = moved(in, shape, [](int f) { return std::min(4.5, f / 4000.0); });
  for (int f = 40000; f < 48000; ++f) ASSERT_NEAR(slowly.at(0, f), at_once.at(0, f), 1e-9) << f;
  EXPECT_NEAR(db_from_gain(testkit::component(at_once, 1000.0, 24000)), -1.5, 0.02);
}

TEST(MovingBand, HoweverTheGainJumpsNothingBursts) {
  for (std::uint32_t seed = 0; seed < 30; ++seed) {
    std::mt19937 engine{seed};
    const BandShape shape{static_cast<BandShape::Type>(seed % 3), 30.0 * std::exp2(seed % 10), 4.0};
    const auto out = moved(testkit::noise(seed, 1, 24000, 1.0, rate_hz), shape, [&](int f) {
      return f < 16000 ? static_cast<double>(engine() % 25) - 12.0 : 0.0;
    });
    EXPECT_LT(out.peak(), 3.0 * gain_from_db(12.0)) << seed;
  }
}

TEST(MovingBand, AtNoughtItIsGoneBitForBit) {
  const auto in = testkit::noise(2, 2, 48000, 1.0, rate_hz);
  const BandShape shape{BandShape::high_shelf, 9000.0, 0.7};
  EXPECT_TRUE(testkit::contract::same_bits(in, moved(in, shape, [](int) { return 0.0; })));
  const auto out = moved(in, shape, [](int f) { return f < 4800 ? -5.0 : 0.0; });
  EXPECT_NE(out.at(0, 4000), in.at(0, 4000));
  for (int f = 24000; f < 48000; ++f) ASSERT_EQ(out.at(1, f), in.at(1, f)) << f;
}
