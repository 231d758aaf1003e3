#include <gtest/gtest.h>

#include <cmath>

#include "lacquer/dsp/equalise/equaliser.h"
#include "testkit/contract.h"
#include "testkit/signal.h"

// Left, right, mid and side, and what settings do on their way.
using namespace lacquer;
using dsp::Equaliser;

namespace {

Equaliser::Settings one_band(Equaliser::Band band) {
  Equaliser::Settings settings;
  settings.bands[2] = band;
  return settings;
}

/// Left and right of an impulse on one or both channels, through one band.
testkit::Signal impulse_through(const Equaliser::Settings& settings, double on_left,
                                double on_right) {
  testkit::Signal impulse{2, 4000};
  impulse.at(0, 0) = on_left;
  impulse.at(1, 0) = on_right;
  Equaliser equaliser;
  equaliser.prepare(impulse.format());
  equaliser.process(impulse.block(), settings);
  return impulse;
}

Equaliser::Settings on(Equaliser::Band::Channels channels) {
  return one_band({.frequency_hz = 700.0, .gain_db = 5.0, .q = 2.0, .channels = double(channels)});
}

}  // namespace

TEST(Equaliser, ABandOnOneChannelLeavesTheOtherBitForBit) {
  auto signal = testkit::noise(4, 2, 5000, 0.5);
  for (const int channel : {0, 1}) {
    auto out = signal, reference = signal;
    Equaliser one, all;
    one.prepare(signal.format());
    all.prepare(signal.format());
    one.process(out.block(), on(channel == 0 ? Equaliser::left : Equaliser::right));
    all.process(reference.block(), on(Equaliser::both));
    for (int f = 0; f < 5000; ++f) {
      ASSERT_EQ(out.at(channel, f), reference.at(channel, f));
      ASSERT_EQ(out.at(1 - channel, f), signal.at(1 - channel, f));
    }
  }
}

TEST(Equaliser, MidAndSideTogetherAreBothAndEachAloneIsItsHalf) {
  const auto everywhere = impulse_through(on(Equaliser::both), 1.0, 1.0);
  const auto in_mid = impulse_through(on(Equaliser::mid), 1.0, 1.0);
  const auto in_side = impulse_through(on(Equaliser::side), 1.0, -1.0);
  const auto side_of_mid = impulse_through(on(Equaliser::side), 1.0, 1.0);
  const auto mid_of_left = impulse_through(on(Equaliser::mid), 1.0, 0.0);
  for (int f = 0; f < 4000; ++f) {
    ASSERT_NEAR(in_mid.at(0, f), everywhere.at(0, f), 1e-14);
    ASSERT_NEAR(in_mid.at(1, f), everywhere.at(0, f), 1e-14);
    ASSERT_NEAR(in_side.at(0, f), everywhere.at(0, f), 1e-14);
    ASSERT_NEAR(in_side.at(1, f), -everywhere.at(0, f), 1e-14);
    ASSERT_EQ(side_of_mid.at(0, f), f == 0 ? 1.0 : 0.0);  // nothing of the side in it
    const double half_change = 0.5 * (everywhere.at(0, f) - (f == 0));
    ASSERT_NEAR(mid_of_left.at(0, f), (f == 0) + half_change, 1e-14);
    ASSERT_NEAR(mid_of_left.at(1, f), half_change, 1e-14);
  }
}

TEST(Equaliser, MonoHasALeftAndAMidAndSurroundIsTouchedBySuchBandsInItsFirstTwoChannels) {
  for (const auto channels :
       {Equaliser::both, Equaliser::left, Equaliser::right, Equaliser::mid, Equaliser::side}) {
    auto mono = testkit::noise(6, 1, 500, 0.5), six = testkit::noise(7, 6, 500, 0.5);
    const auto mono_before = mono, six_before = six;
    Equaliser equaliser;
    equaliser.prepare(mono.format());
    equaliser.process(mono.block(), on(channels));
    const bool there = channels != Equaliser::right && channels != Equaliser::side;
    EXPECT_EQ(mono.at(0, 400) != mono_before.at(0, 400), there) << channels;
    equaliser.prepare(six.format());
    equaliser.process(six.block(), on(channels));
    for (int c = 0; c < 6; ++c) {
      const bool its_own = channels >= Equaliser::mid || c == channels - 1;
      const bool touched = channels == Equaliser::both || (c < 2 && its_own);
      EXPECT_EQ(six.at(c, 400) != six_before.at(c, 400), touched) << channels << " channel " << c;
    }
  }
}

TEST(Equaliser, BandsThatDoNothingAreNotThere) {
  Equaliser::Settings six;
  for (std::size_t b = 0; b < 6; ++b) six.bands[b].gain_db = 2.0;
  auto twelve = six;
  for (std::size_t b = 6; b < 12; ++b)
    twelve.bands[b] = {.type = double(b % 2), .frequency_hz = 77.0 * double(b), .q = 9.0};
  auto signal = testkit::noise(12, 2, 3000, 0.5);
  auto other = signal;
  Equaliser a, b;
  a.prepare(signal.format());
  b.prepare(signal.format());
  a.process(signal.block(), six);
  b.process(other.block(), twelve);
  EXPECT_TRUE(testkit::contract::same_bits(signal, other));
}

namespace {

/// The largest sixth difference: next to nothing of a 200 Hz sine, everything of a step.
double roughest(const testkit::Signal& signal, int channel) {
  double largest = 0.0;
  for (int f = 100; f < signal.frame_count(); ++f) {
    double difference = 0.0, binomial = 1.0;
    for (int k = 0; k <= 6; ++k) {
      difference += (k % 2 ? -binomial : binomial) * signal.at(channel, f - k);
      binomial = binomial * (6 - k) / (k + 1);
    }
    largest = std::max(largest, std::abs(difference));
  }
  return largest;
}

}  // namespace

TEST(Equaliser, NeitherTheAmountNorTheChannelsMakeZipperNoiseWhenTheyMove) {
  for (const bool amount_moves : {false, true}) {
    auto signal = testkit::sine(200.0, -6.0, 1.0, 48000.0, 2);
    for (int f = 0; f < signal.frame_count(); ++f) signal.at(1, f) *= -0.3;
    Equaliser equaliser;
    equaliser.prepare(signal.format());
    for (int step = 0; step < 48; ++step) {
      auto settings = one_band({.frequency_hz = 250.0, .gain_db = 9.0});
      if (amount_moves) {
        settings.bands[6] = {.type = Equaliser::high_pass, .frequency_hz = 150.0};
        settings.bands[11] = {.type = Equaliser::tilt, .frequency_hz = 900.0, .gain_db = 6.0};
        settings.amount = step < 12 ? 1.0 : step < 20 ? 0.0 : 0.6;
      } else {
        settings.bands[2].channels = step / 4 % 5;
      }
      equaliser.process(signal.block().frames(step * 1000, 1000), settings);
    }
    // A tilt is felt at once: the corners of its straight glide are what is left of the amount's.
    const double limit = amount_moves ? 4e-3 : 1e-4;
    EXPECT_LT(roughest(signal, 0), limit) << amount_moves;
    EXPECT_LT(roughest(signal, 1), limit) << amount_moves;
  }
}

TEST(Equaliser, ABandMovesFromLeftToRightAsIfItHadAlwaysBeenThere) {
  auto signal = testkit::noise(5, 2, 48000, 0.5);
  const auto before = signal;
  Equaliser equaliser, right_from_the_start;
  equaliser.prepare(signal.format());
  equaliser.process(signal.block().frames(0, 4000), on(Equaliser::left));
  equaliser.process(signal.block().frames(4000, 44000), on(Equaliser::right));
  auto wanted = before;
  right_from_the_start.prepare(signal.format());
  right_from_the_start.process(wanted.block(), on(Equaliser::right));
  for (int f = 40000; f < 48000; ++f) {
    ASSERT_EQ(signal.at(0, f), before.at(0, f));
    ASSERT_NEAR(signal.at(1, f), wanted.at(1, f), 1e-12);
  }
}
