// The meter beside libebur128 over the same minute of music-like stereo, so that a ratio of one
// run can be read: build/release/measure_bench
#include "lacquer/measure/meter.h"

#include <benchmark/benchmark.h>
#include <ebur128.h>

#include <random>

#include "lacquer/base/units.h"
#include "testkit/signal.h"

using namespace lacquer;

namespace {

constexpr double rate_hz = 44100.0;
constexpr double duration_s = 60.0;

/// Pink-like noise with a beat and a bass, driven into a soft limit like a loud mix.
testkit::Signal music() {
  const int frames = static_cast<int>(duration_s * rate_hz);
  auto signal = testkit::noise(1, 2, frames, 1.0, rate_hz);
  double slow[2] = {}, fast[2] = {};
  for (int f = 0; f < frames; ++f) {
    const double time_s = f / rate_hz;
    const double beat = std::exp(-6.0 * std::fmod(time_s, 0.5));
    const double bass = 0.7 * std::sin(2.0 * pi * 55.0 * time_s) * (0.4 + beat);
    for (int c = 0; c < 2; ++c) {
      const double white = signal.at(c, f);
      slow[c] += 0.01 * (white - slow[c]);
      fast[c] += 0.2 * (white - fast[c]);
      signal.at(c, f) =
          0.98 * std::tanh(1.5 * (bass + 3.0 * slow[c] + 0.7 * fast[c] + 0.5 * beat * white));
    }
  }
  return signal;
}

testkit::Signal& programme() {
  static testkit::Signal signal = music();
  return signal;
}

void report(benchmark::State& state) {
  state.counters["x_real_time"] = benchmark::Counter(
      duration_s * static_cast<double>(state.iterations()), benchmark::Counter::kIsRate);
}

void meter(benchmark::State& state, measure::Parts parts) {
  auto& signal = programme();
  for (auto _ : state) {
    measure::Meter meter{signal.format(), parts};
    for (int at = 0; at < signal.frame_count(); at += block_frames)
      meter.add(signal.block().frames(at, std::min(block_frames, signal.frame_count() - at)));
    benchmark::DoNotOptimize(meter.finish());
  }
  report(state);
}

void ebur128(benchmark::State& state, int mode) {
  auto& signal = programme();
  std::vector<double> interleaved;
  for (int f = 0; f < signal.frame_count(); ++f)
    for (int c = 0; c < 2; ++c) interleaved.push_back(signal.at(c, f));
  for (auto _ : state) {
    ebur128_state* meter = ebur128_init(2, 44100, mode);
    double value = 0.0;
    for (int at = 0; at < signal.frame_count(); at += block_frames)
      ebur128_add_frames_double(
          meter, interleaved.data() + 2 * at,
          static_cast<std::size_t>(std::min(block_frames, signal.frame_count() - at)));
    ebur128_loudness_global(meter, &value);
    benchmark::DoNotOptimize(value);
    ebur128_destroy(&meter);
  }
  report(state);
}

measure::Parts with(std::initializer_list<bool measure::Parts::*> wanted) {
  measure::Parts parts = measure::Parts::none();
  for (const auto part : wanted) parts.*part = true;
  return parts;
}

using measure::Parts;
BENCHMARK_CAPTURE(meter, loudness, with({&Parts::loudness}))->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(ebur128, loudness, EBUR128_MODE_I | EBUR128_MODE_LRA)
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(meter, loudness_and_true_peak, with({&Parts::loudness, &Parts::peak}))
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(ebur128, loudness_and_true_peak,
                  EBUR128_MODE_I | EBUR128_MODE_LRA | EBUR128_MODE_TRUE_PEAK)
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(meter, spectrum, with({&Parts::spectrum}))->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(meter, everything, Parts{})->Unit(benchmark::kMillisecond);

}  // namespace
