#pragma once

#include <algorithm>
#include <cmath>

#include "testkit/signal.h"

namespace lacquer::testkit {

/// The largest sixth difference of the first channel from a frame on: next to nothing of a low
/// tone, and of a step of the size 1 no less than 10. For zipper noise.
inline double roughness(const Signal& signal, int first_frame) {
  double roughest = 0.0;
  for (int f = first_frame; f < signal.frame_count(); ++f) {
    double difference = 0.0, binomial = 1.0;
    for (int k = 0; k <= 6; ++k) {
      difference += (k % 2 ? -binomial : binomial) * signal.at(0, f - k);
      binomial = binomial * (6 - k) / (k + 1);
    }
    roughest = std::max(roughest, std::abs(difference));
  }
  return roughest;
}

}  // namespace lacquer::testkit
