#include "lacquer/dsp/colour/resonance_suppressor.h"

#include <gtest/gtest.h>

#include <cmath>

#include "lacquer/base/units.h"
#include "lacquer/dsp/equalise/equaliser.h"
#include "testkit/contract.h"

using namespace lacquer;
using dsp::ResonanceSuppressor;

template <>
struct testkit::ContractTerms<ResonanceSuppressor> {
  static ResonanceSuppressor::Settings neutral() { return {.amount = 0.0}; }
  static constexpr double neutral_peak = 1.0;
  static constexpr bool silence_stays_silent = true;
};

namespace {

using Settings = ResonanceSuppressor::Settings;

/// The output with the latency taken out.
testkit::Signal suppressed(const testkit::Signal& in, const Settings& settings) {
  ResonanceSuppressor suppressor;
  suppressor.prepare(in.format());
  const int latency = suppressor.latency_frames();
  auto longer = testkit::concatenate(
      {in, testkit::Signal{in.channel_count(), latency, in.format().sample_rate_hz}});
  suppressor.process(longer.block(), settings);
  testkit::Signal out = in;
  for (int c = 0; c < in.channel_count(); ++c)
    for (int f = 0; f < in.frame_count(); ++f) out.at(c, f) = longer.at(c, f + latency);
  return out;
}

/// Three poles and three zeros that fall by 3 dB an octave (R. Bristow-Johnson).
testkit::Signal pink(std::uint32_t seed, double seconds, double rate_hz = 48000.0) {
  auto signal = testkit::noise(seed, 2, static_cast<int>(seconds * rate_hz), 0.3, rate_hz);
  constexpr double poles[] = {0.99572754, 0.94790649, 0.53567505};
  constexpr double zeros[] = {0.98443604, 0.83392334, 0.07568359};
  for (int c = 0; c < 2; ++c)
    for (int stage = 0; stage < 3; ++stage) {
      double in = 0.0, out = 0.0;
      for (int f = 0; f < signal.frame_count(); ++f) {
        const double now = signal.at(c, f);
        out = now - zeros[stage] * in + poles[stage] * out;
        in = now;
        signal.at(c, f) = out;
      }
    }
  return signal;
}

testkit::Signal ringing(testkit::Signal signal, double hz, double gain_db, double q) {
  dsp::Equaliser equaliser;
  equaliser.prepare(signal.format());
  dsp::Equaliser::Settings settings;
  settings.bands[0] = {.frequency_hz = hz, .gain_db = gain_db, .q = q};
  equaliser.process(signal.block(), settings);
  return signal;
}

/// Level around a frequency, from one second on: two band-passes in a row.
double level_db(const testkit::Signal& signal, double hz, double q) {
  const double rate_hz = signal.format().sample_rate_hz;
  const auto band = dsp::bilinear({.frequency_hz = hz,
                                   .n0 = 0.0,
                                   .n1 = 1.0 / q,
                                   .n2 = 0.0,
                                   .d0 = 1.0,
                                   .d1 = 1.0 / q,
                                   .d2 = 1.0},
                                  rate_hz);
  dsp::BiquadState first, second;
  double sum = 0.0;
  for (int f = 0; f < signal.frame_count(); ++f) {
    const auto out =
        second.step(band, first.step(band, dsp::Pair{signal.at(0, f), signal.at(1, f)}));
    if (f > rate_hz) sum += out[0] * out[0] + out[1] * out[1];
  }
  return db_from_power(sum / (signal.frame_count() - rate_hz));
}

}  // namespace

TEST(ResonanceSuppressor, KeepsTheProcessorContract) {
  testkit::check_processor_contract<ResonanceSuppressor>();
}

TEST(ResonanceSuppressor, APlantedRingOfTwelveDecibelsLosesSixAndMore) {
  for (const double rate_hz : {44100.0, 48000.0}) {
    const auto noise = pink(1, 5.0, rate_hz);
    for (const double hz : {500.0, 1000.0, 3000.0, 8000.0}) {
      const auto in = ringing(noise, hz, 12.0, 8.0);
      const double before_db = level_db(in, hz, 16.0);
      ASSERT_GT(before_db, level_db(noise, hz, 16.0) + 10.0);
      const auto out = suppressed(in, {.depth_db = 12.0, .selectivity_db = 3.0});
      const double lost_db = before_db - level_db(out, hz, 16.0);
      EXPECT_GT(lost_db, 6.0) << hz << " at " << rate_hz;
      EXPECT_LT(lost_db, 12.0) << hz << " at " << rate_hz;
      const double below_db = level_db(in, hz / 4.0, 4.0);
      EXPECT_NEAR(level_db(out, hz / 4.0, 4.0), below_db, 0.1) << "not under " << hz;
    }
  }
}

TEST(ResonanceSuppressor, PinkNoiseLosesNearlyNothing) {
  for (const std::uint32_t seed : {2u, 3u}) {
    const auto noise = pink(seed, 5.0);
    for (const double selectivity_db : {2.0, 4.0}) {
      const auto out = suppressed(noise, {.depth_db = 18.0, .selectivity_db = selectivity_db});
      for (double hz = 63.0; hz < 16000.0; hz *= 2.0)
        EXPECT_NEAR(level_db(out, hz, 1.4) - level_db(noise, hz, 1.4), 0.0,
                    selectivity_db < 3.0 ? 0.05 : 0.001)
            << hz;
    }
  }
}

TEST(ResonanceSuppressor, WhereNothingRingsTheSamplesPassBitForBit) {
  const auto noise = pink(4, 2.0);
  const auto out = suppressed(noise, {.selectivity_db = 12.0});
  for (int f = 0; f < noise.frame_count(); ++f) ASSERT_EQ(out.at(1, f), noise.at(1, f));
}

TEST(ResonanceSuppressor, ASteadyToneIsCutByTheDepthTimesTheAmount) {
  auto in = testkit::sine(2000.0, -12.0, 3.0);
  const auto bed = pink(5, 3.0);
  for (int f = 0; f < in.frame_count(); ++f)
    for (int c = 0; c < 2; ++c) in.at(c, f) += 0.01 * bed.at(c, f);
  const double before_db = level_db(in, 2000.0, 8.0);
  for (const double depth_db : {3.0, 6.0, 9.0})  // deeper, a few percent leak past the cut
    for (const double amount : {0.25, 1.0}) {
      const auto out = suppressed(in, {.depth_db = depth_db, .amount = amount});
      EXPECT_NEAR(level_db(out, 2000.0, 8.0) - before_db, -depth_db * amount, 0.25) << depth_db;
    }
  const auto outside = suppressed(in, {.high_frequency_hz = 1500.0});
  EXPECT_NEAR(level_db(outside, 2000.0, 8.0), before_db, 1e-6) << "out of its range";
}

TEST(ResonanceSuppressor, DrumHitsKeepTheirPeaks) {
  // A snare with a ring of its own, over a hum of resonances that are being cut all the time.
  const auto bed = pink(7, 4.0);
  auto in = testkit::sine(1800.0, -30.0, 4.0);
  const auto noise = testkit::noise(8, 2, in.frame_count(), 1.0);
  for (int f = 0; f < in.frame_count(); ++f) {
    const double age = (f % 24000) / 48000.0;
    for (int c = 0; c < 2; ++c)
      in.at(c, f) += 0.01 * bed.at(c, f) + 0.4 * noise.at(c, f) * std::exp(-age / 0.01) +
                     0.4 * std::exp(-age / 0.05) * std::sin(2.0 * pi * 900.0 * age);
  }
  const auto worst_db = [&](double guard) {
    const auto out = suppressed(
        in, {.depth_db = 12.0, .selectivity_db = 2.0, .attack_ms = 1.0, .transient_guard = guard});
    double worst = 0.0;
    for (int hit = 24000; hit < in.frame_count(); hit += 24000)
      for (int c = 0; c < 2; ++c) {
        double before = 0.0, after = 0.0;
        for (int f = hit; f < hit + 480; ++f) {
          before = std::max(before, std::abs(in.at(c, f)));
          after = std::max(after, std::abs(out.at(c, f)));
        }
        worst = std::max(worst, std::abs(db_from_gain(after / before)));
      }
    return worst;
  };
  EXPECT_LT(worst_db(1.0), 0.1);
  EXPECT_GT(worst_db(0.0), 2.0) << "nothing for the guard to do here";
}

TEST(ResonanceSuppressor, AClickPassesUntouched) {
  testkit::Signal in{2, 48000};
  for (int f = 5000; f < 48000; f += 9973)
    for (int c = 0; c < 2; ++c) in.at(c, f) = 0.9;
  const auto out = suppressed(in, {.depth_db = 18.0, .selectivity_db = 0.0, .attack_ms = 1.0});
  for (int f = 0; f < 48000; ++f) ASSERT_EQ(out.at(0, f), in.at(0, f)) << f;
}

TEST(ResonanceSuppressor, AllChannelsAreCutAlike) {
  auto in = testkit::sine(2500.0, -20.0, 2.0, 48000.0, 2);
  const auto bed = pink(9, 2.0);
  for (int f = 0; f < in.frame_count(); ++f) {
    in.at(0, f) += 0.01 * bed.at(0, f);
    in.at(1, f) = 0.01 * bed.at(0, f) + 0.1 * in.at(0, f);  // the ring is softer here
  }
  const auto out = suppressed(in, {});
  const auto tone = [](const testkit::Signal& signal, int channel) {
    double sum = 0.0;
    for (int f = 48000; f < 96000; ++f)
      sum += signal.at(channel, f) * std::sin(2.0 * pi * 2500.0 * f / 48000.0);
    return sum;
  };
  const double left_db = db_from_gain(tone(out, 0) / tone(in, 0));
  EXPECT_LT(left_db, -5.5);
  EXPECT_NEAR(db_from_gain(tone(out, 1) / tone(in, 1)), left_db, 0.01);
}

TEST(ResonanceSuppressor, SixChannelsShareOneCurve) {
  testkit::Signal in{6, 96000};
  const auto bed = pink(10, 2.0);
  for (int f = 0; f < in.frame_count(); ++f)
    for (int c = 0; c < 6; ++c)
      in.at(c, f) = 0.01 * bed.at(c % 2, f) +
                    (c == 4 ? 0.1 * std::sin(2.0 * pi * 2500.0 * f / 48000.0) : 0.0);
  const auto out = suppressed(in, {});
  double before = 0.0, after = 0.0;
  for (int f = 48000; f < 96000; ++f) {
    const double tone = std::sin(2.0 * pi * 2500.0 * f / 48000.0);
    before += in.at(4, f) * tone;
    after += out.at(4, f) * tone;
    ASSERT_NEAR(out.at(0, f), out.at(2, f), 1e-15) << "alike before, alike behind";
  }
  EXPECT_NEAR(db_from_gain(after / before), -6.0, 0.3);
}

TEST(ResonanceSuppressor, ResetIsLikeNewAfterMusicToo) {
  const auto in = ringing(pink(11, 1.0), 3000.0, 18.0, 8.0);
  ResonanceSuppressor used;
  used.prepare(in.format());
  auto first = in, second = in;
  used.process(first.block(), {.depth_db = 12.0});
  used.reset();
  used.process(second.block(), {.depth_db = 12.0});
  for (int f = 0; f < in.frame_count(); ++f) ASSERT_EQ(first.at(0, f), second.at(0, f)) << f;
}

TEST(ResonanceSuppressor, SwitchingItOnAndOffDoesNotClick) {
  auto signal = testkit::sine(1000.0, -6.0, 3.0);
  ResonanceSuppressor suppressor;
  suppressor.prepare(signal.format());
  for (int part = 0; part < 6; ++part)
    suppressor.process(signal.block().frames(part * 24000, 24000),
                       {.depth_db = 18.0, .attack_ms = 1.0, .amount = part % 2 ? 1.0 : 0.0});
  const double w = 2.0 * pi * 1000.0 / 48000.0;  // a sine of changing level all but solves this
  for (int f = 6000; f < signal.frame_count(); ++f)
    ASSERT_LT(
        std::abs(signal.at(0, f) - 2.0 * std::cos(w) * signal.at(0, f - 1) + signal.at(0, f - 2)),
        1e-3)
        << f;
}
