#include "lacquer/dsp/repair/declick.h"

#include <algorithm>
#include <cmath>
#include <span>

#include "lacquer/base/units.h"
#include "lacquer/dsp/repair/bends.h"
#include "lacquer/dsp/repair/exchange.h"
#include "lacquer/dsp/repair/prediction.h"
#include "lacquer/dsp/within_range.h"

namespace lacquer::dsp {
namespace {

constexpr double hop_s = 0.0025;
constexpr double glide_s = 0.02;
constexpr int hops_at_once = 32;  // between two moves of the memory

const double faint = gain_from_db(-66.0);  // a bend of less is no click anybody hears
constexpr double suspect_ratio = 7.0;      // bend over the mean of 10 ms
constexpr int most_repairs = 6;            // in a hop

// Of the prediction that solves for the samples, at 44.1 kHz; higher rates need more for the same
// time, until it costs too much.
constexpr double order_at_44100 = 96.0;
constexpr double side_s = 0.048;      // of music before and after that it is fitted to
constexpr double margin_s = 0.00004;  // on each side of what was seen of a click
constexpr double most_growth = 2.0;   // a solution larger than the music around has run away

/// From -1 at sensitivity 0 to 1 at 1.
double eagerness(double sensitivity) { return 2.0 * sensitivity - 1.0; }

ClickJudge::Bars bars_of(double sensitivity) {
  const double eager = eagerness(sensitivity);
  ClickJudge::Bars bars;
  bars.least_over_db -= 6.0 * eager;
  bars.least_level_db -= 6.0 * eager;
  bars.least_isolation *= std::exp2(-0.5 * eager);
  return bars;
}

}  // namespace

void Declick::prepare(StreamFormat format) {
  const auto frames = [&](double seconds) {
    return static_cast<int>(std::lround(seconds * format.sample_rate_hz));
  };
  sample_rate_hz_ = format.sample_rate_hz;
  judge_ = ClickJudge{sample_rate_hz_};
  for (Hidden& hidden : hidden_)
    hidden.samples.resize(static_cast<std::size_t>(judge_.longest_frames()));
  hop_frames_ = std::max(4, frames(hop_s));
  side_frames_ = frames(side_s);
  margin_frames_ = std::max(2, frames(margin_s));
  // A hop is settled when what it has to be judged beside can itself be judged.
  order_ = static_cast<std::size_t>(
      std::clamp(order_at_44100 * format.sample_rate_hz / 44100.0, 32.0, 128.0));
  const int touched = judge_.guard_frames() + judge_.longest_frames();
  latency_frames_ = 2 * judge_.reach_frames() + 2 * hop_frames_ + touched;
  kept_frames_ = latency_frames_ + touched +
                 std::max(side_frames_ + static_cast<int>(order_), judge_.reach_frames());
  const int hops = (2 * judge_.reach_frames() + hop_frames_ - 1) / hop_frames_ + 1;
  channels_.resize(static_cast<std::size_t>(format.channel_count));
  for (Channel& channel : channels_) {
    for (auto* samples : {&channel.original, &channel.clean})
      samples->resize(static_cast<std::size_t>(kept_frames_ + hops_at_once * hop_frames_));
    channel.suspects.resize(static_cast<std::size_t>(hops));
  }
  amount_.prepare(format.sample_rate_hz, glide_s);
  amounts_.resize(static_cast<std::size_t>(hop_frames_));
  filter_.resize(order_ + 1);
  const auto longest = static_cast<std::size_t>(judge_.longest_frames() + 2 * margin_frames_);
  around_.resize(longest + 2 * order_);
  scratch_.resize(std::max(longest * (order_ + 2), 4 * static_cast<std::size_t>(side_frames_)));
  reset();
}

void Declick::reset() noexcept {
  into_hop_ = 0;
  end_ = kept_frames_;
  amount_.reset();
  asked_ = settings_ = {};
  repair_count_ = 0;
  for (Channel& channel : channels_) {
    std::fill(channel.original.begin(), channel.original.end(), 0.0);
    std::fill(channel.clean.begin(), channel.clean.end(), 0.0);
    std::fill(channel.suspects.begin(), channel.suspects.end(), Suspect{});
    channel.bends.fill(0.0);
  }
}

void Declick::process(AudioBlock block, const Settings& settings) noexcept {
  if (!(settings == asked_)) {
    asked_ = settings;
    settings_ = within_range<Declick>(settings);
  }
  amount_.aim(settings_.amount);
  for (int done = 0; done < block.frame_count();) {
    const int frames = std::min(block.frame_count() - done, hop_frames_ - into_hop_);
    for (int f = 0; f < frames; ++f) amounts_[static_cast<std::size_t>(f)] = amount_.next();
    for (int c = 0; c < block.channel_count(); ++c) {
      Channel& channel = channels_[static_cast<std::size_t>(c)];
      exchange(block.channel(c) + done, channel.original.data() + end_ + into_hop_,
               channel.clean.data() + end_ + into_hop_, amounts_.data(), frames, latency_frames_);
    }
    into_hop_ += frames;
    done += frames;
    if (into_hop_ == hop_frames_) finish_hop();
  }
}

void Declick::finish_hop() noexcept {
  into_hop_ = 0;
  end_ += hop_frames_;
  for (Channel& channel : channels_) {
    const int first = end_ - hop_frames_;
    std::rotate(channel.bends.begin(), channel.bends.begin() + 1, channel.bends.end());
    channel.bends.back() =
        second_differences(channel.clean.data() + first - 2, hop_frames_ + 2).sum;
    double sum = 0.0;
    for (const double bends : channel.bends) sum += bends;
    std::rotate(channel.suspects.begin(), channel.suspects.begin() + 1, channel.suspects.end());
    channel.suspects.back() = {
        .hop_first = first,
        .usual = sum / (static_cast<double>(channel.bends.size()) * hop_frames_)};
    seek(channel, channel.suspects.back());
    settle(channel);
  }
  if (end_ + hop_frames_ <= static_cast<int>(channels_.front().clean.size())) return;
  const int down = end_ - kept_frames_;
  for (Channel& channel : channels_) {
    for (auto* samples : {&channel.original, &channel.clean})
      std::copy(samples->begin() + down, samples->begin() + end_, samples->begin());
    for (Suspect& suspect : channel.suspects) {
      suspect.hop_first -= down;
      suspect.place -= down;
    }
  }
  end_ = kept_frames_;
}

/// The sharpest bend of the hop, if it is out of the ordinary. (Of a hop's last sample it is known
/// in the next.)
void Declick::seek(const Channel& channel, Suspect& suspect) const noexcept {
  const double* samples = channel.clean.data() + suspect.hop_first - 2;
  const double sharpest = second_differences(samples, hop_frames_ + 2).largest;
  const double ratio = suspect_ratio * std::exp2(-0.5 * eagerness(settings_.sensitivity));
  suspect.size = 0.0;
  if (!(sharpest > faint && sharpest > ratio * suspect.usual)) return;
  suspect.size = sharpest;
  int at = 1;
  while (at < hop_frames_ &&
         std::abs((samples[at - 1] - samples[at]) + (samples[at + 1] - samples[at])) < sharpest)
    ++at;
  suspect.place = suspect.hop_first - 2 + at;
}

/// The oldest hop that is still open, and first whatever near it is worse.
void Declick::settle(Channel& channel) noexcept {
  Suspect& oldest = channel.suspects.front();
  while (oldest.size > 0.0) {
    Suspect* worst = &oldest;
    for (Suspect& other : channel.suspects)
      if (other.size > worst->size && other.place + judge_.reach_frames() <= end_) worst = &other;
    examine(channel, *worst);
  }
}

std::optional<ClickJudge::Click> Declick::judged(Channel& channel,
                                                 const Suspect& suspect) noexcept {
  const auto bars = bars_of(settings_.sensitivity);
  const double* place = channel.clean.data() + suspect.place;
  if (judge_.stands_alone(place))
    if (const auto click = judge_.judge(place, bars)) return click;
  // Crackle: a click beside another does not stand alone. The others, if they are few, are filled
  // in for as long as this one is judged; a drum stays one without its sharpest moments.
  const int half = judge_.longest_frames() / 4;
  std::size_t hidden = 0;
  for (const Suspect& other : channel.suspects) {
    const int apart = std::abs(other.place - suspect.place);
    if (other.size <= 0.0 || apart <= judge_.guard_frames() ||
        apart >= judge_.reach_frames() + half)
      continue;
    if (hidden == hidden_.size()) return {};
    hidden_[hidden++].first = other.place - half;
  }
  if (hidden == 0) return {};
  const auto frames = static_cast<std::size_t>(2 * half);
  for (std::size_t n = 0; n < hidden; ++n)
    std::copy_n(channel.clean.begin() + hidden_[n].first, frames, hidden_[n].samples.begin());
  for (std::size_t n = 0; n < hidden; ++n) repair(channel, hidden_[n].first, 2 * half);
  std::optional<ClickJudge::Click> click;
  if (judge_.stands_alone(place)) click = judge_.judge(place, bars);
  for (std::size_t n = 0; n < hidden; ++n)
    std::copy_n(hidden_[n].samples.begin(), frames, channel.clean.begin() + hidden_[n].first);
  return click;
}

void Declick::examine(Channel& channel, Suspect& suspect) noexcept {
  suspect.size = 0.0;
  const auto click = judged(channel, suspect);
  if (!click || click->frames == 0) return;
  const double longest_frames = settings_.longest_click_ms * 0.001 * sample_rate_hz_;
  if (click->frames > longest_frames) return;
  const int first = suspect.place + (click->gentle ? click->gentle_first : click->first);
  const int frames = click->gentle ? click->gentle_frames : click->frames;
  if (!repair(channel, first - margin_frames_, frames + 2 * margin_frames_)) return;
  ++repair_count_;
  if (++suspect.repairs < most_repairs) seek(channel, suspect);
}

bool Declick::repair(Channel& channel, int first, int frames) noexcept {
  // Music to learn from: as far as nothing in it is suspect itself.
  int after_end = std::min(end_, first + frames + side_frames_);
  for (const Suspect& other : channel.suspects)
    if (other.size > 0.0 && other.place >= first + frames)
      after_end = std::min(after_end, other.place - judge_.longest_frames());
  const double* samples = channel.clean.data();
  const std::span before{samples + first - side_frames_, static_cast<std::size_t>(side_frames_)};
  const std::span after{samples + first + frames,
                        static_cast<std::size_t>(std::max(0, after_end - first - frames))};
  const std::array<std::span<const double>, 2> pieces{before, after};
  if (!fit_prediction_to(pieces, filter_, scratch_)) return false;
  const std::span around{around_.data(), static_cast<std::size_t>(frames) + 2 * order_};
  std::copy_n(samples + first - static_cast<int>(order_), around.size(), around.begin());
  double highest = 0.0;
  for (const auto& piece : pieces)
    for (const double sample : piece) highest = std::max(highest, std::abs(sample));
  interpolate(around, frames, filter_, scratch_);
  const auto solved = around.subspan(order_, static_cast<std::size_t>(frames));
  for (const double sample : solved)
    if (!(std::abs(sample) <= most_growth * highest)) return false;
  std::copy(solved.begin(), solved.end(), channel.clean.begin() + first);
  return true;
}

}  // namespace lacquer::dsp
