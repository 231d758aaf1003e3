#pragma once

#include <array>
#include <optional>
#include <vector>

#include "lacquer/dsp/transform/float_fft.h"

/// What the pieces of level_jump share: bands, and what a change of level is worth.
namespace lacquer::measure {

inline constexpr std::array jump_edges_hz = {60.0,   120.0,  200.0,  320.0,  500.0,  800.0,
                                             1250.0, 2000.0, 3150.0, 5000.0, 8000.0, 12500.0};
inline constexpr int jump_band_count = static_cast<int>(jump_edges_hz.size()) - 1;

/// Many changes in dB, one by band and way of looking, said in two numbers.
struct Change {
  double size_db = 0.0;    ///< the median
  double spread_db = 0.0;  ///< mean distance from it
};
/// Puts the values in order.
Change summed_up(std::vector<double>& changes_db);

/// Whether everything changes by the same amount at one frame.
///
/// A gain does so in all bands, and however short or long one looks on either side: 10, 21, 43 and
/// 85 ms. A drum is loudest at once and then decays, a chord has other bands than the one before.
class LevelStep {
 public:
  enum class Of { level, balance };  ///< of both channels; of the second against the first

  /// `longest` frames is the longest look, a power of two from 2048 on.
  LevelStep(double sample_rate_hz, int longest);

  /// At `second`, `ramp` frames after which the change has been made; there are longest() frames
  /// before and ramp + longest() from there on. Mono: both pointers are the same. Empty where too
  /// few bands hold anything, and as soon as the short looks show that it is far from
  /// `expected_db`.
  std::optional<Change> at(const float* first, const float* second, int ramp, Of,
                           double expected_db);

  int longest() const noexcept { return longest_; }

 private:
  static constexpr int scale_count = 4;
  using Powers = std::array<std::array<double, 2>, jump_band_count>;  // by band and channel

  Powers powers(int scale, const float* first, const float* second);

  double sample_rate_hz_;
  int longest_;
  std::vector<dsp::FloatFft> transforms_;
  std::vector<dsp::AlignedVector<float>> windows_;
  dsp::AlignedVector<float> real_, imaginary_;
  std::vector<double> changes_db_;
};

}  // namespace lacquer::measure
