#include "lacquer/dsp/repair/click_judge.h"

#include <algorithm>
#include <cmath>
#include <span>

#include "lacquer/base/units.h"
#include "lacquer/dsp/repair/bends.h"
#include "lacquer/dsp/repair/prediction.h"

namespace lacquer::dsp {
namespace {

constexpr double side_s = 0.012;    // of sound that prediction learns from, before and after
constexpr double guard_s = 0.0028;  // on each side of a place: and must not learn from
constexpr double longest_s = 0.0014;
constexpr double slow_begin_s = 0.0003;
constexpr double local_s = 0.005;  // on each side: the local level

constexpr double alone_ratio = 1.3;  // of second differences, over the largest around
constexpr double nothing = 1e-10;    // power

constexpr double most_unlike = 4.0;    // error power after over before: more is an attack
constexpr double most_rise = 4.0;      // power after over power before: more is an attack
constexpr double gentle_growth = 1.4;  // a wider span holds more of it than the ends that are seen
constexpr double edge_above_outside = 1.3;
constexpr double edge_widest_share = 0.4;
constexpr double obvious_isolation =
    10.0;                             // no drum; errors of the music beside it are passed over
constexpr double edge_share = 0.004;  // of the peak, which is the largest weight times the click

double mean_square(const double* samples, int frames) {
  double sum = 0.0;
  for (int n = 0; n < frames; ++n) sum += samples[n] * samples[n];
  return sum / frames;
}

double peak(const double* samples, int frames) {
  double largest = 0.0;
  for (int n = 0; n < frames; ++n) largest = std::max(largest, std::abs(samples[n]));
  return largest;
}

}  // namespace

ClickJudge::ClickJudge(double sample_rate_hz)
    : side_frames_{static_cast<int>(side_s * sample_rate_hz)},
      guard_{static_cast<int>(guard_s * sample_rate_hz)},
      longest_frames_{static_cast<int>(longest_s * sample_rate_hz)},
      local_frames_{static_cast<int>(local_s * sample_rate_hz)},
      slow_begin_{static_cast<int>(slow_begin_s * sample_rate_hz)} {
  const auto side = static_cast<std::size_t>(side_frames_);
  window_.resize(side);
  for (std::size_t n = 0; n < side; ++n)
    window_[n] = std::sin(pi * (static_cast<double>(n) + 0.5) / static_cast<double>(side));
  windowed_.resize(side);
  const auto errors = static_cast<std::size_t>(2 * (guard_ + side_frames_) - order);
  forward_.resize(errors);
  backward_.resize(errors);
  const auto longest = static_cast<std::size_t>(longest_frames_);
  around_.resize(longest + 2 * order);
  scratch_.resize(longest * (order + 2));
}

bool ClickJudge::stands_alone(const double* place) const noexcept {
  const auto largest = [&](int from, int to) {
    return second_differences(place + from, to - from).largest;
  };
  const double here = largest(-2, 2);
  return here > alone_ratio * largest(-side_frames_ / 2, -guard_) &&
         here > alone_ratio * largest(guard_, guard_ + side_frames_ / 2);
}

bool ClickJudge::fit_sides(const double* begin, const double* after) noexcept {
  std::array<double, order + 1> correlation{};
  for (const double* side : {begin, after}) {
    for (std::size_t n = 0; n < windowed_.size(); ++n) windowed_[n] = side[n] * window_[n];
    add_autocorrelation(windowed_, correlation);
  }
  return fit_prediction(correlation, prediction_);
}

/// Forward errors begin with the click and last `order` samples longer, backward ones end with it
/// and begin `order` samples earlier. An error of the music itself nearby makes it look longer than
/// it is; hence only errors that are larger than that, if it is too long.
std::optional<ClickJudge::Span> ClickJudge::ends(int in_hole, double error,
                                                 double outside) const noexcept {
  const int hole_stop = in_hole + 2 * guard_;
  for (double edge = std::max(edge_above_outside * outside, edge_share * error);
       edge < edge_widest_share * error; edge *= 2.0) {
    const auto exceeds = [&](const std::vector<double>& e, int n) {
      return std::abs(e[static_cast<std::size_t>(n)]) > edge;
    };
    int forward_first = in_hole - order, forward_last = hole_stop - 1;
    while (forward_first < forward_last && !exceeds(forward_, forward_first)) ++forward_first;
    while (forward_last > forward_first && !exceeds(forward_, forward_last)) --forward_last;
    int backward_first = in_hole, backward_last = hole_stop - 1;
    while (backward_last > backward_first && !exceeds(backward_, backward_last)) --backward_last;
    while (backward_first < backward_last && !exceeds(backward_, backward_first)) ++backward_first;
    const int first = std::min(forward_first, backward_first) + order;
    const int length = std::max(backward_last, forward_last) - first + 1;
    if (length <= longest_frames_) {
      if (length < -order) return {};
      return Span{first, length};
    }
    if (error < obvious_isolation * outside) break;
  }
  return {};
}

std::optional<ClickJudge::Click> ClickJudge::judge(const double* place, const Bars& bars) noexcept {
  // Errors over both sides and the hole; forward ones look `order` samples back, backward ahead,
  // and hardly ever are asked for: forward_[n] belongs to frame begin + order + n, backward_[n] to
  // begin + n.
  const double* begin = place - guard_ - side_frames_;
  const int in_hole = side_frames_, hole_stop = in_hole + 2 * guard_;
  const int usable = static_cast<int>(forward_.size());
  if (!fit_sides(begin, begin + hole_stop)) return {};
  const int left_stop = in_hole - order, right_start = hole_stop;
  const auto predict = [&](int from, int to) {
    errors_from_before(begin + from, prediction_,
                       {forward_.data() + from, static_cast<std::size_t>(to - from)});
  };
  // Mostly a third of the side before it is enough to see that there are errors as large.
  const int near = left_stop - left_stop / 3;
  predict(near, right_start);
  const double error = std::max(peak(&forward_[0] + left_stop, right_start - left_stop), 1e-20);
  if (error < bars.least_isolation * peak(&forward_[0] + near, left_stop - near)) return {};
  predict(0, near);
  const double left = mean_square(&forward_[0], left_stop);
  const double left_peak = peak(&forward_[0], left_stop);
  const auto stands_out = [&](double sigma, double outside) {
    return db_from_gain(error / sigma) >= bars.least_over_db &&
           error >= bars.least_isolation * outside;
  };
  if (!stands_out(std::sqrt(std::max(left, 1e-20)), left_peak)) return {};
  predict(right_start, usable);
  const double right = mean_square(&forward_[0] + right_start, usable - right_start);
  const double sigma = std::sqrt(std::max({left, right, 1e-20}));
  const double outside =
      std::max(left_peak, peak(&forward_[0] + right_start, usable - right_start));
  if (!stands_out(sigma, outside)) return {};
  const double certainty = error / (bars.least_isolation * outside);
  if (right > most_unlike * certainty * left) return {};
  errors_from_after(begin, prediction_, backward_);
  const auto span = ends(in_hole, error, outside);
  if (!span) return {};

  const double* first = begin + span->first;
  Click click{.first = span->first - side_frames_ - guard_,
              .frames = std::max(span->frames, 0),
              .over_db = db_from_gain(error / sigma)};
  const double* end = first + click.frames;
  const double before = mean_square(first - local_frames_, local_frames_);
  const double after = mean_square(end, local_frames_);
  if (after > most_rise * certainty * std::max(before, nothing)) return {};
  const double local = std::sqrt(std::max(0.5 * (before + after), nothing));
  const double least_size = gain_from_db(bars.least_level_db) * local;
  click.size = click.frames > 0 ? added(first, click.frames) : 0.0;
  if (click.frames <= slow_begin_) {
    // A click that begins or ends gently shows its ends too late; a cut adds little over any span.
    const int wide_frames = longest_frames_ - slow_begin_;
    const double wide = added(first - slow_begin_, wide_frames);
    if (wide > least_size && wide > click.size) {
      click.gentle = wide > gentle_growth * click.size || click.size < least_size;
      click.size = wide;
      click.frames = std::max(click.frames, 1);
      click.gentle_first = click.first - slow_begin_;
      click.gentle_frames = wide_frames;
    }
  }
  if (click.frames > 0 && click.size < least_size) return {};
  if (click.frames == 0) click.size = std::abs(end[0] - end[-1]);
  click.level_db = db_from_gain(click.size / local);
  return click;
}

double ClickJudge::added(const double* first, int frames) noexcept {
  const std::span around{around_.data(), static_cast<std::size_t>(frames + 2 * order)};
  std::copy_n(first - order, around.size(), around.begin());
  interpolate(around, frames, prediction_, scratch_);
  double largest = 0.0;
  for (int n = 0; n < frames; ++n)
    largest = std::max(largest, std::abs(first[n] - around[static_cast<std::size_t>(order + n)]));
  return largest;
}

}  // namespace lacquer::dsp
