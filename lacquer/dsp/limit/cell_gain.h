#pragma once

#include <array>

#include "lacquer/dsp/limit/gain_envelope.h"

namespace lacquer::dsp {

/// A limiter's gain, cell by cell of a sixth of a millisecond: what each cell wants is held over
/// its neighbours, a GainEnvelope is hung over that, and quadratic splines draw it between cells.
///
/// A spline averages only over cells that were held for as long, so at a peak the gain is down all
/// the way.
class CellGain {
 public:
  static constexpr int most_cell_frames = 32;

  /// Frames of a cell: 8 at 44.1 and 48 kHz.
  static int frames_of_cell(double sample_rate_hz) noexcept;
  /// What a cell wants whose highest peak is this, in dB, at least 0; a few hundredths of a dB more
  /// than it must, for meters with longer filters.
  static double wanted_db(double peak, double ceiling) noexcept;
  /// What GainEnvelope::bend() takes for an attack or release: dB a cell^2.
  static double curvature(double ms, double cell_s) noexcept;

  struct Reach {
    double look_ahead_s = 0.0;
    double memory_share = 0.0;  ///< see GainEnvelope::Memory
    double memory_s = 1.0;      ///< time constant of its average
  };

  /// Allocates.
  void prepare(double sample_rate_hz, const Reach&);
  void reset() noexcept;
  void bend(double attack_ms, double release_ms) noexcept;

  int cell_frames() const noexcept { return cell_frames_; }
  /// From a cell that has ended back to the one whose reduction end_cell() returns.
  int envelope_cells() const noexcept { return 1 + look_ahead_cells_; }
  /// From the first frame of a cell that is being filled back to the frame that draw() is about.
  int delay_frames() const noexcept { return (1 + envelope_cells() + 1) * cell_frames_; }

  /// Takes what the cell wants that has ended; gives the reduction in dB envelope_cells() earlier.
  double end_cell(double wanted_db) noexcept;
  /// Whether all of the cell that leaves has a gain of exactly 1.
  bool untouched() const noexcept;
  /// Gains of frames of the cell that leaves, from one of it on.
  void draw(int cell_frame, int frames, double* gains) const noexcept;

 private:
  static constexpr std::size_t held_cells = 3;  // what a spline averages over

  GainEnvelope envelope_;
  double cell_s_ = 0.0;
  int cell_frames_ = 8;
  int look_ahead_cells_ = 1;
  std::array<double, held_cells> wanted_db_{};  // latest first
  std::array<double, held_cells> gains_{};  // of the cells before, at and after the one that leaves
  std::array<std::array<double, most_cell_frames>, held_cells> spline_{};
};

}  // namespace lacquer::dsp
