#pragma once

#include <optional>
#include <string>
#include <vector>

#include "lacquer/advise/advise.h"

/// The tracks of a programme as one piece.
namespace lacquer::advise {

/// One track as it was advised by itself.
struct AlbumTrack {
  const measure::Measurement& mix;
  const Advice& advice;
};

/// What the others mean for one track.
struct AlbumView {
  std::optional<AlbumLevel> level;    ///< for Wishes::album; empty for silence
  std::vector<std::string> mentions;  ///< "Track 3 is darker than the rest of the album: ..."
};

/// A track that differs from the programme's median by more is mentioned. Judgement: within what
/// masters of one genre differ by, whose treble bands have standard deviations of 4 to 9 dB
/// (data/targets), and more than a listener takes for the same record.
inline constexpr double tone_tolerance_db = 4.0;
inline constexpr double width_tolerance_db = 4.0;

/// Levels keep their distances as the mixes have them. The loudest track, or the anchor (1-based,
/// of a track there is), lands where it would alone: at what was asked for, else what was suggested
/// for it; suggested loudness gives way where another track would need more than 3 dB of limiting.
/// Treble, bass and width are held against the programme's median, once the suggestions for each
/// are taken; needs three tracks or more.
std::vector<AlbumView> view_album(const std::vector<AlbumTrack>&, const Wishes&,
                                  std::optional<std::size_t> anchor, const Targets::Ceiling&);

}  // namespace lacquer::advise
