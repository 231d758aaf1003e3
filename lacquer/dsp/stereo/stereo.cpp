#include "lacquer/dsp/stereo/stereo.h"

#include <algorithm>
#include <cmath>

#include "lacquer/base/units.h"
#include "lacquer/dsp/usable.h"
#include "lacquer/dsp/within_range.h"

namespace lacquer::dsp {
namespace {

constexpr double glide_s = 0.02;
constexpr double longest_delay_s = 0.02;
constexpr double lowest_corner_hz = 60.0;
constexpr int steps_to_renew = 16;

bool on(double setting) { return setting >= 0.5; }

/// What becomes of left (in its column l) and right (r), row by row.
struct Matrix {
  double left_l = 1.0, left_r = 0.0;
  double right_l = 0.0, right_r = 1.0;
};

/// First `b`, then `a`.
Matrix operator*(const Matrix& a, const Matrix& b) {
  return {a.left_l * b.left_l + a.left_r * b.right_l, a.left_l * b.left_r + a.left_r * b.right_r,
          a.right_l * b.left_l + a.right_r * b.right_l,
          a.right_l * b.left_r + a.right_r * b.right_r};
}

Matrix image(const Stereo::Settings& settings) {
  const double amount = settings.amount;
  Matrix corrected;
  if (amount > 0.0) {
    const double left = on(settings.invert_left) ? -1.0 : 1.0;
    const double right = on(settings.invert_right) ? -1.0 : 1.0;
    corrected = on(settings.swap) ? Matrix{0.0, right, left, 0.0} : Matrix{left, 0.0, 0.0, right};
  }
  const double balance = gain_from_db(0.5 * amount * settings.balance_db);
  const double angle = amount * settings.rotation_degrees * pi / 180.0;
  const double mid = gain_from_db(amount * settings.mid_gain_db);
  const double side = gain_from_db(amount * settings.side_gain_db);
  const Matrix balanced{1.0 / balance, 0.0, 0.0, balance};
  const Matrix turned{std::cos(angle), -std::sin(angle), std::sin(angle), std::cos(angle)};
  const Matrix mid_and_side{0.5 * (mid + side), 0.5 * (mid - side), 0.5 * (mid - side),
                            0.5 * (mid + side)};
  return mid_and_side * (turned * (balanced * corrected));
}

}  // namespace

void Stereo::prepare(StreamFormat format) {
  format_ = format;
  const double rate_hz = format.sample_rate_hz;
  for (Split& split : splits_) {
    split.low_pass.prepare(lowest_corner_hz, rate_hz, step_frames);
    split.octave.prepare(rate_hz / step_frames, glide_s);  // moves once a step
  }
  split_delay_ = splits_[0].low_pass.delay_frames();
  most_delay_ = std::max(static_cast<int>(std::ceil(longest_delay_s * rate_hz)), split_delay_);
  delays_.resize(static_cast<std::size_t>(format.channel_count));
  for (Delay& delay : delays_) {
    delay.samples.resize(static_cast<std::size_t>(most_delay_ + 2 * DelayTap::reach + step_frames));
    delay.fade.prepare(rate_hz, glide_s);
  }
  for (auto& channel : pair_) channel.resize(static_cast<std::size_t>(split_delay_ + step_frames));
  for (Ramp* ramp : {&left_from_left_, &left_from_right_, &right_from_left_, &right_from_right_,
                     &widths_[0], &widths_[1], &widths_[2]})
    ramp->prepare(rate_hz, glide_s);
  reset();
}

void Stereo::reset() noexcept {
  for (Split& split : splits_) {
    split.low_pass.reset();
    split.octave.reset();
  }
  for (Delay& delay : delays_) {
    std::fill(delay.samples.begin(), delay.samples.end(), 0.0);
    delay.fading = false;
  }
  for (auto& channel : pair_) std::fill(channel.begin(), channel.end(), 0.0);
  for (Ramp* ramp : {&left_from_left_, &left_from_right_, &right_from_left_, &right_from_right_,
                     &widths_[0], &widths_[1], &widths_[2]})
    ramp->reset();
  frames_into_step_ = steps_ = warm_up_steps_ = 0;
  fresh_ = true;
  splitting_ = false;
}

void Stereo::begin_delay(Delay& delay, double frames) noexcept {
  if (fresh_) delay.tap.aim(frames);
  if (delay.fading && !delay.fade.moving()) {
    delay.tap = delay.next;
    delay.fading = false;
  }
  if (delay.fading || frames == delay.tap.frames()) return;
  delay.next.aim(frames);
  delay.fading = true;
  delay.fade.reset();
  delay.fade.aim(0.0);
  delay.fade.aim(1.0);
}

void Stereo::begin_split(Split& split, double corner_hz) noexcept {
  split.octave.aim(std::log2(corner_hz));
  split.length = split.last_length;
  if (!fresh_ && !split.octave.moving()) return;
  split.last_length =
      SmoothLowPass::length_for(std::exp2(split.octave.next()), format_.sample_rate_hz);
  if (fresh_) split.length = split.last_length;
}

void Stereo::begin_step(const Settings& wanted) noexcept {
  const Settings settings = within_range<Stereo>(wanted);
  const double amount = settings.amount;
  const Matrix matrix = image(settings);
  left_from_left_.aim(matrix.left_l);
  left_from_right_.aim(matrix.left_r);
  right_from_left_.aim(matrix.right_l);
  right_from_right_.aim(matrix.right_r);

  std::array widths = {amount * (settings.width_low - 1.0), amount * (settings.width_middle - 1.0),
                       amount * (settings.width_high - 1.0)};
  const bool wide = widths != std::array{0.0, 0.0, 0.0};
  if (wide && !splitting_) {
    splitting_ = true;
    warm_up_steps_ = fresh_ ? 0 : 2 * split_delay_ / step_frames + 2;
    for (Split& split : splits_) split.low_pass.reset();
  } else if (!wide && splitting_) {
    splitting_ = std::any_of(widths_.begin(), widths_.end(), [](const Ramp& width) {
      return width.moving() || width.value() != 0.0;
    });
  }
  if (warm_up_steps_ > 0 && --warm_up_steps_ > 0) widths = {};
  for (std::size_t band = 0; band < widths.size(); ++band) widths_[band].aim(widths[band]);
  begin_split(splits_[0], settings.low_frequency_hz);
  begin_split(splits_[1], settings.high_frequency_hz);
  if (splitting_ && steps_ == 0)
    for (Split& split : splits_) split.low_pass.renew();
  steps_ = (steps_ + 1) % steps_to_renew;

  const bool pair = format_.channel_count == 2;
  const std::array delays_ms = {settings.delay_left_ms, settings.delay_right_ms};
  for (std::size_t c = 0; c < delays_.size(); ++c)
    begin_delay(delays_[c], !pair          ? split_delay_
                            : amount > 0.0 ? delays_ms[c] * 1e-3 * format_.sample_rate_hz
                                           : 0.0);
  fresh_ = false;
}

void Stereo::hold_back(Delay& delay, const double* in, int frames, double* out) noexcept {
  const int past = most_delay_ + 2 * DelayTap::reach;
  double* incoming = delay.samples.data() + past;
  for (int f = 0; f < frames; ++f) incoming[f] = usable(in[f]);
  const double* now = incoming - DelayTap::reach;
  for (int f = 0; f < frames; ++f) out[f] = delay.tap.read(now + f);
  if (delay.fading)
    for (int f = 0; f < frames; ++f)
      out[f] += delay.fade.next() * (delay.next.read(now + f) - out[f]);
  std::copy_n(delay.samples.begin() + frames, past, delay.samples.begin());
}

void Stereo::process_pair(AudioBlock block) noexcept {
  const int frames = block.frame_count();
  const auto count = static_cast<std::size_t>(frames);
  double* left = block.channel(0);
  double* right = block.channel(1);
  const double* left_now = pair_[0].data() + split_delay_;
  const double* right_now = pair_[1].data() + split_delay_;
  hold_back(delays_[0], left, frames, pair_[0].data() + split_delay_);
  hold_back(delays_[1], right, frames, pair_[1].data() + split_delay_);
  for (std::size_t f = 0; f < count; ++f) {
    const double left_l = left_from_left_.next(), left_r = left_from_right_.next();
    const double right_l = right_from_left_.next(), right_r = right_from_right_.next();
    const double l = pair_[0][f], r = pair_[1][f];
    left[f] = left_l * l + left_r * r;
    right[f] = right_l * l + right_r * r;
    if (!splitting_) continue;
    const double side_l = 0.5 * (left_l - right_l), side_r = 0.5 * (left_r - right_r);
    side_[f] = side_l * l + side_r * r;
    splits_[0].band[f] = splits_[1].band[f] = side_l * left_now[f] + side_r * right_now[f];
  }
  for (auto& channel : pair_) std::copy_n(channel.begin() + frames, split_delay_, channel.begin());
  if (!splitting_) return;
  for (Split& split : splits_) {
    const double step = (split.last_length - split.length) / step_frames;
    split.low_pass.process(split.band.data(), frames, {split.length, step, frames_into_step_});
  }
  for (std::size_t f = 0; f < count; ++f) {
    const double low = widths_[0].next(), middle = widths_[1].next(), high = widths_[2].next();
    const double more = (low - middle) * splits_[0].band[f] + (middle - high) * splits_[1].band[f] +
                        high * side_[f];
    left[f] += more;
    right[f] -= more;
  }
}

void Stereo::process(AudioBlock block, const Settings& settings) noexcept {
  for (int done = 0; done < block.frame_count();) {
    if (frames_into_step_ == 0) begin_step(settings);
    const int frames = std::min(block.frame_count() - done, step_frames - frames_into_step_);
    const AudioBlock part = block.frames(done, frames);
    if (block.channel_count() == 2)
      process_pair(part);
    else
      for (int c = 0; c < block.channel_count(); ++c)
        hold_back(delays_[static_cast<std::size_t>(c)], part.channel(c), frames, part.channel(c));
    frames_into_step_ = (frames_into_step_ + frames) % step_frames;
    done += frames;
  }
}

}  // namespace lacquer::dsp
