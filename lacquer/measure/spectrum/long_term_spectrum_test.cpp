#include "lacquer/measure/spectrum/long_term_spectrum.h"

#include <gtest/gtest.h>

#include <cmath>

#include "lacquer/base/units.h"
#include "lacquer/measure/meter.h"
#include "lacquer/measure/spectrum/band_stereo.h"
#include "lacquer/measure/spectrum/spectrogram.h"
#include "testkit/signal.h"

using namespace lacquer;
using testkit::Signal;

namespace {

measure::Measurement measured(Signal signal) {
  auto parts = measure::Parts::none();
  parts.spectrum = parts.stereo = parts.series = true;
  measure::Meter meter{signal.format(), parts};
  meter.add(signal.block());
  return meter.finish();
}

/// A tone in the middle and one at the sides.
Signal mid_and_side(double mid_hz, double mid_gain, double side_hz, double side_gain) {
  Signal signal{2, 48000 * 4};
  for (int f = 0; f < signal.frame_count(); ++f) {
    const double mid = mid_gain * std::sin(2.0 * pi * mid_hz * f / 48000.0);
    const double side = side_gain * std::sin(2.0 * pi * side_hz * f / 48000.0);
    signal.at(0, f) = mid + side;
    signal.at(1, f) = mid - side;
  }
  return signal;
}

std::size_t nearest(const std::vector<double>& all_hz, double hz) {
  std::size_t best = 0;
  for (std::size_t i = 0; i < all_hz.size(); ++i)
    if (std::abs(std::log(all_hz[i] / hz)) < std::abs(std::log(all_hz[best] / hz))) best = i;
  return best;
}

}  // namespace

TEST(LongTermSpectrum, MidAndSideStandWhereTheyAre) {
  const auto s = measured(mid_and_side(1000.0, 0.2, 5011.0, 0.05)).spectrum;
  const auto at = [&](const std::vector<measure::Maybe>& levels, double hz) {
    return levels[nearest(s.third_octave_hz, hz)].value_or(-200.0);
  };
  EXPECT_NEAR(at(s.third_octave_mid_db, 1000.0), db_from_power(0.5 * 0.04), 0.05);
  EXPECT_NEAR(at(s.third_octave_side_db, 5011.0), db_from_power(0.5 * 0.0025), 0.05);
  EXPECT_LT(at(s.third_octave_mid_db, 5011.0), -100.0);
  EXPECT_LT(at(s.third_octave_side_db, 1000.0), -100.0);
  EXPECT_NEAR(at(s.third_octave_db, 1000.0), db_from_power(0.5 * 0.04), 0.05);
}

TEST(LongTermSpectrum, TwelfthsOfAnOctaveAddUpToThirds) {
  for (const double rate_hz : {44100.0, 48000.0, 96000.0}) {
    const auto s =
        measured(testkit::noise(1, 2, static_cast<int>(rate_hz) * 2, 0.3, rate_hz)).spectrum;
    ASSERT_EQ(s.twelfth_octave_hz.size(), 4 * s.third_octave_hz.size());
    EXPECT_NEAR(s.third_octave_hz.front(), 19.95, 0.01);
    EXPECT_LT(s.third_octave_hz.back() * 1.122, 0.5 * rate_hz);
    for (std::size_t third = 0; third < s.third_octave_hz.size(); ++third) {
      double power = 0.0;
      for (std::size_t i = 4 * third; i < 4 * third + 4; ++i)
        power += power_from_db(s.twelfth_octave_mid_db[i].value());
      EXPECT_NEAR(db_from_power(power), s.third_octave_mid_db[third].value(), 1e-9);
    }
  }
}

TEST(LongTermSpectrum, ThirdsAreTheMeanOfTheChannelsAndOfMidAndSide) {
  auto signal = testkit::noise(2, 2, 48000 * 3, 0.3);
  for (int f = 0; f < signal.frame_count(); ++f) signal.at(1, f) *= 0.25;
  const auto s = measured(signal).spectrum;
  for (std::size_t i = 6; i < s.third_octave_db.size(); ++i)
    EXPECT_NEAR(power_from_db(s.third_octave_db[i].value()),
                power_from_db(s.third_octave_mid_db[i].value()) +
                    power_from_db(s.third_octave_side_db[i].value()),
                1e-9);
}

TEST(LongTermSpectrum, PassagesTwentyDecibelBelowTheMeanDoNotCount) {
  const auto loud = testkit::sine(1000.0, -10.0, 6.0);
  const auto soft = testkit::sine(200.0, -45.0, 6.0);
  const auto s = measured(testkit::concatenate({loud, soft})).spectrum;
  EXPECT_NEAR(s.third_octave_db[nearest(s.third_octave_hz, 1000.0)].value(), -13.0, 0.15);
  // It would read -51 if it counted; the looks that see both still carry some of it.
  EXPECT_LT(s.third_octave_db[nearest(s.third_octave_hz, 200.0)].value_or(-200.0), -60.0);
  const auto almost =
      measured(testkit::concatenate({loud, testkit::sine(200.0, -22.0, 6.0)})).spectrum;
  EXPECT_NEAR(almost.third_octave_db[nearest(almost.third_octave_hz, 200.0)].value(), -28.0, 0.3);
}

TEST(LongTermSpectrum, PinkNoiseIsLevelDownToTwentyHertz) {
  // Sines of random phase, twelve to the third octave: equal power in each.
  Signal pink{1, 8000 * 12, 8000.0};
  for (int n = -17 * 12 - 6; n < 66; ++n) {
    const double hz = 1000.0 * std::pow(10.0, (n + 0.5) / 120.0);
    const double phase = 2.399963 * n * n;
    for (int f = 0; f < pink.frame_count(); ++f)
      pink.at(0, f) += 0.01 * std::sin(2.0 * pi * hz * f / 8000.0 + phase);
  }
  const auto s = measured(pink).spectrum;
  for (std::size_t i = 0; i < 22; ++i)
    EXPECT_NEAR(s.third_octave_db[i].value(), db_from_power(12.0 * 0.5 * 1e-4), i < 4 ? 1.5 : 0.6)
        << s.third_octave_hz[i];
}

TEST(LongTermSpectrum, SilenceHasNone) {
  const auto s = measured(Signal{2, 48000 * 2}).spectrum;
  EXPECT_EQ(s.third_octave_db.size(), s.third_octave_hz.size());
  for (const auto& level : s.third_octave_db) EXPECT_FALSE(level);
  for (const auto& level : s.twelfth_octave_side_db) EXPECT_FALSE(level);
}

TEST(BandStereo, EachBandHasItsOwnCorrelationWidthAndMonoLoss) {
  const auto m = measured(mid_and_side(1000.0, 0.2, 5011.0, 0.05)).stereo;
  EXPECT_NEAR(m.band_correlation[3].value(), 1.0, 1e-6);
  EXPECT_NEAR(m.band_width[3].value(), 0.0, 1e-6);
  EXPECT_NEAR(m.band_mono_loss_db[3].value(), 0.0, 1e-6);
  EXPECT_NEAR(m.band_correlation[6].value(), -1.0, 1e-4);
  EXPECT_NEAR(m.band_width[6].value(), 1.0, 1e-4);
  EXPECT_LT(m.band_mono_loss_db[6].value(), -60.0);
  const auto noise = measured(testkit::noise(1, 2, 48000 * 6, 0.3)).stereo;
  for (std::size_t b = 0; b < 9; ++b) {
    EXPECT_NEAR(noise.band_correlation[b].value(), 0.0, b == 0 ? 0.2 : 0.1);
    EXPECT_NEAR(noise.band_width[b].value(), 0.5, b == 0 ? 0.1 : 0.05);
    EXPECT_NEAR(noise.band_mono_loss_db[b].value(), -3.01, b == 0 ? 1.0 : 0.4);
  }
  EXPECT_EQ(noise.bands_hz.size(), 10u);
}

TEST(BandStereo, BandsAboveTheNyquistFrequencyAndSilenceHaveNone) {
  const auto slow = measured(testkit::noise(1, 2, 8000 * 4, 0.3, 8000.0)).stereo;
  EXPECT_TRUE(slow.band_correlation[4]);
  EXPECT_FALSE(slow.band_correlation[6] || slow.band_width[8]);
  EXPECT_FALSE(measured(Signal{2, 96000}).stereo.band_width[0]);
}

TEST(Spectrogram, AToneStandsInItsRowFromItsColumnOn) {
  const auto m = measured(
      testkit::concatenate({testkit::sine(105.9, -20.0, 5.0), testkit::sine(4217.0, -30.0, 5.0)}));
  const auto& s = m.series.spectrogram;
  ASSERT_EQ(s.hz.size(), 62u);
  const std::size_t low = nearest(s.hz, 105.9), high = nearest(s.hz, 4217.0);
  for (std::size_t c = 0; c < s.level_dbfs.size(); ++c) {
    const double time_s = s.first_s + s.step_s * static_cast<double>(c);
    if (time_s < 4.8) {
      EXPECT_NEAR(s.level_dbfs[c][low], -23.0, 0.3) << time_s;
    } else if (time_s > 5.2) {
      EXPECT_NEAR(s.level_dbfs[c][high], -33.0, 0.3) << time_s;
      EXPECT_LT(s.level_dbfs[c][low], -90.0) << time_s;
    }
  }
}

TEST(Spectrogram, AnHourTakesNoMoreColumnsThanMinutesAndKeepsEveryLook) {
  const StreamFormat format{48000.0, 1};
  for (const int looks : {1, 599, 600, 601, 1201, 5000, 21000}) {
    measure::SpectrogramMeter meter{format, 8192};
    measure::TwelfthOctaves look{.mean = std::vector<double>(124), .mid = {}, .side = {}};
    double sum = 0.0;
    for (int n = 0; n < looks; ++n) {
      look.mean[0] = 1e-3 * (1 + n % 7);
      sum += look.mean[0];
      meter.add(look);
    }
    const auto s = meter.finish();
    EXPECT_LE(s.level_dbfs.size(), 600u);
    EXPECT_GE(s.level_dbfs.size(), static_cast<std::size_t>(std::min(looks, 300)));
    const double looks_of_column = s.step_s / (8192.0 / 48000.0);
    double kept = 0.0, left = looks;
    for (const auto& column : s.level_dbfs) {
      kept += power_from_db(column[0]) * std::min(looks_of_column, left);
      left -= looks_of_column;
    }
    EXPECT_NEAR(kept, sum, 1e-9 * sum) << looks;
    EXPECT_NEAR(s.first_s, 8192.0 / 48000.0 * (1.0 + 0.5 * (looks_of_column - 1.0)), 1e-9);
  }
}
