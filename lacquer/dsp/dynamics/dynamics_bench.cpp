// The dynamics processors on a second of stereo noise at 44.1 kHz: at work, and with nothing to do.
// Items are frames; 1e9 / items_per_second is nanoseconds a frame.
#include <benchmark/benchmark.h>

#include <algorithm>

#include "lacquer/dsp/bands/linear_multiband.h"
#include "lacquer/dsp/bands/multiband.h"
#include "lacquer/dsp/dynamics/compressor.h"
#include "lacquer/dsp/dynamics/de_esser.h"
#include "lacquer/dsp/dynamics/dynamic_equaliser.h"
#include "lacquer/dsp/dynamics/transient_shaper.h"
#include "testkit/signal.h"

using namespace lacquer;

namespace {

constexpr int frames = 44100;

template <Processor P>
void render(benchmark::State& state, const typename P::Settings& settings, double gain) {
  const auto in = testkit::noise(1, 2, frames, gain, 44100.0);
  auto out = in;
  P processor;
  processor.prepare(in.format());
  for (auto _ : state) {
    state.PauseTiming();
    for (int c = 0; c < 2; ++c)
      for (int f = 0; f < frames; ++f) out.at(c, f) = in.at(c, f);
    state.ResumeTiming();
    for (int f = 0; f < frames; f += block_frames)
      processor.process(out.block().frames(f, std::min(block_frames, frames - f)), settings);
  }
  state.SetItemsProcessed(state.iterations() * frames);
}

constexpr double loud = 0.5, soft = 1e-3;

dsp::DynamicEqualiser::Settings four_moving_bands() {
  dsp::DynamicEqualiser::Settings settings;
  for (auto& band : settings.bands) {
    band.threshold_dbfs = -40.0;
    band.range_db = -6.0;
  }
  return settings;
}

void compressor(benchmark::State& state) { render<dsp::Compressor>(state, {}, loud); }
void compressor_automatic(benchmark::State& state) {
  render<dsp::Compressor>(
      state, {.automatic_attack = 1.0, .automatic_release = 1.0, .side_chain_high_pass_hz = 100.0},
      loud);
}
void compressor_at_rest(benchmark::State& state) { render<dsp::Compressor>(state, {}, soft); }
void dynamic_equaliser(benchmark::State& state) {
  render<dsp::DynamicEqualiser>(state, four_moving_bands(), loud);
}
void dynamic_equaliser_at_rest(benchmark::State& state) {
  render<dsp::DynamicEqualiser>(state, {}, loud);
}
void de_esser(benchmark::State& state) { render<dsp::DeEsser>(state, {}, loud); }
void transient_shaper(benchmark::State& state) {
  render<dsp::TransientShaper>(state, {.attack_db = 3.0, .sustain_db = -2.0}, loud);
}
void multiband(benchmark::State& state) { render<dsp::Multiband>(state, {}, loud); }
void linear_multiband(benchmark::State& state) { render<dsp::LinearMultiband>(state, {}, loud); }
void multiband_at_rest(benchmark::State& state) {
  dsp::Multiband::Settings settings;
  settings.amount = 0.0;
  render<dsp::Multiband>(state, settings, loud);
}

BENCHMARK(compressor);
BENCHMARK(compressor_automatic);
BENCHMARK(compressor_at_rest);
BENCHMARK(dynamic_equaliser);
BENCHMARK(dynamic_equaliser_at_rest);
BENCHMARK(de_esser);
BENCHMARK(transient_shaper);
BENCHMARK(multiband);
BENCHMARK(multiband_at_rest);
BENCHMARK(linear_multiband);

}  // namespace
