#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "lacquer/base/units.h"
#include "lacquer/dsp/dynamics/compressor.h"
#include "testkit/signal.h"

using namespace lacquer;
using dsp::Compressor;

namespace {

constexpr double rate_hz = 48000.0;

/// The output level of Giannoulis, Massberg, Reiss 2012, equation 4, as printed.
double printed_curve_db(double x, double t, double r, double w) {
  if (2.0 * (x - t) < -w) return x;
  if (2.0 * std::abs(x - t) <= w && w > 0.0)
    return x + (1.0 / r - 1.0) * (x - t + w / 2.0) * (x - t + w / 2.0) / (2.0 * w);
  return t + (x - t) / r;
}

/// The paper sample by sample, in the plainest way: one channel, automatic times, which are looked
/// up every `every` frames.
std::vector<double> textbook_gains_db(const testkit::Signal& in, double t, double r, double w,
                                      int every) {
  double peak = 0.0, mean = 0.0, held = 0.0, smoothed = 0.0;
  const double kept = std::exp(-1.0 / (0.2 * rate_hz));
  double a = 0.0, b = 0.0;
  std::vector<double> gains_db;
  for (int f = 0; f < in.frame_count(); ++f) {
    const double x = in.at(0, f);
    if (f % every == 0) {
      const double crest = mean > 0.0 ? peak / mean : 2.0;
      const double attack_s = 2.0 * 0.08 / crest, release_s = 2.0 * 1.0 / crest - attack_s;
      a = std::exp(-1.0 / (attack_s * rate_hz));
      b = std::exp(-1.0 / (release_s * rate_hz));
    }
    peak = std::max(x * x, kept * peak + (1.0 - kept) * x * x);
    mean = kept * mean + (1.0 - kept) * x * x;
    const double level_db = 20.0 * std::log10(std::max(std::abs(x), 1e-15));
    const double asked_db = level_db - printed_curve_db(level_db, t, r, w);
    held = std::max(asked_db, b * held + (1.0 - b) * asked_db);
    smoothed = a * smoothed + (1.0 - a) * held;
    gains_db.push_back(-smoothed);
  }
  return gains_db;
}

}  // namespace

TEST(Compressor, AutomaticTimesAreThoseOfThePaper) {
  for (std::uint32_t seed = 0; seed < 4; ++seed) {
    auto in = testkit::bursts(seed, 1, 96000, 1.0, rate_hz);
    for (int f = 0; f < in.frame_count(); ++f)
      in.at(0, f) += 0.05 * std::sin(0.013 * f);  // never silent: the crest stays defined
    auto out = in;
    Compressor compressor;
    compressor.prepare(out.format());
    compressor.process(out.block(), {.threshold_dbfs = -24.0,
                                     .ratio = 3.0,
                                     .knee_db = 8.0,
                                     .automatic_attack = 1.0,
                                     .automatic_release = 1.0});
    const auto stepwise_db = textbook_gains_db(in, -24.0, 3.0, 8.0, 32);
    const auto wanted_db = textbook_gains_db(in, -24.0, 3.0, 8.0, 1);
    double deepest = 0.0, squares = 0.0;
    for (int f = 0; f < 96000; ++f) {
      if (std::abs(in.at(0, f)) < 1e-9) continue;
      const auto at = static_cast<std::size_t>(f);
      const double got_db = db_from_gain(out.at(0, f) / in.at(0, f));
      ASSERT_NEAR(got_db, stepwise_db[at], 1e-5) << f;
      squares += (got_db - wanted_db[at]) * (got_db - wanted_db[at]);
      deepest = std::min(deepest, wanted_db[at]);
    }
    EXPECT_LT(std::sqrt(squares / 96000.0), 0.3) << "reading the crest every 32 frames shows";
    EXPECT_LT(deepest, -3.0);
  }
}
