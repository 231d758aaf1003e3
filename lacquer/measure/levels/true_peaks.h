#pragma once

#include <algorithm>
#include <vector>

#include "lacquer/base/audio.h"
#include "lacquer/measure/levels/true_peak.h"
#include "lacquer/measure/levels/true_peak_filters.h"

namespace lacquer::measure {

/// True peaks of all channels of a stream, second by second.
class TruePeaks {
 public:
  /// `itu`: by the standard's own filter as well.
  TruePeaks(StreamFormat format, bool itu)
      : meters_(static_cast<std::size_t>(format.channel_count),
                TruePeakMeter{filters_, format.sample_rate_hz, itu}),
        of_channels_(meters_.size()) {}
  TruePeaks(const TruePeaks&) = delete;
  TruePeaks& operator=(const TruePeaks&) = delete;

  void add(int channel, const double* samples, int frames) {
    meters_[static_cast<std::size_t>(channel)].add(samples, frames);
  }
  /// Takes in the tail. Call once, after the last add().
  void finish() {
    for (TruePeakMeter& meter : meters_) meter.finish();
  }

  /// Calls `take` with the peaks by channel of each second that has been searched since.
  template <typename Take>
  void hand_out_seconds(const Take& take) {
    const std::size_t seconds = meters_.front().peak_of_seconds().size();
    for (std::size_t s = 0; s < seconds; ++s) {
      for (std::size_t c = 0; c < meters_.size(); ++c)
        of_channels_[c] = meters_[c].peak_of_seconds()[s];
      take(of_channels_);
    }
    if (seconds == 0) return;
    for (TruePeakMeter& meter : meters_) meter.forget_seconds();
  }

  /// Of the programme, all of it after finish(). Linear, 0 for silence.
  double strict() const { return largest(&TruePeakMeter::peak); }
  double itu() const { return largest(&TruePeakMeter::itu_peak); }

 private:
  double largest(double (TruePeakMeter::*peak)() const noexcept) const {
    double all = 0.0;
    for (const TruePeakMeter& meter : meters_) all = std::max(all, (meter.*peak)());
    return all;
  }

  TruePeakFilters filters_;
  std::vector<TruePeakMeter> meters_;  // by channel, as the next
  std::vector<double> of_channels_;
};

}  // namespace lacquer::measure
