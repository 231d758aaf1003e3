#pragma once

#include <string>
#include <vector>

#include "lacquer/advise/targets/targets.h"

/// How the assistant says numbers.
namespace lacquer::advise {

std::string fixed(double value, int decimals);  ///< "-1.0"; never "-0.0"

/// "low-mids" for 148 to 392 Hz; the range itself where no word is in use.
std::string band_name(const std::vector<double>& edges_hz, std::size_t band);
std::string band_range(const std::vector<double>& edges_hz, std::size_t band);  ///< "148-392 Hz"

// Measures by name, in evidence and prediction alike; measured_value() of advise.h reads them.
std::string share_key(const std::vector<double>& edges_hz, std::size_t band);
std::string side_key(const std::vector<double>& edges_hz, std::size_t band);
std::string spread_key(const std::vector<double>& edges_hz, std::size_t band);
std::string findings_key(const std::string& kind);  ///< "findings click": how many of weight
inline constexpr char balance_key[] = "balance_db";
inline constexpr char head_silence_key[] = "head_silence_s";
inline constexpr char tail_silence_key[] = "tail_silence_s";

/// "138 pop tracks", "539 tracks" for the whole population.
std::string tracks_of(const Targets::Population&);

/// "higher than in 93 %" of the population, or lower, whichever says more. `more` and `less` are
/// the two comparatives, "louder" and "quieter" for instance.
std::string standing(const Quantiles&, double value, const std::string& more,
                     const std::string& less);

}  // namespace lacquer::advise
