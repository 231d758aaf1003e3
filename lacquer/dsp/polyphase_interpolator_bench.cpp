#include <benchmark/benchmark.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "lacquer/dsp/polyphase_interpolator.h"
#include "testkit/signal.h"

using namespace lacquer;

/// Samples a second, every one interpolated (no skipping).
static void interpolate(benchmark::State& state) {
  const auto factor = static_cast<int>(state.range(0));
  const auto taps = static_cast<int>(state.range(1));
  const dsp::PolyphaseInterpolator interpolator{factor, taps};
  auto signal = testkit::noise(1, 1, 8192, 1.0);
  const double* samples = signal.block().channel(0);
  std::vector<double> out(static_cast<std::size_t>(factor));
  double peak = 0.0;
  for (auto _ : state) {
    for (int at = 64; at < 8192 - 64; ++at) {
      interpolator.interpolate(samples + at, out.data());
      for (const double value : out) peak = std::max(peak, std::abs(value));
    }
    benchmark::DoNotOptimize(peak);
  }
  state.SetItemsProcessed(state.iterations() * (8192 - 128));
}
BENCHMARK(interpolate)->Args({8, 32})->Args({32, 64});
