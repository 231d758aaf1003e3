#include "lacquer/chain/limiting_cost.h"

#include <algorithm>
#include <cmath>
#include <memory>

#include "lacquer/base/read_fully.h"
#include "lacquer/base/units.h"
#include "lacquer/measure/meter.h"
#include "lacquer/measure/quality/noise_to_mask.h"

namespace lacquer::chain {
namespace {

/// What comes behind the steps a landing leaves alone, its gain lower.
std::vector<Step> tail_of(const Landing& landing, double lower_by_db) {
  const auto first = static_cast<std::ptrdiff_t>(landing.before_limiter.steps.size());
  std::vector<Step> tail{landing.recipe.steps.begin() + first, landing.recipe.steps.end()};
  const bool starts_with_gain = !tail.empty() && tail.front().processor == "gain";
  if (!starts_with_gain) tail.insert(tail.begin(), {"gain", {{"gain_db", 0.0}}});
  tail.front().settings["gain_db"] -= lower_by_db;
  return tail;
}

/// A gain alone, as the tail has it before its limiter.
bool has_limiter(const std::vector<Step>& tail) {
  return std::any_of(tail.begin(), tail.end(),
                     [](const Step& step) { return step.processor == "limiter"; });
}

measure::Parts only(bool loudness, bool peak) {
  measure::Parts parts = measure::Parts::none();
  parts.loudness = loudness;
  parts.peak = peak;
  return parts;
}

struct Heard {
  measure::Measurement dry, wet;
  measure::NoiseToMask noise;
};

/// Before and behind a tail, side by side.
Result<Heard> listen(const Landing& landing, const std::vector<Step>& tail, const OpenSource& mix,
                     const Progress& progress) {
  TRY(auto dry_mix, mix());
  TRY(const auto dry, process({landing.before_limiter.steps, {}}, std::move(dry_mix)));
  TRY(auto wet_mix, mix());
  TRY(auto wet_steps, process({landing.before_limiter.steps, {}}, std::move(wet_mix)));
  TRY(const auto wet, process({tail, {}}, std::move(wet_steps)));
  const StreamFormat format = dry->format();
  AudioBuffer of_dry{format.channel_count, block_frames},
      of_wet{format.channel_count, block_frames};
  measure::Meter dry_meter{format, only(false, true)}, wet_meter{format, only(true, false)};
  std::unique_ptr<measure::NoiseToMaskMeter> noise;
  if (format.channel_count <= 2) noise = std::make_unique<measure::NoiseToMaskMeter>(format);
  while (true) {
    if (progress.cancelled())
      return Error{ErrorKind::cancelled, "Stopped.", "", "The same command goes on from here."};
    TRY(const int count, read_fully(*dry, of_dry.block()));
    TRY(const int beside, read_fully(*wet, of_wet.block()));
    const int frames = std::min(count, beside);
    if (frames == 0) break;
    const AudioBlock one = of_dry.block().frames(0, frames),
                     other = of_wet.block().frames(0, frames);
    dry_meter.add(one);
    wet_meter.add(other);
    if (noise) noise->add(one, other);
  }
  return Heard{dry_meter.finish(), wet_meter.finish(),
               noise ? noise->finish() : measure::NoiseToMask{}};
}

}  // namespace

Result<LimitingCost> cost_of_limiting(const Landing& landing, const OpenSource& mix,
                                      double lower_by_db, const Progress& progress) {
  LimitingCost cost{.gain_db = landing.gain_db - lower_by_db,
                    .integrated_lufs = landing.integrated_lufs.value_or(0.0) - lower_by_db};
  const auto tail = tail_of(landing, lower_by_db);
  if (!has_limiter(tail) || !landing.integrated_lufs) return cost;
  TRY(const auto heard, listen(landing, tail, mix, progress));
  const auto limiter = std::find_if(tail.begin(), tail.end(),
                                    [](const Step& step) { return step.processor == "limiter"; });
  if (heard.dry.peak.true_dbtp)
    cost.reduction_db = std::max(
        0.0, *heard.dry.peak.true_dbtp + cost.gain_db - limiter->settings.at("ceiling_dbtp"));
  cost.noise_to_mask_p95_db = heard.noise.p95_db;
  cost.worst_start_s = heard.noise.worst_start_s;
  if (heard.wet.loudness.integrated_lufs)
    cost.integrated_lufs = *heard.wet.loudness.integrated_lufs;
  return cost;
}

Result<LimitingCost> honest_limiting(const Landing& landing, const LimitingCost& too_much,
                                     const OpenSource& mix, int passes, const Progress& progress) {
  double too_loud_by = 0.0;  // so much lower is still too loud
  double enough = std::max(0.0, too_much.reduction_db - sensible_reduction_db);
  std::optional<LimitingCost> best;
  for (int pass = 0; pass < passes; ++pass) {
    const double lower_by = 0.5 * (too_loud_by + enough);
    TRY(auto tried, cost_of_limiting(landing, mix, lower_by, progress));
    const bool below = tried.noise_to_mask_p95_db.value_or(0.0) <= most_noise_to_mask_db;
    (below ? enough : too_loud_by) = lower_by;
    if (below) best = std::move(tried);
  }
  if (best) return *std::move(best);
  return cost_of_limiting(landing, mix, enough, progress);
}

}  // namespace lacquer::chain
