#pragma once

#include <cstdint>
#include <optional>
#include <vector>

namespace lacquer::deliver {

struct TrackLength {
  std::int64_t frame_count = 0;
  double gap_s = 0.0;  ///< asked for before the track; ignored for the first
};

struct TrackPlace {
  std::int64_t silence_before_frames = 0;
  std::int64_t start_frame = 0;
  std::optional<std::int64_t> index00;  ///< sectors
  std::int64_t index01 = 0;             ///< sectors
  double shift_ms = 0.0;  ///< of the mark (no gap) or of the music (gap), at most 6.67
};

struct CdLayout {
  std::vector<TrackPlace> tracks;
  std::int64_t frame_count = 0;  ///< of the stream at its own rate
  std::int64_t lead_out = 0;     ///< sectors, rounded up
};

/// Puts tracks on the sector grid of a disc, in frames of the stream's own rate.
///
/// Where silence was asked for it is rounded so that the track begins exactly on a sector. Where
/// none was asked for no sample is moved or added: the mark goes to the nearest sector, and the
/// shift says how far that is from the join.
CdLayout lay_out_cd(const std::vector<TrackLength>&, double sample_rate_hz);

}  // namespace lacquer::deliver
