#pragma once

#include <iosfwd>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "testkit/signal.h"

namespace lacquer::bench {

/// How many times as fast as real time something is on one core.
struct Runner {
  std::string name;
  double times_real_time = 0.0;
  bool is_own = false;
};

struct Race {
  std::vector<Runner> limiters;  ///< those that limit true peak; Lacquer first
  Runner whole_master;           ///< testkit::whole_master() and dither
  std::vector<std::string> absent;
};

inline constexpr double whole_master_bar = 60.0;

/// All take turns on one core, medians of `rounds` by processor time. Plug-ins and Lacquer run in
/// this process; of a program the time of the same program that only hands the samples through is
/// taken off. `music`: stereo at 44.1 kHz; it is driven 6 dB over -1 dBTP.
Result<Race> race(const testkit::Signal& music, int rounds);

/// Markdown, then a line for each bar. False where Lacquer is slower than a peer or than a bar.
bool print(const Race&, std::ostream&);
nlohmann::ordered_json to_json(const Race&);

}  // namespace lacquer::bench
