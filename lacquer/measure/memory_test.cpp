#include <gtest/gtest.h>
#include <malloc.h>

#include <algorithm>
#include <random>

#include "lacquer/base/units.h"
#include "lacquer/measure/testing.h"

using namespace lacquer;
using namespace lacquer::measure::testing;
using testkit::Signal;

namespace {

constexpr double rate_hz = 8000.0;
constexpr int minute_frames = 60 * static_cast<int>(rate_hz);

/// Bytes that are allocated and not freed. glibc's own count, so it sees everything.
std::size_t live_bytes() {
  const auto heap = mallinfo2();
  return heap.uordblks + heap.hblkhd;
}

/// A minute in which something is wrong every second: clipped tops, lost samples, clicks, a channel
/// that falls out, a buffer played twice; hum throughout.
Signal a_bad_minute() {
  Signal signal = music(7, 2, 60.0, rate_hz, 1.0);
  std::mt19937 engine{11};
  for (int second = 0; second < 60; ++second) {
    const int at = second * static_cast<int>(rate_hz) + 1000 + static_cast<int>(engine() % 2000);
    const int channel = static_cast<int>(engine() % 2);
    for (int f = 0; f < 4000; ++f) {
      double& sample = signal.at(channel, at + f);
      if (second % 6 == 0) sample = std::clamp(sample, -0.3, 0.3);
      if (second % 6 == 1 && f < 40) sample = 0.0;
      if (second % 6 == 2 && f == 0) sample += 0.7;
      if (second % 6 == 3) sample = 0.0;
      if (second % 6 == 4 && f < 400) sample = signal.at(channel, at + f - 400);
    }
  }
  for (int f = 0; f < minute_frames; ++f)
    for (int c = 0; c < 2; ++c)
      for (const double hz : {50.0, 100.0, 150.0, 250.0})
        signal.at(c, f) += 0.003 * std::sin(2.0 * pi * hz * f / rate_hz);
  return signal;
}

}  // namespace

TEST(Memory, DoesNotGrowWithTheLengthOfTheProgramme) {
  Signal minute = a_bad_minute(), louder = minute;
  for (int c = 0; c < 2; ++c)
    for (int f = 0; f < minute_frames; ++f) louder.at(c, f) *= gain_from_db(5.0);
  measure::Parts parts;
  parts.series = false;
  measure::Meter meter{minute.format(), parts};
  std::size_t early = 0;
  for (int n = 0; n < 64; ++n) {
    Signal& signal = n / 3 % 2 == 0 ? minute : louder;
    for (int at = 0; at < minute_frames; at += 4096)
      meter.add(signal.block().frames(at, std::min(4096, minute_frames - at)));
    if (n == 32) early = live_bytes();
  }
  EXPECT_LT(live_bytes(), early + 100'000);
  const auto measured = meter.finish();
  const auto& found = measured.findings;
  EXPECT_EQ(measured.sections.back().end_s, 64.0 * 60.0) << "seen at half the resolution";
  EXPECT_TRUE(measured.series.psr_lu.empty() && measured.dynamics.min_psr_lu);
  EXPECT_GT(found.size(), 30u) << "the programme is not as bad as it should be";
  EXPECT_LT(found.size(), 500u);
}
