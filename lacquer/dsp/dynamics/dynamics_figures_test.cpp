// What docs/dsp/dynamics.md shows, and that it is so.
#include <gtest/gtest.h>

#include <cmath>
#include <complex>
#include <string>

#include "lacquer/base/units.h"
#include "lacquer/dsp/dynamics/compressor.h"
#include "lacquer/dsp/dynamics/de_esser.h"
#include "lacquer/dsp/dynamics/dynamic_equaliser.h"
#include "lacquer/dsp/dynamics/transient_shaper.h"
#include "lacquer/dsp/equalise/equaliser.h"
#include "testkit/figure.h"
#include "testkit/impulse_response.h"

using namespace lacquer;
using testkit::Figure;
using testkit::Signal;

namespace {

constexpr double rate_hz = 48000.0;

template <typename T>
Signal through(Signal signal, const typename T::Settings& settings) {
  T processor;
  processor.prepare(signal.format());
  processor.process(signal.block(), settings);
  return signal;
}

/// A level without ripple: every sample has it, with changing sign.
Signal steady(double level_dbfs, int frames) {
  Signal signal{1, frames, rate_hz};
  for (int f = 0; f < frames; ++f)
    signal.at(0, f) = (f % 4 < 2 ? 1.0 : -1.0) * gain_from_db(level_dbfs);
  return signal;
}

}  // namespace

TEST(CompressorFigure, TheStaticCurveBendsAtTheThreshold) {
  Figure figure{"Compressor, threshold -20 dBFS: what comes of a steady level",
                {"level in, dBFS", -40.0, 0.0},
                {"level out, dBFS", -40.0, 0.0}};
  struct Shown {
    const char* name;
    double ratio, knee_db;
  };
  figure.curve("1:1", {{-40.0, -40.0}, {0.0, 0.0}}, Figure::Line::dotted);
  for (const Shown& one : {Shown{"1.5:1, knee 12 dB", 1.5, 12.0},
                           {"2:1, knee 6 dB", 2.0, 6.0},
                           {"4:1, knee 6 dB", 4.0, 6.0},
                           {"20:1, no knee", 20.0, 0.0}}) {
    Figure::Points points;
    for (double level = -40.0; level <= 0.0; level += 0.5) {
      const auto out = through<dsp::Compressor>(steady(level, 2000), {.threshold_dbfs = -20.0,
                                                                      .ratio = one.ratio,
                                                                      .knee_db = one.knee_db,
                                                                      .attack_ms = 1.0,
                                                                      .release_ms = 50.0});
      points.emplace_back(level, db_from_gain(std::abs(out.at(0, 1999))));
      if (level < -20.0 - 0.5 * one.knee_db) {
        EXPECT_EQ(out.at(0, 1999), steady(level, 2000).at(0, 1999)) << one.name;
      }
    }
    EXPECT_NEAR(points.back().second, -20.0 + 20.0 / one.ratio, 1e-3) << one.name;
    figure.curve(one.name, points);
  }
  testkit::expect_figure("compressor_curves", figure);
}

TEST(CompressorFigure, AttackAndReleaseReachSixtyThreePercentInTheirTime) {
  constexpr double loud_s = 0.1, soft_s = 0.4, end_s = 1.0;
  Signal step{1, static_cast<int>(end_s * rate_hz), rate_hz};
  for (int f = 0; f < step.frame_count(); ++f) {
    const double at_s = f / rate_hz;
    step.at(0, f) =
        (f % 4 < 2 ? 1.0 : -1.0) * gain_from_db(at_s >= loud_s && at_s < soft_s ? -6.0 : -40.0);
  }
  Figure figure{"Compressor, 4:1 over -20 dBFS: gain while the level steps to -6 dBFS and back",
                {"time, s", 0.0, end_s},
                {"gain, dB", -12.0, 1.0}};
  for (const auto& [attack_ms, release_ms] : {std::pair{1.0, 50.0}, {10.0, 100.0}, {30.0, 250.0}}) {
    const auto out = through<dsp::Compressor>(step, {.threshold_dbfs = -20.0,
                                                     .ratio = 4.0,
                                                     .knee_db = 0.0,
                                                     .attack_ms = attack_ms,
                                                     .release_ms = release_ms});
    const auto gain_db = [&](double at_s) {
      const int f = static_cast<int>(at_s * rate_hz);
      return db_from_gain(out.at(0, f) / step.at(0, f));
    };
    const double deepest_db = -0.75 * 14.0;
    EXPECT_NEAR(gain_db(loud_s + attack_ms / 1000.0), deepest_db * (1.0 - std::exp(-1.0)), 0.1);
    EXPECT_NEAR(gain_db(soft_s + release_ms / 1000.0), deepest_db * std::exp(-1.0), 0.25);
    Figure::Points points;
    for (int i = 0; i < 500; ++i) points.emplace_back(0.002 * i, gain_db(0.002 * i));
    figure.curve(std::to_string(static_cast<int>(attack_ms)) + " ms and " +
                     std::to_string(static_cast<int>(release_ms)) + " ms",
                 points);
  }
  testkit::expect_figure("compressor_times", figure);
}

TEST(DynamicEqualiserFigure, ABandMovesThroughItsOwnPrototypes) {
  Figure figure{"Dynamic bell at 3 kHz, threshold -30 dBFS, ratio 2, range -9 dB",
                {"frequency, Hz", 200.0, 20000.0, true},
                {"gain, dB", -10.0, 1.0}};
  dsp::DynamicEqualiser::Settings settings;
  settings.bands[1] = {.frequency_hz = 3000.0,
                       .q = 1.2,
                       .threshold_dbfs = -30.0,
                       .range_db = -9.0,
                       .attack_ms = 1.0,
                       .release_ms = 2500.0,
                       .side_chain = dsp::DynamicEqualiser::left};
  // A tone on the left holds the band, an impulse on the right shows its response.
  constexpr int start = 9600, length = 1 << 13;
  for (const double tone_dbfs : {-36.0, -27.0, -24.0, -18.0, -6.0}) {
    auto signal = testkit::sine(3000.0, tone_dbfs, (start + length) / rate_hz, rate_hz, 2);
    for (int f = 0; f < signal.frame_count(); ++f) signal.at(1, f) = f == start ? 1.0 : 0.0;
    const auto out = through<dsp::DynamicEqualiser>(signal, settings);
    const double centre_db = db_from_gain(std::abs(testkit::response_at(out, 3000.0, 1, start)));
    dsp::Equaliser::Settings prototype;
    prototype.bands[0] = {.frequency_hz = 3000.0, .gain_db = centre_db, .q = 1.2};
    Figure::Points points;
    for (const double hz : testkit::frequencies(200.0, 20000.0, 160)) {
      points.emplace_back(hz, db_from_gain(std::abs(testkit::response_at(out, hz, 1, start))));
      EXPECT_NEAR(points.back().second, response_db(prototype, hz), 0.1) << tone_dbfs << " " << hz;
    }
    figure.curve("level " + std::to_string(static_cast<int>(tone_dbfs)) + " dBFS", points);
  }
  testkit::expect_figure("dynamic_equaliser_levels", figure);
}

TEST(DeEsserFigure, TheReductionFollowsTheSibilantAndNotTheFader) {
  // A vowel at 300 Hz that goes on, and over it sibilants at 7 kHz, each louder than the last.
  constexpr double sibilants_db[] = {-18.0, -9.0, -3.0, 3.0};
  const auto voice = [&](double fader_db) {
    Signal signal{1, 96000, rate_hz};
    for (int f = 0; f < 96000; ++f) {
      const double at_s = f / rate_hz;
      const int number = static_cast<int>(at_s / 0.5);
      const double within_s = at_s - 0.5 * number;
      double x = 0.1 * std::sin(2.0 * pi * 300.0 * at_s);
      if (within_s > 0.2 && within_s < 0.35)
        x += 0.1 * gain_from_db(sibilants_db[number]) * std::sin(2.0 * pi * 7000.0 * at_s);
      signal.at(0, f) = gain_from_db(fader_db) * x;
    }
    return signal;
  };
  Figure figure{"De-esser at its defaults: gain of the sibilants of a voice",
                {"time, s", 0.0, 2.0},
                {"gain at 7 kHz, dB", -4.0, 1.0}};
  Figure::Points of_fader[2];
  for (int fader = 0; fader < 2; ++fader) {
    const auto in = voice(fader == 0 ? 0.0 : -20.0);
    const auto out = through<dsp::DeEsser>(in, {});
    for (int f = 0; f + 480 <= 96000; f += 240) {  // 10 ms hold whole periods of both
      std::complex<double> before = 0.0, after = 0.0;
      for (int i = f; i < f + 480; ++i) {
        const auto turn = std::polar(1.0, -2.0 * pi * 7000.0 * i / rate_hz);
        before += in.at(0, i) * turn;
        after += out.at(0, i) * turn;
      }
      const double loudest = 0.05 * 480.0 * gain_from_db(fader == 0 ? -40.0 : -60.0);
      const double gain_db =
          std::abs(before) > loudest ? db_from_gain(std::abs(after / before)) : 0.0;
      of_fader[fader].emplace_back((f + 240) / rate_hz, gain_db);
    }
  }
  double deepest_db[4] = {};
  for (std::size_t i = 0; i < of_fader[0].size(); ++i) {
    const auto [at_s, gain_db] = of_fader[0][i];
    double& deepest = deepest_db[static_cast<std::size_t>(at_s / 0.5)];
    deepest = std::min(deepest, gain_db);
    EXPECT_NEAR(gain_db, of_fader[1][i].second, 0.02) << at_s;
  }
  EXPECT_GT(deepest_db[0], -0.3);  // soft ones stay
  EXPECT_LT(deepest_db[2], deepest_db[1] - 0.5);
  EXPECT_LT(deepest_db[3], deepest_db[2] - 0.5);
  figure.curve("as sung", of_fader[0]);
  figure.curve("20 dB softer", of_fader[1], Figure::Line::dashed);
  testkit::expect_figure("de_esser_gain", figure);
}

TEST(TransientShaperFigure, AttackAndSustainMoveTheirPartOfAStroke) {
  const auto stroke = [] {
    Signal signal{1, 72000, rate_hz};
    for (int f = 0; f < 72000; ++f) {
      const double t = (f % 24000) / rate_hz;
      signal.at(0, f) = 0.5 * std::pow(10.0, -t / 0.25) * std::cos(2.0 * pi * 400.0 * t);
    }
    return signal;
  };
  const auto in = stroke();
  dsp::TransientShaper shaper;
  shaper.prepare(in.format());
  const int latency = shaper.latency_frames();
  Figure figure{"Transient shaper: gain over a drum stroke at 0 s that dies by 20 dB in 0.25 s",
                {"time, s", -0.05, 0.4},
                {"gain, dB", -7.0, 7.0}};
  struct Shown {
    const char* name;
    dsp::TransientShaper::Settings settings;
  };
  for (const Shown& one : {Shown{"attack +6 dB", {.attack_db = 6.0}},
                           {"attack -6 dB", {.attack_db = -6.0}},
                           {"sustain +6 dB", {.sustain_db = 6.0}},
                           {"sustain -6 dB", {.sustain_db = -6.0}}}) {
    const auto out = through<dsp::TransientShaper>(in, one.settings);
    Figure::Points points;
    double first_db = 0.0, last_db = 0.0;
    for (int f = 24000 - 2400; f < 24000 + 19200; f += 120) {  // 400 Hz: a crest each period
      const double gain_db = db_from_gain(out.at(0, f + latency) / in.at(0, f));
      points.emplace_back((f - 24000) / rate_hz, gain_db);
      if (f == 24000) first_db = gain_db;
      if (f == 24000 + 14400) last_db = gain_db;
    }
    EXPECT_NEAR(first_db, one.settings.attack_db, 0.7) << one.name;
    EXPECT_NEAR(last_db, one.settings.sustain_db, 0.7) << one.name;
    figure.curve(one.name, points);
  }
  testkit::expect_figure("transient_shaper_gain", figure);
}
