#include "lacquer/measure/spectrum/short_time_spectrum.h"

#include <gtest/gtest.h>

#include <cmath>
#include <complex>
#include <numeric>

#include "lacquer/base/units.h"
#include "testkit/signal.h"

using namespace lacquer;
using measure::ShortTimeSpectrum;
using measure::SpectrumFrame;

namespace {

struct Kept {
  std::int64_t first_frame;
  std::vector<std::vector<double>> power;
  std::vector<double> mid, side;
};

std::vector<Kept> looks(testkit::Signal& signal, int size, int block) {
  ShortTimeSpectrum spectrum{signal.format(), size};
  std::vector<Kept> kept;
  for (int at = 0; at < signal.frame_count(); at += block)
    spectrum.add(signal.block().frames(at, std::min(block, signal.frame_count() - at)),
                 [&](const SpectrumFrame& frame) {
                   Kept one{frame.first_frame, {}, {}, {}};
                   for (int c = 0; c < signal.channel_count(); ++c)
                     one.power.emplace_back(frame.power[c], frame.power[c] + frame.bins);
                   if (frame.mid) one.mid.assign(frame.mid, frame.mid + frame.bins);
                   if (frame.side) one.side.assign(frame.side, frame.side + frame.bins);
                   kept.push_back(std::move(one));
                 });
  return kept;
}

double sum(const std::vector<double>& values) {
  return std::accumulate(values.begin(), values.end(), 0.0);
}

}  // namespace

TEST(ShortTimeSpectrum, ASineHasItsMeanSquareInTheBinsAroundItsFrequency) {
  auto signal = testkit::sine(1000.0, db_from_gain(0.5), 1.0, 48000.0, 2);
  for (const auto& look : looks(signal, 4096, 1000)) {
    EXPECT_NEAR(sum(look.power[0]), 0.125, 1e-3);
    const double at = 1000.0 / (48000.0 / 4096.0);
    double near = 0.0;
    for (int k = static_cast<int>(at) - 3; k <= static_cast<int>(at) + 4; ++k)
      near += look.power[1][static_cast<std::size_t>(k)];
    EXPECT_GT(near, 0.9999 * sum(look.power[1]));
  }
}

TEST(ShortTimeSpectrum, EveryBinIsThatOfTheSamplesUnderAHannWindow) {
  constexpr int size = 512;
  auto signal = testkit::noise(3, 2, size, 0.5, 48000.0);
  const auto look = looks(signal, size, size).at(0);
  for (int channel = 0; channel < 2; ++channel)
    for (int k = 0; k <= size / 2; ++k) {
      const bool has_other_half = k != 0 && k != size / 2;
      const double scale = (has_other_half ? 2.0 : 1.0) / (0.375 * size * size);
      std::complex<double> bin = 0.0;
      for (int n = 0; n < size; ++n) {
        const double hann = 0.5 - 0.5 * std::cos(2.0 * pi * n / size);
        bin += hann * signal.at(channel, n) * std::polar(1.0, -2.0 * pi * k * n / size);
      }
      EXPECT_NEAR(look.power[static_cast<std::size_t>(channel)][static_cast<std::size_t>(k)],
                  scale * std::norm(bin), 1e-9)
          << channel << ", " << k;
    }
}

TEST(ShortTimeSpectrum, MidAndSideAreThoseOfTheirSamplesHoweverSmallOneIs) {
  auto signal = testkit::noise(4, 2, 20000, 0.5, 48000.0);
  for (int f = 0; f < signal.frame_count(); ++f)  // side 80 dB below mid
    signal.at(1, f) = signal.at(0, f) + 1e-4 * signal.at(1, f);
  auto mid_side = signal;
  for (int f = 0; f < signal.frame_count(); ++f) {
    mid_side.at(0, f) = 0.5 * (signal.at(0, f) + signal.at(1, f));
    mid_side.at(1, f) = 0.5 * (signal.at(0, f) - signal.at(1, f));
  }
  const auto direct = looks(mid_side, 1024, 441);
  const auto derived = looks(signal, 1024, 441);
  ASSERT_EQ(direct.size(), derived.size());
  for (std::size_t i = 0; i < direct.size(); ++i)
    for (std::size_t k = 0; k < 513; ++k) {
      const double both = derived[i].power[0][k] + derived[i].power[1][k];
      EXPECT_NEAR(derived[i].mid[k], direct[i].power[0][k], 1e-5 * both + 1e-12);
      EXPECT_NEAR(derived[i].side[k], direct[i].power[1][k], 1e-2 * direct[i].power[1][k] + 1e-14);
    }
}

TEST(ShortTimeSpectrum, AnyBlockSplitGivesTheSameBits) {
  for (const int channels : {1, 2, 3, 6}) {
    auto signal = testkit::noise(9, channels, 9000, 0.5, 44100.0);
    const auto whole = looks(signal, 2048, 9000);
    const auto split = looks(signal, 2048, 7);
    ASSERT_EQ(whole.size(), 7u);
    ASSERT_EQ(split.size(), whole.size());
    for (std::size_t i = 0; i < whole.size(); ++i) {
      EXPECT_EQ(whole[i].first_frame, static_cast<std::int64_t>(i) * 1024);
      EXPECT_EQ(whole[i].power, split[i].power);
      EXPECT_EQ(whole[i].mid, split[i].mid);
      EXPECT_EQ(whole[i].side, split[i].side);
    }
  }
}
