#pragma once

#include <cstdint>
#include <vector>

namespace lacquer::measure {

/// Where one programme lies against another.
struct ProgrammeDelay {
  double frames = 0.0;       ///< so much later the other comes; with a fraction
  double correlation = 0.0;  ///< -1 .. 1 there; negative: the polarity is inverted
};

/// Looks for an excerpt of one programme in a longer one of another, `other` beginning `lead`
/// frames before the place of the excerpt: delays from -lead to other.size() - excerpt.size() -
/// lead. Compares differences from sample to sample, so that the bass does not blur the place. A
/// correlation of nothing is 0.
ProgrammeDelay find_programme_delay(const std::vector<double>& excerpt,
                                    const std::vector<double>& other, std::int64_t lead);

}  // namespace lacquer::measure
