#include "lacquer/dsp/limit/cell_gain.h"

#include <algorithm>
#include <cmath>

#include "lacquer/base/units.h"

namespace lacquer::dsp {
namespace {

constexpr int cell_frames_at_48_khz = 8;
constexpr double setting_db = 6.0;  // what attack and release are given for
// A meter with longer filters reads up to 0.036 dB more between the samples of driven music.
constexpr double other_meters_db = 0.04;
constexpr double within_reach = 0.99;  // of the ceiling; below it no logarithm is needed

void put_first(auto& values, double value) {
  std::copy_backward(values.begin(), values.end() - 1, values.end());
  values[0] = value;
}

}  // namespace

int CellGain::frames_of_cell(double sample_rate_hz) noexcept {
  int frames = cell_frames_at_48_khz;
  while (sample_rate_hz > 1.2 * 48000.0 * frames / cell_frames_at_48_khz &&
         frames < most_cell_frames)
    frames *= 2;
  return frames;
}

double CellGain::wanted_db(double peak, double ceiling) noexcept {
  if (peak <= within_reach * ceiling) return 0.0;
  return std::max(0.0, db_from_gain(peak / ceiling) + other_meters_db);
}

double CellGain::curvature(double ms, double cell_s) noexcept {
  const double cells = std::max(1.0, ms) * 1e-3 / cell_s;
  return 2.0 * setting_db / (cells * cells);  // a parabola that ends after so many cells
}

void CellGain::prepare(double sample_rate_hz, const Reach& reach) {
  cell_frames_ = frames_of_cell(sample_rate_hz);
  cell_s_ = cell_frames_ / sample_rate_hz;
  look_ahead_cells_ = static_cast<int>(std::lround(reach.look_ahead_s / cell_s_));
  envelope_.prepare(look_ahead_cells_,
                    {reach.memory_share, 1.0 - std::exp(-cell_s_ / reach.memory_s)});
  for (int f = 0; f < cell_frames_; ++f) {
    const double at = (f + 0.5) / cell_frames_;
    const auto i = static_cast<std::size_t>(f);
    spline_[0][i] = 0.5 * (1.0 - at) * (1.0 - at);
    spline_[2][i] = 0.5 * at * at;
    spline_[1][i] = 1.0 - spline_[0][i] - spline_[2][i];
  }
  reset();
}

void CellGain::reset() noexcept {
  envelope_.reset();
  wanted_db_.fill(0.0);
  gains_.fill(1.0);
}

void CellGain::bend(double attack_ms, double release_ms) noexcept {
  envelope_.bend(curvature(attack_ms, cell_s_), curvature(release_ms, cell_s_));
}

double CellGain::end_cell(double wanted_db) noexcept {
  put_first(wanted_db_, wanted_db);
  const double reduction_db =
      envelope_.next(*std::max_element(wanted_db_.begin(), wanted_db_.end()));
  put_first(gains_, reduction_db > 0.0 ? gain_from_db(-reduction_db) : 1.0);
  return reduction_db;
}

bool CellGain::untouched() const noexcept {
  return gains_[0] == 1.0 && gains_[1] == 1.0 && gains_[2] == 1.0;
}

void CellGain::draw(int cell_frame, int frames, double* gains) const noexcept {
  for (int f = 0; f < frames; ++f) {
    const auto s = static_cast<std::size_t>(cell_frame + f);
    gains[f] = spline_[0][s] * gains_[2] + spline_[1][s] * gains_[1] + spline_[2][s] * gains_[0];
  }
}

}  // namespace lacquer::dsp
