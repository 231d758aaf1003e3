#include "lacquer/deliver/vinyl/groove_meter.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <numbers>

#include "lacquer/base/units.h"

namespace lacquer::deliver {

namespace {
constexpr double high_from_hz = 10000.0;
constexpr double window_s = 0.010;

dsp::BiquadCoefficients butterworth(bool high_pass, double frequency_hz, double sample_rate_hz) {
  dsp::AnalogueSection section;
  section.frequency_hz = std::min(frequency_hz, 0.45 * sample_rate_hz);
  section.d1 = std::numbers::sqrt2;
  section.d2 = 1.0;
  section.n0 = high_pass ? 0.0 : 1.0;
  section.n2 = high_pass ? 1.0 : 0.0;
  return dsp::bilinear(section, sample_rate_hz);
}
}  // namespace

GrooveMeter::GrooveMeter(StreamFormat format, double mono_below_hz, double sibilance_low_hz,
                         double sibilance_high_hz)
    : format_{format}, window_frames_{static_cast<int>(window_s * format.sample_rate_hz)} {
  assert(format.channel_count == 2);
  low_.coefficients = butterworth(false, mono_below_hz, format.sample_rate_hz);
  high_.coefficients = butterworth(true, high_from_hz, format.sample_rate_hz);
  sibilance_floor_.coefficients = butterworth(true, sibilance_low_hz, format.sample_rate_hz);
  sibilance_roof_.coefficients = butterworth(false, sibilance_high_hz, format.sample_rate_hz);
}

void GrooveMeter::add(AudioBlock block) noexcept {
  for (int f = 0; f < block.frame_count(); ++f) {
    const dsp::Pair x{block.channel(0)[f], block.channel(1)[f]};
    all_.add(x);
    below_.add(low_.step(x));
    above_.add(high_.step(x));
    const dsp::Pair s = sibilance_roof_.step(sibilance_floor_.step(x));
    window_power_ += s[0] * s[0] + s[1] * s[1];
    ++frames_;
    if (++in_window_ < window_frames_) continue;
    if (window_power_ > loudest_window_) {
      loudest_window_ = window_power_;
      loudest_at_ = frames_ - window_frames_;
    }
    window_power_ = 0.0;
    in_window_ = 0;
  }
}

std::optional<double> GrooveMeter::Sums::correlation() const {
  const double power = std::sqrt(left * right);
  if (power <= 0.0) return std::nullopt;
  return product / power;
}

GrooveReport GrooveMeter::report() const {
  GrooveReport report;
  const double all = all_.left + all_.right;
  if (all <= 0.0) return report;
  const double power = all / (2.0 * static_cast<double>(frames_));
  report.rms_dbfs = db_from_power(power);
  report.correlation = all_.correlation();
  report.low_correlation = below_.correlation();
  const double low = below_.left + below_.right;
  // Mid and side as half sum and half difference; the halves cancel in the ratio.
  const double mid = low + 2.0 * below_.product;
  const double side = std::max(low - 2.0 * below_.product, 0.0);
  if (mid > 0.0) report.low_side_minus_mid_db = std::max(db_from_power(side / mid), -144.0);
  report.high_share_db = std::max(db_from_power((above_.left + above_.right) / all), -144.0);
  if (loudest_window_ > 0.0) {
    report.sibilance_db =
        db_from_power(loudest_window_ / (2.0 * static_cast<double>(window_frames_)) / power);
    report.sibilance_at_s = static_cast<double>(loudest_at_) / format_.sample_rate_hz;
  }
  return report;
}

}  // namespace lacquer::deliver
