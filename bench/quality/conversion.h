#pragma once

#include <iosfwd>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "lacquer/base/result.h"

namespace lacquer::bench {

/// What a change of sample rate does; in doubles, tones at -0.1 dBFS.
struct Conversion {
  std::string name;
  double from_hz = 0.0, to_hz = 0.0;
  bool is_own = false;
  double ripple_db = 0.0;      ///< the most off 0 dB from 20 Hz to 20 kHz
  double minus_3_db_hz = 0.0;  ///< where the response has fallen so far
  double distortion_db = 0.0;  ///< all that is not the tone: 997 Hz
  double image_db = 0.0;       ///< the same, the worst of tones up to 20 kHz
  double alias_db = 0.0;  ///< what is left of tones and a sweep above half the new rate; 0: none
};

/// Bars: the criteria for conversion of the project's reference (a proposal, no standard).
inline constexpr double ripple_bar_db = 0.01;
inline constexpr double minus_3_db_bar_hz = 21500.0;
inline constexpr double unwanted_bar_db = -150.0;

/// Lacquer's, and those of the programs that are installed, from 96 and 48 to 44.1 kHz and from
/// 44.1 to 48.
Result<std::vector<Conversion>> compare_conversions();

/// Markdown, then a line for each bar. False where Lacquer misses one.
bool print(const std::vector<Conversion>&, std::ostream&);
nlohmann::ordered_json to_json(const std::vector<Conversion>&);

}  // namespace lacquer::bench
