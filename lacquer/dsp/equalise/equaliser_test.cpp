#include "lacquer/dsp/equalise/equaliser.h"

#include <gtest/gtest.h>

#include <cmath>
#include <complex>
#include <random>

#include "lacquer/base/units.h"
#include "testkit/contract.h"
#include "testkit/signal.h"

using namespace lacquer;
using dsp::Equaliser;

namespace {

Equaliser::Settings one_band(Equaliser::Band band) {
  Equaliser::Settings settings;
  settings.bands[2] = band;
  return settings;
}

/// The magnitude in dB that the running equaliser has at each frequency, from its impulse response.
std::vector<double> measured_db(const Equaliser::Settings& settings, double sample_rate_hz,
                                const std::vector<double>& at_hz, int length = 1 << 15) {
  testkit::Signal impulse{1, length, sample_rate_hz};
  impulse.at(0, 0) = 1.0;
  Equaliser equaliser;
  equaliser.prepare(impulse.format());
  equaliser.process(impulse.block(), settings);
  int end = length;  // what follows cannot be seen
  while (end > 1 && std::abs(impulse.at(0, end - 1)) < 1e-12) --end;
  std::vector<double> db;
  for (const double hz : at_hz) {
    const auto step = std::polar(1.0, -2.0 * pi * hz / sample_rate_hz);
    std::complex<double> sum = 0.0;
    for (int f = end; f-- > 0;) sum = sum * step + impulse.at(0, f);
    db.push_back(db_from_gain(std::abs(sum)));
  }
  return db;
}

std::vector<double> frequencies(double low_hz, double high_hz, int count) {
  std::vector<double> all;
  for (int i = 0; i < count; ++i)
    all.push_back(low_hz * std::pow(high_hz / low_hz, i / (count - 1.0)));
  return all;
}

double largest_deviation_db(const Equaliser::Settings& settings, double sample_rate_hz,
                            double low_hz = 40.0) {
  const auto at_hz = frequencies(low_hz, 20000.0, 60);
  const auto got_db = measured_db(settings, sample_rate_hz, at_hz);
  double worst = 0.0;
  for (std::size_t i = 0; i < at_hz.size(); ++i) {
    const double wanted_db = response_db(settings, at_hz[i]);
    if (wanted_db > -40.0) worst = std::max(worst, std::abs(got_db[i] - wanted_db));
  }
  return worst;
}

}  // namespace

TEST(Equaliser, KeepsTheProcessorContract) { testkit::check_processor_contract<Equaliser>(); }

TEST(Equaliser, ABellAtTwelveKilohertzIsNotSqueezedAt44100) {
  for (const double gain_db : {-6.0, -3.0, 1.5, 6.0})
    for (const double q : {0.5, 1.0, 2.0, 4.0})
      EXPECT_LT(largest_deviation_db(
                    one_band({.frequency_hz = 12000.0, .gain_db = gain_db, .q = q}), 44100.0),
                0.1)
          << gain_db << " dB, Q " << q;
}

TEST(Equaliser, EveryMasteringBandMatchesItsPrototypeToTheTopOfHearing) {
  for (const double rate_hz : {44100.0, 48000.0, 96000.0, 192000.0})
    for (const double type : {0.0, 1.0, 2.0, 5.0})
      for (const double frequency_hz : {60.0, 300.0, 2500.0, 8000.0, 15000.0})
        for (const double gain_db : {-6.0, 3.0})
          for (const double q : {0.5, 0.71, 1.4}) {
            const Equaliser::Band band{type, frequency_hz, gain_db, q};
            EXPECT_LT(largest_deviation_db(one_band(band), rate_hz), 0.1)
                << rate_hz << " type " << type << " " << frequency_hz << " Hz " << gain_db
                << " dB Q " << q;
          }
}

TEST(Equaliser, PassFiltersFallAsTheirPrototypes) {
  for (const double frequency_hz : {25.0, 80.0, 250.0})
    EXPECT_LT(
        largest_deviation_db(one_band({.type = Equaliser::high_pass, .frequency_hz = frequency_hz}),
                             44100.0, 10.0),
        0.02);
  for (const double frequency_hz : {5000.0, 12000.0, 18000.0})
    EXPECT_LT(largest_deviation_db(
                  one_band({.type = Equaliser::low_pass, .frequency_hz = frequency_hz}), 44100.0),
              0.25);
}

TEST(Equaliser, BandsAddUp) {
  Equaliser::Settings settings;
  settings.bands = {{{1.0, 90.0, 2.0, 0.71},
                     {0.0, 250.0, -3.0, 1.0},
                     {0.0, 900.0, 1.0, 0.7},
                     {0.0, 2800.0, -1.5, 1.4},
                     {0.0, 6000.0, 2.0, 0.9},
                     {2.0, 11000.0, 3.0, 0.71},
                     {3.0, 25.0, 0.0, 0.71},
                     {5.0, 700.0, 2.0, 0.71},
                     {0.0, 45.0, 1.0, 1.4},
                     {0.0, 420.0, -1.0, 2.0},
                     {0.0, 4000.0, 1.0, 3.0},
                     {0.0, 15000.0, -2.0, 1.0}}};
  EXPECT_LT(largest_deviation_db(settings, 44100.0), 0.1);
  double at_1k = 0.0;
  for (const auto& band : settings.bands) {
    Equaliser::Settings alone;
    alone.bands[0] = band;
    at_1k += response_db(alone, 1000.0);
  }
  EXPECT_NEAR(response_db(settings, 1000.0), at_1k, 1e-12);
}

TEST(Equaliser, ThePrototypesHaveTheirTextbookValues) {
  EXPECT_NEAR(response_db(one_band({0.0, 1000.0, 6.0, 2.0}), 1000.0), 6.0, 1e-12);
  EXPECT_NEAR(response_db(one_band({1.0, 1000.0, 6.0, 0.7071}), 1000.0), 3.0, 1e-12);
  EXPECT_NEAR(response_db(one_band({1.0, 1000.0, 6.0, 0.7071}), 1.0), 6.0, 1e-4);
  EXPECT_NEAR(response_db(one_band({2.0, 1000.0, -4.0, 0.7071}), 1e6), -4.0, 1e-4);
  EXPECT_NEAR(response_db(one_band({3.0, 100.0, 0.0, std::sqrt(0.5)}), 100.0), -3.0103, 1e-4);
  EXPECT_NEAR(response_db(one_band({4.0, 100.0, 0.0, std::sqrt(0.5)}), 1000.0), -40.0, 1e-3);
  EXPECT_EQ(response_db(Equaliser::Settings{}, 1000.0), 0.0);
}

TEST(Equaliser, NoSettingsWhateverMakeItUnstable) {
  for (std::uint32_t seed = 0; seed < 300; ++seed) {
    const double rate_hz = seed % 2 ? 44100.0 : 8000.0;
    auto signal = testkit::noise(seed, 1, 1500, 1.0, rate_hz);
    Equaliser equaliser;
    equaliser.prepare(signal.format());
    equaliser.process(signal.block(), testkit::contract::random_settings<Equaliser>(seed));
    testkit::Signal tail{1, 60000, rate_hz};
    equaliser.process(tail.block(), testkit::contract::random_settings<Equaliser>(seed));
    ASSERT_LT(signal.peak(), 1e8) << seed;
    double end = 0.0;
    for (int f = 55000; f < 60000; ++f) end = std::max(end, std::abs(tail.at(0, f)));
    ASSERT_LE(end, 1e-3 * signal.peak()) << "rings on, seed " << seed;
  }
}

TEST(Equaliser, MovingABandMakesNoZipperNoise) {
  auto signal = testkit::sine(200.0, -6.0, 1.0, 48000.0, 2);
  Equaliser equaliser;
  equaliser.prepare(signal.format());
  for (int step = 0; step < 48; ++step) {
    const double gain_db = step < 16 ? 0.0 : step < 32 ? 9.0 : -9.0;
    equaliser.process(signal.block().frames(step * 1000, 1000),
                      one_band({.frequency_hz = 250.0, .gain_db = gain_db, .q = 1.0}));
  }
  // Twelfth differences leave nothing of a 200 Hz sine and everything of a step.
  double roughest = 0.0;
  for (int f = 100; f < signal.frame_count(); ++f) {
    double difference = 0.0, binomial = 1.0;
    for (int k = 0; k <= 6; ++k) {
      difference += (k % 2 ? -binomial : binomial) * signal.at(0, f - k);
      binomial = binomial * (6 - k) / (k + 1);
    }
    roughest = std::max(roughest, std::abs(difference));
  }
  EXPECT_LT(roughest, 3e-4);
}

TEST(Equaliser, ABandTakenOutIsGoneBitForBit) {
  auto signal = testkit::noise(8, 2, 96000, 0.5);
  const auto before = signal;
  Equaliser equaliser;
  equaliser.prepare(signal.format());
  equaliser.process(signal.block().frames(0, 10000), one_band({.gain_db = 6.0}));
  equaliser.process(signal.block().frames(10000, 86000), {});
  for (int f = 60000; f < 96000; ++f) ASSERT_EQ(signal.at(1, f), before.at(1, f));
  EXPECT_NE(signal.at(1, 9000), before.at(1, 9000));
}

TEST(Equaliser, ChangingABandsTypeFadesInsteadOfClicking) {
  auto signal = testkit::sine(1000.0, -6.0, 0.5);
  Equaliser equaliser;
  equaliser.prepare(signal.format());
  int at = 0;
  for (const double type : {0.0, 3.0, 1.0, 4.0, 2.0, 0.0}) {
    equaliser.process(signal.block().frames(at, 4000),
                      one_band({.type = type, .frequency_hz = 1000.0, .gain_db = 6.0}));
    at += 4000;
  }
  for (int f = 1; f < signal.frame_count(); ++f)
    ASSERT_LT(std::abs(signal.at(0, f) - signal.at(0, f - 1)), 0.18) << f;
}

TEST(Equaliser, ATiltLeansAroundItsFrequencyByItsGainFromBottomToTop) {
  const auto settings = one_band({.type = Equaliser::tilt, .frequency_hz = 900.0, .gain_db = 6.0});
  EXPECT_NEAR(response_db(settings, 900.0), 0.0, 1e-12);
  EXPECT_NEAR(response_db(settings, 0.01), -3.0, 1e-6);
  EXPECT_NEAR(response_db(settings, 1e8), 3.0, 1e-6);
  for (const double octaves : {0.3, 1.0, 2.5})  // as far down below as up above
    EXPECT_NEAR(response_db(settings, 900.0 * std::exp2(octaves)),
                -response_db(settings, 900.0 * std::exp2(-octaves)), 1e-12);
  // First order, half an octave up: |H|^2 = (1 + A^2 x) / (A^2 + x), x = 2, A = 10^(6/40).
  const double a2 = std::pow(10.0, 0.3);
  EXPECT_NEAR(response_db(settings, 900.0 * std::sqrt(2.0)),
              10.0 * std::log10((1.0 + 2.0 * a2) / (a2 + 2.0)), 1e-12);
}

TEST(Equaliser, AmountScalesEveryGainAndNoneOfItIsNull) {
  Equaliser::Settings settings = one_band({.frequency_hz = 3000.0, .gain_db = 6.0, .q = 1.0});
  settings.bands[7] = {.type = Equaliser::high_shelf, .frequency_hz = 9000.0, .gain_db = -4.0};
  settings.bands[9] = {.type = Equaliser::tilt, .frequency_hz = 900.0, .gain_db = 3.0};
  auto halved = settings;
  halved.amount = 0.5;
  auto by_hand = settings;
  for (auto& band : by_hand.bands) band.gain_db *= 0.5;
  for (const double hz : {50.0, 900.0, 3000.0, 12000.0})
    EXPECT_NEAR(response_db(halved, hz), response_db(by_hand, hz), 1e-12);
  EXPECT_LT(largest_deviation_db(halved, 44100.0), 0.1);

  settings.bands[0] = {.type = Equaliser::high_pass, .frequency_hz = 80.0};
  settings.bands[11] = {.type = Equaliser::low_pass, .frequency_hz = 9000.0};
  settings.amount = 0.0;
  auto signal = testkit::noise(3, 2, 2000, 0.5);
  const auto before = signal;
  Equaliser equaliser;
  equaliser.prepare(signal.format());
  equaliser.process(signal.block(), settings);
  EXPECT_TRUE(testkit::contract::same_bits(signal, before));
}

TEST(Equaliser, HalfAPassStopsFallingAnOctaveOnAndNothingJumpsOnTheWayToIt) {
  for (const auto type : {Equaliser::high_pass, Equaliser::low_pass}) {
    const double corner_hz = type == Equaliser::high_pass ? 200.0 : 2000.0;
    auto settings = one_band({.type = double(type), .frequency_hz = corner_hz});
    const double far_hz = type == Equaliser::high_pass ? 1e-3 : 1e9;
    double last_db = 0.0, last_corner_db = 0.0;
    for (int percent = 1; percent < 100; ++percent) {
      settings.amount = percent / 100.0;
      const double floor_db = 40.0 * std::log10(1.0 - settings.amount);
      EXPECT_NEAR(response_db(settings, far_hz), floor_db, 1e-3);
      EXPECT_LT(response_db(settings, far_hz), last_db);
      EXPECT_LT(response_db(settings, corner_hz), last_corner_db);
      last_db = response_db(settings, far_hz);
      last_corner_db = response_db(settings, corner_hz);
    }
    EXPECT_NEAR(last_corner_db, -3.0103, 1e-3);
    for (const double amount : {1e-4, 0.03, 0.3, 0.7, 0.95, 0.99, 0.9999}) {
      settings.amount = amount;
      EXPECT_LT(largest_deviation_db(settings, 44100.0), 0.15) << amount;
    }
  }
}
