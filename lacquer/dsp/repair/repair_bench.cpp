#include <benchmark/benchmark.h>

#include <algorithm>
#include <cmath>

#include "lacquer/base/units.h"
#include "lacquer/dsp/repair/dc_blocker.h"
#include "lacquer/dsp/repair/declick.h"
#include "lacquer/dsp/repair/declip.h"
#include "lacquer/dsp/repair/dehum.h"
#include "testkit/signal.h"

using namespace lacquer;

/// Stereo frames a second through one processor at 44.1 kHz, over tones and noise.
template <typename P>
static void process(benchmark::State& state, const typename P::Settings& settings, double limit) {
  constexpr int frames = 44100;
  auto music = testkit::noise(1, 2, frames, 0.02, 44100.0);
  for (int c = 0; c < 2; ++c)
    for (int f = 0; f < frames; ++f) {
      double& sample = music.at(c, f);
      for (const double hz : {110.0, 441.0, 662.0, 1103.0})
        sample += 0.24 * std::sin(2.0 * pi * hz * f / 44100.0 + c);
      sample = std::clamp(sample, -limit, limit);
    }
  auto out = music;
  P processor;
  processor.prepare(music.format());
  for (auto _ : state) {
    for (int c = 0; c < 2; ++c)
      std::copy_n(music.block().channel(c), frames, out.block().channel(c));
    processor.process(out.block(), settings);
  }
  state.SetItemsProcessed(state.iterations() * frames);
}

using dsp::DcBlocker, dsp::Declick, dsp::Declip, dsp::Dehum;
constexpr auto& declick = process<Declick>;
constexpr auto& declip = process<Declip>;
constexpr auto& dc_blocker = process<DcBlocker>;
constexpr auto& dehum = process<Dehum>;
BENCHMARK_CAPTURE(declick, at_rest, Declick::Settings{}, 1.0);
BENCHMARK_CAPTURE(declip, at_rest, Declip::Settings{}, 2.0);
BENCHMARK_CAPTURE(declip, three_decibels_cut_off, Declip::Settings{.clip_level_dbfs = -4.0}, 0.68);
BENCHMARK_CAPTURE(dc_blocker, always, DcBlocker::Settings{}, 1.0);
BENCHMARK_CAPTURE(dehum, eight_notches, Dehum::Settings{}, 1.0);
BENCHMARK_CAPTURE(dehum, amount_0, Dehum::Settings{.amount = 0.0}, 1.0);
