#include <benchmark/benchmark.h>

#include <algorithm>

#include "lacquer/dsp/colour/resonance_suppressor.h"
#include "lacquer/dsp/colour/saturation.h"
#include "lacquer/dsp/stereo/stereo.h"
#include "testkit/signal.h"

using namespace lacquer;

/// Stereo frames a second through one processor at 44.1 kHz, over noise that peaks at 0 dBFS.
template <typename P>
static void process(benchmark::State& state, const typename P::Settings& settings) {
  constexpr int frames = 4096;
  auto noise = testkit::noise(1, 2, frames, 1.0, 44100.0);
  auto out = noise;
  P processor;
  processor.prepare(noise.format());
  for (auto _ : state) {
    for (int c = 0; c < 2; ++c)
      std::copy_n(noise.block().channel(c), frames, out.block().channel(c));
    processor.process(out.block(), settings);
  }
  state.SetItemsProcessed(state.iterations() * frames);
}

using dsp::ResonanceSuppressor, dsp::Saturation, dsp::Stereo;
constexpr auto& saturation = process<Saturation>;
constexpr auto& stereo = process<Stereo>;
constexpr auto& suppressor = process<ResonanceSuppressor>;
BENCHMARK_CAPTURE(saturation, tape, Saturation::Settings{});
BENCHMARK_CAPTURE(saturation, hard_clip, Saturation::Settings{.curve = 3.0});
BENCHMARK_CAPTURE(saturation, amount_0, Saturation::Settings{.amount = 0.0});
BENCHMARK_CAPTURE(stereo, neutral, Stereo::Settings{});
BENCHMARK_CAPTURE(stereo, widths, Stereo::Settings{.width_low = 0.0, .width_high = 1.3});
BENCHMARK_CAPTURE(stereo, fraction_of_a_sample, Stereo::Settings{.delay_left_ms = 0.01});
BENCHMARK_CAPTURE(suppressor, nothing_to_do, ResonanceSuppressor::Settings{.selectivity_db = 18.0});
BENCHMARK_CAPTURE(suppressor, cutting, ResonanceSuppressor::Settings{.selectivity_db = 0.0});
