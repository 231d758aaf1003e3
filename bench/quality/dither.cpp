#include "bench/quality/dither.h"

#include <algorithm>
#include <cmath>
#include <iostream>
#include <nlohmann/json.hpp>

#include "bench/bars.h"
#include "bench/peers/program.h"
#include "bench/text_table.h"
#include "lacquer/base/units.h"
#include "lacquer/dsp/quantiser.h"
#include "lacquer/dsp/transform/fft.h"
#include "lacquer/media/program.h"
#include "testkit/residual.h"

namespace lacquer::bench {
namespace {

using testkit::Signal;

constexpr double rate_hz = 44100.0;
constexpr double step = 1.0 / 32768.0;
constexpr double tone_hz = 997.0;
constexpr int seconds = 20;  // whole: every whole number of Hz has whole periods
constexpr int look_frames = 4096;
constexpr int highest_harmonic = 10;

// Two uniform dithers and the rounding: step^2 / 4 (Lipshitz, Wannamaker and Vanderkooy 1992).
constexpr double flat_power = step * step / 4.0;
// What the bar allows a harmonic of a tone of one step to stand over the noise of its bin.
constexpr double harmonic_bar_dbfs = -130.0;
constexpr double noise_bar_db = 0.2;  // of flat dither, off the formula

/// Power by bin, mean over all looks, first channel; they add up to the mean square.
std::vector<double> spectrum_of(const Signal& noise) {
  dsp::RealFft fft{look_frames};
  const auto bins = static_cast<std::size_t>(fft.bins());
  std::vector<double> window(look_frames), look(look_frames), re(bins), im(bins), power(bins);
  double window_power = 0.0;
  for (int n = 0; n < look_frames; ++n) {
    auto& w = window[static_cast<std::size_t>(n)];
    w = 0.5 - 0.5 * std::cos(2.0 * pi * n / look_frames);
    window_power += w * w;
  }
  int looks = 0;
  for (int first = 0; first + look_frames <= noise.frame_count(); first += look_frames / 2) {
    for (int n = 0; n < look_frames; ++n)
      look[static_cast<std::size_t>(n)] =
          window[static_cast<std::size_t>(n)] * noise.at(0, first + n);
    fft.forward(look.data(), re.data(), im.data());
    for (std::size_t k = 0; k < bins; ++k) power[k] += re[k] * re[k] + im[k] * im[k];
    ++looks;
  }
  for (std::size_t k = 0; k < bins; ++k)
    power[k] *= (k == 0 || k + 1 == bins ? 1.0 : 2.0) / (looks * window_power * look_frames);
  return power;
}

/// Of what can just be heard in quiet, linear power (Terhardt 1979, as in ITU-R BS.1387-1).
double threshold_in_quiet(double hz) {
  const double khz = std::max(hz, 20.0) / 1000.0;
  return power_from_db(3.64 * std::pow(khz, -0.8) -
                       6.5 * std::exp(-0.6 * (khz - 3.3) * (khz - 3.3)) +
                       1e-3 * std::pow(khz, 4.0));
}

/// How much louder than flat noise of flat_power it is between two frequencies, under a weight.
template <typename Weight>
double beside_flat_db(const std::vector<double>& power, double low_hz, double high_hz,
                      const Weight& weight) {
  const double bin_hz = rate_hz / look_frames;
  const double flat = flat_power / static_cast<double>(power.size() - 1);
  double ours = 0.0, flats = 0.0;
  for (std::size_t k = 1; k < power.size(); ++k) {
    const double hz = static_cast<double>(k) * bin_hz;
    if (hz < low_hz || hz > high_hz) continue;
    ours += power[k] * weight(hz);
    flats += flat * weight(hz);
  }
  return db_from_power(ours / flats);
}

template <typename Round>
Result<Dither> judge(const std::string& name, const Round& round) {
  const Signal soft = testkit::sine(tone_hz, -20.0, seconds, rate_hz);
  TRY(const auto rounded, round(soft));
  Signal noise = rounded;
  double power = 0.0;
  for (int f = 0; f < noise.frame_count(); ++f) {
    noise.at(0, f) -= soft.at(0, f);
    power += noise.at(0, f) * noise.at(0, f) / noise.frame_count();
  }
  const auto spectrum = spectrum_of(noise);
  const auto even = [](double) { return 1.0; };
  Dither result{.name = name};
  result.noise_dbfs = db_from_power(2.0 * power);
  result.audible_db = beside_flat_db(spectrum, 20.0, 20000.0,
                                     [](double hz) { return 1.0 / threshold_in_quiet(hz); });
  result.at_3500_hz_db = beside_flat_db(spectrum, 3000.0, 4000.0, even);
  result.at_20_khz_db = beside_flat_db(spectrum, 19000.0, 21000.0, even);

  TRY(const auto faint, round(testkit::sine(tone_hz, db_from_gain(step), seconds, rate_hz)));
  result.harmonic_dbfs = minus_infinity;
  for (int n = 2; n <= highest_harmonic; ++n)
    result.harmonic_dbfs =
        std::max(result.harmonic_dbfs,
                 db_from_gain(testkit::component(faint, n * tone_hz, faint.frame_count())));
  return result;
}

Signal by_quantiser(Signal signal, const dsp::Quantiser::Settings& settings) {
  dsp::Quantiser quantiser;
  quantiser.prepare(signal.format());
  quantiser.process(signal.block(), settings);
  return signal;
}

struct Program {
  const char* program;
  const char* effect;
};

const Program programs[] = {
    {"sox", "dither -p 16"},
    {"sox", "dither -p 16 -f lipshitz"},
    {"sox", "dither -p 16 -f f-weighted"},
    {"sox", "dither -p 16 -f shibata"},
    {"ffmpeg", "aresample=osf=s16:dither_method=triangular"},
    {"ffmpeg", "aresample=osf=s16:dither_method=lipshitz"},
    {"ffmpeg", "aresample=osf=s16:dither_method=shibata"},
};

}  // namespace

Result<std::vector<Dither>> compare_dither() {
  std::vector<Dither> all;
  std::cerr << "dither" << std::flush;
  for (const double shaping : {0.0, 1.0, 2.0, 3.0}) {
    TRY(auto own, judge("Lacquer, shaping " + fixed(shaping, 0), [&](const Signal& signal) {
          return Result<Signal>{by_quantiser(signal, {.shaping = shaping})};
        }));
    own.is_own = true;
    all.push_back(own);
  }
  TRY(const auto plain, judge("plain rounding", [](const Signal& signal) {
        return Result<Signal>{by_quantiser(signal, {.dither = 0.0})};
      }));
  all.push_back(plain);
  for (const auto& [program, effect] : programs) {
    if (!media::program_exists(program)) continue;
    TRY(const auto theirs, judge(std::string{program} + " " + effect,
                                 [&, words = effect, by = program](const Signal& signal) {
                                   return through_program(by, words, signal, rate_hz);
                                 }));
    all.push_back(theirs);
    std::cerr << '.' << std::flush;
  }
  std::cerr << '\n';
  return all;
}

bool print(const std::vector<Dither>& all, std::ostream& out) {
  TextTable table{{"to 16 bits at 44.1 kHz", "noise, dBFS", "audible, dB beside flat", "3 to 4 kHz",
                   "19 to 21 kHz", "worst harmonic of one step, dBFS"}};
  for (const Dither& one : all)
    table.add({one.name, fixed(one.noise_dbfs, 2), signed_fixed(one.audible_db, 1),
               signed_fixed(one.at_3500_hz_db, 1), signed_fixed(one.at_20_khz_db, 1),
               fixed(one.harmonic_dbfs, 0)});
  table.print(out);
  out << '\n';
  Bars bars{out};
  const double flat_dbfs = db_from_power(2.0 * flat_power);
  bars.ask(std::abs(all.front().noise_dbfs - flat_dbfs) <= noise_bar_db,
           "flat dither: " + fixed(all.front().noise_dbfs, 2) + " dBFS, by the formula " +
               fixed(flat_dbfs, 2));
  for (const Dither& one : all)
    if (one.is_own)
      bars.ask(one.harmonic_dbfs <= harmonic_bar_dbfs,
               one.name + ": worst harmonic of a tone of one step " + fixed(one.harmonic_dbfs, 0) +
                   " dBFS, at most " + fixed(harmonic_bar_dbfs, 0));
  return bars.all_met();
}

nlohmann::ordered_json to_json(const std::vector<Dither>& all) {
  auto rows = nlohmann::ordered_json::array();
  for (const Dither& one : all)
    rows.push_back({{"name", one.name},
                    {"noise_dbfs", one.noise_dbfs},
                    {"audible_beside_flat_db", one.audible_db},
                    {"from_3_to_4_khz_beside_flat_db", one.at_3500_hz_db},
                    {"from_19_to_21_khz_beside_flat_db", one.at_20_khz_db},
                    {"worst_harmonic_dbfs", one.harmonic_dbfs}});
  return rows;
}

}  // namespace lacquer::bench
