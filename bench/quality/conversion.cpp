#include "bench/quality/conversion.h"

#include <algorithm>
#include <cmath>
#include <complex>
#include <functional>
#include <iostream>
#include <nlohmann/json.hpp>

#include "bench/bars.h"
#include "bench/peers/program.h"
#include "bench/text_table.h"
#include "lacquer/base/units.h"
#include "lacquer/media/program.h"
#include "lacquer/media/rate_converter.h"

namespace lacquer::bench {
namespace {

using testkit::Signal;
using Convert = std::function<Result<Signal>(const Signal&, double rate_hz)>;

constexpr double level_dbfs = -0.1;
constexpr double duration_s = 4.0;
constexpr double judged_from_s = 1.5;  // for one second: every whole number of Hz is whole periods
constexpr double tones_hz[] = {997.0, 5000.0, 10000.0, 15000.0, 19000.0, 20000.0};
constexpr double tones_above_hz[] = {23000.0, 23900.0, 25000.0, 30000.0,
                                     35000.0, 40000.0, 45000.0, 47000.0};
constexpr int response_points = 300;
constexpr double least_db = -250.0;

double db(double power) { return std::max(least_db, db_from_power(power)); }

/// One second out of the middle, first channel.
std::vector<double> middle(const Signal& signal) {
  const double rate_hz = signal.format().sample_rate_hz;
  std::vector<double> second(static_cast<std::size_t>(rate_hz));
  for (std::size_t f = 0; f < second.size(); ++f)
    second[f] = signal.at(0, static_cast<int>(judged_from_s * rate_hz) + static_cast<int>(f));
  return second;
}

double power_of(const std::vector<double>& samples) {
  double sum = 0.0;
  for (const double x : samples) sum += x * x;
  return sum / static_cast<double>(samples.size());
}

/// What is left once the tone is taken out, relative to the tone. Subtracted sample by sample, so
/// that nothing is lost in a difference of powers.
double beside_tone_db(std::vector<double> samples, double frequency_hz) {
  const auto count = static_cast<double>(samples.size());
  const double step = 2.0 * pi * frequency_hz / count;  // a second: count is the rate
  std::complex<double> tone = 0.0;
  for (std::size_t f = 0; f < samples.size(); ++f)
    tone += samples[f] * std::polar(2.0 / count, -step * static_cast<double>(f));
  for (std::size_t f = 0; f < samples.size(); ++f)
    samples[f] -= std::real(tone * std::polar(1.0, step * static_cast<double>(f)));
  return db(power_of(samples) / (0.5 * std::norm(tone)));
}

/// The magnitude of the response, from a click; dB.
double response_db(const Signal& answer, double gain, double frequency_hz) {
  std::complex<double> sum = 0.0;
  const double step = 2.0 * pi * frequency_hz / answer.format().sample_rate_hz;
  for (int f = 0; f < answer.frame_count(); ++f)
    sum += answer.at(0, f) * std::polar(1.0, -step * f);
  return db_from_gain(gain * std::abs(sum));
}

Result<void> judge_response(const Convert& convert, Conversion& result) {
  constexpr double click = 0.5;
  Signal signal{2, static_cast<int>(0.5 * result.from_hz), result.from_hz};
  for (int c = 0; c < 2; ++c) signal.at(c, signal.frame_count() / 2) = click;
  TRY(const auto answer, convert(signal, result.to_hz));
  const double gain = result.from_hz / result.to_hz / click;
  const auto at = [&](double hz) { return response_db(answer, gain, hz); };
  for (int n = 0; n <= response_points; ++n) {
    const double hz = 20.0 * std::pow(1000.0, static_cast<double>(n) / response_points);
    result.ripple_db = std::max(result.ripple_db, std::abs(at(hz)));
  }
  double passes_hz = 20000.0, falls_hz = 0.5 * std::min(result.from_hz, result.to_hz);
  while (falls_hz - passes_hz > 1.0) {
    const double hz = 0.5 * (passes_hz + falls_hz);
    (at(hz) > -3.0 ? passes_hz : falls_hz) = hz;
  }
  result.minus_3_db_hz = passes_hz;
  return {};
}

/// From half the new rate to half the old one; the largest sample that comes through.
Result<double> sweep_leak_db(const Convert& convert, double from_hz, double to_hz) {
  const double low_hz = 1.001 * to_hz / 2, high_hz = 0.5 * from_hz;
  Signal signal{2, static_cast<int>(duration_s * from_hz), from_hz};
  const int fade = static_cast<int>(0.25 * from_hz);  // a hard beginning is a click, which passes
  double phase = 0.0;
  for (int f = 0; f < signal.frame_count(); ++f) {
    const double share = static_cast<double>(f) / signal.frame_count();
    phase += 2.0 * pi * low_hz * std::pow(high_hz / low_hz, share) / from_hz;
    const double edge = std::min(1.0, std::min(f, signal.frame_count() - 1 - f) / double(fade));
    // A fade by a Blackman window's half has no sidelobe that could be taken for an alias.
    const double faded = 0.42 - 0.5 * std::cos(pi * edge) + 0.08 * std::cos(2.0 * pi * edge);
    for (int c = 0; c < 2; ++c)
      signal.at(c, f) = faded * gain_from_db(level_dbfs) * std::sin(phase);
  }
  TRY(const auto answer, convert(signal, to_hz));
  double peak = 0.0;
  const int margin = static_cast<int>(0.5 * to_hz);
  for (int f = margin; f < answer.frame_count() - margin; ++f)
    peak = std::max(peak, std::abs(answer.at(0, f)));
  return std::max(least_db, db_from_gain(peak) - level_dbfs);
}

Result<Conversion> judge(const std::string& name, const Convert& convert, double from_hz,
                         double to_hz) {
  Conversion result{.name = name, .from_hz = from_hz, .to_hz = to_hz};
  TRY_DO(judge_response(convert, result));
  result.image_db = least_db;
  for (const double hz : tones_hz) {
    TRY(const auto tone, convert(testkit::sine(hz, level_dbfs, duration_s, from_hz), to_hz));
    const double beside_db = beside_tone_db(middle(tone), hz);
    if (hz == tones_hz[0]) result.distortion_db = beside_db;
    result.image_db = std::max(result.image_db, beside_db);
  }
  if (from_hz <= to_hz) return result;
  TRY(result.alias_db, sweep_leak_db(convert, from_hz, to_hz));
  for (const double hz : tones_above_hz) {
    if (hz >= from_hz / 2) continue;
    TRY(const auto tone, convert(testkit::sine(hz, level_dbfs, duration_s, from_hz), to_hz));
    result.alias_db =
        std::max(result.alias_db, db(power_of(middle(tone)) / (0.5 * power_from_db(level_dbfs))));
  }
  return result;
}

Result<Signal> by_lacquer(const Signal& signal, double rate_hz) {
  TRY(auto source, testkit::open(signal)());
  TRY(const auto converted, media::convert_rate(std::move(source), rate_hz));
  return testkit::drain(*converted);
}

struct Converter {
  std::string name, program;
  std::string before, after;  ///< of the rate, in the effect
};

const Converter programs[] = {
    {"sox rate -v", "sox", "rate -v ", ""},
    {"ffmpeg aresample", "ffmpeg", "aresample=", ""},
    {"ffmpeg aresample, soxr at 28 bits", "ffmpeg", "aresample=", ":resampler=soxr:precision=28"},
};

std::string kilohertz(double hz) { return fixed(hz / 1000.0, hz == 44100.0 ? 1 : 0); }

}  // namespace

Result<std::vector<Conversion>> compare_conversions() {
  std::vector<Conversion> all;
  std::cerr << "conversion" << std::flush;
  for (const auto& [from_hz, to_hz] :
       {std::pair{96000.0, 44100.0}, std::pair{48000.0, 44100.0}, std::pair{44100.0, 48000.0}}) {
    TRY(auto own, judge("Lacquer", by_lacquer, from_hz, to_hz));
    own.is_own = true;
    all.push_back(own);
    for (const Converter& by : programs) {
      if (!media::program_exists(by.program)) continue;
      const Convert convert = [&by](const Signal& signal, double rate_hz) {
        const auto rate = std::to_string(std::lround(rate_hz));
        return through_program(by.program, by.before + rate + by.after, signal, rate_hz);
      };
      TRY(const auto theirs, judge(by.name, convert, from_hz, to_hz));
      all.push_back(theirs);
      std::cerr << '.' << std::flush;
    }
  }
  std::cerr << '\n';
  return all;
}

bool print(const std::vector<Conversion>& all, std::ostream& out) {
  TextTable table{{"conversion", "kHz", "ripple to 20 kHz, dB", "-3 dB at Hz", "beside 997 Hz, dB",
                   "beside a tone up to 20 kHz", "what should be gone"}};
  for (const Conversion& one : all)
    table.add({one.name, kilohertz(one.from_hz) + " to " + kilohertz(one.to_hz),
               fixed(one.ripple_db, 5), fixed(one.minus_3_db_hz, 0), fixed(one.distortion_db, 0),
               fixed(one.image_db, 0), one.from_hz > one.to_hz ? fixed(one.alias_db, 0) : ""});
  table.print(out);
  out << '\n';
  Bars bars{out};
  for (const Conversion& one : all) {
    if (!one.is_own) continue;
    const auto name = kilohertz(one.from_hz) + " to " + kilohertz(one.to_hz) + " kHz: ";
    const double unwanted_db =
        one.from_hz > one.to_hz ? std::max(one.image_db, one.alias_db) : one.image_db;
    bars.ask(one.ripple_db <= ripple_bar_db, name + "ripple " + fixed(one.ripple_db, 5) +
                                                 " dB, at most " + fixed(ripple_bar_db, 2));
    bars.ask(one.minus_3_db_hz >= minus_3_db_bar_hz,
             name + "-3 dB at " + fixed(one.minus_3_db_hz, 0) + " Hz, at least " +
                 fixed(minus_3_db_bar_hz, 0));
    bars.ask(unwanted_db <= unwanted_bar_db, name + "aliases, images and distortion " +
                                                 fixed(unwanted_db, 0) + " dB, at most " +
                                                 fixed(unwanted_bar_db, 0));
  }
  return bars.all_met();
}

nlohmann::ordered_json to_json(const std::vector<Conversion>& all) {
  auto rows = nlohmann::ordered_json::array();
  for (const Conversion& one : all)
    rows.push_back({{"name", one.name},
                    {"from_hz", one.from_hz},
                    {"to_hz", one.to_hz},
                    {"ripple_db", one.ripple_db},
                    {"minus_3_db_hz", one.minus_3_db_hz},
                    {"beside_997_hz_db", one.distortion_db},
                    {"image_db", one.image_db},
                    {"alias_db", one.alias_db}});
  return rows;
}

}  // namespace lacquer::bench
