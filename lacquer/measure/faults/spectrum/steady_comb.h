#pragma once

#include <array>
#include <cstddef>
#include <vector>

#include "lacquer/dsp/transform/float_fft.h"

namespace lacquer::measure {

/// A comb of tones that kept their phase: mains hum under music that is louder than it.
struct SteadyComb {
  static constexpr std::size_t harmonics = 13;

  double mains_hz = 0.0;                     ///< 50 or 60
  double frequency_hz = 0.0;                 ///< what it is here, to some 0.01 Hz
  double evidence = 0.0;                     ///< summed over the harmonics but the strongest
  int lines = 0;                             ///< harmonics that stand for themselves
  std::array<double, harmonics> power = {};  ///< mean square of those, mean of the channels
  double elsewhere = 0.0;                    ///< the best evidence for a comb that is nobody's

  bool found() const noexcept;
  double total_power() const noexcept;
};

/// Looks for hum in some 25 s by the phase of its tones, which it keeps while music turns its own
/// with every note.
///
/// Half a second at a time is taken apart. The cells on a harmonic are summed after each is turned
/// back by the phase the tone would have gained and weighted by the inverse of the power there: the
/// gaps between notes count most, as they do for the ear (the matched filter in noise of changing
/// level; e.g. Kay, "Fundamentals of Statistical Signal Processing II", 1998, 5.4). The evidence of
/// a line is the square of the sum over the sum of squares: 1 for chance phases, for hum its power
/// over that of the music (harmonic mean) times the number of cells. Harmonics share one frequency.
/// Music is no noise: combs on which nobody's mains is give the measure of what chance can do,
/// among them those that a rhythm of whole beats a minute would light up as well.
class SteadyCombs {
 public:
  /// Of a stream at some 2 kHz.
  SteadyCombs(std::size_t channel_count, double rate_hz);

  static constexpr int cells = 96;  ///< of which one search sees the last ones
  static constexpr int fewest_cells = 40;

  /// So many samples are left to the end of a cell.
  int room() const noexcept { return static_cast<int>(window_samples - filled_); }
  /// The next samples of each channel, room() at most; true if they complete a cell.
  bool add(const float* left, const float* right, int count);
  int count() const noexcept { return count_; }
  double hop_s() const noexcept { return hop_samples / rate_hz_; }
  double window_s() const noexcept { return window_samples / rate_hz_; }
  SteadyComb search(double mains_hz);

 private:
  static constexpr std::size_t window_samples = 1024;
  static constexpr std::size_t hop_samples = window_samples / 2;

  /// What one harmonic has to say, for each offset of the fundamental.
  struct Line {
    std::vector<double> evidence, power;
  };

  void transform();
  double beside(std::size_t channel, std::size_t at) const;
  void listen(std::size_t channel, double hz, double times);
  void gather();
  double evidence_elsewhere(double comb_hz, double mains_hz);

  std::size_t channel_count_;
  double rate_hz_, bin_hz_;
  std::size_t bins_;

  dsp::AlignedVector<float> samples_[2], window_;
  std::size_t filled_ = 0;
  dsp::FloatFft window_fft_;
  dsp::AlignedVector<float> real_, imaginary_;
  std::vector<float> cell_real_[2], cell_imaginary_[2];  // cells x bins, a ring
  std::size_t next_ = 0;
  int count_ = 0;

  dsp::FloatFft line_fft_;
  dsp::AlignedVector<float> in_real_, in_imaginary_, out_real_, out_imaginary_;
  Line line_;
  std::vector<double> total_, strongest_;
};

}  // namespace lacquer::measure
