#pragma once

#include <cstdint>
#include <vector>

namespace lacquer::dsp {

/// How far a limiter turns down, cell by cell: the smoothest curve that lies on or above every
/// reduction wanted and costs no more loudness than it must.
///
/// Of all such curves it has the least  sum of slope^2 + weight x sum of reduction, the slope
/// upwards (attack) and downwards (release) each with its own weight. That is a chain laid over
/// the peaks: between two of them it hangs in parabolas, as deep as their distance lets it, and
/// away from a lonely one it leaves in a parabola that ends on the ground. So there is no window
/// length to choose: dense peaks are bridged and single ones let go of.
///
/// One that sees little ahead (live) cannot bridge. It can remember: a share of the average
/// reduction returns only as the average fades (a dual release).
///
/// Guarantee: never below what was wanted, exactly 0 where the chain lies on the ground, and the
/// least sum as long as the arcs are shorter than the look-ahead; a peak that comes into view later
/// bends the chain from where it has got to. In dB; a cell is any fixed stretch of time.
class GainEnvelope {
 public:
  struct Memory {
    double share;  ///< of the average reduction, 0 .. 1
    double pace;   ///< of a one-pole average, a cell; 0 .. 1
  };

  /// Allocates. `look_ahead_cells` at least 1.
  void prepare(int look_ahead_cells, Memory = {0.0, 0.0});
  void reset() noexcept;
  /// The curvatures of the arcs, in dB a cell^2, above 0. A change bends the chain from here on.
  void bend(double attack, double release) noexcept;

  /// Takes what this cell wants, at least 0, and gives the reduction look_ahead_cells earlier.
  double next(double wanted_db) noexcept;

 private:
  struct Vertex {
    std::int64_t cell = 0;
    double db = 0.0;
  };

  double hanging(const Vertex& from, const Vertex& to, std::int64_t cell) const noexcept;
  double released() const noexcept;
  void lay_over(const Vertex&) noexcept;
  void lay_again() noexcept;
  double& wanted(std::int64_t cell) noexcept;
  Vertex& vertex(std::int64_t index) noexcept;

  int look_ahead_cells_ = 1;
  double attack_ = 1.0, release_ = 1.0;
  Memory memory_ = {0.0, 0.0};
  double average_db_ = 0.0;
  std::vector<double> wanted_;        // ring: the cells in view
  std::vector<Vertex> vertices_;      // ring: where the chain rests in front of start_
  std::int64_t first_ = 0, end_ = 0;  // indices into vertices_
  Vertex start_;                      // the last cell given out
  std::int64_t now_ = 0;
};

}  // namespace lacquer::dsp
