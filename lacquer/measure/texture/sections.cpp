#include "lacquer/measure/texture/sections.h"

#include <algorithm>
#include <cmath>

#include "lacquer/base/units.h"
#include "lacquer/measure/halve.h"
#include "lacquer/measure/sums.h"
#include "lacquer/measure/texture/rhythm.h"

namespace lacquer::measure {
namespace {

constexpr std::array kernel_blocks = {8, 16};  // a side: 4 and 8 s, up to an hour
constexpr std::size_t least_blocks = 8;        // no section is shorter
constexpr double least_step = 2.2;             // dB, RMS over the features
constexpr double alike_db = 3.0;
constexpr double floor_power = 1e-8;
// What a dB of each feature counts: a change of level is heard before one of balance.
constexpr double balance_weight = 0.5, level_weight = 2.0, width_weight = 0.5, density_weight = 4.0;
// Relative to the loudest section and to the mean of the programme, in dB.
constexpr double loud_within_db = 3.0, quiet_below_db = 6.0;

constexpr std::array<double, 10> edges_hz = {40.0,   150.0,  390.0,  800.0,  1460.0,
                                             2550.0, 4350.0, 7310.0, 9000.0, 11000.0};

using Features = SectionMeter::Features;
using Blocks = std::vector<Features>;
using Mean = std::array<double, SectionMeter::feature_count>;

Mean mean_of(const Blocks& blocks, std::size_t from, std::size_t to) {
  Mean mean{};
  for (std::size_t i = from; i < to; ++i)
    for (std::size_t f = 0; f < mean.size(); ++f)
      mean[f] += static_cast<double>(blocks[i][f]) / static_cast<double>(to - from);
  return mean;
}

double distance(const Mean& a, const Mean& b) {
  double sum = 0.0;
  for (std::size_t f = 0; f < a.size(); ++f) sum += (a[f] - b[f]) * (a[f] - b[f]);
  return std::sqrt(sum / SectionMeter::feature_count);
}

double spread(const Blocks& blocks, const Mean& mean, std::size_t from, std::size_t to) {
  double sum = 0.0;
  for (std::size_t i = from; i < to; ++i)
    for (std::size_t f = 0; f < mean.size(); ++f) {
      const double off = static_cast<double>(blocks[i][f]) - mean[f];
      sum += off * off;
    }
  return std::sqrt(sum / static_cast<double>((to - from) * mean.size()));
}

Features mean_of_two(const Features& a, const Features& b) {
  Features mean;
  for (std::size_t f = 0; f < mean.size(); ++f) mean[f] = 0.5F * (a[f] + b[f]);
  return mean;
}

/// How much the two sides of each block's beginning differ, beyond what they vary themselves.
std::vector<double> steps_of(const Blocks& blocks) {
  std::vector<double> step(blocks.size(), 0.0);
  for (const int kernel : kernel_blocks) {
    const auto k = static_cast<std::size_t>(kernel);
    for (std::size_t i = least_blocks / 2; i + least_blocks / 2 <= blocks.size(); ++i) {
      const std::size_t from = i > k ? i - k : 0, to = std::min(blocks.size(), i + k);
      const Mean left = mean_of(blocks, from, i), right = mean_of(blocks, i, to);
      const double within = 0.5 * (spread(blocks, left, from, i) + spread(blocks, right, i, to));
      step[i] = std::max(step[i], distance(left, right) - 0.5 * within);
    }
  }
  return step;
}

/// Where sections begin, from 0, and the end; the largest steps first, each keeping its distance
/// from those before.
std::vector<std::size_t> cuts_at(const std::vector<double>& step) {
  const std::size_t n = step.size();
  std::vector<std::size_t> peaks;
  for (std::size_t i = 1; i + least_blocks / 2 <= n; ++i) {
    // A slope on the way to a greater step is not one of its own.
    const auto from = step.begin() + static_cast<std::ptrdiff_t>(i > 2 ? i - 2 : 0);
    const auto to = step.begin() + static_cast<std::ptrdiff_t>(std::min(n, i + 3));
    if (step[i] >= least_step && step[i] >= 0.97 * *std::max_element(from, to)) peaks.push_back(i);
  }
  std::stable_sort(peaks.begin(), peaks.end(),
                   [&](std::size_t a, std::size_t b) { return step[a] > step[b]; });

  std::vector<bool> near(n, false);
  std::vector<std::size_t> cuts;
  const auto cut = [&](std::size_t at) {
    cuts.push_back(at);
    const std::size_t from = at >= least_blocks ? at - least_blocks + 1 : 0;
    std::fill(near.begin() + static_cast<std::ptrdiff_t>(from),
              near.begin() + static_cast<std::ptrdiff_t>(std::min(n, at + least_blocks)), true);
  };
  cut(0);
  for (const std::size_t peak : peaks)
    if (!near[peak]) cut(peak);
  std::sort(cuts.begin(), cuts.end());
  cuts.push_back(n);
  return cuts;
}

/// 0 is "A", 25 "Z", 26 "AA".
std::string letters_of(std::size_t kind) {
  std::string letters;
  for (std::size_t rest = kind + 1; rest > 0; rest = (rest - 1) / 26)
    letters.insert(letters.begin(), static_cast<char>('A' + static_cast<char>((rest - 1) % 26)));
  return letters;
}

}  // namespace

SectionMeter::SectionMeter(double sample_rate_hz, int look_frames)
    : looks_per_s_{2.0 * sample_rate_hz / look_frames} {
  for (std::size_t b = 0; b < edges_.size(); ++b)
    edges_[b] = std::min(look_frames / 2,
                         static_cast<int>(std::lround(edges_hz[b] * look_frames / sample_rate_hz)));
  blocks_.reserve(most_blocks);  // takes no memory before it is filled
  power_.reserve(most_blocks);
}

void SectionMeter::add(const SpectrumFrame& look, const RhythmMeter::Levels& levels) {
  add_bands(look.power[0], edges_.data(), band_count, bands_.data());
  double rise_db = 0.0;
  for (std::size_t b = 0; b < levels.size(); ++b) rise_db += std::max(0.0, levels[b] - before_[b]);
  rise_db_ += rise_db / static_cast<double>(levels.size());
  before_ = levels;
  ++look_count_;
  ++total_looks_;
  const auto due =
      static_cast<std::int64_t>(static_cast<double>(total_looks_) * blocks_per_s_ / looks_per_s_);
  if (due > static_cast<std::int64_t>(blocks_.size())) end_block();
}

void SectionMeter::add_sides(const SpectrumFrame& look) {
  const int low = std::max(1, static_cast<int>(edges_hz.front() / look.bin_hz));
  const int high = std::min(look.bins, static_cast<int>(edges_hz.back() / look.bin_hz));
  const double mid = sum(look.mid + low, high - low), side = sum(look.side + low, high - low);
  both_ += 2.0 * (mid + side);
  cross_ += mid - side;
}

void SectionMeter::end_block() {
  const double looks = look_count_;
  Features features{};
  double power = 0.0;
  for (double& band : bands_) {
    band /= looks;
    power += band;
  }
  for (std::size_t b = 0; b < band_count; ++b)  // balance, and none where there is next to no sound
    features[b] = static_cast<float>(
        balance_weight * db_from_power((bands_[b] + 1e-7) / (power + 1e-7 * band_count)));
  features[band_count] =
      static_cast<float>(level_weight * db_from_power(std::max(power, floor_power)));
  if (both_ > 0.0) {
    const double side = std::max(0.0, 0.5 * both_ - cross_) + 1e-7;
    const double mid = std::max(0.0, 0.5 * both_ + cross_) + 1e-7;
    width_ = static_cast<float>(width_weight * std::clamp(db_from_power(side / mid), -20.0, 6.0));
  }
  features[band_count + 1] = width_;
  features[band_count + 2] = static_cast<float>(density_weight * rise_db_ / looks);
  blocks_.push_back(features);
  power_.push_back(static_cast<float>(power));
  bands_.fill(0.0);
  rise_db_ = both_ = cross_ = 0.0;
  look_count_ = 0;
  if (blocks_.size() < most_blocks) return;
  halve(blocks_, mean_of_two);
  halve(power_, [](float a, float b) { return 0.5F * (a + b); });
  blocks_per_s_ *= 0.5;
}

std::vector<Section> SectionMeter::sections(double duration_s) const {
  const std::size_t n = blocks_.size();
  if (n < 2) return {};

  // Name what sounds alike, and join neighbours that do.
  const auto cuts = cuts_at(steps_of(blocks_));
  std::vector<Mean> kinds;
  std::vector<std::size_t> kind_of, starts;
  for (std::size_t c = 0; c + 1 < cuts.size(); ++c) {
    const Mean mean = mean_of(blocks_, cuts[c], cuts[c + 1]);
    std::size_t kind = 0;
    while (kind < kinds.size() && distance(kinds[kind], mean) > alike_db) ++kind;
    if (kind == kinds.size()) kinds.push_back(mean);
    if (!kind_of.empty() && kind_of.back() == kind) continue;
    kind_of.push_back(kind);
    starts.push_back(cuts[c]);
  }
  starts.push_back(n);

  const auto level_db = [&](std::size_t from, std::size_t to) {
    double power = 0.0;
    for (std::size_t i = from; i < to; ++i)
      power += static_cast<double>(power_[i]) / static_cast<double>(to - from);
    return db_from_power(std::max(power, 1e-12));
  };
  const double mean_db = level_db(0, n);
  double loudest_db = mean_db;
  for (std::size_t c = 0; c < kind_of.size(); ++c)
    loudest_db = std::max(loudest_db, level_db(starts[c], starts[c + 1]));
  std::vector<Section> result;
  for (std::size_t c = 0; c < kind_of.size(); ++c) {
    const double here_db = level_db(starts[c], starts[c + 1]);
    Section section;
    section.start_s = static_cast<double>(starts[c]) / blocks_per_s_;
    section.end_s =
        starts[c + 1] < n ? static_cast<double>(starts[c + 1]) / blocks_per_s_ : duration_s;
    if (here_db > -100.0) section.level_dbfs = here_db;
    section.kind = here_db >= loudest_db - loud_within_db ? Section::Kind::loud
                   : here_db <= mean_db - quiet_below_db  ? Section::Kind::quiet
                                                          : Section::Kind::middle;
    section.label = letters_of(kind_of[c]);
    result.push_back(std::move(section));
  }
  return result;
}

}  // namespace lacquer::measure
