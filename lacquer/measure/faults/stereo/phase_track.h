#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "lacquer/measure/spectrum/spectrum_frame.h"

namespace lacquer::measure {

inline constexpr int phase_bands = 5;
/// Edges of the bands; the first is what a subwoofer plays from the sum of both channels.
inline constexpr std::array<double, phase_bands + 1> phase_band_edges_hz = {
    30.0, 150.0, 500.0, 2000.0, 6000.0, 16000.0};

/// How the two channels stand to each other in a sixth of a second; longer in a programme of more
/// than most_moments of these (51 minutes).
struct PhaseMoment {
  std::int64_t first_frame = 0;
  float power = 0.0F;                        ///< of both channels; 0 unless both sound
  float correlation = 0.0F;                  ///< -1 .. 1, 30 Hz to 16 kHz
  float mono_loss_db = 0.0F;                 ///< as in measure::Stereo
  float score = 0.0F;                        ///< weighted mean of the bands that sound
  float bass_share = 0.0F;                   ///< of the power
  std::array<float, phase_bands> of_band{};  ///< correlation; 0 where a band does not sound

  bool active() const noexcept { return power > 0.0F; }  ///< both channels sound
};

/// Moments in a row.
struct MomentSpan {
  std::size_t first = 0;
  std::size_t end = 0;  ///< one past the last
};

/// The moments of a whole programme, and when they were.
struct PhaseHistory {
  std::vector<PhaseMoment> moments;
  std::int64_t frame_count = 0;  ///< of the programme
  double sample_rate_hz = 0.0;

  std::size_t active_count() const;
  /// Where the moment begins; of the one after the last, where the programme ends.
  double start_s(std::size_t moment) const;
};

/// Correlation of two channels over time and by band, from the shared short spectra. An
/// inverted channel is inverted at every frequency, while the stereo effects that come near it
/// spare at least the bass; so no band outweighs the others in the score, however loud it is.
///
/// Memory does not grow: when most_moments are there, each two become one, as all later ones are.
class PhaseTrack {
 public:
  static constexpr std::size_t most_moments = 16384;

  PhaseTrack() { moments_.reserve(most_moments); }  // takes no memory before it is filled

  void add(const SpectrumFrame&);

  /// Of the whole programme; afterwards there are none.
  std::vector<PhaseMoment> take_moments() noexcept { return std::move(moments_); }
  /// Score of the last moment; 0 before the first.
  double last_score() const noexcept { return moments_.empty() ? 0.0 : moments_.back().score; }

 private:
  void end_moment();

  int looks_of_moment_ = 4;
  int looks_ = 0;  // of the one under way
  std::int64_t first_frame_ = 0;
  std::array<BinSums, phase_bands> bands_{};
  std::vector<PhaseMoment> moments_;
};

}  // namespace lacquer::measure
