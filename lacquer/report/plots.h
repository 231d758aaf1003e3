#pragma once

#include "lacquer/report/markup.h"
#include "lacquer/report/report.h"

/// The three figures of a track. Each is drawn twice, for wide and for narrow pages, because
/// scaling one drawing would make its lettering unreadable on a telephone.
namespace lacquer::report {

/// The nine band shares of mix and master in the population's bands. Empty without shares.
Markup tone_figure(const TrackPage&, std::size_t index);

/// Third-octave levels of mix and master, and what changed between them, level set aside.
Markup third_octave_figure(const TrackPage&, std::size_t index);

/// Short-term loudness over time with target, gate and findings. Empty when all is silence.
Markup loudness_figure(const TrackPage&, std::size_t index);

/// The loudness the accepted suggestions ask for.
std::optional<double> target_lufs(const TrackPage&);

/// A finding with the number it has in plot and table, and the audio it was found in.
struct ListedFinding {
  int number = 0;
  bool in_master = false;
  const measure::Finding* finding = nullptr;
};
/// In the order of time.
std::vector<ListedFinding> listed_findings(const TrackPage&);

struct LegendEntry {
  Markup::Piece style_class;  ///< swatch-mix, swatch-master, ...
  std::string words;
};
Markup figure(std::string_view title, std::string_view caption,
              const std::vector<LegendEntry>& legend, const Markup& wide, const Markup& narrow);

/// "t2-tone-wide"
std::string figure_id(std::size_t track_index, const std::string& plot, bool narrow);

}  // namespace lacquer::report
