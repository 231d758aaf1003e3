#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "lacquer/base/programme.h"

namespace lacquer::deliver {

struct SideTrack {
  std::size_t index = 0;  ///< in the programme
  double start_s = 0.0, end_s = 0.0;
};

/// The tracks of one side, in order.
struct Side {
  char letter = 'A';
  std::vector<SideTrack> tracks;
  double length_s() const { return tracks.empty() ? 0.0 : tracks.back().end_s; }
};

/// Tracks in order on two sides of as nearly the same length as can be; the first is the longer
/// where that leaves a choice. One track is a single side A.
std::vector<Side> split_into_sides(const std::vector<double>& lengths_s, const Programme&);

/// What the cutter reads beside the file: order, titles, start and end of each track, total.
std::string side_sheet(const Side&, const Programme&, const std::string& file_name);

}  // namespace lacquer::deliver
