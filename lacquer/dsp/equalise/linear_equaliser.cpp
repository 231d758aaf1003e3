#include "lacquer/dsp/equalise/linear_equaliser.h"

#include <algorithm>
#include <bit>
#include <cmath>

#include "lacquer/dsp/transform/turns.h"
#include "lacquer/dsp/usable.h"

namespace lacquer::dsp {
namespace {

constexpr double shortest_filter_s = 0.65;
constexpr int partition_count = 8;
constexpr int slot_count = 64;  // in which the design of filters is spread over a block
constexpr int collected_count = partition_count + 1;

}  // namespace

void LinearEqualiser::prepare(StreamFormat format) {
  format_ = format;
  const double least_taps = std::max(shortest_filter_s * format.sample_rate_hz, 4096.0);
  tap_count_ = static_cast<int>(std::bit_ceil(static_cast<unsigned>(least_taps)));
  block_frames_ = tap_count_ / partition_count;
  design_.prepare(format, tap_count_, block_frames_);
  fft_.emplace(2 * block_frames_);
  for (EqualiserFilters& filters : filters_)
    for (SpectrumRows& rows : filters.filters) rows.prepare(partition_count, fft_->bins());
  const auto channels = static_cast<std::size_t>(format.channel_count);
  const auto frames = static_cast<std::size_t>(block_frames_);
  history_.resize(channels);
  for (SpectrumHistory& history : history_) history.prepare(block_frames_, partition_count);
  collected_.assign(channels, std::vector<double>(collected_count * frames));
  rendered_.assign(channels, std::vector<double>(frames));
  samples_.assign(2 * frames, 0.0);
  old_block_.assign(frames, 0.0);
  const auto padded = static_cast<std::size_t>(filters_[0].filters[0].stride());
  sum_real_.assign(padded, 0.0);
  sum_imaginary_.assign(padded, 0.0);
  fade_.resize(frames);
  const Turns turns{2 * block_frames_};
  for (std::size_t n = 0; n < frames; ++n) fade_[n] = turns.hann(n);
  reset();
}

void LinearEqualiser::reset() noexcept {
  position_ = 0;
  block_number_ = 0;
  fresh_ = true;
  changing_ = history_kept_ = history_wanted_ = false;
  for (auto& blocks : collected_) std::fill(blocks.begin(), blocks.end(), 0.0);
  for (auto& block : rendered_) std::fill(block.begin(), block.end(), 0.0);
}

/// A block of the last few, by its number.
double* LinearEqualiser::collected(int channel, std::int64_t number) noexcept {
  const std::int64_t row = (number + collected_count) % collected_count;
  return collected_[static_cast<std::size_t>(channel)].data() + row * block_frames_;
}

void LinearEqualiser::begin_block(const Settings& settings) noexcept {
  EqualiserTarget wanted;
  for (std::size_t b = 0; b < wanted.bands.size(); ++b)
    wanted.bands[b] = within_range(settings.bands[b], settings.amount, format_.channel_count);
  wanted.phase = std::isfinite(settings.phase) ? std::clamp(settings.phase, 0.0, 1.0) : 1.0;
  changing_ = fresh_ || !(wanted == target_);
  if (!changing_) return;
  target_ = wanted;
  steps_done_ = 0;
  EqualiserFilters& next = filters_[1 - sounding_];
  design_.begin(target_, next);
  history_wanted_ = !next.flat() && !history_kept_;
}

/// The part of the work on new filters that is due when `slot` slots of the block are in: first the
/// spectra of the blocks before this one, when they were not needed until now.
void LinearEqualiser::work_until(int slot) noexcept {
  if (!changing_) return;
  const int history_steps = history_wanted_ ? (partition_count - 1) * format_.channel_count : 0;
  const int steps = history_steps + design_.step_count();
  const int due = (steps * slot + slot_count - 1) / slot_count;
  for (; steps_done_ < due; ++steps_done_) {
    if (steps_done_ < history_steps)
      add_to_history(steps_done_ % format_.channel_count,
                     block_number_ - 1 - steps_done_ / format_.channel_count);
    else
      design_.run_step(steps_done_ - history_steps, filters_[1 - sounding_]);
  }
}

void LinearEqualiser::add_to_history(int channel, std::int64_t number) noexcept {
  std::copy_n(collected(channel, number - 1), block_frames_, samples_.data());
  std::copy_n(collected(channel, number), block_frames_, samples_.data() + block_frames_);
  history_[static_cast<std::size_t>(channel)].add(number, samples_.data(), *fft_);
}

void LinearEqualiser::render(const EqualiserFilters& filters, int channel, double* to) noexcept {
  if (filters.from_to(channel, channel) == EqualiserFilters::identity) {
    std::copy_n(collected(channel, block_number_ - partition_count / 2), block_frames_, to);
    return;
  }
  std::fill(sum_real_.begin(), sum_real_.end(), 0.0);
  std::fill(sum_imaginary_.begin(), sum_imaginary_.end(), 0.0);
  bool any = false;
  for (int from = 0; from < format_.channel_count; ++from) {
    const int filter = filters.from_to(from, channel);
    if (filter == EqualiserFilters::nothing) continue;
    any |= history_[static_cast<std::size_t>(from)].convolve(
        block_number_, filters.filters[static_cast<std::size_t>(filter)], sum_real_.data(),
        sum_imaginary_.data());
  }
  if (any) {
    fft_->inverse(sum_real_.data(), sum_imaginary_.data(), samples_.data());
    std::copy_n(samples_.data() + block_frames_, block_frames_, to);
  } else {
    std::fill_n(to, block_frames_, 0.0);
  }
}

void LinearEqualiser::finish_block() noexcept {
  const EqualiserFilters& old = filters_[sounding_];
  const EqualiserFilters& next = filters_[1 - sounding_];
  const bool was_flat = fresh_ || old.flat(), will_be_flat = changing_ ? next.flat() : was_flat;
  history_kept_ = !was_flat || !will_be_flat;
  if (history_kept_)
    for (int c = 0; c < format_.channel_count; ++c) add_to_history(c, block_number_);
  for (int c = 0; c < format_.channel_count; ++c) {
    double* out = rendered_[static_cast<std::size_t>(c)].data();
    render(changing_ ? next : old, c, out);
    if (!changing_ || fresh_) continue;
    double* before = old_block_.data();
    render(old, c, before);
    for (std::size_t n = 0; n < fade_.size(); ++n)
      out[n] = before[n] + fade_[n] * (out[n] - before[n]);
  }
  if (changing_) sounding_ = 1 - sounding_;
  history_kept_ = history_kept_ && !will_be_flat;
  changing_ = fresh_ = false;
  ++block_number_;
}

void LinearEqualiser::process(AudioBlock block, const Settings& settings) noexcept {
  const int slot_frames = block_frames_ / slot_count;
  for (int done = 0; done < block.frame_count();) {
    if (position_ == 0) begin_block(settings);
    const int frames = std::min(block.frame_count() - done, slot_frames - position_ % slot_frames);
    for (int c = 0; c < block.channel_count(); ++c) {
      double* samples = block.channel(c) + done;
      double* in = collected(c, block_number_) + position_;
      const double* out = rendered_[static_cast<std::size_t>(c)].data() + position_;
      for (int f = 0; f < frames; ++f) {
        in[f] = usable(samples[f]);
        samples[f] = out[f];
      }
    }
    position_ += frames;
    done += frames;
    if (position_ % slot_frames == 0) work_until(position_ / slot_frames);
    if (position_ == block_frames_) {
      finish_block();
      position_ = 0;
    }
  }
}

}  // namespace lacquer::dsp
