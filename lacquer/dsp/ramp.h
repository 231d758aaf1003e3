#pragma once

#include <algorithm>
#include <cmath>

namespace lacquer::dsp {

/// A setting on its way: moves to a new target in a straight line over a fixed time, and arrives
/// exactly. The first target after reset() holds at once.
class Ramp {
 public:
  void prepare(double sample_rate_hz, double seconds) {
    frames_ = std::max(1, static_cast<int>(std::lround(sample_rate_hz * seconds)));
    reset();
  }
  void reset() noexcept { fresh_ = true; }

  void aim(double target) noexcept {
    if (fresh_) {
      value_ = target_ = target;
      left_ = 0;
      fresh_ = false;
    } else if (target != target_) {
      target_ = target;
      left_ = frames_;
      step_ = (target - value_) / frames_;
    }
  }
  bool moving() const noexcept { return left_ > 0; }
  double value() const noexcept { return value_; }
  double next() noexcept {
    if (left_ > 0) value_ = --left_ == 0 ? target_ : value_ + step_;
    return value_;
  }

 private:
  int frames_ = 1;
  int left_ = 0;
  double value_ = 0.0, target_ = 0.0, step_ = 0.0;
  bool fresh_ = true;
};

}  // namespace lacquer::dsp
