#include "bench/quality/tones.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include "lacquer/base/units.h"
#include "testkit/residual.h"

namespace lacquer::bench {
namespace {

constexpr double rate_hz = 44100.0;
constexpr double duration_s = 8.0;
constexpr int judged_frames = 44100;      // one second: every whole number of Hz has whole periods
constexpr int before_end_frames = 22050;  // left out, for limiters that end early
constexpr int highest_harmonic = 20;
constexpr double least_db = -160.0;

struct Tone {
  double frequency_hz, amplitude;
};

testkit::Signal sum_of(const std::vector<Tone>& tones, double peak) {
  testkit::Signal signal{2, static_cast<int>(duration_s * rate_hz), rate_hz};
  double amplitude = 0.0;
  for (const Tone& tone : tones) amplitude += tone.amplitude;
  for (const Tone& tone : tones)
    for (int f = 0; f < signal.frame_count(); ++f)
      for (int c = 0; c < 2; ++c)
        signal.at(c, f) += peak * tone.amplitude / amplitude *
                           std::sin(2.0 * pi * tone.frequency_hz * f / rate_hz);
  return signal;
}

testkit::Signal steady_part(const testkit::Signal& signal) {
  testkit::Signal part{1, judged_frames, rate_hz};
  const int first = signal.frame_count() - before_end_frames - judged_frames;
  for (int f = 0; f < judged_frames; ++f) part.at(0, f) = signal.at(0, first + f);
  return part;
}

/// The power of these lines beside that of those, dB.
double lines_db(const testkit::Signal& signal, const std::vector<double>& lines_hz,
                const std::vector<double>& beside_hz) {
  const auto power = [&](const std::vector<double>& all_hz) {
    double sum = 0.0;
    for (const double hz : all_hz)
      if (hz < rate_hz / 2)
        sum += std::pow(testkit::component(signal, hz, signal.frame_count()), 2.0);
    return sum;
  };
  return std::max(least_db, db_from_power(power(lines_hz) / power(beside_hz)));
}

}  // namespace

Result<ToneFigures> tone_figures(const Limit& limit, double ceiling_dbfs, double drive_db) {
  const double peak = gain_from_db(ceiling_dbfs + drive_db);
  ToneFigures figures;
  TRY(const auto smpte, limit(sum_of({{60.0, 4.0}, {7000.0, 1.0}}, peak)));
  std::vector<double> sides_hz;
  for (const double apart_hz : {60.0, 120.0, 180.0, 240.0}) {
    sides_hz.push_back(7000.0 - apart_hz);
    sides_hz.push_back(7000.0 + apart_hz);
  }
  figures.smpte_db = lines_db(steady_part(smpte), sides_hz, {7000.0});
  TRY(const auto ccif, limit(sum_of({{19000.0, 1.0}, {20000.0, 1.0}}, peak)));
  figures.ccif_db = lines_db(steady_part(ccif), {1000.0, 18000.0, 21000.0}, {19000.0, 20000.0});
  const std::array thd = {std::pair{30.0, &figures.thd_30_hz_db},
                          std::pair{100.0, &figures.thd_100_hz_db},
                          std::pair{1000.0, &figures.thd_1000_hz_db}};
  for (const auto& [hz, figure] : thd) {
    TRY(const auto tone, limit(sum_of({{hz, 1.0}}, peak)));
    std::vector<double> harmonics_hz;
    for (int n = 2; n <= highest_harmonic; ++n) harmonics_hz.push_back(n * hz);
    *figure = lines_db(steady_part(tone), harmonics_hz, {hz});
  }
  return figures;
}

}  // namespace lacquer::bench
