#pragma once

#include <string>
#include <vector>

#include "lacquer/base/edit.h"

namespace lacquer {

/// What people say about one track. Texts are UTF-8; an empty text means "not given".
struct Track {
  std::string file;  ///< the mix, as written in album.toml or on the command line
  std::string title;
  std::string artist;  ///< empty: the programme's
  std::string composer;
  std::string isrc;        ///< 12 characters, no hyphens
  std::string population;  ///< whose statistics suggestions stand in; empty: the session's
  std::string brief;
  double gap_s = 2.0;  ///< silence before the track; ignored for the first
  Edit edit = {};      ///< of this track's beginning and end
};

/// What people say about the whole programme: one track or an album in order.
struct Programme {
  std::string title;
  std::string artist;
  std::string upc;   ///< EAN-13 as 13 digits (a 12-digit UPC-A is stored with a leading 0)
  std::string date;  ///< yyyy-mm-dd or yyyy, as written by people; never taken from the clock
  std::string genre;
  std::string label;
  std::string language;  ///< ISO 639-1, "en"
  std::string brief;
  std::vector<Track> tracks;

  const std::string& artist_of(const Track& track) const {
    return track.artist.empty() ? artist : track.artist;
  }
};

}  // namespace lacquer
