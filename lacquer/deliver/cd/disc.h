#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lacquer/base/programme.h"

/// A disc before it is bytes: times in sectors, texts in ISO-8859-1.
namespace lacquer::deliver {

/// A sector is 1/75 s: 588 frames of 16-bit stereo at 44.1 kHz (Red Book, as libcdio, ddpLib and
/// cdrdao read it).
inline constexpr int sectors_per_s = 75;
inline constexpr int frames_per_sector = 588;
inline constexpr int bytes_per_sector = 2352;
inline constexpr double cd_rate_hz = 44100.0;

/// "mm:ss:ff"; minutes above 99 simply grow.
std::string msf(std::int64_t sectors);
/// Reads "mm:ss:ff" with ss < 60 and ff < 75.
std::optional<std::int64_t> sectors_from_msf(std::string_view);

struct DiscTrack {
  std::string title, performer, composer;
  std::string isrc;                     ///< well formed or empty
  std::optional<std::int64_t> index00;  ///< where the pause before it begins
  std::int64_t index01 = 0;             ///< where it begins
};

/// Times count from the first byte of the image, where track 1 begins; the two seconds of pregap
/// that every disc has before it are implied, as BIN/CUE has it.
struct Disc {
  std::string title, performer;
  std::string upc;  ///< 13 digits or empty
  std::vector<DiscTrack> tracks;
  std::int64_t lead_out = 0;

  bool has_texts() const;  ///< any at all: without, the disc is written without CD-Text

  std::int64_t end_of(std::size_t track) const {  ///< where its music ends: pause or lead-out
    if (track + 1 == tracks.size()) return lead_out;
    const DiscTrack& next = tracks[track + 1];
    return next.index00.value_or(next.index01);
  }
};

/// The CUE sheet for a little-endian BIN beside it. A double quote inside a text becomes a single
/// one: the format has no way to write it (the CD-Text packs keep it).
std::string cue_sheet(const Disc&, const std::string& bin_name);

/// The same disc for `cdrdao write --swap`, which reads the CD-Text from here.
std::string cdrdao_toc(const Disc&, const std::string& bin_name);

/// What a plant and an archivist read: times, lengths, codes, totals. UTF-8, with the programme's
/// own texts, which the disc itself may not be able to hold. As many tracks in both.
std::string pq_sheet(const Disc&, const Programme&);

}  // namespace lacquer::deliver
