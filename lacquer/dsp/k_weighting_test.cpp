#include "lacquer/dsp/k_weighting.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "lacquer/base/units.h"

using lacquer::dsp::KWeighting;

namespace {

double gain_db(double frequency_hz, double rate_hz) {
  return lacquer::db_from_power(KWeighting{rate_hz, 1}.power_gain(frequency_hz));
}

std::vector<double> impulse_response(double rate_hz, int frames) {
  std::vector<double> x(static_cast<std::size_t>(frames));
  x[0] = 1.0;
  double* channel = x.data();
  KWeighting filter{rate_hz, 1};
  filter.process(&channel, &channel, frames);
  return x;
}

}  // namespace

// ITU-R BS.1770-4, Annex 1, tables 1 and 2: the first samples of the cascade they describe.
TEST(KWeighting, At48KilohertzItIsTheFilterOfTheRecommendationsTables) {
  const double b[] = {1.53512485958697, -2.69169618940638, 1.19839281085285};
  const double a[] = {-1.69065929318241, 0.73248077421585};
  const double c[] = {-1.99004745483398, 0.99007225036621};
  std::vector<double> shelf(200), both(200);
  for (std::size_t n = 0; n < 200; ++n) {
    shelf[n] = n < 3 ? b[n] : 0.0;
    if (n >= 1) shelf[n] -= a[0] * shelf[n - 1];
    if (n >= 2) shelf[n] -= a[1] * shelf[n - 2];
    both[n] = shelf[n];
    if (n >= 1) both[n] += -2.0 * shelf[n - 1] - c[0] * both[n - 1];
    if (n >= 2) both[n] += shelf[n - 2] - c[1] * both[n - 2];
  }
  const auto ours = impulse_response(48000.0, 200);
  for (std::size_t n = 0; n < 200; ++n) ASSERT_NEAR(ours[n], both[n], 1e-10) << n;
}

TEST(KWeighting, WeighsTheSameAtEveryRate) {
  const double expected[][2] = {{50, -3.93}, {100, -1.13}, {500, 0.04}, {997, 0.691}, {2000, 3.07}};
  for (const double rate_hz : {44100.0, 48000.0, 88200.0, 96000.0, 192000.0})
    for (const auto& [frequency_hz, db] : expected)
      EXPECT_NEAR(gain_db(frequency_hz, rate_hz), db, 0.05) << frequency_hz << " at " << rate_hz;
  for (const double rate_hz : {8000.0, 11025.0, 22050.0})
    EXPECT_NEAR(gain_db(500, rate_hz), 0.04, 0.25) << rate_hz;
}

TEST(KWeighting, LeftAndRightDoNotTouchEachOther) {
  std::vector<double> left(500), right(500), alone(500);
  for (std::size_t n = 0; n < 500; ++n) {
    left[n] = alone[n] = std::sin(0.3 * static_cast<double>(n));
    right[n] = n % 7 == 0 ? 1.0 : 0.0;
  }
  double* both[] = {left.data(), right.data()};
  double* one[] = {alone.data()};
  KWeighting{44100.0, 2}.process(both, both, 500);
  KWeighting{44100.0, 1}.process(one, one, 500);
  EXPECT_EQ(left, alone);
}

TEST(KWeighting, SilenceAfterMusicReachesZeroInsteadOfDenormals) {
  auto tail = impulse_response(48000.0, 480);
  std::vector<double> x(480);
  x[0] = 1.0;
  double* channel = x.data();
  KWeighting filter{48000.0, 1};
  for (int block = 0; block < 400; ++block) {
    filter.process(&channel, &channel, 480);
    if (block < 399) std::fill(x.begin(), x.end(), 0.0);
  }
  EXPECT_EQ(*std::max_element(x.begin(), x.end()), 0.0);
}
