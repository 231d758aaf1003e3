// The meter beside libebur128 over the same stereo, so that a ratio of one run can be read:
// build/release/measure_bench. Once over a mix of examples/first-light, once over noise driven into
// a limit, where nearly every sample is a peak and nothing can be skipped.
#include "lacquer/measure/meter.h"

#include <benchmark/benchmark.h>
#include <ebur128.h>

#include <filesystem>
#include <string>

#include "lacquer/base/units.h"
#include "testkit/files.h"
#include "testkit/signal.h"

using namespace lacquer;

namespace {

constexpr double rate_hz = 44100.0;
constexpr double dense_duration_s = 60.0;

/// Pink-like noise with a beat and a bass, driven into a soft limit like a loud mix.
testkit::Signal dense() {
  const int frames = static_cast<int>(dense_duration_s * rate_hz);
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

enum class Programme { mix, dense };

const testkit::Signal& signal_of(Programme which) {
  static const testkit::Signal mix =
      testkit::read(std::filesystem::path{LACQUER_SOURCE_DIR} /
                    "examples/first-light/mixes/02-low-tide-signal.flac");
  static const testkit::Signal noise = dense();
  return which == Programme::mix ? mix : noise;
}

void report(benchmark::State& state, const testkit::Signal& signal) {
  const double seconds = signal.frame_count() / signal.format().sample_rate_hz;
  state.counters["x_real_time"] = benchmark::Counter(
      seconds * static_cast<double>(state.iterations()), benchmark::Counter::kIsRate);
}

void meter(benchmark::State& state, Programme which, measure::Parts parts) {
  testkit::Signal signal = signal_of(which);
  for (auto _ : state) {
    measure::Meter meter{signal.format(), parts};
    for (int at = 0; at < signal.frame_count(); at += block_frames)
      meter.add(signal.block().frames(at, std::min(block_frames, signal.frame_count() - at)));
    benchmark::DoNotOptimize(meter.finish());
  }
  report(state, signal);
}

void ebur128(benchmark::State& state, Programme which, int mode) {
  const testkit::Signal& signal = signal_of(which);
  std::vector<double> interleaved;
  for (int f = 0; f < signal.frame_count(); ++f)
    for (int c = 0; c < 2; ++c) interleaved.push_back(signal.at(c, f));
  for (auto _ : state) {
    ebur128_state* meter = ebur128_init(2, static_cast<unsigned long>(rate_hz), mode);
    double value = 0.0;
    for (int at = 0; at < signal.frame_count(); at += block_frames)
      ebur128_add_frames_double(
          meter, interleaved.data() + 2 * at,
          static_cast<std::size_t>(std::min(block_frames, signal.frame_count() - at)));
    ebur128_loudness_global(meter, &value);
    benchmark::DoNotOptimize(value);
    ebur128_destroy(&meter);
  }
  report(state, signal);
}

measure::Parts with(std::initializer_list<bool measure::Parts::*> wanted) {
  measure::Parts parts = measure::Parts::none();
  for (const auto part : wanted) parts.*part = true;
  return parts;
}

using measure::Parts;
constexpr int loudness_mode = EBUR128_MODE_I | EBUR128_MODE_LRA;
constexpr int peak_mode = loudness_mode | EBUR128_MODE_TRUE_PEAK;

void register_pairs(const std::string& name, Programme which) {
  const auto add = [&](const std::string& part, auto&& run, auto what) {
    benchmark::RegisterBenchmark((name + "/" + part).c_str(), run, which, what)
        ->Unit(benchmark::kMillisecond);
  };
  add("loudness: lacquer", meter, with({&Parts::loudness}));
  add("loudness: libebur128", ebur128, loudness_mode);
  add("loudness and true peak: lacquer", meter, with({&Parts::loudness, &Parts::peak}));
  add("loudness and true peak: libebur128", ebur128, peak_mode);
  add("spectrum: lacquer", meter, with({&Parts::spectrum}));
  add("everything: lacquer", meter, Parts{});
}

}  // namespace

int main(int argc, char** argv) {
  benchmark::Initialize(&argc, argv);
  register_pairs("mix", Programme::mix);
  register_pairs("dense", Programme::dense);
  benchmark::RunSpecifiedBenchmarks();
}
