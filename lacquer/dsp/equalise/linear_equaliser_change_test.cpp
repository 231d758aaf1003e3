#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "lacquer/dsp/equalise/linear_equaliser.h"
#include "testkit/allocations.h"
#include "testkit/contract.h"
#include "testkit/signal.h"

// What the contract's suite asks of signals too short to come out of so long a filter, and what
// happens when settings change.
using namespace lacquer;
using dsp::LinearEqualiser;
using testkit::Signal;
using Band = LinearEqualiser::Band;

namespace {

constexpr double low_rate_hz = 8000.0;  // short filters: 8192 taps in blocks of 1024 frames
constexpr int frames_at_once = 1024;
constexpr int latency = 4096 + frames_at_once;

LinearEqualiser prepared(int channel_count, double sample_rate_hz = low_rate_hz) {
  LinearEqualiser equaliser;
  equaliser.prepare({sample_rate_hz, channel_count});
  return equaliser;
}

/// Settings by frame: they change at odd places, over and over.
LinearEqualiser::Settings settings_at(int frame) {
  const auto at = static_cast<std::uint32_t>(frame / 3100);
  return at % 4 == 3 ? LinearEqualiser::Settings{}
                     : testkit::contract::random_settings<LinearEqualiser>(at);
}

/// In blocks that never straddle a change of the settings.
Signal run(LinearEqualiser& equaliser, Signal signal, int longest) {
  for (int done = 0; done < signal.frame_count();) {
    const int frames = std::min({longest, 3100 - done % 3100, signal.frame_count() - done});
    equaliser.process(signal.block().frames(done, frames), settings_at(done));
    done += frames;
  }
  return signal;
}

LinearEqualiser::Settings bell_of(double gain_db, double phase = 1.0) {
  LinearEqualiser::Settings settings;
  settings.bands[3] = {.frequency_hz = 500.0, .gain_db = gain_db, .q = 2.0};
  settings.phase = phase;
  return settings;
}

}  // namespace

TEST(LinearEqualiserChanges, TheBitsDoNotDependOnTheBlocksAndResetIsLikeNew) {
  for (const int channels : {1, 2, 3, 6}) {
    const Signal in = testkit::bursts(5, channels, 40000, 1.0, low_rate_hz);
    LinearEqualiser equaliser = prepared(channels);
    const Signal whole = run(equaliser, in, 100000);
    EXPECT_GT(whole.peak(), 0.0);
    for (const int longest : {1, 37, 1024, 3000}) {
      equaliser.reset();
      EXPECT_TRUE(testkit::contract::same_bits(whole, run(equaliser, in, longest))) << longest;
    }
    LinearEqualiser other = prepared(channels);
    EXPECT_TRUE(testkit::contract::same_bits(whole, run(other, in, 512)));
  }
}

TEST(LinearEqualiserChanges, NothingIsAllocatedWhileFiltersAreDesigned) {
  LinearEqualiser equaliser = prepared(2);
  Signal signal = testkit::noise(4, 2, 20000, 0.5, low_rate_hz);
  const auto before = testkit::allocations();
  for (int done = 0; done < 20000; done += 500)
    equaliser.process(signal.block().frames(done, 500), settings_at(done));
  equaliser.reset();
  EXPECT_EQ(testkit::allocations(), before);
}

TEST(LinearEqualiserChanges, NotANumberAndInfinityCountAsSilence) {
  constexpr double infinity = std::numeric_limits<double>::infinity();
  Signal bad = testkit::noise(4, 2, 30000, 0.5, low_rate_hz), clean = bad;
  for (int i = 0; i < 60; ++i) {
    bad.at(i % 2, 400 * i + i) = i % 3 == 0 ? std::nan("") : i % 3 == 1 ? -infinity : 1e200;
    clean.at(i % 2, 400 * i + i) = 0.0;
  }
  LinearEqualiser a = prepared(2), b = prepared(2);
  const Signal out = run(a, bad, 900);
  EXPECT_TRUE(testkit::contract::all_finite(out));
  EXPECT_TRUE(testkit::contract::same_bits(out, run(b, clean, 900)));
}

TEST(LinearEqualiserChanges, FlatSettingsAndNoAmountAreADelayBitForBitEvenAfterOthers) {
  const Signal in = testkit::noise(7, 2, 60000, 0.5, low_rate_hz);
  auto none = bell_of(9.0, 0.3);
  none.bands[5] = {.type = Band::high_pass, .frequency_hz = 100.0, .channels = Band::side};
  none.amount = 0.0;
  for (const auto& flat : {LinearEqualiser::Settings{}, none}) {
    Signal out = in;
    LinearEqualiser equaliser = prepared(2);
    equaliser.process(out.block().frames(0, 20000), flat);
    equaliser.process(out.block().frames(20000, 15000), bell_of(6.0));
    equaliser.process(out.block().frames(35000, 25000), flat);
    const auto differ = [&](int from, int to) {
      int count = 0;
      for (int f = from; f < to; ++f) count += out.at(1, f) != in.at(1, f - latency);
      return count;
    };
    EXPECT_EQ(differ(latency, 20000), 0);
    EXPECT_GT(differ(25000, 35000), 9900);
    EXPECT_EQ(differ(35000 + 3 * frames_at_once, 60000), 0);
  }
}

TEST(LinearEqualiserChanges, AfterAChangeItSoundsAsIfItHadAlwaysBeenSo) {
  const Signal in = testkit::noise(9, 2, 40000, 0.5, low_rate_hz);
  const auto wanted = bell_of(-8.0, 0.2);
  for (const auto& first : {LinearEqualiser::Settings{}, bell_of(6.0)}) {
    Signal out = in, always = in;
    LinearEqualiser equaliser = prepared(2);
    equaliser.process(out.block().frames(0, 20000), first);
    equaliser.process(out.block().frames(20000, 20000), wanted);
    prepared(2).process(always.block(), wanted);
    for (int f = 20000 + 3 * frames_at_once; f < 40000; ++f)
      ASSERT_EQ(out.at(0, f), always.at(0, f)) << f;
    EXPECT_NE(out.at(0, 19999), always.at(0, 19999));
  }
}

TEST(LinearEqualiserChanges, AChannelNoBandTouchesIsOnlyDelayed) {
  for (const auto channels : {Band::left, Band::right, Band::mid, Band::side, Band::both})
    for (const int count : {1, 2, 6}) {
      auto settings = bell_of(6.0);
      settings.bands[3].channels = channels;
      const Signal in = testkit::noise(3, count, 12000, 0.5, low_rate_hz);
      Signal out = in;
      prepared(count).process(out.block(), settings);
      for (int c = 0; c < count; ++c) {
        bool touched = channels == Band::both || (c < 2 && channels >= Band::mid) ||
                       (c < 2 && c == channels - 1);
        if (count == 1) touched = channels != Band::right && channels != Band::side;
        int differences = 0;
        for (int f = latency; f < 12000; ++f) differences += out.at(c, f) != in.at(c, f - latency);
        EXPECT_EQ(differences > 0, touched) << channels << " channel " << c << " of " << count;
      }
    }
}

TEST(LinearEqualiserChanges, ChangesFadeOverWithoutAClick) {
  for (const double phase : {0.0, 1.0}) {
    auto signal = testkit::sine(500.0, -12.0, 2.0, 48000.0, 1);
    LinearEqualiser equaliser = prepared(1, 48000.0);
    for (int done = 0; done < signal.frame_count(); done += 1500) {
      const double gain_db = done < 30000 ? 0.0 : done < 60000 ? 12.0 : -12.0;
      equaliser.process(signal.block().frames(done, 1500), bell_of(gain_db, phase));
    }
    // Sixth differences leave nothing of a 500 Hz sine (8e-8 at 0 dBFS) and everything of a step.
    double roughest = 0.0;
    for (int f = 24576 + 6; f < signal.frame_count(); ++f) {
      double difference = 0.0, binomial = 1.0;
      for (int k = 0; k <= 6; ++k) {
        difference += (k % 2 ? -binomial : binomial) * signal.at(0, f - k);
        binomial = binomial * (6 - k) / (k + 1);
      }
      roughest = std::max(roughest, std::abs(difference));
    }
    EXPECT_LT(roughest, 1e-6) << phase;
    // It has arrived: 12 dB up from -12 dBFS, then 12 down.
    double up = 0.0, down = 0.0;
    for (int f = 50000; f < 58000; ++f) up = std::max(up, std::abs(signal.at(0, f)));
    for (int f = 90000; f < 96000; ++f) down = std::max(down, std::abs(signal.at(0, f)));
    EXPECT_NEAR(up, 1.0, 1e-3) << phase;
    EXPECT_NEAR(down, std::pow(10.0, -24.0 / 20.0), 1e-3) << phase;
  }
}

TEST(LinearEqualiserChanges, AfterTheSoundAndItsRingingThereIsSilence) {
  Signal signal = testkit::noise(2, 2, 40000, 0.5, low_rate_hz);
  for (int c = 0; c < 2; ++c)
    for (int f = 10000; f < 40000; ++f) signal.at(c, f) = 0.0;
  prepared(2).process(signal.block(), testkit::contract::random_settings<LinearEqualiser>(4));
  double ringing = 0.0, after = 0.0;
  for (int f = 10000; f < 40000; ++f)
    (f < 22000 ? ringing : after) += std::abs(signal.at(0, f)) + std::abs(signal.at(1, f));
  EXPECT_GT(ringing, 0.0);
  EXPECT_EQ(after, 0.0);
}
