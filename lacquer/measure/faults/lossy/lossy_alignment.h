#pragma once

#include <string>
#include <vector>

#include "lacquer/measure/faults/lossy/lossy_passage.h"

namespace lacquer::measure {

/// The grid that fits a programme best.
struct LossyAlignment {
  std::string codec;
  int period_frames = 0;    ///< frames begin every so many samples,
  int offset_frames = 0;    ///< the first of them here
  int passages = 0;         ///< that could be tried
  double deviations = 0.0;  ///< how far it stands out, in standard deviations of all other offsets
  double runner_up = 0.0;   ///< how far the next best stands out, as a share of that
};

/// Tries the grid of every codec in every passage and adds up what agrees.
///
/// A passage weighs only so much however clear it is: a hit that happens to lie symmetric in a
/// frame makes a dip too, but only one passage has it there. Once six passages' worth agree the
/// rest is not tried. Best codec first; those without a passage to try are left out.
std::vector<LossyAlignment> lossy_alignments(StreamFormat, const std::vector<LossyPassage>&);

}  // namespace lacquer::measure
