#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <complex>
#include <random>

#include "lacquer/base/units.h"
#include "lacquer/dsp/equalise/linear_equaliser.h"
#include "testkit/signal.h"

// The guarantee, for settings nobody has thought of.
using namespace lacquer;
using dsp::LinearEqualiser;
using Band = LinearEqualiser::Band;

namespace {

constexpr double rate_hz = 8000.0;  // short filters; the promises are the same
constexpr int latency = 5120;

/// Twelve bands, a third of them at rest, gentle enough to have rung out after half a second.
LinearEqualiser::Settings drawn(std::uint32_t seed) {
  std::mt19937 engine{seed};
  const auto share = [&] { return static_cast<double>(engine()) / 4294967295.0; };
  const auto choice = [&](int count) { return static_cast<double>(engine() % unsigned(count)); };
  LinearEqualiser::Settings settings;
  for (Band& band : settings.bands) {
    band.type = choice(6);
    band.frequency_hz = 40.0 * std::pow(250.0, share());
    band.gain_db = choice(3) == 0.0 ? 0.0 : 12.0 * share() - 6.0;
    band.q = 0.4 * std::pow(5.0, share());
    band.channels = seed % 3 == 0 ? choice(5) : seed % 3 == 1 ? 3.0 + choice(2) : 0.0;
    if (band.type == 3.0 || band.type == 4.0) {
      band.frequency_hz = band.type == 3.0 ? 30.0 + 60.0 * share() : 2500.0 + 8000.0 * share();
      band.q = 0.5 + 0.5 * share();
    }
  }
  settings.amount = 0.2 + 0.8 * share();
  return settings;
}

std::complex<double> response(const testkit::Signal& out, double hz, int channel) {
  const auto step = std::polar(1.0, -2.0 * pi * hz / rate_hz);
  std::complex<double> sum = 0.0;
  for (int f = out.frame_count(); f-- > 0;) sum = sum * step + out.at(channel, f);
  return sum * std::polar(1.0, std::fmod(2.0 * pi * hz / rate_hz * latency, 2.0 * pi));
}

}  // namespace

// With linear phase all four responses, left and right in to left and right out, are real numbers:
// mid and side turned back, after left and right.
TEST(LinearEqualiserSeeds, TheWholeMatrixIsTheClosedForm) {
  for (std::uint32_t seed = 0; seed < 60; ++seed) {
    const auto settings = drawn(seed);
    const auto gain = [&](double hz, Band::Channels channels) {
      return gain_from_db(response_db(settings.bands, settings.amount, hz, channels));
    };
    for (const int from : {0, 1}) {
      testkit::Signal out{2, 2 * latency, rate_hz};
      out.at(from, 0) = 1.0;
      LinearEqualiser equaliser;
      equaliser.prepare(out.format());
      equaliser.process(out.block(), settings);
      for (const double hz : {15.0, 61.0, 240.0, 900.0, 2300.0, 3950.0}) {
        const double before = gain(hz, Band::both) * gain(hz, from == 0 ? Band::left : Band::right);
        const double m = gain(hz, Band::mid), s = gain(hz, Band::side);
        const double limit = 2e-5 * std::max(1.0, before * std::max(m, s));
        ASSERT_LT(std::abs(response(out, hz, from) - 0.5 * (m + s) * before), limit)
            << "seed " << seed << " " << hz << " Hz";
        ASSERT_LT(std::abs(response(out, hz, 1 - from) - 0.5 * (m - s) * before), limit)
            << "seed " << seed << " " << hz << " Hz";
      }
    }
  }
}

// Whatever the phase, a band on mid or side changes the size of mid or side alone.
TEST(LinearEqualiserSeeds, ThePhaseNeverChangesAMagnitudeOrTheLatency) {
  for (std::uint32_t seed = 1; seed < 90; seed += 3) {  // those with mid and side only
    auto settings = drawn(seed);
    for (const double phase : {0.0, 0.35}) {
      settings.phase = phase;
      testkit::Signal out{2, 2 * latency, rate_hz};
      out.at(0, 0) = 1.0;
      LinearEqualiser equaliser;
      equaliser.prepare(out.format());
      ASSERT_EQ(equaliser.latency_frames(), latency);
      equaliser.process(out.block(), settings);
      for (const double hz : {15.0, 61.0, 240.0, 900.0, 2300.0, 3950.0}) {
        const auto l = response(out, hz, 0), r = response(out, hz, 1);
        const double m = gain_from_db(response_db(settings.bands, settings.amount, hz, Band::mid));
        const double s = gain_from_db(response_db(settings.bands, settings.amount, hz, Band::side));
        ASSERT_NEAR(std::abs(l + r), m, 1e-4 * std::max(m, 1.0)) << "seed " << seed << " " << hz;
        ASSERT_NEAR(std::abs(l - r), s, 1e-4 * std::max(s, 1.0)) << "seed " << seed << " " << hz;
      }
    }
  }
}
