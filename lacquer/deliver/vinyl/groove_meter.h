#pragma once

#include <array>
#include <optional>

#include "lacquer/base/audio.h"
#include "lacquer/dsp/biquad.h"

namespace lacquer::deliver {

/// What a cutter looks for in a side, as numbers about the file.
struct GrooveReport {
  std::optional<double> rms_dbfs;         ///< both channels, a full-scale square wave is 0
  std::optional<double> correlation;      ///< whole band
  std::optional<double> low_correlation;  ///< below the corner
  std::optional<double> low_side_minus_mid_db;
  std::optional<double> high_share_db;  ///< power above 10 kHz, of all
  std::optional<double> sibilance_db;   ///< loudest 10 ms of the band, above the side's RMS
  double sibilance_at_s = 0.0;
};

/// Collects them in one pass over stereo audio.
class GrooveMeter {
 public:
  GrooveMeter(StreamFormat, double mono_below_hz, double sibilance_low_hz,
              double sibilance_high_hz);
  void add(AudioBlock) noexcept;
  GrooveReport report() const;

 private:
  /// Two biquads in a row: fourth order, 6 dB down at the corner.
  struct Filter {
    dsp::BiquadCoefficients coefficients;
    dsp::BiquadState first, second;
    dsp::Pair step(dsp::Pair x) noexcept {
      return second.step(coefficients, first.step(coefficients, x));
    }
  };
  /// Sums of squares and of the product of left and right.
  struct Sums {
    double left = 0.0, right = 0.0, product = 0.0;
    void add(dsp::Pair x) noexcept {
      left += x[0] * x[0];
      right += x[1] * x[1];
      product += x[0] * x[1];
    }
    std::optional<double> correlation() const;
  };

  StreamFormat format_;
  Filter low_, high_, sibilance_floor_, sibilance_roof_;
  Sums all_, below_, above_;
  int window_frames_;
  int in_window_ = 0;
  double window_power_ = 0.0, loudest_window_ = 0.0;
  std::int64_t frames_ = 0, loudest_at_ = 0;
};

}  // namespace lacquer::deliver
