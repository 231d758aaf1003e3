#include "lacquer/dsp/equalise/linear_equaliser.h"

#include <gtest/gtest.h>

#include <cmath>
#include <complex>

#include "lacquer/base/units.h"
#include "testkit/contract.h"
#include "testkit/signal.h"

using namespace lacquer;
using dsp::LinearEqualiser;
using testkit::Signal;
using Band = LinearEqualiser::Band;

namespace {

LinearEqualiser::Settings one_band(Band band, double phase = 1.0) {
  LinearEqualiser::Settings settings;
  settings.bands[8] = band;
  settings.phase = phase;
  return settings;
}

/// Five eighths of the taps; TheLatencyIsAsItsHeaderSays holds the processor to it.
int latency_at(double sample_rate_hz) {
  return static_cast<int>(std::exp2(std::ceil(std::log2(0.65 * sample_rate_hz)))) / 8 * 5;
}

Signal through(Signal signal, const LinearEqualiser::Settings& settings) {
  LinearEqualiser equaliser;
  equaliser.prepare(signal.format());
  equaliser.process(signal.block(), settings);
  return signal;
}

/// What comes of an impulse on each channel at frame 0, until nothing can come any more.
Signal impulse_response(const LinearEqualiser::Settings& settings, double sample_rate_hz = 48000.0,
                        std::vector<double> impulse = {1.0}) {
  Signal signal{static_cast<int>(impulse.size()), 2 * latency_at(sample_rate_hz), sample_rate_hz};
  for (std::size_t c = 0; c < impulse.size(); ++c) signal.at(static_cast<int>(c), 0) = impulse[c];
  return through(std::move(signal), settings);
}

/// The response at a frequency, the latency taken off. By summing, not by a transform.
std::complex<double> response(const Signal& impulse_response, double hz, int channel = 0) {
  const double rate_hz = impulse_response.format().sample_rate_hz;
  const auto step = std::polar(1.0, -2.0 * pi * hz / rate_hz);
  std::complex<double> sum = 0.0;
  for (int f = impulse_response.frame_count(); f-- > 0;)
    sum = sum * step + impulse_response.at(channel, f);
  return sum * std::polar(1.0, std::fmod(2.0 * pi * hz / rate_hz * latency_at(rate_hz), 2.0 * pi));
}

/// (n0 + n1 s + n2 s^2) / (d0 + d1 s + d2 s^2): the prototypes of the cookbook, written down anew.
std::complex<double> prototype(const Band& band, double hz) {
  const std::complex<double> s{0.0, hz / band.frequency_hz};
  const double a = std::pow(10.0, band.gain_db / 40.0), q = band.q, root = std::sqrt(a);
  switch (static_cast<int>(band.type)) {
    case Band::bell:
      return (s * s + s * (a / q) + 1.0) / (s * s + s / (a * q) + 1.0);
    case Band::low_shelf:
      return a * (s * s + root / q * s + a) / (a * s * s + root / q * s + 1.0);
    case Band::high_shelf:
      return a * (a * s * s + root / q * s + 1.0) / (s * s + root / q * s + a);
    case Band::high_pass:
      return s * s / (s * s + s / q + 1.0);
    case Band::low_pass:
      return 1.0 / (s * s + s / q + 1.0);
    default:
      return (1.0 + a * s) / (a + s);
  }
}

std::vector<double> frequencies(double low_hz, double high_hz, int count) {
  std::vector<double> all;
  for (int i = 0; i < count; ++i)
    all.push_back(low_hz * std::pow(high_hz / low_hz, i / (count - 1.0)));
  return all;
}

/// What a band on one channel of two makes of an impulse on some of them.
Signal stereo_response(Band::Channels channels, std::vector<double> impulse, double phase = 0.5) {
  const Band band{.frequency_hz = 700.0, .gain_db = 5.0, .q = 2.0, .channels = double(channels)};
  return impulse_response(one_band(band, phase), 48000.0, std::move(impulse));
}

double largest_deviation_db(const Band& band, double sample_rate_hz, double phase,
                            double low_hz = 10.0) {
  const Signal out = impulse_response(one_band(band, phase), sample_rate_hz);
  double worst_db = 0.0;
  for (const double hz : frequencies(low_hz, 0.4999 * sample_rate_hz, 16)) {
    const double wanted_db = db_from_gain(std::abs(prototype(band, hz)));
    if (wanted_db < -60.0) continue;
    worst_db = std::max(worst_db, std::abs(db_from_gain(std::abs(response(out, hz))) - wanted_db));
  }
  return worst_db;
}

}  // namespace

TEST(LinearEqualiser, KeepsTheProcessorContract) {
  testkit::check_processor_contract<LinearEqualiser>();
}

TEST(LinearEqualiser, TheLatencyIsAsItsHeaderSaysWhateverTheChannels) {
  for (const double rate_hz : {8000.0, 44100.0, 48000.0, 88200.0, 96000.0, 192000.0})
    for (const int channels : {1, 6}) {
      LinearEqualiser equaliser;
      equaliser.prepare({rate_hz, channels});
      EXPECT_EQ(equaliser.latency_frames(), latency_at(rate_hz));
      EXPECT_LE(equaliser.latency_frames() / rate_hz, 1.3 * 5 / 8);
    }
}

TEST(LinearEqualiser, EveryBandHasThePrototypesMagnitudeUpToHalfTheRate) {
  for (const double rate_hz : {44100.0, 48000.0, 96000.0, 192000.0})
    for (const double phase : {0.0, 0.4, 1.0})
      for (const double type : {0.0, 1.0, 2.0, 3.0, 4.0, 5.0})
        for (const double frequency_hz : {60.0, 12000.0}) {
          const bool needed = rate_hz < 45000.0 || (phase == 1.0 && frequency_hz > 100.0);
          if (!needed) continue;  // the rates differ in their top only
          const Band band{type, frequency_hz, type < 3.0 ? -6.0 : 6.0, 1.4};
          // A share of a high-pass's phase jumps at 0 Hz, and rings on as 1 / t^3.
          const double limit_db = type == 3.0 && phase == 0.4 ? 1e-3 : 1e-5;
          EXPECT_LT(largest_deviation_db(band, rate_hz, phase), limit_db)
              << rate_hz << " phase " << phase << " type " << type << " " << frequency_hz << " Hz";
        }
}

TEST(LinearEqualiser, ItIsLongEnoughForTheDeepestBass) {
  for (const double phase : {0.0, 1.0})
    for (const double type : {0.0, 1.0, 3.0}) {
      EXPECT_LT(largest_deviation_db({type, 20.0, 6.0, 0.71}, 48000.0, phase, 5.0), 1e-6) << type;
      EXPECT_LT(largest_deviation_db({type, 20.0, 6.0, 1.4}, 44100.0, phase, 5.0), 1e-3) << type;
      EXPECT_LT(largest_deviation_db({type, 20.0, 6.0, 4.0}, 48000.0, phase, 5.0), 0.2) << type;
    }
}

TEST(LinearEqualiser, TwelveBandsAndHalfTheAmountAddUpToWhatTheEqualiserIsMeantToDo) {
  LinearEqualiser::Settings settings;
  settings.bands = {{{3.0, 28.0, 0.0, 0.71},
                     {1.0, 90.0, 2.0, 0.71},
                     {0.0, 250.0, -3.0, 1.0},
                     {5.0, 700.0, 2.0, 0.71},
                     {0.0, 900.0, 1.0, 0.7},
                     {0.0, 2800.0, -1.5, 1.4},
                     {0.0, 6000.0, 2.0, 0.9},
                     {2.0, 11000.0, 3.0, 0.71},
                     {0.0, 45.0, 1.0, 1.4},
                     {0.0, 420.0, -1.0, 2.0},
                     {0.0, 4000.0, 1.0, 3.0},
                     {4.0, 18000.0, 0.0, 0.8}}};
  settings.phase = 0.7;
  for (const double amount : {0.5, 1.0}) {
    settings.amount = amount;
    const Signal out = impulse_response(settings);
    for (const double hz : frequencies(10.0, 23900.0, 40))
      EXPECT_NEAR(db_from_gain(std::abs(response(out, hz))),
                  response_db(settings.bands, amount, hz, Band::both), 1e-3)
          << hz << " Hz, amount " << amount;
  }
}

TEST(LinearEqualiser, LinearPhaseIsSymmetricAndDelaysEveryFrequencyAlike) {
  for (const double type : {0.0, 1.0, 2.0, 3.0, 4.0, 5.0})
    for (const double rate_hz : {44100.0, 96000.0}) {
      const Signal out = impulse_response(one_band({type, 150.0, 9.0, 3.0}), rate_hz);
      const int middle = latency_at(rate_hz);
      double peak = out.peak();
      for (int n = 1; n < middle; ++n)
        ASSERT_NEAR(out.at(0, middle - n), out.at(0, middle + n), 1e-14 * peak) << type << " " << n;
      for (const double hz : frequencies(70.0, 20000.0, 30)) {
        const auto h = response(out, hz);
        ASSERT_NEAR(h.imag(), 0.0, 1e-11 * std::abs(h)) << type << " " << hz << " Hz";
        ASSERT_GT(h.real(), 0.0);
      }
    }
}

// Far below half the rate a sampled minimum-phase filter turns as the analogue one does.
TEST(LinearEqualiser, MinimumPhaseIsTheAnaloguePrototypesAndMixedPhaseItsShare) {
  for (const Band& band : {Band{0.0, 150.0, 6.0, 2.0}, Band{1.0, 200.0, -5.0, 0.71},
                           Band{3.0, 40.0, 0.0, 0.9}, Band{2.0, 300.0, 4.0, 1.0}})
    for (const double phase : {0.0, 0.25, 0.6, 1.0}) {
      const Signal out = impulse_response(one_band(band, phase), 192000.0);
      for (const double hz : {30.0, 90.0, 150.0, 210.0, 400.0}) {
        const double wanted = (1.0 - phase) * std::arg(prototype(band, hz));
        EXPECT_NEAR(std::arg(response(out, hz)), wanted, 2e-3)
            << "type " << band.type << " phase " << phase << " " << hz << " Hz";
      }
    }
}

TEST(LinearEqualiser, OnlyWithoutMinimumPhaseItRingsBefore) {
  for (const Band& band : {Band{0.0, 100.0, 6.0, 4.0}, Band{3.0, 60.0, 0.0, 0.71},
                           Band{2.0, 9000.0, 6.0, 0.71}, Band{4.0, 9000.0, 0.0, 1.0}}) {
    const int middle = latency_at(48000.0);
    const auto before_db = [&](double phase) {
      const Signal out = impulse_response(one_band(band, phase));
      double before = 0.0, all = 0.0;
      for (int f = 0; f < out.frame_count(); ++f) {
        const double power = out.at(0, f) * out.at(0, f);
        all += power;
        if (f < middle) before += power;
      }
      return db_from_power(before / all);
    };
    EXPECT_LT(before_db(0.0), -110.0) << band.type;
    EXPECT_GT(before_db(1.0), -40.0) << band.type;
    EXPECT_LT(before_db(0.5), before_db(1.0)) << band.type;
    EXPECT_GT(before_db(0.5), before_db(0.0)) << band.type;
  }
}

// The bell of the reference, +6 dB and Q 4 at 100 Hz. The magnitude is the root of a rational
// function, so its ringing e^(-a t) thins out a little faster, by up to a root of t.
TEST(LinearEqualiser, PreRingingFadesAsFastAsThePrototypeRings) {
  const Signal out = impulse_response(one_band({0.0, 100.0, 6.0, 4.0}));
  const int middle = latency_at(48000.0);
  const double per_second = pi * 100.0 / (4.0 * std::pow(10.0, 6.0 / 40.0));  // the pole's decay
  const auto loudest = [&](double from_s) {                                   // within a period
    double peak = 0.0;
    for (int n = 0; n < 480; ++n)
      peak = std::max(peak, std::abs(out.at(0, middle - static_cast<int>(from_s * 48000.0) - n)));
    return peak;
  };
  const double ratio = loudest(0.05) / loudest(0.03);
  EXPECT_LT(ratio, std::exp(-per_second * 0.02));
  EXPECT_GT(ratio, std::exp(-per_second * 0.02) * std::sqrt(0.03 / 0.05));
}

TEST(LinearEqualiser, ASampleOfTheOutputIsTheConvolutionWithItsImpulseResponse) {
  const auto settings = one_band({0.0, 50.0, 8.0, 3.0, Band::mid}, 0.3);
  const Signal of_left = impulse_response(settings, 44100.0, {1.0, 0.0});
  const Signal of_right = impulse_response(settings, 44100.0, {0.0, 1.0});
  const Signal in = testkit::noise(3, 2, 90000, 0.5, 44100.0);
  const Signal out = through(in, settings);
  for (const int frame : {100, 5000, 20479, 20480, 33333, 65536, 70001, 89999})
    for (const int c : {0, 1}) {
      double sum = 0.0;
      for (int n = 0; n <= std::min(frame, of_left.frame_count() - 1); ++n)
        sum += of_left.at(c, n) * in.at(0, frame - n) + of_right.at(c, n) * in.at(1, frame - n);
      ASSERT_NEAR(out.at(c, frame), sum, 1e-12) << frame;
    }
}

TEST(LinearEqualiser, MidAndSideTogetherAreBothAndEachAloneIsItsHalf) {
  for (const double phase : {0.0, 1.0}) {
    const auto everywhere = stereo_response(Band::both, {1.0, 1.0}, phase);
    const auto in_mid = stereo_response(Band::mid, {1.0, 1.0}, phase);
    const auto in_side = stereo_response(Band::side, {1.0, -1.0}, phase);
    const auto mid_in_side = stereo_response(Band::side, {1.0, 1.0}, phase);
    const auto mid_of_left = stereo_response(Band::mid, {1.0, 0.0}, phase);
    const int middle = latency_at(48000.0);
    for (int f = 0; f < everywhere.frame_count(); ++f) {
      const double wanted = everywhere.at(0, f), dry = f == middle ? 1.0 : 0.0;
      ASSERT_NEAR(in_mid.at(0, f), wanted, 1e-13);
      ASSERT_NEAR(in_mid.at(1, f), wanted, 1e-13);
      ASSERT_NEAR(in_side.at(0, f), wanted, 1e-13);
      ASSERT_NEAR(in_side.at(1, f), -wanted, 1e-13);
      ASSERT_NEAR(mid_in_side.at(0, f), dry, 1e-13);
      ASSERT_NEAR(mid_of_left.at(0, f), dry + 0.5 * (wanted - dry), 1e-13);
      ASSERT_NEAR(mid_of_left.at(1, f), 0.5 * (wanted - dry), 1e-13);
    }
  }
}

TEST(LinearEqualiser, BandsOnLeftAndRightComeBeforeThoseOnMidAndSide) {
  LinearEqualiser::Settings settings;
  const Band l{0.0, 300.0, 4.0, 1.0, Band::left}, r{2.0, 3000.0, -3.0, 0.71, Band::right};
  const Band m{0.0, 900.0, -5.0, 1.4, Band::mid}, s{1.0, 500.0, 6.0, 0.71, Band::side};
  const Band all{5.0, 1000.0, 2.0};
  settings.bands = {{m, l, all, s, r}};
  for (const int from : {0, 1}) {
    const Signal out = impulse_response(settings, 48000.0, {from == 0 ? 1.0 : 0.0, double(from)});
    for (const double hz : frequencies(20.0, 20000.0, 20)) {
      const auto gain = [hz](const Band& band) { return std::abs(prototype(band, hz)); };
      const double first = gain(from == 0 ? l : r) * gain(all);
      const double straight = 0.5 * (gain(m) + gain(s)) * first;
      const double crossed = 0.5 * (gain(m) - gain(s)) * first;
      EXPECT_LT(std::abs(response(out, hz, from) - straight), 1e-7) << hz;
      EXPECT_LT(std::abs(response(out, hz, 1 - from) - crossed), 1e-7) << hz;
    }
  }
}
