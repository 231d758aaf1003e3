#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstdint>
#include <utility>

#include "lacquer/base/units.h"
#include "lacquer/dsp/wide.h"
#include "lacquer/dsp/widest.h"
#include "lacquer/measure/faults/detectors.h"
#include "lacquer/measure/faults/listing.h"
#include "lacquer/measure/sums.h"

namespace lacquer::measure {
namespace {

constexpr double longest_lag_s = 0.11;  // buffers of up to 50 ms, played again one or two later
constexpr double shortest_s = 0.001;
constexpr double around_s = 0.01;
const double sound = power_from_db(-55.0);
constexpr int most_repeats = 16;
constexpr int slack_frames = 2;        // an edge may agree by chance
constexpr std::size_t anchors = 1024;  // a power of two
constexpr int worth_a_look = 12;       // equal samples

// Both channels in one number, whose bits are none of a coarse grid's even if one is silent.
constexpr double mix_left = 0.6180339887498949, mix_right = 0.7071067811865475;
// Bits of its mantissa that are zero in a rare frame, and those by which it is remembered.
constexpr std::int64_t rare_bits = std::int64_t{15} << 20;
constexpr int place_bits = 30;

using Places = int __attribute__((vector_size(16)));
/// The lanes that are set in a number of four bits, those first.
constexpr Places places_of[16] = {
    {},  {0},    {1},    {0, 1},    {2},    {0, 2},    {1, 2},    {0, 1, 2},
    {3}, {0, 3}, {1, 3}, {0, 1, 3}, {2, 3}, {0, 2, 3}, {1, 2, 3}, {0, 1, 2, 3},
};

/// As places_of, of eight bits.
constexpr auto places_of_eight = [] {
  std::array<std::array<int, 8>, 256> places{};
  for (std::size_t which = 0; which < places.size(); ++which)
    for (int lane = 0, n = 0; lane < 8; ++lane)
      if ((which >> lane) & 1) places[which][static_cast<std::size_t>(n++)] = lane;
  return places;
}();

/// Writes the mix of each frame and the places of those that look rare; returns how many these are.
/// Without a branch: which one is rare cannot be predicted. Both arrays have room for eight more.
/// Goes on at frame `f`, of which `count` are known.
LACQUER_KERNEL int rare_kernel(const double* left, const double* right, int frames,
                               std::uint64_t* mixed, int* rare, int f = 0, int count = 0) {
  using Bits = std::int64_t __attribute__((vector_size(32)));
  typedef std::int64_t BitsAnywhere __attribute__((vector_size(32), aligned(8), may_alias));
  typedef int PlacesAnywhere __attribute__((vector_size(16), aligned(4), may_alias));
  for (; f + 4 <= frames; f += 4) {
    const dsp::Quad mix = *dsp::quads(left + f) * mix_left + *dsp::quads(right + f) * mix_right;
    const Bits bits = __builtin_bit_cast(Bits, mix);
    *reinterpret_cast<BitsAnywhere*>(mixed + f) = bits;
    const Bits flags = ((bits & rare_bits) == 0) & Bits{1, 2, 4, 8};
    const auto which = static_cast<std::size_t>((flags[0] | flags[1]) | (flags[2] | flags[3]));
    const Places places = places_of[which] + f;
    *reinterpret_cast<PlacesAnywhere*>(rare + count) = places;
    count += std::popcount(which);
  }
  for (; f < frames; ++f) {
    mixed[f] = std::bit_cast<std::uint64_t>(left[f] * mix_left + right[f] * mix_right);
    rare[count] = f;
    count += (mixed[f] & rare_bits) == 0 ? 1 : 0;
  }
  return count;
}
LACQUER_WIDE int rare_wide(const double* left, const double* right, int frames,
                           std::uint64_t* mixed, int* rare) {
  return rare_kernel(left, right, frames, mixed, rare);
}
/// The same by eights, where the lanes that are set come together in one instruction.
LACQUER_WIDEST int rare_widest(const double* left, const double* right, int frames,
                               std::uint64_t* mixed, int* rare) {
  using Bits = std::int64_t __attribute__((vector_size(64)));
  using Bytes = std::int8_t __attribute__((vector_size(8)));
  typedef std::int64_t BitsAnywhere __attribute__((vector_size(64), aligned(8), may_alias));
  typedef int EightPlaces __attribute__((vector_size(32), aligned(4), may_alias));
  int count = 0, f = 0;
  for (; f + 8 <= frames; f += 8) {
    const dsp::Oct mix = *dsp::octs(left + f) * mix_left + *dsp::octs(right + f) * mix_right;
    const Bits bits = __builtin_bit_cast(Bits, mix);
    *reinterpret_cast<BitsAnywhere*>(mixed + f) = bits;
    // A byte for each lane, of which the product collects one bit each at the top.
    const auto lanes = __builtin_bit_cast(
        std::uint64_t, __builtin_convertvector((bits & rare_bits) == 0, Bytes) & (Bytes{} + 1));
    const std::size_t which = (lanes * 0x0102040810204080) >> 56;
    const auto& first = *reinterpret_cast<const EightPlaces*>(places_of_eight[which].data());
    *reinterpret_cast<EightPlaces*>(rare + count) = first + f;
    count += std::popcount(which);
  }
  return rare_kernel(left, right, frames, mixed, rare, f, count);
}
int rare_frames(const double* left, const double* right, int frames, std::uint64_t* mixed,
                int* rare) {
  if (dsp::has_widest_registers()) return rare_widest(left, right, frames, mixed, rare);
  if (dsp::has_wide_registers()) return rare_wide(left, right, frames, mixed, rare);
  return rare_kernel(left, right, frames, mixed, rare);
}

/// A buffer played twice: samples that are, bit for bit, those of a moment before.
///
/// Samples whose bits look rare (one in sixteen, wherever they stand) are remembered by value; one
/// that comes again tells the lag, and the samples around it are compared. Music that repeats by
/// itself (a synthetic tone of a whole number of samples) goes on for any length; a stutter ends
/// after whole buffers, so the length of what agrees must be a small multiple of the lag, or half
/// of it.
class RepeatsDetector final : public Detector {
 public:
  explicit RepeatsDetector(StreamFormat format)
      : format_{format},
        lag_frames_{static_cast<int>(longest_lag_s * format.sample_rate_hz)},
        shortest_frames_{static_cast<int>(shortest_s * format.sample_rate_hz)},
        around_frames_{static_cast<int>(around_s * format.sample_rate_hz)},
        recent_(static_cast<std::size_t>(format.channel_count)) {}

  void add(AudioBlock block, std::int64_t first_frame) override {
    for (int c = 0; c < block.channel_count(); ++c)
      recent_[static_cast<std::size_t>(c)].move_to(block.channel(c), block.frame_count());
    if (lag_ > 0) follow(recent_.front().end());
    const double* left = block.channel(0);
    const double* right = block.channel(block.channel_count() - 1);
    const int frames = block.frame_count();
    const auto room = static_cast<std::size_t>(frames) + 8;
    if (rare_.size() < room) rare_.resize(room), mixed_.resize(room);
    const int count = rare_frames(left, right, frames, mixed_.data(), rare_.data());
    for (int n = 0; n < count; ++n) {
      const int f = rare_[static_cast<std::size_t>(n)];
      meet({mixed_[static_cast<std::size_t>(f)], first_frame + f});
    }
  }

  void finish(const Heard&, std::vector<Finding>& found) override {
    if (lag_ > 0) judge();
    if (found_.count() == 0) return;
    Finding all = first_found_;
    all.end_s = found_.newest()->end_s;
    for (const Finding& each : found_.passages()) all.value = std::max(all.value, each.value);
    add_worst(found, std::move(found_.passages()), std::move(all), found_.count());
  }

 private:
  bool same(std::int64_t place, std::int64_t lag) const {
    return std::all_of(recent_.begin(), recent_.end(), [&](const LookBack& recent) {
      return *recent.at(place) == *recent.at(place - lag);
    });
  }

  /// A frame whose bits look rare.
  struct Rare {
    std::uint64_t mixed = 0;
    std::int64_t place = -1;
  };

  void meet(const Rare& rare) {
    const Rare before = std::exchange(
        met_[static_cast<std::size_t>(rare.mixed >> place_bits) & (anchors - 1)], rare);
    const std::int64_t place = rare.place, lag = place - before.place;
    if (before.place < 0 || before.mixed != rare.mixed || lag_ > 0 || lag > lag_frames_ ||
        lag < shortest_frames_ / 2 || place < follow_from_)
      return;
    const std::int64_t oldest = recent_.front().end() - 2 * lag_frames_ - around_frames_ + lag;
    std::int64_t first = place;
    while (first > std::max(oldest, lag) && same(first - 1, lag)) --first;
    std::int64_t end = place;
    while (end < recent_.front().end() && same(end, lag)) ++end;
    if (end - first < worth_a_look || end == place) return;
    lag_ = lag;
    first_ = first;
    end_ = end;
    truncated_ = first <= std::max(oldest, lag);
    follow(recent_.front().end());
  }

  /// Goes on while the samples agree.
  void follow(std::int64_t newest_end) {
    while (end_ < newest_end && same(end_, lag_)) ++end_;
    if (end_ == newest_end && end_ - first_ <= (most_repeats + 1) * lag_) return;
    judge();
  }

  void judge() {
    const std::int64_t length = end_ - first_;
    const std::int64_t lag = std::exchange(lag_, 0);
    follow_from_ = end_;
    if (truncated_ || length < shortest_frames_) return;
    const std::int64_t times = (length + lag / 2) / lag;
    const bool whole =
        times >= 1 && times <= most_repeats && std::abs(length - times * lag) <= slack_frames;
    const bool half = std::abs(2 * length - lag) <= slack_frames;
    if (!whole && !half) return;
    const auto frames =
        static_cast<int>(std::min<std::int64_t>(length, lag_frames_ + around_frames_));
    double power = 0.0;
    for (const LookBack& recent : recent_)
      power = std::max(power, sum_of_squares(recent.at(end_ - frames), frames) / frames);
    if (power < sound) return;
    const double start_s = static_cast<double>(first_) / format_.sample_rate_hz;
    const double length_s = static_cast<double>(length) / format_.sample_rate_hz;
    found_.add({.kind = "stutter",
                .severity = Severity::fail,
                .start_s = start_s,
                .end_s = start_s + length_s,
                .channel = {},
                .value = 1000.0 * length_s,
                .unit = "ms",
                .confidence = 0.95,
                .message = number(1000.0 * length_s, 1) +
                           " ms are, sample for sample, what was played " +
                           number(1000.0 * static_cast<double>(lag) / format_.sample_rate_hz, 1) +
                           " ms before: a buffer was repeated.",
                .remedy = "Ask for a new export of the mix."});
    if (found_.count() == 1) first_found_ = *found_.newest();
  }

  StreamFormat format_;
  int lag_frames_, shortest_frames_, around_frames_;
  std::vector<LookBack> recent_;      // by channel
  std::array<Rare, anchors> met_{};   // by some of its bits
  std::vector<std::uint64_t> mixed_;  // of the frames now added
  std::vector<int> rare_;             // which of them are
  std::int64_t lag_ = 0;              // of the repetition being followed; 0 if none
  std::int64_t first_ = 0, end_ = 0;
  std::int64_t follow_from_ = 0;
  bool truncated_ = false;
  Worst<Finding> found_ = worst_findings();
  Finding first_found_;
};

}  // namespace

DetectorPointer repeats_detector(StreamFormat format) {
  return std::make_unique<RepeatsDetector>(format);
}

}  // namespace lacquer::measure
