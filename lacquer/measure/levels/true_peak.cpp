#include "lacquer/measure/levels/true_peak.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "lacquer/dsp/wide.h"

namespace lacquer::measure {

constexpr int near_frames = 4;  // half samples of a cell filter lie within so many frames

/// What one block looks like before anything is searched; arrays begin near_frames early unless
/// they say otherwise.
struct TruePeakMeter::Look {
  static constexpr int widest = block + 4 * near_frames + 8;

  double middles[widest];  // half-way between a frame and the next
  double bends[widest];    // larger second difference of half samples, at a frame and half-way on
  double near[widest];     // by how much the cells after frame [0] can exceed their ends
  double bounds[widest];   // of the two cells after frame [0]; both without the slack
};

namespace {

using Filters = TruePeakFilters;

// What is done for every sample is done four frames at a time, without branches. Every output has
// its own sums in a fixed order, so the bits do not depend on the width the machine works in.
using dsp::make_size;
using dsp::Quad;
using dsp::quads;
using dsp::raise;

LACQUER_KERNEL void look_kernel(const Filters& filters, const double* samples, int count,
                                TruePeakMeter::Look& look) {
  const double* middle = filters.middle.data();
  const int all = (count + 4 * near_frames + 7) / 8 * 8;  // spare ones let maxima run over
  for (int f = 0; f < all; f += 8) {
    const double* left = samples - near_frames + f;
    const double* right = left + 1;
    Quad even0{}, even1{}, odd0{}, odd1{};
    for (int tap = 0; tap < Filters::taps / 2; tap += 2) {
      even0 += middle[tap] * (quads(left - tap)[0] + quads(right + tap)[0]);
      even1 += middle[tap] * (quads(left - tap)[1] + quads(right + tap)[1]);
      odd0 += middle[tap + 1] * (quads(left - tap - 1)[0] + quads(right + tap + 1)[0]);
      odd1 += middle[tap + 1] * (quads(left - tap - 1)[1] + quads(right + tap + 1)[1]);
    }
    quads(look.middles + f)[0] = even0 + odd0;
    quads(look.middles + f)[1] = even1 + odd1;
  }
  look.bends[0] = 0.0;
  for (int f = 1; f + 4 <= all; f += 4) {
    const Quad here = *quads(samples - near_frames + f), half = *quads(look.middles + f);
    Quad at_frame = *quads(look.middles + f - 1) + half - (here + here);
    Quad at_half = here + *quads(samples - near_frames + f + 1) - (half + half);
    make_size(at_frame);
    make_size(at_half);
    raise(at_frame, at_half);
    *quads(look.bends + f) = at_frame;
  }
  // Largest of eight by doubling: of two, of four, of eight.
  std::memcpy(look.near, look.bends, sizeof(look.near));
  for (const int reach : {1, 2, 4}) {
    for (int f = 0; f + reach + 4 <= all; f += 4) {
      Quad largest = *quads(look.near + f);
      const Quad later = *quads(look.near + f + reach);
      raise(largest, later);
      *quads(look.near + f) = largest;
    }
  }
  const double bend_gain = filters.cell.curvature_gain();
  for (int f = 0; f < count; f += 4) {
    Quad here = *quads(samples + f), next = *quads(samples + f + 1);
    Quad half = *quads(look.middles + f + near_frames);
    make_size(here);
    make_size(next);
    make_size(half);
    raise(here, half);
    raise(here, next);
    const Quad more = bend_gain * *quads(look.near + f + 1);
    *quads(look.near + f) = more;
    *quads(look.bounds + f) = here + more;
  }
}

LACQUER_WIDE void look_wide(const Filters& filters, const double* samples, int count,
                            TruePeakMeter::Look& look) {
  look_kernel(filters, samples, count, look);
}

void look_at(const Filters& filters, const double* samples, int count, TruePeakMeter::Look& look) {
  dsp::has_wide_registers() ? look_wide(filters, samples, count, look)
                            : look_kernel(filters, samples, count, look);
}

/// Largest sample and largest second difference, as sizes, of each slice of 32 frames.
LACQUER_KERNEL void slices_kernel(const double* samples, int slice_count, double* sizes,
                                  double* bends) {
  for (int s = 0; s < slice_count; ++s, samples += 32) {
    Quad size0{}, size1{}, bend0{}, bend1{};
    for (int f = 0; f < 32; f += 8) {
      Quad here0 = quads(samples + f)[0], here1 = quads(samples + f)[1];
      Quad off0 = quads(samples + f - 1)[0] + quads(samples + f + 1)[0] - (here0 + here0);
      Quad off1 = quads(samples + f - 1)[1] + quads(samples + f + 1)[1] - (here1 + here1);
      make_size(here0);
      make_size(here1);
      make_size(off0);
      make_size(off1);
      raise(size0, here0);
      raise(size1, here1);
      raise(bend0, off0);
      raise(bend1, off1);
    }
    raise(size0, size1);
    raise(bend0, bend1);
    sizes[s] = dsp::largest_of(size0);
    bends[s] = dsp::largest_of(bend0);
  }
}

LACQUER_WIDE void slices_wide(const double* samples, int slice_count, double* sizes,
                              double* bends) {
  slices_kernel(samples, slice_count, sizes, bends);
}

LACQUER_KERNEL double largest_size_kernel(const double* samples, int count) {
  Quad largest0{}, largest1{};
  int f = 0;
  for (; f + 7 < count; f += 8) {
    Quad here0 = quads(samples + f)[0], here1 = quads(samples + f)[1];
    make_size(here0);
    make_size(here1);
    raise(largest0, here0);
    raise(largest1, here1);
  }
  raise(largest0, largest1);
  double largest = dsp::largest_of(largest0);
  for (; f < count; ++f) largest = std::max(largest, std::abs(samples[f]));
  return largest;
}

LACQUER_WIDE double largest_size_wide(const double* samples, int count) {
  return largest_size_kernel(samples, count);
}

double larger(double a, double b) noexcept { return a > b ? a : b; }

double largest_size(const double* samples, int count) noexcept {
  return (dsp::has_wide_registers() ? largest_size_wide : largest_size_kernel)(samples, count);
}

}  // namespace

TruePeakMeter::TruePeakMeter(const TruePeakFilters& filters, double sample_rate_hz, bool itu)
    : filters_{&filters}, sample_rate_hz_{sample_rate_hz}, pending_(2 * margin) {
  if (itu) itu_.emplace(sample_rate_hz);
  begin_second();
}

void TruePeakMeter::add(const double* samples, int frame_count) {
  pending_.insert(pending_.end(), samples, samples + frame_count);
  frame_count_ += frame_count;
  while (frame_count_ - margin >= end_of_second_) search_second(end_of_second_);
  look_at_slices((static_cast<int>(frame_count_ - position_) - 1) / slice + 1);
}

void TruePeakMeter::finish() {
  if (frame_count_ == 0) return;
  pending_.resize(pending_.size() + 2 * margin);
  while (end_of_second_ < frame_count_) search_second(end_of_second_);
  search_second(frame_count_ + margin);  // ringing outside belongs to the first and last second
}

void TruePeakMeter::begin_second() {
  const auto seconds = static_cast<double>(second_count_ + 1);
  end_of_second_ = static_cast<std::int64_t>(std::ceil(seconds * sample_rate_hz_));
}

/// While they are in the cache. Slice 0 stands before position_; of each slice the frame before and
/// the frame behind it are read.
void TruePeakMeter::look_at_slices(int count) {
  const int known = static_cast<int>(sizes_.size());
  if (count <= known) return;
  sizes_.resize(static_cast<std::size_t>(count));
  bends_.resize(sizes_.size());
  (dsp::has_wide_registers() ? slices_wide : slices_kernel)(
      pending_.data() + margin + (known - 1) * slice, count - known, sizes_.data() + known,
      bends_.data() + known);
}

void TruePeakMeter::search_itu(const double* samples, int slice_count, double sample_peak) {
  itu_->note(sample_peak);
  for (int s = 1; s <= slice_count; ++s) {
    const auto at = static_cast<std::size_t>(s);
    const double size = larger(sizes_[at - 1], larger(sizes_[at], sizes_[at + 1]));
    const double bend = larger(bends_[at - 1], larger(bends_[at], bends_[at + 1]));
    if (itu_->may_exceed(size, bend)) itu_->search(samples + (s - 1) * slice);
  }
}

/// From position_ on up to `end`.
void TruePeakMeter::search_second(std::int64_t end) {
  const int count = static_cast<int>(end - position_);
  const double* samples = pending_.data() + margin;
  // Slices 1 to slice_count are to be searched; their filters see one more on either side.
  const int slice_count = (count + slice - 1) / slice;
  look_at_slices(slice_count + 2);

  const int whole = (slice_count - 1) * slice;
  double peak = largest_size(samples + whole, count - whole);
  for (std::size_t s = 1; s < static_cast<std::size_t>(slice_count); ++s)
    peak = std::max(peak, sizes_[s]);

  if (itu_) search_itu(samples, slice_count, peak);
  // From here on sizes_ holds the most that can be between the samples of a slice. Their ends are
  // the samples of the slice and the first of the next.
  const double bend_gain = filters_->strict.curvature_gain();
  for (int s = 1; s <= slice_count; ++s) {
    const auto at = static_cast<std::size_t>(s);
    const double bend = larger(bends_[at - 1], larger(bends_[at], bends_[at + 1]));
    sizes_[at] = larger(sizes_[at], std::abs(samples[s * slice])) + bend_gain * bend;
  }
  const auto search_slices = [&](int first, int last) {
    const int from = (first - 1) * slice;
    search(samples + from, std::min(last * slice, count) - from, peak);
  };
  const auto best =
      std::max_element(sizes_.begin() + 1, sizes_.begin() + slice_count + 1) - sizes_.begin();
  search_slices(static_cast<int>(best), static_cast<int>(best));
  for (int s = 1; s <= slice_count; ++s) {
    int last = s;
    while (last - s < block / slice && last <= slice_count &&
           sizes_[static_cast<std::size_t>(last)] > peak)
      ++last;
    if (last > s) search_slices(s, last - 1);
    s = std::max(s, last - 1);
  }

  peak_of_seconds_.push_back(peak);
  peak_ = std::max(peak_, peak);
  ++second_count_;
  begin_second();
  pending_.erase(pending_.begin(), pending_.begin() + count);
  position_ = end;
  sizes_.clear();
  bends_.clear();
}

void TruePeakMeter::search(const double* samples, int count, double& peak) const noexcept {
  const Filters& filters = *filters_;
  const double loudest = largest_size(samples - margin + 1, count + 2 * margin - 2);
  peak = std::max(peak, largest_size(samples, count));
  if (loudest * filters.strict.worst_gain() <= peak) return;

  Look look;
  look_at(filters, samples, count, look);
  peak = std::max(peak, largest_size(look.middles + near_frames, count));
  const double slack = filters.cell_residual * loudest;
  for (int f = 0; f < count; ++f) {
    if (look.bounds[f] + slack <= peak) continue;
    const double near = look.near[f] + slack;
    const double middle = std::abs(look.middles[f + near_frames]);
    for (int second = 0; second < 2; ++second) {
      const double ends = std::max(middle, std::abs(samples[f + second]));
      if (ends + near > peak) search_cell(look, samples, f, second, loudest, peak);
    }
  }
}

/// The cell from frame f to its middle, or (`second`) from there to the next frame.
void TruePeakMeter::search_cell(const Look& look, const double* samples, int f, int second,
                                double loudest, double& peak) const noexcept {
  const Filters& filters = *filters_;
  const double slack = filters.cell_residual * loudest;
  constexpr int left_taps = Filters::cell_taps / 2 - 1;
  double half_samples[Filters::cell_taps + 1];
  for (int k = 0; k < Filters::cell_taps; k += 2) {
    // The cells of a frame see half samples from its -7th (a middle) or -6th (a frame) on.
    const int frame = f - near_frames + k / 2 + second;
    half_samples[k + 1 - second] = samples[frame + 1 - second];
    half_samples[k + second] = look.middles[frame + near_frames];
  }
  const double* centre = half_samples + left_taps;
  double values[Filters::phases];
  filters.cell.interpolate(centre, values);
  if (largest_size(values, Filters::cell_phases) + slack <= peak) return;
  filters.strict.interpolate(samples + f, values);
  peak = std::max(peak, largest_size(values, Filters::phases));
}

}  // namespace lacquer::measure
