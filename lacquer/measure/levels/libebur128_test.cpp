#include <ebur128.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "lacquer/base/units.h"
#include "lacquer/measure/testing.h"

using namespace lacquer;
using namespace lacquer::measure::testing;
using testkit::Signal;

namespace {

struct Oracle {
  double integrated, momentary, short_term, peak;
  std::vector<double> short_terms;  // one each 100 ms
};

/// libebur128, asked every 10 ms for momentary and short-term loudness.
Oracle oracle(const Signal& signal) {
  const auto channels = static_cast<unsigned>(signal.channel_count());
  const auto rate = static_cast<unsigned long>(signal.format().sample_rate_hz);
  ebur128_state* state =
      ebur128_init(channels, rate, EBUR128_MODE_I | EBUR128_MODE_S | EBUR128_MODE_TRUE_PEAK);
  const int step = static_cast<int>(rate / 100);
  Oracle result{};
  result.momentary = result.short_term = -200.0;
  std::vector<double> frames;
  for (int at = 0; at + step <= signal.frame_count(); at += step) {
    frames.clear();
    for (int f = at; f < at + step; ++f)
      for (int c = 0; c < signal.channel_count(); ++c) frames.push_back(signal.at(c, f));
    ebur128_add_frames_double(state, frames.data(), static_cast<std::size_t>(step));
    double value = 0.0;
    ebur128_loudness_momentary(state, &value);
    if (at + step >= 40 * step) result.momentary = std::max(result.momentary, value);
    ebur128_loudness_shortterm(state, &value);
    if (at + step < 300 * step) continue;
    result.short_term = std::max(result.short_term, value);
    if ((at / step + 1) % 10 == 0) result.short_terms.push_back(value);
  }
  ebur128_loudness_global(state, &result.integrated);
  double peak = 0.0;
  for (unsigned c = 0; c < channels; ++c) {
    double of_channel = 0.0;
    ebur128_true_peak(state, c, &of_channel);
    peak = std::max(peak, of_channel);
  }
  result.peak = db_from_gain(peak);
  ebur128_destroy(&state);
  return result;
}

}  // namespace

TEST(Meter, AgreesWithLibebur128OnMusicOfEverySeed) {
  for (std::uint32_t seed = 0; seed < 10; ++seed) {
    SCOPED_TRACE(seed);
    const double rate_hz = seed % 3 == 0 ? 48000.0 : 44100.0;
    const auto signal = music(seed, 1 + seed % 2, 6.0, rate_hz, 0.2 + 0.3 * (seed % 5));
    const auto m = measured(signal, {.spectrum = false});
    const auto other = oracle(signal);
    EXPECT_NEAR(m.loudness.integrated_lufs.value(), other.integrated, 0.02);
    EXPECT_NEAR(m.loudness.max_momentary_lufs.value(), other.momentary, 0.02);
    EXPECT_NEAR(m.loudness.max_short_term_lufs.value(), other.short_term, 0.02);
    EXPECT_NEAR(m.peak.true_dbtp.value(), other.peak, 0.2);
  }
}

// libebur128's own range takes a short-term value each second only; Tech 3342 wants at least ten:
// its short-term loudness each 100 ms, then the gate and the percentiles written out again.
TEST(Meter, TheLoudnessRangeIsThatOfLibebur128sShortTermLoudness) {
  for (std::uint32_t seed = 0; seed < 3; ++seed) {
    const auto signal = music(seed, 1, 60.0, 8000.0, 0.3);
    auto values = oracle(signal).short_terms;
    double power = 0.0;
    for (const double lufs : values)
      power += power_from_db(lufs) / static_cast<double>(values.size());
    std::erase_if(values, [&](double lufs) { return lufs < db_from_power(power) - 20.0; });
    std::sort(values.begin(), values.end());
    const auto last = static_cast<double>(values.size() - 1);
    EXPECT_NEAR(measured(signal, {.spectrum = false}).loudness.range_lu.value(),
                values[static_cast<std::size_t>(std::lround(0.95 * last))] -
                    values[static_cast<std::size_t>(std::lround(0.10 * last))],
                0.02)
        << seed;
  }
}
