#pragma once

#include <iosfwd>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "lacquer/base/result.h"

namespace lacquer::bench {

/// What is added on the way to 16 bits at 44.1 kHz, beside a soft tone.
struct Dither {
  std::string name;
  bool is_own = false;
  double noise_dbfs = 0.0;  ///< all of it; a full-scale sine is 0
  double audible_db = 0.0;  ///< weighted by the threshold in quiet, beside flat triangular dither
  double at_3500_hz_db = 0.0;  ///< 3 to 4 kHz beside flat triangular dither, where hearing is best
  double at_20_khz_db = 0.0;   ///< 19 to 21 kHz
  double harmonic_dbfs =
      0.0;  ///< the worst harmonic of a tone of one step: rounding without dither
};

/// Lacquer's quantiser at each shaping, plain rounding, and those of the programs that are
/// installed.
Result<std::vector<Dither>> compare_dither();

/// Markdown, then a line for each bar. False where Lacquer misses one.
bool print(const std::vector<Dither>&, std::ostream&);
nlohmann::ordered_json to_json(const std::vector<Dither>&);

}  // namespace lacquer::bench
