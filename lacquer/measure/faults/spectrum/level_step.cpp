#include "lacquer/measure/faults/spectrum/level_step.h"

#include <algorithm>
#include <cmath>

#include "lacquer/base/units.h"

namespace lacquer::measure {
namespace {

const double silence = power_from_db(-80.0);
constexpr int least_bins = 3;              // a band of fewer is one chance value
constexpr int short_scales = 2;            // a fifth of the work
constexpr double far_off = 0.8;            // of the change expected
constexpr std::size_t least_changes = 15;  // of up to 38

}  // namespace

Change summed_up(std::vector<double>& changes_db) {
  if (changes_db.empty()) return {};
  std::sort(changes_db.begin(), changes_db.end());
  Change change{.size_db = changes_db[changes_db.size() / 2]};
  for (const double value : changes_db) change.spread_db += std::abs(value - change.size_db);
  change.spread_db /= static_cast<double>(changes_db.size());
  return change;
}

LevelStep::LevelStep(double sample_rate_hz, int longest)
    : sample_rate_hz_{sample_rate_hz},
      longest_{longest},
      real_(static_cast<std::size_t>(longest)),
      imaginary_(static_cast<std::size_t>(longest)) {
  for (int scale = 0; scale < scale_count; ++scale) {
    const int size = longest >> (scale_count - 1 - scale);
    transforms_.emplace_back(size);
    dsp::AlignedVector<float> window(static_cast<std::size_t>(size));
    // Hann, scaled so that the powers of all bins add up to the mean square.
    const double gain = std::sqrt(8.0 / 3.0) / size;
    for (int n = 0; n < size; ++n)
      window[static_cast<std::size_t>(n)] =
          static_cast<float>(gain * (0.5 - 0.5 * std::cos(2.0 * pi * (n + 0.5) / size)));
    windows_.push_back(std::move(window));
  }
  changes_db_.reserve(scale_count * jump_band_count);
}

LevelStep::Powers LevelStep::powers(int scale, const float* first, const float* second) {
  const auto s = static_cast<std::size_t>(scale);
  const int size = transforms_[s].size();
  transforms_[s].forward_windowed(first, second, windows_[s].data(), real_.data(),
                                  imaginary_.data());
  Powers powers{};
  for (int band = 0; band < jump_band_count; ++band) {
    const auto b = static_cast<std::size_t>(band);
    const int from = static_cast<int>(std::ceil(jump_edges_hz[b] * size / sample_rate_hz_));
    const int end = static_cast<int>(std::ceil(jump_edges_hz[b + 1] * size / sample_rate_hz_));
    if (end - from < least_bins || 2 * end > size) continue;
    for (int k = from; k < end; ++k) {
      // Two real signals were transformed as one: their spectra come apart by symmetry.
      const auto up = static_cast<std::size_t>(k), down = static_cast<std::size_t>(size - k);
      const double even_real = static_cast<double>(real_[up] + real_[down]);
      const double odd_real = static_cast<double>(real_[up] - real_[down]);
      const double even_imaginary = static_cast<double>(imaginary_[up] + imaginary_[down]);
      const double odd_imaginary = static_cast<double>(imaginary_[up] - imaginary_[down]);
      powers[b][0] += 0.5 * (even_real * even_real + odd_imaginary * odd_imaginary);
      powers[b][1] += 0.5 * (odd_real * odd_real + even_imaginary * even_imaginary);
    }
  }
  return powers;
}

std::optional<Change> LevelStep::at(const float* first, const float* second, int ramp, Of of,
                                    double expected_db) {
  changes_db_.clear();
  for (int scale = 0; scale < scale_count; ++scale) {
    const int size = transforms_[static_cast<std::size_t>(scale)].size();
    const Powers before = powers(scale, first - size, second - size);
    const Powers after = powers(scale, first + ramp, second + ramp);
    for (std::size_t b = 0; b < before.size(); ++b) {
      const auto [before_first, before_second] = before[b];
      const auto [after_first, after_second] = after[b];
      if (of == Of::level) {
        const double was = before_first + before_second, is = after_first + after_second;
        if (std::max(was, is) < silence) continue;
        changes_db_.push_back(db_from_power((is + 0.01 * silence) / (was + 0.01 * silence)));
      } else {
        if (std::min({before_first, before_second, after_first, after_second}) < silence) continue;
        changes_db_.push_back(
            db_from_power(after_second / after_first * before_first / before_second));
      }
    }
    if (scale < short_scales && !changes_db_.empty() &&
        std::abs(summed_up(changes_db_).size_db - expected_db) > far_off * std::abs(expected_db))
      return std::nullopt;
  }
  if (changes_db_.size() < least_changes) return std::nullopt;
  return summed_up(changes_db_);
}

}  // namespace lacquer::measure
