#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "lacquer/evaluate/clip.h"
#include "lacquer/evaluate/random.h"

namespace lacquer::evaluate {

/// What is known of a planted fault, in the unit a finding might state it in.
struct Truth {
  double value = 0.0;
  std::string unit;
};

/// A clip with a fault in it, and where and how much.
struct Planted {
  Clip clip = {};
  double start_s = 0.0;
  double end_s = 0.0;
  bool everywhere = false;          ///< then there is no place to be wrong about
  std::optional<int> channel = {};  ///< empty: both, or the channels' relation
  std::vector<Truth> truths = {};
  int bits = 24;            ///< of the file it would arrive as; 0: float
  bool needs_file = false;  ///< what a file says of itself is part of the fault
  double shift_s = 0.0;     ///< by how much the music stands later than in the clean clip
};

/// Puts one fault into a clean clip. Error (refused): this clip cannot carry it (mono, too quiet).
using Plant = std::function<Result<Planted>(Clip clean, Random&)>;

struct Strength {
  std::string name;
  Plant plant;
  bool counts = true;  ///< towards the bar; the others show how far beyond it the ear reaches
};

/// One row of the table: how a fault is planted and what counts as having heard it.
struct Fault {
  std::string kind;  ///< of the finding that is asked for
  std::vector<Strength> strengths;
  std::vector<std::string> accepted = {};  ///< kinds that say as much
  std::vector<std::string> related = {};   ///< kinds that rightly come with it; no cross-talk
  double tolerance_s = 0.05;               ///< between the planted place and the finding's
  std::optional<double> least_recall = {};
};

/// Every fault that is planted, in the order it is printed.
const std::vector<Fault>& all_faults();

}  // namespace lacquer::evaluate
