#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <complex>

#include "lacquer/advise/tone/test_tone.h"

using namespace lacquer;
using namespace lacquer::advise;

namespace {

/// BS.1770-4's own coefficients, tables 1 and 2, at 48 kHz.
double k_weight_db(double frequency_hz) {
  const std::complex<double> z = std::polar(1.0, -2.0 * pi * frequency_hz / 48000.0);
  const auto quadratic = [&](double c0, double c1, double c2) { return c0 + z * (c1 + z * c2); };
  return 20.0 *
         std::log10(std::abs(quadratic(1.53512485958697, -2.69169618940638, 1.19839281085285) /
                             quadratic(1.0, -1.69065929318241, 0.73248077421585) *
                             quadratic(1.0, -2.0, 1.0) /
                             quadratic(1.0, -1.99004745483398, 0.99007225036621)));
}

double third_octave_at(const measure::Measurement& mix, double frequency_hz) {
  const auto& hz = mix.spectrum.third_octave_hz;
  const double place = std::clamp(10.0 * std::log10(frequency_hz / hz.front()), 0.0,
                                  static_cast<double>(hz.size() - 1) - 1e-9);
  const auto below = static_cast<std::size_t>(place);
  return std::lerp(*mix.spectrum.third_octave_db[below], *mix.spectrum.third_octave_db[below + 1],
                   place - static_cast<double>(below));
}

}  // namespace

TEST(Tone, ThePredictionIsTheEqualisersResponseOverTheMixsOwnSpectrum) {
  const auto mix = with_fault(normalised(pop().share_mean_db), boxy_db);
  const auto tone = tone_of(mix);
  ASSERT_TRUE(tone);
  double before = 0.0, after = 0.0;
  std::vector<double> turned_db;
  for (std::size_t band = 0; band < 9; ++band) {
    const double low = pop().bands_hz[band], high = pop().bands_hz[band + 1];
    double power = 0.0, turned_power = 0.0;
    for (int i = 0; i < 500; ++i) {
      const double hz = low * std::pow(high / low, (i + 0.5) / 500);
      const double here = power_from_db(third_octave_at(mix, hz) + k_weight_db(hz));
      power += here;
      turned_power += here * power_from_db(response_of(tone->settings, hz));
    }
    turned_db.push_back(*mix.spectrum.share_db[band] + db_from_power(turned_power / power));
    before += power_from_db(*mix.spectrum.share_db[band]);
    after += power_from_db(turned_db.back());
  }
  const auto predicted_db = predicted_shares(*tone, mix);
  for (std::size_t band = 0; band < 9; ++band)
    EXPECT_NEAR(predicted_db[band], turned_db[band] - db_from_power(after / before), 0.05) << band;
  EXPECT_NEAR(db_from_power(after / before), 0.0, 0.05);
  EXPECT_FALSE(tone->predicted.contains("integrated_lufs"));  // nothing that moves is left out
}
