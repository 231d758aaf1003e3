#include "lacquer/dsp/dynamics/transient_shaper.h"

#include <gtest/gtest.h>

#include <cmath>

#include "lacquer/base/units.h"
#include "testkit/contract.h"
#include "testkit/roughness.h"
#include "testkit/signal.h"

using namespace lacquer;
using dsp::TransientShaper;

namespace {

constexpr double rate_hz = 48000.0;

/// Four strokes of a drum a second and a half: full at once, gone by a tenth in `decay_s`.
testkit::Signal drum(double hz, double decay_s, double gain = 0.5) {
  testkit::Signal signal{2, 72000, rate_hz};
  for (int f = 0; f < 72000; ++f) {
    const double t = (f % 18000) / rate_hz;
    signal.at(0, f) = signal.at(1, f) =
        gain * std::pow(10.0, -t / decay_s) * std::cos(2.0 * pi * hz * t);
  }
  return signal;
}

testkit::Signal shaped(testkit::Signal signal, const TransientShaper::Settings& settings) {
  TransientShaper shaper;
  shaper.prepare(signal.format());
  shaper.process(signal.block(), settings);
  testkit::Signal aligned{signal.channel_count(), signal.frame_count() - shaper.latency_frames(),
                          rate_hz};
  for (int c = 0; c < aligned.channel_count(); ++c)
    for (int f = 0; f < aligned.frame_count(); ++f)
      aligned.at(c, f) = signal.at(c, f + shaper.latency_frames());
  return aligned;
}

/// Over the same stretch of the last three strokes.
double gain_db(const testkit::Signal& out, const testkit::Signal& in, double begin_s,
               double end_s) {
  double before = 0.0, after = 0.0;
  for (int stroke = 1; stroke < 4; ++stroke)
    for (int f = static_cast<int>(begin_s * rate_hz); f < static_cast<int>(end_s * rate_hz); ++f) {
      before += std::pow(in.at(0, 18000 * stroke + f), 2.0);
      after += std::pow(out.at(0, 18000 * stroke + f), 2.0);
    }
  return db_from_power(after / before);
}

}  // namespace

TEST(TransientShaper, KeepsTheProcessorContract) {
  testkit::check_processor_contract<TransientShaper>();
}

TEST(TransientShaper, LooksTwoMillisecondsAhead) {
  for (const double rate : {44100.0, 48000.0, 96000.0, 192000.0}) {
    TransientShaper shaper;
    shaper.prepare({rate, 2});
    EXPECT_NEAR(shaper.latency_frames() / rate, 0.002, 0.0002) << rate;
  }
}

TEST(TransientShaper, ASteadyToneIsOnlyDelayedBitForBit) {
  for (const double hz : {30.0, 61.0, 440.0, 9000.0}) {
    const auto in = testkit::sine(hz, -6.0, 1.5, rate_hz, 2);
    const auto out = shaped(in, {.attack_db = 12.0, .sustain_db = -12.0});
    for (int f = 36000; f < 70000; ++f) ASSERT_EQ(out.at(0, f), in.at(0, f)) << hz << " Hz " << f;
  }
}

TEST(TransientShaper, AttackMovesTheBeginningAndNotTheTail) {
  const auto in = drum(400.0, 0.25);
  for (const double attack_db : {-6.0, 3.0, 6.0}) {
    const auto out = shaped(in, {.attack_db = attack_db});
    EXPECT_NEAR(gain_db(out, in, 0.0, 0.004), attack_db, 0.1 * std::abs(attack_db));
    EXPECT_NEAR(gain_db(out, in, 0.1, 0.3), 0.0, 1e-6);
  }
}

TEST(TransientShaper, SustainMovesTheTailAndNotTheBeginning) {
  for (const double decay_s : {0.25, 0.5}) {
    const auto in = drum(400.0, decay_s);
    for (const double sustain_db : {-6.0, 4.0}) {
      const auto out = shaped(in, {.sustain_db = sustain_db});
      EXPECT_NEAR(gain_db(out, in, 0.0, 0.02), 0.0, 0.02);
      EXPECT_NEAR(gain_db(out, in, 0.25, 0.35), sustain_db, 0.1 * std::abs(sustain_db)) << decay_s;
    }
  }
}

TEST(TransientShaper, AStepFollowsTheTwoEnvelopes) {
  const int onset = 9600;
  testkit::Signal in{1, 24000, rate_hz};
  for (int f = 0; f < 24000; ++f) in.at(0, f) = (f % 4 < 2 ? 1.0 : -1.0) * (f < onset ? 0.02 : 0.5);
  TransientShaper shaper;
  shaper.prepare(in.format());
  auto out = in;
  shaper.process(out.block(), {.attack_db = 8.0});
  const auto envelope = [](double ms, double rise_ms) {
    return 0.02 + 0.48 * (1.0 - std::exp(-ms / rise_ms));
  };
  double deepest = 0.0;
  for (const double ms : {3.0, 5.0, 8.0, 12.0, 20.0, 30.0, 60.0}) {
    const int f = onset + static_cast<int>(48.0 * ms);
    const double change_db = db_from_gain(envelope(ms, 1.0) / envelope(ms, 15.0));
    const double wanted_db = 8.0 * std::clamp((change_db - 1.0) / 5.0, 0.0, 1.0);
    // The signal comes out 2 ms later, the gain is half a step behind the envelopes.
    const double got_db = db_from_gain(out.at(0, f) / in.at(0, f));
    EXPECT_NEAR(got_db, wanted_db, 0.6) << ms << " ms after the step has been heard";
    deepest = std::max(deepest, got_db);
  }
  EXPECT_NEAR(deepest, 8.0, 0.1);
}

TEST(TransientShaper, TheLevelChangesNothing) {
  const TransientShaper::Settings settings{.attack_db = 6.0, .sustain_db = -4.0};
  const auto loud = shaped(drum(300.0, 0.3, 0.9), settings);
  const auto soft = shaped(drum(300.0, 0.3, 0.9e-1), settings);
  for (int f = 0; f < loud.frame_count(); ++f)
    ASSERT_NEAR(10.0 * soft.at(0, f), loud.at(0, f), 0.01 * 0.9) << f;
}

TEST(TransientShaper, InFocusOnlyTheBandMoves) {
  const TransientShaper::Settings settings{
      .attack_db = 6.0, .focus = 1.0, .frequency_hz = 100.0, .q = 0.7};
  const auto low = drum(100.0, 0.25), high = drum(7000.0, 0.25);
  EXPECT_GT(gain_db(shaped(low, settings), low, 0.004, 0.012), 4.0) << "rises with the bell";
  EXPECT_NEAR(gain_db(shaped(high, settings), high, 0.004, 0.012), 0.0, 0.05);
}

TEST(TransientShaper, AmountScalesTheGainInDecibels) {
  const auto in = drum(400.0, 0.2);
  const auto full = shaped(in, {.attack_db = 6.0, .sustain_db = -5.0});
  const auto part = shaped(in, {.attack_db = 6.0, .sustain_db = -5.0, .amount = 0.4});
  for (int f = 0; f < full.frame_count(); f += 7) {
    if (std::abs(in.at(0, f)) < 1e-3) continue;
    ASSERT_NEAR(db_from_gain(part.at(0, f) / in.at(0, f)),
                0.4 * db_from_gain(full.at(0, f) / in.at(0, f)), 0.05);
  }
}

TEST(TransientShaper, AmountZeroIsOnlyADelayBitForBit) {
  const auto in = drum(400.0, 0.2);
  const auto out =
      shaped(in, {.attack_db = 12.0, .sustain_db = -12.0, .focus = 1.0, .amount = 0.0});
  for (int f = 0; f < out.frame_count(); ++f) ASSERT_EQ(out.at(0, f), in.at(0, f)) << f;
}

TEST(TransientShaper, AllChannelsMoveTogether) {
  testkit::Signal in{5, 20000, rate_hz};
  const auto stroke = drum(400.0, 0.25);
  for (int c = 0; c < 5; ++c)
    for (int f = 0; f < 20000; ++f) in.at(c, f) = c == 4 ? stroke.at(0, f) : 0.001 * (f % 2 - 0.5);
  const auto out = shaped(in, {.attack_db = 6.0});
  for (int f = 18000; f < 19000; ++f)
    ASSERT_NEAR(out.at(0, f) / in.at(0, f), out.at(4, f) / in.at(4, f), 1e-6);
}

TEST(TransientShaper, MovingEverySettingMakesNoZipperNoise) {
  auto signal = testkit::sine(200.0, -6.0, 1.0, rate_hz, 2);
  for (int f = 0; f < signal.frame_count(); ++f) {
    const double swell = 0.55 + 0.45 * std::cos(2.0 * pi * 4.0 * f / rate_hz);
    signal.at(0, f) *= swell;
    signal.at(1, f) *= swell;
  }
  TransientShaper shaper;
  shaper.prepare(signal.format());
  for (int step = 0; step < 48; ++step) {
    const bool odd = step % 8 >= 4;
    shaper.process(signal.block().frames(step * 1000, 1000), {.attack_db = odd ? 6.0 : -6.0,
                                                              .sustain_db = odd ? -6.0 : 6.0,
                                                              .focus = odd ? 1.0 : 0.0,
                                                              .frequency_hz = odd ? 100.0 : 300.0,
                                                              .q = odd ? 0.7 : 1.0,
                                                              .amount = odd ? 1.0 : 0.7});
  }
  EXPECT_LT(testkit::roughness(signal, 200), 0.02);  // a step of 0.1 dB gives 0.1
}
