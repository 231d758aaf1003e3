#include "lacquer/media/rate_converter.h"

#include <gtest/gtest.h>

#include <complex>

#include "lacquer/base/units.h"
#include "testkit/signal.h"

using namespace lacquer;
using testkit::Signal;

namespace {
Signal convert(const Signal& signal, double sample_rate_hz) {
  auto source = media::convert_rate(testkit::open(signal)().value(), sample_rate_hz);
  return testkit::drain(*source.value());
}

/// Amplitude and phase of one frequency in the middle of a signal, by a Blackman-Harris window
/// (side lobes below -92 dB; the fourth power below -180 dB).
std::complex<double> component(const Signal& signal, double frequency_hz) {
  const int first = signal.frame_count() / 4, count = signal.frame_count() / 2;
  std::complex<double> sum = 0.0;
  double weight_sum = 0.0;
  for (int i = 0; i < count; ++i) {
    const double x = 2.0 * pi * i / (count - 1);
    const double window =
        0.35875 - 0.48829 * std::cos(x) + 0.14128 * std::cos(2 * x) - 0.01168 * std::cos(3 * x);
    const double weight = window * window;
    const double t = (first + i) / signal.format().sample_rate_hz;
    sum += weight * signal.at(0, first + i) * std::polar(1.0, -2.0 * pi * frequency_hz * t);
    weight_sum += weight;
  }
  return 2.0 * sum / weight_sum;
}

const std::vector<std::pair<double, double>> conversions = {
    {48000, 44100}, {96000, 44100}, {44100, 48000}, {96000, 48000},
    {48000, 96000}, {44100, 88200}, {192000, 44100}};

class EveryConversion : public testing::TestWithParam<std::pair<double, double>> {};
}  // namespace

TEST_P(EveryConversion, IsFlatWithinAHundredthOfADecibelAndInTimeUpTo21kHz) {
  const auto [from_hz, to_hz] = GetParam();
  for (const double frequency_hz : {31.0, 997.0, 10007.0, 15013.0, 18013.0, 20000.0, 21000.0}) {
    SCOPED_TRACE(frequency_hz);
    const Signal out = convert(testkit::sine(frequency_hz, -6.0, 0.5, from_hz, 1), to_hz);
    const auto found = component(out, frequency_hz);
    EXPECT_NEAR(db_from_gain(std::abs(found)), -6.0, 0.01);
    // A sine starts with the phase -90 degrees; a delay of a thousandth of a frame would show.
    EXPECT_NEAR(std::arg(found), -pi / 2, 2.0 * pi * frequency_hz / to_hz * 1e-3);
  }
}

TEST_P(EveryConversion, HasExactlyTheLengthOfItsTime) {
  const auto [from_hz, to_hz] = GetParam();
  for (const int frames : {1, 2, 1000, 44117, 100003}) {
    const Signal out = convert(testkit::noise(1, 2, frames, 0.5, from_hz), to_hz);
    EXPECT_EQ(out.frame_count(), std::llround(frames * to_hz / from_hz));
    EXPECT_EQ(out.format(), (StreamFormat{to_hz, 2}));
  }
}

INSTANTIATE_TEST_SUITE_P(RateConverter, EveryConversion, testing::ValuesIn(conversions),
                         [](const auto& pair) {
                           return std::to_string(static_cast<int>(pair.param.first)) + "to" +
                                  std::to_string(static_cast<int>(pair.param.second));
                         });

TEST(RateConverter, AFullScaleToneAboveTheNewRatesHalfLeavesNothing) {
  for (const double frequency_hz : {22100.0, 23000.0, 23700.0}) {
    SCOPED_TRACE(frequency_hz);
    const Signal out = convert(testkit::sine(frequency_hz, 0.0, 1.0, 48000.0, 1), 44100.0);
    EXPECT_LT(db_from_gain(std::abs(component(out, 44100.0 - frequency_hz))), -150.0);
    double peak = 0.0;  // nor anywhere else, away from the ends
    for (int f = 10000; f < 34000; ++f) peak = std::max(peak, std::abs(out.at(0, f)));
    EXPECT_LT(db_from_gain(peak), -150.0);
  }
  const Signal up = convert(testkit::sine(20000.0, 0.0, 1.0, 44100.0, 1), 96000.0);
  EXPECT_LT(db_from_gain(std::abs(component(up, 44100.0 - 20000.0))), -150.0);
}

TEST(RateConverter, AnImpulseStaysWhereItWas) {
  Signal impulse{1, 96000, 96000.0};
  impulse.at(0, 48000) = 1.0;
  for (const double to_hz : {48000.0, 44100.0}) {
    const Signal out = convert(impulse, to_hz);
    const int at = static_cast<int>(to_hz / 2);
    for (int f = 0; f < out.frame_count(); ++f) ASSERT_LE(std::abs(out.at(0, f)), out.at(0, at));
    for (int d = 1; d < 200; ++d) EXPECT_NEAR(out.at(0, at - d), out.at(0, at + d), 1e-9);
  }
}

TEST(RateConverter, ThereAndBackIsTheSameUpTo18kHz) {
  Signal signal = testkit::sine(997.0, -12.0, 0.5, 44100.0);
  const Signal high = testkit::sine(17011.0, -12.0, 0.5, 44100.0);
  for (int f = 0; f < signal.frame_count(); ++f) signal.at(1, f) += high.at(1, f);
  const Signal back = convert(convert(signal, 96000.0), 44100.0);
  ASSERT_EQ(back.frame_count(), signal.frame_count());
  // Away from the abrupt start and end, whose spectrum has no bounds.
  for (int f = 5000; f < signal.frame_count() - 5000; ++f)
    ASSERT_NEAR(back.at(1, f), signal.at(1, f), 0.25 * 0.01 / 8.7);  // 0.01 dB of each sine
}

TEST(RateConverter, TheBlockLengthDoesNotChangeASingleBit) {
  const Signal signal = testkit::noise(7, 2, 20000, 0.5, 48000.0);
  const Signal whole = convert(signal, 44100.0);
  auto source = media::convert_rate(testkit::open(signal)().value(), 44100.0).value();
  AudioBuffer buffer{2, 777};
  int at = 0;
  while (const int count = source->read(buffer.block().frames(0, 1 + at % 777)).value()) {
    for (int f = 0; f < count; ++f) ASSERT_EQ(buffer.block().channel(1)[f], whole.at(1, at + f));
    at += count;
  }
  EXPECT_EQ(at, whole.frame_count());
}

TEST(RateConverter, TheSameRateHandsTheSourceThroughAndAWrongRateIsRefused) {
  auto source = testkit::open(testkit::noise(1, 2, 100, 0.5))().value();
  const AudioSource* before = source.get();
  EXPECT_EQ(media::convert_rate(std::move(source), 48000.0).value().get(), before);
  const auto refused =
      media::convert_rate(testkit::open(testkit::noise(1, 2, 100, 0.5))().value(), 1000.0);
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().kind, ErrorKind::usage);
}
