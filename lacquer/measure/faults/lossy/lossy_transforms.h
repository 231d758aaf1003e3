#pragma once

#include <array>
#include <cstddef>
#include <vector>

/// The lapped transforms of AAC, Vorbis and Opus, each window taken apart into sines.
namespace lacquer::measure {

// What three sines leave over of the windows lies 38 dB (Vorbis) and 41 dB (Kaiser-Bessel) below
// them, about as deep as a zero of an encoder lies in 16 bit.
inline constexpr int series_terms = 3;

/// A stretch of the window over which Fourier sums are carried along from offset to offset.
struct LossySegment {
  int first = 0;  // in the window
  int frames = 0;
};

/// Part of a window: sines or cosines over one segment, half-wave m weighted by weights[m].
///
/// Under such a window, coefficient k is the real part of turn(k) times the sum over m of
/// weights[m] x (sum at frequency k + below[m] -/+ sum at frequency k + above[m]): a window that is
/// made of sines shifts the transform up and down by whole steps of its own grid. turn(k) is a
/// half, turned by `quarters` and by w(k) turned_frames backwards.
struct LossyWindowPart {
  std::size_t segment = 0;
  bool cosines = false;  // the upper sum is added; sines subtract it
  std::array<double, series_terms> weights{};
  std::array<int, series_terms> below{}, above{};
  int quarters = 0;
  int turned_frames = 0;
};

using LossyWindow = std::vector<LossyWindowPart>;

/// An MDCT of `size` coefficients, in the shapes of window that its codecs have.
struct LossyTransform {
  int size = 0;        // coefficients
  int half_steps = 0;  // sums stand at pi / size x (k + half of this)
  int reach = 0;       // largest shift
  double highest_hz = 0.0;
  double silent_from_hz = 0.0;  // sound above this cannot be the codec's; 0 if it may be anywhere
  double emphasis = 0.0;        // the decoder's one pole, undone before the transform
  std::vector<LossySegment> segments;
  std::vector<LossyWindow> shapes;
};

/// 2048 frames under the sine window, the Kaiser-Bessel-derived window with alpha 4 (both ISO
/// 14496-3) and Vorbis's.
LossyTransform mdct_2048();
/// RFC 6716, section 4.3.7: 20 ms frames, both slopes 2.5 ms of Vorbis's window, flat between.
LossyTransform celt_960();

}  // namespace lacquer::measure
