#pragma once

#include <memory>
#include <vector>

#include "lacquer/measure/faults/lossy/lossy_passage.h"

/// The transforms of lossy codecs, tried on decoded audio at every offset a frame can have.
///
/// A coder rounds the coefficients of its transform, many of them to zero. Who takes the transform
/// of the decoded sound on the same grid finds these zeros again, buried only in the rounding to 16
/// bit; one sample beside it they are gone. So the mean logarithm of the power of the coefficients,
/// drawn over the offset, has one narrow dip where the sound has a history, and none where not.
/// Source: Herre and Schug, "Analysis of decompressed audio: the inverse decoder", AES 109, 2000;
/// Derrien, "Detection of genuine lossless audio files", JAES 2019.
namespace lacquer::measure {

/// What a grid came to: log2 of the power of left, right, mid and side, mean over coefficients.
struct GridTrial {
  /// For the frame beginning at sample i of the passage; period + 2 x margin of them.
  std::vector<double> log_power;
};

class LossyGrid {
 public:
  /// What is tried beyond a period, so that every offset of it has two neighbours.
  static constexpr int margin = 2;
  /// Of an MDCT, below the passage's top; 4.5 kHz of one of 2048 frames.
  static constexpr int mdct_coefficients = 208;

  virtual ~LossyGrid() = default;
  /// A frame begins every so many samples.
  virtual int period_frames() const = 0;
  /// One for each window shape of the codec's; coefficients below the passage's top count.
  virtual std::vector<GridTrial> trials(const LossyPassage&) = 0;
};

using LossyGridPointer = std::unique_ptr<LossyGrid>;

/// MDCT of 2048 frames, ISO 14496-3 and Vorbis I: under the sine window, the Kaiser-Bessel-derived
/// window with alpha 4, and Vorbis's. `most_lanes` (8 or 16) keeps this one and the next ones from
/// wider registers, which give the same bits.
LossyGridPointer mdct_grid(double sample_rate_hz, int most_lanes = 16);
/// MDCT of 960 frames with an overlap of 120 after the de-emphasis is undone: RFC 6716, 48 kHz.
LossyGridPointer celt_grid(int most_lanes = 16);
/// The hybrid filterbank of layer III, ISO 11172-3.
LossyGridPointer hybrid_grid(double sample_rate_hz, int most_lanes = 16);

}  // namespace lacquer::measure
