#pragma once

#include <vector>

namespace lacquer::dsp {

/// Finds what rings in a row of power spectra and says how deep it should be cut.
///
/// The powers are gathered at 24 points an octave and averaged over 80 ms. A point rings by as much
/// as it stands over the mean level (in dB) of the half octave below it and of that above it,
/// whichever is higher: so a shelf, a slope and the end of the band are no resonances. What
/// averaged noise does by chance at that point, two standard deviations of its level, is let
/// through besides.
///
/// After ideas in public descriptions of "spectral resonance suppression"; law and numbers our own.
class ResonanceDetector {
 public:
  struct Law {
    double depth_db, selectivity_db, sharpness, attack_ms, release_ms, low_hz, high_hz, guard;
  };

  /// `size`: of the transform; `hop`: frames from one spectrum to the next.
  void prepare(double sample_rate_hz, int size, int hop);
  void reset() noexcept;

  /// The next spectrum: size / 2 + 1 powers.
  void look(const double* power, const Law&) noexcept;
  /// True when the last look found anything to cut, or still lets go of something.
  bool cutting() const noexcept { return cutting_; }
  /// For every bin the share of it to take away, 1 - 10^(-amount cut / 20).
  void removed_shares(double amount, double* shares) const noexcept;

  /// The cut now, for meters and tests.
  double cut_db(double frequency_hz) const noexcept;

 private:
  struct Point {
    double low_bin, high_bin;  // its share of the spectrum
    double allowance_db;       // for chance
    double tilt_db;            // so that music is about level
    double octave;             // log2 of its frequency
  };
  void gather(const double* power) noexcept;
  void guard_onset(const Law&) noexcept;
  void find_wanted_cuts(const Law&) noexcept;
  void widen(int radius) noexcept;
  double side_mean(int first, int last) const noexcept;

  double hop_s_ = 0.0;
  double bin_hz_ = 1.0;
  double averaging_ = 1.0;
  int held_spectra_ = 0;  // an onset stays in the window for so long
  std::vector<Point> points_;
  std::vector<double> sums_;                // of the powers up to a bin
  std::vector<double> power_, average_;     // by point: now, and over the last 80 ms
  std::vector<double> level_db_, last_db_;  // of power_, now and before
  std::vector<double> even_db_, db_sums_;   // of average_, tilted; and its running sum
  std::vector<double> wanted_db_, widened_db_, cut_db_;
  std::vector<int> bin_point_;  // the point below each bin, -1 outside
  std::vector<double> bin_share_;
  mutable std::vector<double> gains_;
  bool cutting_ = false;
  double guard_ = 0.0;
  int guard_left_ = 0;
};

}  // namespace lacquer::dsp
