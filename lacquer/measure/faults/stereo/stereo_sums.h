#pragma once

#include "lacquer/base/audio.h"

namespace lacquer::measure {

/// What the detectors that compare two channels ask of every few frames.
///
/// The order of the additions is fixed, so the sums of a step have the same bits everywhere.
struct StereoSums {
  double left = 0.0;        ///< squares
  double right = 0.0;       ///< squares
  double product = 0.0;     ///< left x right
  double difference = 0.0;  ///< squares of left - right; 0 only where both are the same

  StereoSums& operator+=(const StereoSums& other) noexcept {
    left += other.left;
    right += other.right;
    product += other.product;
    difference += other.difference;
    return *this;
  }
};

/// Of the first two channels of the block.
StereoSums stereo_sums(AudioBlock) noexcept;

}  // namespace lacquer::measure
