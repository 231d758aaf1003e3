#include "lacquer/advise/tone/equaliser_fit.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <complex>

#include "lacquer/advise/tone/smooth_targets.h"

using namespace lacquer;
using namespace lacquer::advise;
using Shape = EqualiserBand::Shape;

namespace {

/// The cookbook's transfer functions as they are printed there, on the imaginary axis.
double cookbook_db(const EqualiserBand& band, double frequency_hz) {
  using Complex = std::complex<double>;
  const Complex s{0.0, frequency_hz / band.frequency_hz};
  const double a = std::pow(10.0, band.gain_db / 40.0);
  const double root = std::sqrt(a);
  Complex h;
  switch (band.shape) {
    case Shape::bell:
      h = (s * s + s * (a / band.q) + 1.0) / (s * s + s / (a * band.q) + 1.0);
      break;
    case Shape::low_shelf:
      h = a * (s * s + root / band.q * s + a) / (a * s * s + root / band.q * s + 1.0);
      break;
    case Shape::high_shelf:
      h = a * (a * s * s + root / band.q * s + 1.0) / (s * s + root / band.q * s + a);
      break;
  }
  return 20.0 * std::log10(std::abs(h));
}

constexpr std::array shapes{Shape::bell, Shape::low_shelf, Shape::high_shelf};

}  // namespace

TEST(EqualiserFit, EveryBandIsTheCookbooksPrototype) {
  for (const Shape shape : shapes)
    for (const double gain_db : {-9.0, -0.5, 3.0, 12.0})
      for (const double q : {0.4, 0.71, 2.5})
        for (double hz = 20.0; hz < 20000.0; hz *= 1.7) {
          const EqualiserBand band{shape, 700.0, gain_db, q};
          EXPECT_NEAR(response_db(band, hz), cookbook_db(band, hz), 1e-9);
        }
}

TEST(EqualiserFit, TheSlopesAreThoseOfTheResponse) {
  for (const Shape shape : shapes)
    for (const double gain_db : {-6.0, 0.0, 2.0})
      for (double hz = 25.0; hz < 20000.0; hz *= 2.3) {
        const EqualiserBand band{shape, 500.0, gain_db, 0.9};
        const double step = 1e-5;
        const auto change = [&](double frequency, double gain, double q) {
          const EqualiserBand up{shape, band.frequency_hz * std::exp(frequency), gain_db + gain,
                                 band.q * std::exp(q)};
          const EqualiserBand down{shape, band.frequency_hz * std::exp(-frequency), gain_db - gain,
                                   band.q * std::exp(-q)};
          return (response_db(up, hz) - response_db(down, hz)) / (2.0 * step);
        };
        const ResponseSlope slope = response_slope(band, hz);
        EXPECT_NEAR(slope.per_log_frequency, change(step, 0, 0), 1e-6);
        EXPECT_NEAR(slope.per_gain_db, change(0, step, 0), 1e-6);
        EXPECT_NEAR(slope.per_log_q, change(0, 0, step), 1e-6);
      }
}

TEST(EqualiserFit, SixBandsFollowASmoothCurveWithinATenthOfADecibel) {
  std::vector<double> errors;
  std::array<double, fit_point_count> weight;
  weight.fill(1.0);
  for (std::uint32_t seed = 0; seed < 40; ++seed) {
    const auto wanted_db = smooth_target(seed);
    const EqualiserFit fit = fit_equaliser(wanted_db, weight);
    double sum = 0.0;
    for (int i = 0; i < fit_point_count; ++i)
      sum += std::pow(fit.response_db(fit_point_hz(i)) - wanted_db[static_cast<std::size_t>(i)], 2);
    EXPECT_NEAR(fit.rms_error_db, std::sqrt(sum / fit_point_count), 1e-9);
    errors.push_back(fit.rms_error_db);
    for (const EqualiserBand& band : fit.bands) {
      EXPECT_GE(band.q, 0.4);
      EXPECT_LE(band.q, 2.5);
    }
  }
  std::sort(errors.begin(), errors.end());
  EXPECT_LE(errors[errors.size() / 2], 0.10);
  EXPECT_LE(errors[errors.size() * 9 / 10], 0.32);
}

TEST(EqualiserFit, AnEqualiserOfItsOwnKindIsFoundAgain) {
  const EqualiserFit made{{{{Shape::low_shelf, 90.0, 2.0, 0.7},
                            {Shape::bell, 250.0, -3.0, 1.2},
                            {Shape::bell, 900.0, 1.0, 0.8},
                            {Shape::bell, 2500.0, -1.5, 1.0},
                            {Shape::bell, 5000.0, 2.0, 1.5},
                            {Shape::high_shelf, 9000.0, -2.0, 0.7}}},
                          0.0};
  std::array<double, fit_point_count> wanted_db, weight;
  weight.fill(1.0);
  for (int i = 0; i < fit_point_count; ++i)
    wanted_db[static_cast<std::size_t>(i)] = made.response_db(fit_point_hz(i));
  EXPECT_LT(fit_equaliser(wanted_db, weight).rms_error_db, 0.05);
}

TEST(EqualiserFit, AFlatCurveNeedsNothing) {
  std::array<double, fit_point_count> flat{}, weight;
  weight.fill(1.0);
  for (const EqualiserBand& band : fit_equaliser(flat, weight).bands)
    EXPECT_NEAR(band.gain_db, 0.0, 1e-6);
}
