#include "lacquer/measure/quality/ear_model.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "lacquer/base/units.h"

using namespace lacquer;
using measure::EarModel;

TEST(EarModel, BandsAreThoseOfTheStandardsTable) {
  const EarModel ear{48000.0, 2048};
  ASSERT_EQ(ear.band_count(), 109u);
  // Centres as BS.1387-1, annex 2, table 5 prints them, to 0.01 Hz.
  EXPECT_NEAR(ear.centre_hz(0), 91.71, 0.01);
  EXPECT_NEAR(ear.centre_hz(108), 17690.04, 0.01);
  for (std::size_t b = 1; b + 1 < ear.band_count(); ++b)
    EXPECT_NEAR(EarModel::bark(ear.centre_hz(b)) - EarModel::bark(ear.centre_hz(b - 1)), 0.25,
                1e-9);
}

TEST(EarModel, AtLowRatesTheBandsEndBelowHalfTheRate) {
  EXPECT_EQ((EarModel{44100.0, 2048}.band_count()), 109u);
  EXPECT_EQ((EarModel{96000.0, 4096}.band_count()), 109u);
  const EarModel low{22050.0, 2048};
  EXPECT_LT(low.centre_hz(low.band_count() - 1), 11025.0);
  EXPECT_GT(low.centre_hz(low.band_count() - 1), 10000.0);
}

TEST(EarModel, TheEarIsKeenestAtThreeKilohertzAsTheFormulaSays) {
  // -2.184 f^-0.8 + 6.5 e^(-0.6 (f - 3.3)^2) - 0.001 f^3.6 with f in kHz, by hand.
  EXPECT_NEAR(EarModel::weight_db(1000.0), -1.913, 0.001);
  EXPECT_NEAR(EarModel::weight_db(100.0), -13.766, 0.001);
  EXPECT_NEAR(EarModel::weight_db(3300.0), 5.586, 0.001);
  EXPECT_NEAR(EarModel::weight_db(10000.0), -4.327, 0.001);
  EXPECT_NEAR(EarModel::internal_noise_db(1000.0), 1.456, 0.001);
  const EarModel ear{48000.0, 2048};
  EXPECT_NEAR(db_from_power(ear.weights()[256]), EarModel::weight_db(6000.0), 1e-9);
}

TEST(EarModel, GroupingKeepsAllPowerBetweenEightyHertzAndEighteenKilohertz) {
  for (const double rate_hz : {44100.0, 48000.0}) {
    const EarModel ear{rate_hz, 2048};
    std::vector<double> bands(ear.band_count());
    ear.group(std::vector<double>(1025, 1.0), bands);
    EXPECT_NEAR(std::accumulate(bands.begin(), bands.end(), 0.0),
                (18000.0 - 80.0) / (rate_hz / 2048.0), 1e-9);
  }
}

TEST(EarModel, ExcitationIsTheStandardsDoubleSum) {
  // Clause 2.1.7 as it is printed, every masker into every band, against the running sums.
  EarModel ear{48000.0, 2048};
  const std::size_t count = ear.band_count();
  std::vector<double> power(count);
  for (std::size_t b = 0; b < count; ++b)
    power[b] = power_from_db(30.0 + 45.0 * std::sin(0.9 * static_cast<double>(b * b)));
  const auto spread = [&](const std::vector<double>& in) {
    std::vector<double> sums(count, 0.0);
    for (std::size_t j = 0; j < count; ++j) {
      const double level_db = db_from_power(in[j]);
      const double upper = -24.0 - 230.0 / ear.centre_hz(j) + 0.2 * level_db;
      const auto slope = [&](std::size_t k) {
        const double bark = 0.25 * (static_cast<double>(k) - static_cast<double>(j));
        return power_from_db(bark < 0.0 ? 27.0 * bark : upper * bark);
      };
      double whole = 0.0;
      for (std::size_t k = 0; k < count; ++k) whole += slope(k);
      for (std::size_t k = 0; k < count; ++k) sums[k] += std::pow(in[j] * slope(k) / whole, 0.4);
    }
    for (double& sum : sums) sum = std::pow(sum, 2.5);
    return sums;
  };
  std::vector<double> noisy = power;
  for (std::size_t b = 0; b < count; ++b)
    noisy[b] += power_from_db(EarModel::internal_noise_db(ear.centre_hz(b)));
  const auto wanted = spread(noisy), norm = spread(std::vector<double>(count, 1.0));
  ear.excite(power);
  for (std::size_t b = 0; b < count; ++b)
    EXPECT_NEAR(power[b] / (wanted[b] / norm[b]), 1.0, 1e-9) << b;
}

TEST(EarModel, ALouderToneReachesFurtherUpAndNotFurtherDown) {
  const auto excited_db = [](double level_db, std::size_t band) {
    EarModel ear{48000.0, 2048};
    std::vector<double> bands(ear.band_count(), 1e-12);
    bands[50] = power_from_db(level_db);
    ear.excite(bands);
    return db_from_power(bands[band]) - db_from_power(bands[50]);
  };
  EXPECT_GT(excited_db(90.0, 58), excited_db(60.0, 58) + 10.0);
  EXPECT_LE(excited_db(90.0, 46), excited_db(60.0, 46));
}

TEST(EarModel, SmoothingIsShorterForHighFrequencies) {
  const EarModel ear{48000.0, 2048};
  const auto keeps = ear.keeps(0.05);
  const double step_s = 1024.0 / 48000.0;
  for (const std::size_t b : {std::size_t{0}, std::size_t{40}, std::size_t{108}})
    EXPECT_NEAR(keeps[b], std::exp(-step_s / (0.008 + 0.042 * 100.0 / ear.centre_hz(b))), 1e-12);
  EXPECT_TRUE(std::is_sorted(keeps.rbegin(), keeps.rend()));
}
