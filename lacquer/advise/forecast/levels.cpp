#include "lacquer/advise/forecast/levels.h"

#include <algorithm>
#include <cmath>

#include "lacquer/base/units.h"

namespace lacquer::advise {
namespace {

constexpr double absolute_gate_lufs = -70.0;
constexpr double integrated_gate_lu = -10.0;  // ITU-R BS.1770-4
constexpr double range_gate_lu = -20.0;       // EBU Tech 3342
constexpr double class_lu = 1.0;

struct Gated {
  double share = 0.0, power = 0.0;
  double lufs() const { return db_from_power(power / share); }
};

Gated above(const Levels& levels, double gate_lufs) {
  Gated gated;
  for (std::size_t i = 0; i < levels.share.size(); ++i) {
    if (levels.lufs[i] < gate_lufs) continue;
    gated.share += levels.share[i];
    gated.power += levels.share[i] * power_from_db(levels.lufs[i]);
  }
  return gated;
}

double range_gate(const Levels& levels) {
  const Gated open = above(levels, absolute_gate_lufs);
  return open.share > 0.0 ? std::max(absolute_gate_lufs, open.lufs() + range_gate_lu)
                          : absolute_gate_lufs;
}

/// The gain of Giannoulis, Massberg and Reiss (JAES 60/6, 2012), in dB.
double curve_db(double level_db, double threshold_db, double ratio, double knee_db) {
  const double over_db = level_db - threshold_db, slope = 1.0 / ratio - 1.0;
  if (2.0 * over_db < -knee_db) return 0.0;
  if (2.0 * over_db <= knee_db && knee_db > 0.0)
    return slope * (over_db + 0.5 * knee_db) * (over_db + 0.5 * knee_db) / (2.0 * knee_db);
  return slope * over_db;
}

}  // namespace

measure::Maybe Levels::integrated_lufs() const {
  const Gated open = above(*this, absolute_gate_lufs);
  if (open.share <= 0.0) return std::nullopt;
  const Gated counted =
      above(*this, std::max(absolute_gate_lufs, open.lufs() + integrated_gate_lu));
  return counted.lufs();
}

measure::Maybe Levels::percentile_lufs(double percent) const {
  const double gate_lufs = range_gate(*this);
  const double wanted = 0.01 * percent * above(*this, gate_lufs).share;
  // A compressor may bring classes closer together, never out of order.
  double below = 0.0;
  for (std::size_t i = 0; i < share.size(); ++i) {
    if (lufs[i] < gate_lufs || share[i] <= 0.0) continue;
    if (below + share[i] >= wanted) {
      const double width_lu = i + 1 < lufs.size() ? lufs[i + 1] - lufs[i] : class_lu;
      return lufs[i] + ((wanted - below) / share[i] - 0.5) * width_lu;
    }
    below += share[i];
  }
  return std::nullopt;
}

measure::Maybe Levels::range_lu() const {
  const auto low = percentile_lufs(10.0), high = percentile_lufs(95.0);
  if (!low || !high) return std::nullopt;
  return *high - *low;
}

Levels levels_of(const measure::Measurement& mix) {
  Levels levels;
  levels.share = mix.loudness.histogram_share;
  for (std::size_t i = 0; i < levels.share.size(); ++i)
    levels.lufs.push_back(mix.loudness.histogram_from_lufs +
                          (static_cast<double>(i) + 0.5) * class_lu);
  return levels;
}

Compression compressed(const Levels& levels, const chain::Step& step) {
  const auto parameters = chain::parameters_of(step.processor).value();
  const auto setting = [&](const std::string& name) {
    if (const auto found = step.settings.find(name); found != step.settings.end())
      return found->second;
    return std::find_if(parameters.begin(), parameters.end(),
                        [&](const auto& one) { return one.name == name; })
        ->default_value;
  };
  Compression result{levels, 0.0, 0.0};
  const double gate_lufs = range_gate(levels), share = above(levels, gate_lufs).share;
  for (std::size_t i = 0; i < levels.share.size(); ++i) {
    const double heard_db = levels.lufs[i] + detector_over_loudness_db;
    const double reduction_db = -setting("amount") * curve_db(heard_db, setting("threshold_dbfs"),
                                                              setting("ratio"), setting("knee_db"));
    result.after.lufs[i] += setting("amount") * setting("make_up_db") - reduction_db;
    if (levels.lufs[i] < gate_lufs || levels.share[i] <= 0.0) continue;
    result.mean_reduction_db += levels.share[i] / share * reduction_db;
    result.most_reduction_db = std::max(result.most_reduction_db, reduction_db);
  }
  return result;
}

}  // namespace lacquer::advise
