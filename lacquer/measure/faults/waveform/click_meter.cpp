#include "lacquer/measure/faults/waveform/click_meter.h"

#include <algorithm>
#include <cmath>
#include <span>

#include "lacquer/base/units.h"
#include "lacquer/measure/faults/waveform/prediction.h"

namespace lacquer::measure {
namespace {

constexpr int order = 24;
constexpr double side_s = 0.012;    // of sound that prediction learns from, before and after
constexpr double guard_s = 0.0028;  // on each side of a place: and must not learn from
constexpr double longest_s = 0.0014;
constexpr double slow_begin_s = 0.0003;
constexpr double local_s = 0.005;  // on each side: the local level
constexpr double looks_a_step = 0.12, most_looks = 6.0;

// Suspect: the second difference over its mean in 10 ms; over the largest around it.
constexpr std::size_t most_waiting = 16;
constexpr double suspect_ratio = 7.0;
constexpr double alone_ratio = 1.3;
const double faint = gain_from_db(-66.0);
constexpr double nothing = 1e-10;  // power

// What is called a click, by trial on an hour and a half of music: see the test and docs.
constexpr double least_over_db = 21.0;
constexpr double least_isolation = 2.5;  // over the largest error on both sides
constexpr double most_unlike = 4.0;      // error power after over before: more is an attack
constexpr double least_level_db = 8.5;
constexpr double most_rise = 4.0;  // power after over power before: more is an attack
constexpr double edge_above_outside = 1.3;
constexpr double edge_widest_share = 0.4;
constexpr double obvious_isolation =
    10.0;                             // no drum; errors of the music beside it are passed over
constexpr double edge_share = 0.004;  // of the peak, which is the largest weight times the click

}  // namespace

ClickMeter::ClickMeter(double sample_rate_hz)
    : side_frames_{static_cast<int>(side_s * sample_rate_hz)},
      guard_{static_cast<int>(guard_s * sample_rate_hz)},
      longest_frames_{static_cast<int>(longest_s * sample_rate_hz)},
      local_frames_{static_cast<int>(local_s * sample_rate_hz)},
      slow_begin_{static_cast<int>(slow_begin_s * sample_rate_hz)},
      budget_{most_looks} {
  const auto side = static_cast<std::size_t>(side_frames_);
  window_.resize(side);
  for (std::size_t n = 0; n < side; ++n) {
    const double phase = pi * (static_cast<double>(n) + 0.5) / static_cast<double>(side);
    window_[n] = std::sin(phase);
  }
  windowed_.resize(side);
  prediction_.resize(order + 1);
}

void ClickMeter::add(const double* samples, int frame_count, const Bends& bends) {
  recent_.move_to(samples, frame_count);
  budget_ = std::min(most_looks, budget_ + looks_a_step);
  if (frame_count > 2 && recent_.end() > frame_count + 1) {
    const std::int64_t first = recent_.end() - frame_count - 1;
    if (bends.largest > faint && bends.largest > suspect_ratio * bends.sum / frame_count)
      suspect(first, bends.largest);
  }
  while (!waiting_.empty() && waiting_.front() + guard_ + side_frames_ <= recent_.end()) {
    look(waiting_.front());
    waiting_.erase(waiting_.begin());
  }
}

void ClickMeter::suspect(std::int64_t first, double size) {
  std::int64_t place = first;
  while (place + 1 < recent_.end()) {
    const double* x = recent_.at(place);
    if (std::abs((x[-1] - x[0]) + (x[1] - x[0])) >= size) break;
    ++place;
  }
  if (waiting_.size() < most_waiting) waiting_.push_back(place);
}

bool ClickMeter::stands_alone(std::int64_t place) const {
  const auto largest = [&](std::int64_t from, std::int64_t to) {
    return second_differences(recent_.at(from), static_cast<int>(to - from)).largest;
  };
  const double here = largest(place - 2, place + 2);
  const std::int64_t after = place + guard_;
  return here > alone_ratio * largest(place - side_frames_ / 2, place - guard_) &&
         here > alone_ratio * largest(after, after + side_frames_ / 2);
}

void ClickMeter::look(std::int64_t place) {
  if (place < looked_until_ || budget_ < 1.0) return;
  const std::int64_t begin = place - guard_ - side_frames_;
  if (begin < order + 1) return;
  if (!stands_alone(place)) return;
  budget_ -= 1.0;
  looked_until_ = place + guard_;

  const std::int64_t hole_begin = place - guard_, hole_end = place + guard_;
  std::array<double, order + 1> correlation{};
  for (const std::int64_t side : {begin, hole_end}) {
    const double* x = recent_.at(side);
    for (std::size_t n = 0; n < windowed_.size(); ++n) windowed_[n] = x[n] * window_[n];
    add_autocorrelation(windowed_, correlation);
  }
  if (!fit_prediction(correlation, prediction_)) return;

  // Errors over both sides and the hole; forward ones look `order` samples back, backward ahead,
  // and hardly ever are asked for.
  const auto frames = static_cast<int>(hole_end + side_frames_ - begin);
  const int usable = frames - order;
  forward_.resize(static_cast<std::size_t>(usable));
  // forward_[n] belongs to frame begin + order + n, backward_[n] to begin + n.
  const auto in_hole = static_cast<int>(hole_begin - begin);
  const auto hole_stop = static_cast<int>(hole_end - begin);
  const auto power = [&](const std::vector<double>& e, int from, int to) {
    return sum_of_squares(e.data() + from, to - from) / (to - from);
  };
  const auto peak = [&](const std::vector<double>& e, int from, int to) {
    return range(e.data() + from, to - from).size();
  };
  const int left_stop = in_hole - order, right_start = hole_stop;  // as indices of forward_
  const std::span errors{forward_};
  const auto predict = [&](int from, int to) {
    errors_from_before(
        recent_.at(begin + from), prediction_,
        errors.subspan(static_cast<std::size_t>(from), static_cast<std::size_t>(to - from)));
  };
  // Mostly a third of the side before it is enough to see that there are errors as large.
  const int near = left_stop - left_stop / 3;
  predict(near, right_start);
  const double error = std::max(peak(forward_, left_stop, right_start), 1e-20);
  if (error < least_isolation * peak(forward_, near, left_stop)) return;
  predict(0, near);
  const double left = power(forward_, 0, left_stop), left_peak = peak(forward_, 0, left_stop);
  const auto stands_out = [&](double sigma, double outside) {
    return db_from_gain(error / sigma) >= least_over_db && error >= least_isolation * outside;
  };
  if (!stands_out(std::sqrt(std::max(left, 1e-20)), left_peak)) return;
  predict(right_start, usable);
  const double right = power(forward_, right_start, usable);
  const double sigma = std::sqrt(std::max({left, right, 1e-20}));
  const double outside = std::max(left_peak, peak(forward_, right_start, usable));
  if (!stands_out(sigma, outside)) return;
  const double over_db = db_from_gain(error / sigma);
  const double certainty = error / (least_isolation * outside);
  if (right > most_unlike * certainty * left) return;
  backward_.resize(static_cast<std::size_t>(usable));
  errors_from_after(recent_.at(begin), prediction_, backward_);

  // The ends: forward errors begin with the click and last `order` samples longer, backward ones
  // end with it and begin `order` samples earlier. An error of the music itself nearby makes it
  // look longer than it is; hence only errors that are larger than that, if it is too long.
  int first = 0, length = longest_frames_ + 1;
  for (double edge = std::max(edge_above_outside * outside, edge_share * error);
       length > longest_frames_ && edge < edge_widest_share * error; edge *= 2.0) {
    const auto exceeds = [&](const std::vector<double>& e, int n) {
      return std::abs(e[static_cast<std::size_t>(n)]) > edge;
    };
    int forward_first = left_stop, forward_last = right_start - 1;
    while (forward_first < forward_last && !exceeds(forward_, forward_first)) ++forward_first;
    while (forward_last > forward_first && !exceeds(forward_, forward_last)) --forward_last;
    int backward_first = in_hole, backward_last = hole_stop - 1;
    while (backward_last > backward_first && !exceeds(backward_, backward_last)) --backward_last;
    while (backward_first < backward_last && !exceeds(backward_, backward_first)) ++backward_first;
    first = std::min(forward_first, backward_first) + order;
    length = std::max(backward_last, forward_last) - first + 1;
    if (error < obvious_isolation * outside) break;
  }
  if (length > longest_frames_ || length < -order) return;

  Click click{.first_frame = begin + first,
              .frames = std::max(length, 0),
              .over_db = over_db,
              .level_db = 0.0,
              .peak_dbfs = 0.0};
  const std::int64_t end = click.first_frame + click.frames;
  const double before = mean_square(click.first_frame - local_frames_, local_frames_);
  const double after = mean_square(end, local_frames_);
  if (after > most_rise * certainty * std::max(before, nothing)) return;
  const double local = std::sqrt(std::max(0.5 * (before + after), nothing));
  double amount = click.frames > 0 ? added(click.first_frame, click.frames) : 0.0;
  if (click.frames <= slow_begin_) {
    // A click that begins or ends gently shows its ends too late; a cut adds little over any span.
    const std::int64_t wide_from = click.first_frame - slow_begin_;
    const double wide = added(wide_from, longest_frames_ - slow_begin_);
    if (wide > gain_from_db(least_level_db) * local && wide > amount) {
      amount = wide;
      click.frames = std::max(click.frames, 1);
    }
  }
  if (click.frames > 0 && amount < gain_from_db(least_level_db) * local) return;
  if (click.frames == 0) amount = std::abs(*recent_.at(end) - *recent_.at(end - 1));
  click.level_db = db_from_gain(amount / local);
  click.peak_dbfs = db_from_gain(amount);
  clicks_.add(click);
}

double ClickMeter::mean_square(std::int64_t from, int frames) const {
  return sum_of_squares(recent_.at(from), frames) / frames;
}

double ClickMeter::added(std::int64_t first, int frames) const {
  const std::span around{recent_.at(first - order), static_cast<std::size_t>(frames + 2 * order)};
  const std::vector<double> music = interpolated(around, frames, prediction_);
  double largest = 0.0;
  for (std::size_t n = 0; n < music.size(); ++n)
    largest = std::max(largest, std::abs(around[order + n] - music[n]));
  return largest;
}

}  // namespace lacquer::measure
