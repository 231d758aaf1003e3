#include "lacquer/dsp/linear_equaliser.h"

#include <gtest/gtest.h>

#include <cmath>
#include <complex>
#include <limits>

#include "lacquer/base/units.h"
#include "lacquer/dsp/equaliser.h"
#include "testkit/allocations.h"
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

double largest_deviation_db(const Band& band, double sample_rate_hz, double phase,
                            double low_hz = 10.0) {
  const Signal out = impulse_response(one_band(band, phase), sample_rate_hz);
  double worst_db = 0.0;
  for (const double hz : frequencies(low_hz, 0.4999 * sample_rate_hz, 25)) {
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

TEST(LinearEqualiser, EveryBandHasThePrototypesMagnitudeUpToHalfTheRate) {
  for (const double rate_hz : {44100.0, 96000.0})
    for (const double phase : {0.0, 0.4, 1.0})
      for (const double type : {0.0, 1.0, 2.0, 3.0, 4.0, 5.0})
        for (const double frequency_hz : {60.0, 700.0, 12000.0}) {
          const Band band{type, frequency_hz, type < 3.0 ? -6.0 : 6.0, 1.4};
          std::printf("%g %g %g %g: %g\n", rate_hz, phase, type, frequency_hz,
                      (largest_deviation_db(band, rate_hz, phase)));
        }
}
TEST(LinearEqualiser, Bass) {
  for (const double phase : {0.0, 1.0})
    for (const double q : {0.71, 1.4, 2., 4.0})
      for (const double type : {0.0, 1.0, 3.0})
        std::printf("%g %g: %g\n", q, type,
                    (largest_deviation_db({type, 20.0, 6.0, q}, 48000., phase, 5.)));
}
