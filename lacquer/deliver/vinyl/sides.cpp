#include "lacquer/deliver/vinyl/sides.h"

#include <cmath>
#include <limits>

#include "lacquer/deliver/text.h"

namespace lacquer::deliver {

namespace {
Side side_of(char letter, std::size_t first, std::size_t end, const std::vector<double>& lengths_s,
             const Programme& programme) {
  Side side{letter, {}};
  for (std::size_t t = first; t < end; ++t) {
    const double start_s = t == first ? 0.0 : side.length_s() + programme.tracks[t].gap_s;
    side.tracks.push_back({t, start_s, start_s + lengths_s[t]});
  }
  return side;
}
}  // namespace

std::vector<Side> split_into_sides(const std::vector<double>& lengths_s,
                                   const Programme& programme) {
  const std::size_t count = lengths_s.size();
  if (count < 2) return {side_of('A', 0, count, lengths_s, programme)};
  std::vector<Side> best;
  double least_s = std::numeric_limits<double>::infinity();
  // From the longest side A down, so that of two equal splits the first side is the longer.
  for (std::size_t on_a = count - 1; on_a >= 1; --on_a) {
    std::vector<Side> sides{side_of('A', 0, on_a, lengths_s, programme),
                            side_of('B', on_a, count, lengths_s, programme)};
    const double difference_s = std::abs(sides[0].length_s() - sides[1].length_s());
    if (difference_s < least_s - 1e-9) {
      least_s = difference_s;
      best = std::move(sides);
    }
  }
  return best;
}

std::string side_sheet(const Side& side, const Programme& programme, const std::string& file_name) {
  const auto padded = [](std::string text, std::size_t width) {
    if (text.size() < width) text.insert(0, width - text.size(), ' ');
    return text;
  };
  std::string sheet = "Side " + std::string(1, side.letter) + " of " +
                      (programme.title.empty() ? "(no title)" : programme.title) + "\n";
  if (!programme.artist.empty()) sheet += "Artist  " + programme.artist + "\n";
  if (!programme.label.empty()) sheet += "Label   " + programme.label + "\n";
  sheet += "File    " + file_name + "\n\n";
  sheet += "Order      Start        End     Length  Title\n";
  for (std::size_t t = 0; t < side.tracks.size(); ++t) {
    const SideTrack& on_side = side.tracks[t];
    const Track& track = programme.tracks[on_side.index];
    const std::string order = std::string(1, side.letter) + std::to_string(t + 1);
    sheet += order + std::string(order.size() < 5 ? 5 - order.size() : 1, ' ') +
             padded(minutes_text(on_side.start_s), 11) + padded(minutes_text(on_side.end_s), 11) +
             padded(minutes_text(on_side.end_s - on_side.start_s), 11) + "  " +
             (track.title.empty() ? "(no title)" : track.title);
    const std::string& artist = programme.artist_of(track);
    if (artist != programme.artist) sheet += " (" + artist + ")";
    if (!track.isrc.empty()) sheet += "  [" + track.isrc + "]";
    sheet += "\n";
  }
  return sheet + "\nTotal " + minutes_text(side.length_s()) +
         "  (minutes:seconds; the pauses between tracks are in the file)\n";
}

}  // namespace lacquer::deliver
