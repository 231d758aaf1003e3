#include "lacquer/advise/tone/equaliser_fit.h"

#include <benchmark/benchmark.h>

#include <algorithm>
#include <vector>

#include "lacquer/advise/tone/smooth_targets.h"

namespace lacquer::advise {
namespace {

/// The design's bar "EQ fit": 300 random smooth curves of 2.15 dB rms. Time is per curve.
void six_bands_on_a_smooth_curve(benchmark::State& state) {
  constexpr std::uint32_t seeds = 300;
  std::array<double, fit_point_count> weight;
  weight.fill(1.0);
  std::vector<double> errors_db;
  std::uint32_t seed = 0;
  for (auto _ : state) {
    const EqualiserFit fit = fit_equaliser(smooth_target(seed++ % seeds), weight);
    errors_db.push_back(fit.rms_error_db);
  }
  std::sort(errors_db.begin(), errors_db.end());
  state.counters["median_db"] = errors_db[errors_db.size() / 2];
  state.counters["p90_db"] = errors_db[errors_db.size() * 9 / 10];
}
BENCHMARK(six_bands_on_a_smooth_curve)->Iterations(300)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace lacquer::advise
