#include "lacquer/dsp/repair/declick.h"

#include <gtest/gtest.h>

#include <cmath>
#include <complex>
#include <random>
#include <vector>

#include "lacquer/base/units.h"
#include "testkit/contract.h"
#include "testkit/signal.h"

using namespace lacquer;
using dsp::Declick;

template <>
struct testkit::ContractTerms<Declick> {
  /// Bursts of noise are full of clicks.
  static Declick::Settings neutral() { return {.amount = 0.0}; }
  static constexpr double neutral_peak = 1.0;
  static constexpr bool silence_stays_silent = true;
};

namespace {

/// The output with the latency taken out.
testkit::Signal declicked(const testkit::Signal& in, const Declick::Settings& settings = {},
                          std::int64_t* repairs = nullptr) {
  Declick declick;
  declick.prepare(in.format());
  const int latency = declick.latency_frames();
  auto longer = testkit::concatenate(
      {in, testkit::Signal{in.channel_count(), latency, in.format().sample_rate_hz}});
  declick.process(longer.block(), settings);
  if (repairs) *repairs = declick.repair_count();
  testkit::Signal out = in;
  for (int c = 0; c < in.channel_count(); ++c)
    for (int f = 0; f < in.frame_count(); ++f) out.at(c, f) = longer.at(c, f + latency);
  return out;
}

enum class Material { tone, chord, noise };

/// Steady tones with partials, or with warm noise: -12 to -20 dBFS.
testkit::Signal programme(Material material, std::uint32_t seed, double seconds,
                          double rate_hz = 44100.0) {
  auto signal = testkit::noise(seed, 1, static_cast<int>(seconds * rate_hz), 1.0, rate_hz);
  std::mt19937 random{seed};
  const double root_hz = 80.0 + static_cast<double>(random() % 200);
  const double noise_gain = material == Material::noise ? 0.6 : 0.001;
  struct Tone {
    std::complex<double> now, turn;
  };
  std::vector<Tone> chord;
  for (const double ratio : {1.0, 1.26, 1.5})
    for (int partial = 1; partial <= 8; ++partial)
      if (material == Material::chord || (material == Material::tone && ratio == 1.0))
        chord.push_back({std::polar(1.0 / partial, ratio * partial),
                         std::polar(1.0, 2.0 * pi * root_hz * ratio * partial / rate_hz)});
  double warm = 0.0, warmer = 0.0;
  for (int f = 0; f < signal.frame_count(); ++f) {
    warm += 0.3 * (signal.at(0, f) - warm);
    warmer += 0.1 * (warm - warmer);
    double tones = 0.0;
    for (Tone& tone : chord) tones += (tone.now *= tone.turn).imag();
    signal.at(0, f) = 0.1 * tones + noise_gain * (0.3 * warm + warmer);
  }
  return signal;
}

double rms(const testkit::Signal& signal, int first, int frames) {
  double squares = 0.0;
  for (int f = first; f < first + frames; ++f) squares += std::pow(signal.at(0, f), 2.0);
  return std::sqrt(squares / frames);
}

struct Planted {
  testkit::Signal clean, faulty;
  std::vector<int> places;
  int frames;
};

/// 14 clicks of a random shape, whose peak is `over_db` over the 10 ms around.
Planted planted(Material material, std::uint32_t seed, int frames, double over_db,
                double rate_hz = 44100.0) {
  auto clean = programme(material, seed, 4.0, rate_hz);
  Planted all{clean, clean, {}, frames};
  std::mt19937 random{seed + 99};
  for (int click = 1; click < 15; ++click) {
    const int place =
        static_cast<int>((0.25 * click + 1e-4 * static_cast<double>(random() % 500)) * rate_hz);
    const int local = static_cast<int>(0.005 * rate_hz);
    const double peak = gain_from_db(over_db) * rms(clean, place - local, 2 * local);
    for (int f = 0; f < frames; ++f) {
      const double x = static_cast<double>(random()) / 2147483648.0 - 1.0;
      all.faulty.at(0, place + f) += f == frames / 2 ? peak : peak * x;
    }
    all.places.push_back(place);
  }
  return all;
}

struct Outcome {
  int found;              // of the clicks
  double snr_db;          // of the samples that were spoiled, in the clicks that were found
  int touched_elsewhere;  // samples changed more than 1 ms from a click
};

Outcome outcome(const Planted& p, const Declick::Settings& settings = {}) {
  const auto out = declicked(p.faulty, settings);
  Outcome result{};
  double signal = 0.0, error = 0.0;
  std::vector<bool> near(static_cast<std::size_t>(out.frame_count()));
  const int beside = static_cast<int>(0.0015 * out.format().sample_rate_hz);
  for (const int place : p.places) {
    bool found = false;
    double here = 0.0, wrong = 0.0;
    for (int f = place; f < place + p.frames; ++f) {
      found = found || out.at(0, f) != p.faulty.at(0, f);
      here += std::pow(p.clean.at(0, f), 2.0);
      wrong += std::pow(out.at(0, f) - p.clean.at(0, f), 2.0);
    }
    for (int f = place - beside; f < place + p.frames + beside; ++f)
      near[static_cast<std::size_t>(f)] = true;
    if (!found) continue;
    ++result.found;
    signal += here;
    error += wrong;
  }
  for (int f = 0; f < out.frame_count(); ++f)
    if (!near[static_cast<std::size_t>(f)] && out.at(0, f) != p.faulty.at(0, f))
      ++result.touched_elsewhere;
  result.snr_db = db_from_power(signal / std::max(error, 1e-30));
  return result;
}

}  // namespace

TEST(Declick, KeepsTheProcessorContract) { testkit::check_processor_contract<Declick>(); }

TEST(Declick, ClicksOfOneToFortySamplesAreFoundAndMusicStandsInTheirPlace) {
  struct Bar {
    int frames;
    double snr_db;
  };
  for (const Bar& bar : {Bar{1, 58.0}, Bar{5, 57.0}, Bar{10, 52.0}, Bar{20, 43.0}, Bar{40, 22.0}})
    for (const Material material : {Material::tone, Material::chord}) {
      SCOPED_TRACE(testing::Message() << bar.frames << " samples");
      double snr_db = 0.0;
      for (const std::uint32_t seed : {1u, 2u, 3u}) {
        const auto result = outcome(planted(material, seed, bar.frames, 14.0));
        EXPECT_EQ(result.found, 14);
        EXPECT_EQ(result.touched_elsewhere, 0);
        snr_db += result.snr_db / 3.0;
      }
      EXPECT_GT(snr_db, bar.snr_db);
    }
}

TEST(Declick, InNoiseWhichNobodyCanPredictItDoesNoHarm) {
  for (const int frames : {5, 20}) {
    const auto result = outcome(planted(Material::noise, 5, frames, 14.0));
    EXPECT_GE(result.found, 11) << frames;
    EXPECT_GT(result.snr_db, -1.0) << "what is put in is never more than what was there";
    EXPECT_EQ(result.touched_elsewhere, 0);
  }
}

TEST(Declick, HigherRatesFindTheSameClicks) {
  for (const int frames : {2, 11, 43}) {
    const auto result = outcome(planted(Material::chord, 2, frames, 14.0, 96000.0));
    EXPECT_EQ(result.found, 14) << frames;
    EXPECT_GT(result.snr_db, frames < 40 ? 45.0 : 38.0) << frames;
    EXPECT_EQ(result.touched_elsewhere, 0);
  }
}

TEST(Declick, DrumsPlucksAndSawsPassBitForBit) {
  constexpr double rate_hz = 44100.0;
  for (std::uint32_t seed = 1; seed <= 20; ++seed) {
    auto drums = testkit::noise(seed, 1, 44100, 0.6, rate_hz);   // full at once, then decaying
    auto plucks = testkit::noise(seed, 1, 44100, 0.6, rate_hz);  // Karplus and Strong
    auto saw = testkit::Signal{1, 44100, rate_hz};
    const int period = 60 + 13 * static_cast<int>(seed), hit = 6000 + 77 * static_cast<int>(seed);
    for (int f = 0; f < 44100; ++f) {
      const double since_s = (f % hit) / rate_hz;
      drums.at(0, f) *= std::exp(-since_s / 0.04);
      drums.at(0, f) += 0.5 * std::exp(-since_s / 0.1) * std::cos(2.0 * pi * 60.0 * since_s);
      if (f % hit >= period)
        plucks.at(0, f) = 0.498 * (plucks.at(0, f - period) + plucks.at(0, f - period + 1));
      saw.at(0, f) = 0.5 * ((f % period) * 2.0 / period - 1.0);
    }
    for (const auto* signal : {&drums, &plucks, &saw}) {
      std::int64_t repairs = 0;
      const auto out = declicked(*signal, {}, &repairs);
      ASSERT_EQ(repairs, 0) << "seed " << seed
                            << (signal == &drums    ? " drums"
                                : signal == &plucks ? " plucks"
                                                    : " saw");
      ASSERT_TRUE(testkit::contract::same_bits(out, *signal));
    }
  }
}

TEST(Declick, MusicWithoutClicksPassesBitForBit) {
  for (const Material material : {Material::tone, Material::chord, Material::noise})
    for (std::uint32_t seed = 1; seed <= 4; ++seed) {
      const auto music = programme(material, seed, 3.0);
      EXPECT_TRUE(testkit::contract::same_bits(declicked(music), music)) << seed;
    }
}

TEST(Declick, SensitivityDecidesOnFaintTicks) {
  const auto faint = planted(Material::chord, 4, 4, 7.0);
  EXPECT_EQ(outcome(faint, {.sensitivity = 0.0}).found, 0);
  EXPECT_EQ(outcome(faint, {.sensitivity = 1.0}).found, 14);
}

TEST(Declick, WhatLastsLongerThanTheLongestClickIsLeftAlone) {
  const auto long_ones = planted(Material::chord, 4, 30, 14.0);
  EXPECT_EQ(outcome(long_ones, {.longest_click_ms = 0.4}).found, 0);
  EXPECT_EQ(outcome(long_ones, {.longest_click_ms = 1.0}).found, 14);
}

TEST(Declick, AmountIsTheShareTakenAway) {
  const auto p = planted(Material::chord, 6, 8, 14.0);
  const auto whole = declicked(p.faulty), part = declicked(p.faulty, {.amount = 0.4});
  for (int f = 0; f < whole.frame_count(); ++f)
    ASSERT_NEAR(part.at(0, f), 0.6 * p.faulty.at(0, f) + 0.4 * whole.at(0, f), 1e-12);
}

TEST(Declick, CrackleIsTakenOutWhereOneClickStandsBesideTheNext) {
  auto clean = programme(Material::chord, 8, 4.0), faulty = clean;
  std::mt19937 random{8};
  for (int click = 0; click < 80; ++click)  // 22 a second, from 6 to 20 dB over the music
    for (int f = 8000, at = 8000 + static_cast<int>(random() % 160000); f < 8003; ++f)
      faulty.at(0, at + f - 8000) +=
          0.4 * (0.4 + static_cast<double>(random() % 1000) / 500.0) * (random() % 2 ? 1.0 : -1.0);
  const auto out = declicked(faulty);
  double before = 0.0, after = 0.0;
  for (int f = 0; f < clean.frame_count(); ++f) {
    before += std::pow(faulty.at(0, f) - clean.at(0, f), 2.0);
    after += std::pow(out.at(0, f) - clean.at(0, f), 2.0);
  }
  EXPECT_LT(db_from_power(after / before), -9.0);
}

TEST(Declick, AClickInOneChannelLeavesTheOtherBitForBit) {
  const auto p = planted(Material::chord, 7, 6, 20.0);
  testkit::Signal both{2, p.clean.frame_count(), 44100.0};
  for (int f = 0; f < both.frame_count(); ++f) {
    both.at(0, f) = p.faulty.at(0, f);
    both.at(1, f) = p.clean.at(0, f);
  }
  const auto out = declicked(both);
  const auto alone = declicked(p.faulty);
  for (int f = 0; f < both.frame_count(); ++f) {
    ASSERT_EQ(out.at(0, f), alone.at(0, f));
    ASSERT_EQ(out.at(1, f), p.clean.at(0, f));
  }
}
