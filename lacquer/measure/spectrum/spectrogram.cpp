#include "lacquer/measure/spectrum/spectrogram.h"

#include <algorithm>

#include "lacquer/base/units.h"

namespace lacquer::measure {
namespace {

constexpr int bands_of_a_row = 2;  // sixths of an octave
constexpr double floor_dbfs = -120.0;

void add_to(std::vector<double>& sums, const std::vector<double>& more) {
  for (std::size_t i = 0; i < sums.size(); ++i) sums[i] += more[i];
}

}  // namespace

void SpectrogramMeter::add(const TwelfthOctaves& look) {
  std::vector<double> rows(look.mean.size() / bands_of_a_row);
  for (std::size_t row = 0; row < rows.size(); ++row)
    rows[row] = look.mean[bands_of_a_row * row] + look.mean[bands_of_a_row * row + 1];
  if (filled_ == 0) {
    if (columns_.size() == most_columns) {
      for (std::size_t pair = 0; pair < most_columns / 2; ++pair) {
        add_to(columns_[2 * pair], columns_[2 * pair + 1]);
        if (pair > 0) columns_[pair] = std::move(columns_[2 * pair]);
      }
      columns_.resize(most_columns / 2);
      looks_of_column_ *= 2;
    }
    columns_.push_back(std::move(rows));
  } else {
    add_to(columns_.back(), rows);
  }
  filled_ = (filled_ + 1) % looks_of_column_;
}

Spectrogram SpectrogramMeter::finish() const {
  Spectrogram result;
  if (columns_.empty()) return result;
  const double hop_s = hop_ / format_.sample_rate_hz;
  result.first_s = hop_s + 0.5 * (looks_of_column_ - 1) * hop_s;
  result.step_s = looks_of_column_ * hop_s;
  for (std::size_t row = 0; row < columns_.front().size(); ++row)
    result.hz.push_back(
        TwelfthOctaveBands::centre_hz(bands_of_a_row * static_cast<int>(row), bands_of_a_row));
  for (std::size_t c = 0; c < columns_.size(); ++c) {
    const bool last = c + 1 == columns_.size();
    const int looks = last && filled_ > 0 ? filled_ : looks_of_column_;
    std::vector<double> levels;
    for (const double sum : columns_[c])
      levels.push_back(db_from_power(std::max(sum / looks, power_from_db(floor_dbfs))));
    result.level_dbfs.push_back(std::move(levels));
  }
  return result;
}

}  // namespace lacquer::measure
