// What the two meters of a comparison cost, over a mix of examples/first-light and the same with
// noise in it: build/release/measure_bench --benchmark_filter=quality
#include <benchmark/benchmark.h>

#include <algorithm>
#include <filesystem>

#include "lacquer/measure/quality/noise_to_mask.h"
#include "lacquer/measure/quality/perceived_difference.h"
#include "testkit/files.h"
#include "testkit/signal.h"

using namespace lacquer;

namespace {

template <typename Meter>
void quality(benchmark::State& state) {
  testkit::Signal reference = testkit::read(std::filesystem::path{LACQUER_SOURCE_DIR} /
                                            "examples/first-light/mixes/02-low-tide-signal.flac");
  testkit::Signal other = reference;
  const auto noise = testkit::noise(1, other.channel_count(), other.frame_count(), 0.003);
  for (int c = 0; c < other.channel_count(); ++c)
    for (int f = 0; f < other.frame_count(); ++f) other.at(c, f) += noise.at(c, f);
  for (auto _ : state) {
    Meter meter{reference.format()};
    for (int at = 0; at < reference.frame_count(); at += block_frames) {
      const int frames = std::min(block_frames, reference.frame_count() - at);
      meter.add(reference.block().frames(at, frames), other.block().frames(at, frames));
    }
    benchmark::DoNotOptimize(meter.finish());
  }
  state.counters["x_real_time"] =
      benchmark::Counter(reference.frame_count() / reference.format().sample_rate_hz *
                             static_cast<double>(state.iterations()),
                         benchmark::Counter::kIsRate);
}

BENCHMARK(quality<measure::NoiseToMaskMeter>)->Unit(benchmark::kMillisecond);
BENCHMARK(quality<measure::PerceivedDifferenceMeter>)->Unit(benchmark::kMillisecond);

}  // namespace
