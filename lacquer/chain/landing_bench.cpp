#include "lacquer/chain/landing.h"

#include <benchmark/benchmark.h>

#include <cmath>

#include "lacquer/base/units.h"
#include "lacquer/dsp/quantiser.h"
#include "lacquer/measure/meter.h"
#include "testkit/master.h"
#include "testkit/signal.h"

using namespace lacquer;

namespace {

constexpr double rate_hz = 44100.0;
constexpr double seconds = 240.0;

/// Four minutes of stereo: chords, a pulse and noise that falls towards the top, as music's does.
testkit::Signal four_minutes() {
  const int frames = static_cast<int>(seconds * rate_hz);
  auto signal = testkit::noise(1, 2, frames, 1.0, rate_hz);
  for (int c = 0; c < 2; ++c) {
    double low = 0.0;
    for (int f = 0; f < frames; ++f) {
      const double t = f / rate_hz;
      const double beat = std::fmod(t, 0.5);
      low += 0.15 * (signal.at(c, f) - low);
      signal.at(c, f) = 0.15 * std::sin(2 * pi * 110 * t) + 0.1 * std::sin(2 * pi * 523 * t + c) +
                        0.25 * low + 0.5 * std::exp(-beat * 25) * std::sin(2 * pi * 60 * beat);
    }
  }
  return signal;
}

const OpenSource& mix() {
  static const OpenSource source = testkit::open(four_minutes());
  return source;
}

const chain::Step tone = testkit::whole_master().steps.front();

void render(benchmark::State& state, const chain::Recipe& recipe, bool measured) {
  for (auto _ : state) {
    auto source = chain::process(recipe, mix()().value()).value();
    AudioBuffer buffer{2, block_frames};
    measure::Meter meter{source->format(), {true, true, false, false, false, false}};
    for (;;) {
      const int frames = source->read(buffer.block()).value();
      if (frames == 0) break;
      if (measured) meter.add(buffer.block().frames(0, frames));
    }
  }
  state.counters["times_real_time"] = benchmark::Counter(
      seconds, benchmark::Counter::kIsIterationInvariantRate, benchmark::Counter::kIs1000);
}

void master(benchmark::State& state) {
  const chain::Recipe recipe = testkit::whole_master();
  for (auto _ : state) {
    auto source = chain::process(recipe, mix()().value()).value();
    dsp::Quantiser dither;
    dither.prepare(source->format());
    AudioBuffer buffer{2, block_frames};
    while (const int frames = source->read(buffer.block()).value())
      dither.process(buffer.block().frames(0, frames), {.shaping = 1.0});
  }
  state.counters["times_real_time"] = benchmark::Counter(
      seconds, benchmark::Counter::kIsIterationInvariantRate, benchmark::Counter::kIs1000);
}

void solve(benchmark::State& state) {
  const chain::Plan plan{{tone}, -10.0, -1.0};
  for (auto _ : state) benchmark::DoNotOptimize(chain::land(plan, mix()));
}

const chain::Recipe limited = {{tone, {"gain", {{"gain_db", 6.0}}}, {"limiter", {}}}};

}  // namespace

BENCHMARK_CAPTURE(render, equaliser, chain::Recipe{{tone}}, false)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(render, limiter, chain::Recipe{{{"gain", {{"gain_db", 6.0}}}, {"limiter", {}}}},
                  false)
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(render, whole_chain, limited, false)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(render, whole_chain_and_meter, limited, true)->Unit(benchmark::kMillisecond);
BENCHMARK(master)->Unit(benchmark::kMillisecond);
BENCHMARK(solve)->Unit(benchmark::kMillisecond);
