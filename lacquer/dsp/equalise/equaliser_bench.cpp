#include <benchmark/benchmark.h>

#include "lacquer/dsp/equalise/equaliser.h"
#include "lacquer/dsp/equalise/linear_equaliser.h"
#include "testkit/signal.h"

using namespace lacquer;

namespace {

/// Stereo frames a second through `bands` bells, every second of them on these channels.
template <typename P>
void equalise(benchmark::State& state) {
  constexpr int frames = 1 << 15;
  const testkit::Signal noise = testkit::noise(1, 2, frames, 0.5, 44100.0);
  P equaliser;
  equaliser.prepare(noise.format());
  typename P::Settings settings;
  for (std::size_t b = 0; b < static_cast<std::size_t>(state.range(0)); ++b) {
    settings.bands[b].gain_db = 2.0;
    if (b % 2 == 1) settings.bands[b].channels = static_cast<double>(state.range(1));
  }
  const bool moving = state.range(2) != 0;
  for (auto _ : state) {
    state.PauseTiming();
    testkit::Signal signal = noise;
    state.ResumeTiming();
    for (int done = 0; done < frames; done += 512) {
      if (moving) settings.bands[0].gain_db = 4.0 - settings.bands[0].gain_db * 0.9;
      equaliser.process(signal.block().frames(done, 512), settings);
    }
  }
  state.SetItemsProcessed(state.iterations() * frames);
}

void ranges(benchmark::internal::Benchmark* one) {
  one->ArgNames({"bands", "channels", "moving"});
  one->Args({0, 0, 0})->Args({6, 0, 0})->Args({12, 0, 0})->Args({6, 3, 0})->Args({6, 0, 1});
}

}  // namespace

BENCHMARK(equalise<dsp::Equaliser>)->Apply(ranges)->Unit(benchmark::kMicrosecond);
BENCHMARK(equalise<dsp::LinearEqualiser>)->Apply(ranges)->Unit(benchmark::kMicrosecond);
