#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "lacquer/measure/levels/itu_true_peak.h"
#include "lacquer/measure/levels/true_peak_filters.h"

namespace lacquer::measure {

/// Strict true peak of one channel, and of each second of it.
///
/// Guarantee: equal to interpolating everywhere (to the rounding of the sums), ringing before the
/// first and after the last sample included; the same bits for any block split.
/// A second is searched when it is complete, its most promising place first: what is found there
/// rules out nearly all the rest. So it keeps a second of samples.
class TruePeakMeter {
 public:
  /// The filters must outlive the meter. `itu`: the standard's own filter as well.
  TruePeakMeter(const TruePeakFilters&, double sample_rate_hz, bool itu = false);

  void add(const double* samples, int frame_count);
  /// Takes in the tail. Call once, after the last add().
  void finish();

  /// Of the seconds that are complete; all of them after finish(). Linear, 0 for silence.
  double peak() const noexcept { return peak_; }
  /// The same by the standard's own filter (see ItuTruePeakSearch).
  double itu_peak() const noexcept { return itu_ ? itu_->peak() : 0.0; }
  /// One a started second, of those not yet forgotten.
  const std::vector<double>& peak_of_seconds() const noexcept { return peak_of_seconds_; }
  void forget_seconds() noexcept { peak_of_seconds_.clear(); }

  static constexpr int block = 256;  ///< most frames searched at once
  struct Look;                       ///< a block with what is cheap to know about it

 private:
  static constexpr int margin = 64;  // frames to be readable before and after those searched
  static constexpr int slice = ItuTruePeakSearch::slice;  // frames ruled out at once; half the taps

  void begin_second();
  void look_at_slices(int count);
  void search_itu(const double* samples, int slice_count, double sample_peak);
  void search_second(std::int64_t end);
  void search(const double* samples, int count, double& peak) const noexcept;
  void search_cell(const Look&, const double* samples, int f, int second, double loudest,
                   double& peak) const noexcept;

  const TruePeakFilters* filters_;
  std::optional<ItuTruePeakSearch> itu_;
  double sample_rate_hz_;
  std::int64_t frame_count_ = 0;
  std::int64_t position_ = -margin;  // next frame to be searched
  std::int64_t end_of_second_ = 0;   // of the first not yet searched
  std::vector<double> pending_;      // from frame position_ - margin on
  std::int64_t second_count_ = 0;    // of those searched
  std::vector<double> peak_of_seconds_;
  double peak_ = 0.0;
  std::vector<double> sizes_, bends_;  // largest of each slice, of the slices looked at
};

}  // namespace lacquer::measure
