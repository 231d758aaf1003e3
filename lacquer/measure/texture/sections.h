#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "lacquer/measure/measurement.h"
#include "lacquer/measure/spectrum/spectrum_frame.h"
#include "lacquer/measure/texture/rhythm.h"

namespace lacquer::measure {

/// Where a programme changes: verse, chorus, break. Looks at half-second blocks of loudness, tonal
/// balance, width and density of onsets, and cuts where what comes differs from what was by more
/// than either varies in itself.
///
/// Memory does not grow: after an hour, and whenever the length has doubled again, each two blocks
/// become one, as all later ones are. So ten hours are seen in blocks of eight seconds at most.
///
/// The cut is a step found on the main diagonal of the self-similarity of the blocks (after Foote,
/// "Automatic audio segmentation using a measure of audio novelty", 2000), with kernels of 8 and
/// 16 blocks, then moved to the block where the two sides differ most.
class SectionMeter {
 public:
  SectionMeter(double sample_rate_hz, int look_frames);

  /// A look as the RhythmMeter saw it, and the levels it found there.
  void add(const SpectrumFrame&, const RhythmMeter::Levels&);
  /// Two channels, any size of look.
  void add_sides(const SpectrumFrame&);

  /// In order of time, without gaps, the first from 0, the last to `duration_s`; empty for less
  /// than a second. Labels tell what sounds alike: "A", "B", ... by first appearance.
  std::vector<Section> sections(double duration_s) const;

  static constexpr int band_count = 9;
  static constexpr int feature_count = band_count + 3;
  using Features = std::array<float, feature_count>;
  static constexpr std::size_t most_blocks = 7200;  ///< an hour of half seconds

 private:
  void end_block();

  double looks_per_s_;
  double blocks_per_s_ = 2.0;
  std::array<int, band_count + 1> edges_{};
  int look_count_ = 0;  // of the block being filled
  std::array<double, band_count> bands_{};
  double rise_db_ = 0.0;
  RhythmMeter::Levels before_{};
  double cross_ = 0.0, both_ = 0.0;  // of the sides seen since
  float width_ = -20.0f;
  std::int64_t total_looks_ = 0;
  std::vector<Features> blocks_;
  std::vector<float> power_;  // of each block, mean of the channels
};

}  // namespace lacquer::measure
