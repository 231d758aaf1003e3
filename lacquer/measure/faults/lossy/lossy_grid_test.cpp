#include "lacquer/measure/faults/lossy/lossy_grid.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "lacquer/base/units.h"
#include "testkit/signal.h"

using namespace lacquer;
using measure::LossyGrid;
using measure::LossyPassage;

namespace {

constexpr double rounding = 1.0 / (12.0 * 32768.0 * 32768.0);

LossyPassage noise_passage(std::uint32_t seed) {
  const auto noise = testkit::noise(seed, 2, LossyPassage::frames, 0.3);
  LossyPassage passage;
  passage.top_hz = 24000.0;
  for (int c = 0; c < 2; ++c)
    for (int f = 0; f < LossyPassage::frames; ++f)
      passage.samples[static_cast<std::size_t>(c)].push_back(noise.at(c, f));
  return passage;
}

/// MDCT as the standards write it.
double mdct(const std::vector<double>& samples, int first, const std::vector<double>& window,
            int k) {
  const double half = 0.5 * static_cast<double>(window.size());
  double sum = 0.0;
  for (std::size_t n = 0; n < window.size(); ++n)
    sum += window[n] * samples[static_cast<std::size_t>(first) + n] *
           std::cos(pi / half * (static_cast<double>(n) + 0.5 + 0.5 * half) * (k + 0.5));
  return sum;
}

double log_power(double left, double right, double floor) {
  const double mid = 0.5 * (left + right), side = 0.5 * (left - right);
  double product = 16.0;  // of mid and side it is the double that is counted
  for (const double x : {left, right, mid, side}) product *= x * x + floor;
  // Straight between powers of two, as the grids take it.
  int exponent = 0;
  const double mantissa = std::frexp(product, &exponent);
  return exponent + 2.0 * mantissa - 2.0;
}

std::vector<double> vorbis_slope(int frames) {
  std::vector<double> window;
  for (int n = 0; n < frames; ++n) {
    const double sine = std::sin(pi * (n + 0.5) / frames);
    window.push_back(std::sin(0.5 * pi * sine * sine));
  }
  return window;
}

/// The dips matter, not the level: what is left of both after their means are taken away.
void expect_same_but_for_level(std::vector<double> a, std::vector<double> b, double tolerance) {
  for (auto* values : {&a, &b}) {
    const double mean =
        std::accumulate(values->begin(), values->end(), 0.0) / static_cast<double>(values->size());
    for (double& value : *values) value -= mean;
  }
  for (std::size_t i = 0; i < a.size(); ++i) EXPECT_NEAR(a[i], b[i], tolerance) << i;
}

}  // namespace

TEST(LossyGrid, SlidesToWhatTheStandardsTransformsGive) {
  const auto passage = noise_passage(1);
  const auto trials = measure::mdct_grid(44100.0)->trials(passage);
  ASSERT_EQ(trials.size(), 3u);
  std::vector<double> sine;
  for (int n = 0; n < 2048; ++n) sine.push_back(std::sin(pi * (n + 0.5) / 2048));
  const std::vector<double> windows[] = {sine, vorbis_slope(2048)};
  const int top = static_cast<int>(15000.0 / (44100.0 / 2048));
  for (const int shape : {0, 1}) {
    SCOPED_TRACE(shape);
    std::vector<double> expected, actual;
    for (const int offset : {0, 1, 2, 500, 1027}) {
      double sum = 0.0;
      for (int k = top - LossyGrid::mdct_coefficients; k < top; ++k)
        sum += log_power(mdct(passage.samples[0], offset, windows[shape], k),
                         mdct(passage.samples[1], offset, windows[shape], k), 512.0 * rounding);
      expected.push_back(sum / LossyGrid::mdct_coefficients);
      actual.push_back(trials[shape == 0 ? 0u : 2u].log_power[static_cast<std::size_t>(offset)]);
    }
    // A series of three sines is the sine window and nearly Vorbis's (-38 dB).
    expect_same_but_for_level(expected, actual, shape == 0 ? 0.005 : 0.25);
  }
}

TEST(LossyGrid, OpusFramesHaveSteepSlopesAndAnEmphasisUndone) {
  const auto passage = noise_passage(2);
  const auto grid = measure::celt_grid();
  auto quiet_top = passage;
  quiet_top.top_hz = 20000.0;
  const auto trials = grid->trials(quiet_top);
  ASSERT_EQ(trials.size(), 1u);
  std::vector<double> window(1920, 0.0);
  const auto slope = vorbis_slope(240);
  for (std::size_t n = 420; n < 1500; ++n)
    window[n] = n < 540 ? slope[n - 420] : n < 1380 ? 1.0 : slope[n - 1380 + 120];
  auto samples = passage.samples;
  for (auto& channel : samples)
    for (std::size_t n = channel.size() - 1; n > 0; --n) channel[n] -= 0.85 * channel[n - 1];
  std::vector<double> expected, actual;
  for (const int offset : {0, 1, 2, 480, 963}) {
    double sum = 0.0;
    for (int k = 720 - LossyGrid::mdct_coefficients; k < 720; ++k)
      sum += log_power(mdct(samples[0], offset, window, k), mdct(samples[1], offset, window, k),
                       512.0 * rounding);
    expected.push_back(sum / LossyGrid::mdct_coefficients);
    actual.push_back(trials[0].log_power[static_cast<std::size_t>(offset)]);
  }
  expect_same_but_for_level(expected, actual, 0.1);
  EXPECT_TRUE(grid->trials(passage).empty()) << "sound above 20 kHz cannot be from Opus";
}

TEST(LossyGrid, RegistersOfAnyWidthGiveTheSameBits) {
  auto passage = noise_passage(4);
  passage.top_hz = 19000.0;
  const auto expect_same = [&](LossyGrid& wide, LossyGrid& narrow) {
    const auto a = wide.trials(passage), b = narrow.trials(passage);
    ASSERT_EQ(a.size(), b.size());
    for (std::size_t shape = 0; shape < a.size(); ++shape)
      EXPECT_EQ(a[shape].log_power, b[shape].log_power) << shape;
  };
  expect_same(*measure::mdct_grid(44100.0), *measure::mdct_grid(44100.0, 8));
  expect_same(*measure::celt_grid(), *measure::celt_grid(8));
  expect_same(*measure::hybrid_grid(44100.0), *measure::hybrid_grid(44100.0, 8));
}

TEST(LossyGrid, ThereIsNothingToTryBelowTheTreble) {
  auto passage = noise_passage(3);
  passage.top_hz = 3000.0;
  EXPECT_TRUE(measure::mdct_grid(44100.0)->trials(passage).empty());
  EXPECT_TRUE(measure::celt_grid()->trials(passage).empty());
  EXPECT_TRUE(measure::hybrid_grid(44100.0)->trials(passage).empty());
}
