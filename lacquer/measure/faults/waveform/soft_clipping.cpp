#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <vector>

#include "lacquer/dsp/wide.h"
#include "lacquer/measure/faults/detectors.h"
#include "lacquer/measure/faults/listing.h"

namespace lacquer::measure {
namespace {

// Crests by their height, in linear cells far finer than the zones asked for at the end.
constexpr int cells_of_one = 1024;
constexpr double highest = 2.0;
constexpr double lowest_share = 0.45;  // of the largest sample: lower crests are not looked at

// Zones of height, as shares of the largest sample.
struct Zone {
  double from, to;
};
constexpr Zone middle{0.50, 0.55}, upper{0.80, 0.85}, top{0.95, 1.01};

// In 2.7 h of finished music two pieces fell below both, with crests that look like a curve's; of
// 18 planted tanh curves driven 9 dB and more, 17 did.
constexpr double most_of_upper = 0.46, most_of_middle = 0.28;
constexpr double sure_of_upper = 0.36, sure_of_middle = 0.20;
constexpr std::int64_t least_crests = 40;  // in the top zone
constexpr std::int64_t sure_crests = 200;

/// Most samples are far below the largest: only pieces that reach so high are looked at closely.
constexpr int piece_frames = 16;

using Places = int __attribute__((vector_size(16)));
/// The lanes that are set in a number of four bits, those first.
constexpr Places places_of[16] = {
    {},  {0},    {1},    {0, 1},    {2},    {0, 2},    {1, 2},    {0, 1, 2},
    {3}, {0, 3}, {1, 3}, {0, 1, 3}, {2, 3}, {0, 2, 3}, {1, 2, 3}, {0, 1, 2, 3},
};

/// Writes the places of crests and troughs of more than `least`; returns how many there are. Those
/// around each are read, and three more may be written. Without a branch for each sample: where a
/// crest is cannot be predicted.
LACQUER_KERNEL int crests_kernel(const double* samples, int count, double least, int* places) {
  using Flags = std::int64_t __attribute__((vector_size(32)));
  typedef int PlacesAnywhere __attribute__((vector_size(16), aligned(4), may_alias));
  int crests = 0, at = 0;
  for (; at + piece_frames <= count; at += piece_frames) {
    dsp::Quad high{}, low{};
    for (int f = at; f < at + piece_frames; f += 4) {
      const dsp::Quad here = *dsp::quads(samples + f);
      high = here > high ? here : high;
      low = here < low ? here : low;
    }
    dsp::raise(high, -low);
    if (dsp::largest_of(high) <= least) continue;
    for (int f = at; f < at + piece_frames; f += 4) {
      const dsp::Quad before = *dsp::quads(samples + f - 1), here = *dsp::quads(samples + f);
      const dsp::Quad after = *dsp::quads(samples + f + 1);
      dsp::Quad above = before > after ? before : after, below = before < after ? before : after;
      above = above > least ? above : dsp::Quad{} + least;
      below = below < -least ? below : dsp::Quad{} - least;
      const Flags flags = ((here > above) | (here < below)) & Flags{1, 2, 4, 8};
      const auto which = static_cast<std::size_t>((flags[0] | flags[1]) | (flags[2] | flags[3]));
      *reinterpret_cast<PlacesAnywhere*>(places + crests) = places_of[which] + f;
      crests += std::popcount(which);
    }
  }
  for (; at < count; ++at) {
    const double before = samples[at - 1], here = samples[at], after = samples[at + 1];
    places[crests] = at;
    crests += here > std::max({before, after, least}) || here < std::min({before, after, -least});
  }
  return crests;
}
LACQUER_WIDE int crests_wide(const double* samples, int count, double least, int* places) {
  return crests_kernel(samples, count, least, places);
}

/// Crests flattened by a curve (tape, tubes, tanh, a soft clipper) and not by a gain.
///
/// A curve y = f(x) leaves a crest where it was and multiplies how sharply it bends by f'(x): next
/// to nothing where the curve runs out. So the bend of crests against their height falls steeply
/// towards the largest ones. A limiter turns the gain down and leaves the bend in proportion; a
/// hard clipper leaves plateaus, which are no crests and another fault.
class SoftClippingDetector final : public Detector {
 public:
  explicit SoftClippingDetector(StreamFormat format)
      : format_{format}, cells_(static_cast<std::size_t>(highest * cells_of_one)) {}

  void hear(const Step& step) override {
    const int count = step.block.frame_count();
    places_.resize(static_cast<std::size_t>(count) + 4);
    for (int c = 0; c < step.block.channel_count(); ++c) {
      // From the one before the step to its last but one: how the last goes on is not known yet.
      const double* samples = step.block.channel(c) - 1;
      const double size = std::max(step.statistics[c].range.size(), std::abs(samples[0]));
      largest_ = std::max(largest_, size);
      const double least = lowest_share * largest_;
      if (size <= least) continue;
      const int crests = (dsp::has_wide_registers() ? crests_wide : crests_kernel)(
          samples, count, least, places_.data());
      for (int n = 0; n < crests; ++n) note(samples + places_[static_cast<std::size_t>(n)]);
    }
  }

  void finish(const Heard& heard, std::vector<Finding>& found) override {
    const Crests at_middle = crests_in(middle), at_upper = crests_in(upper),
                 at_top = crests_in(top);
    if (at_top.count < least_crests || at_upper.count < least_crests ||
        at_middle.count < least_crests)
      return;
    const double of_upper = at_top.sharpness() / at_upper.sharpness();
    const double of_middle = at_top.sharpness() / at_middle.sharpness();
    if (of_upper > most_of_upper || of_middle > most_of_middle) return;
    const bool sure =
        of_upper < sure_of_upper && of_middle < sure_of_middle && at_top.count >= sure_crests;
    found.push_back(
        {.kind = "soft_clipping",
         .severity = sure ? Severity::warn : Severity::info,
         .start_s = 0.0,
         .end_s = static_cast<double>(heard.numbers.frame_count) / format_.sample_rate_hz,
         .channel = {},
         .value = 100.0 * of_middle,
         .unit = "%",
         .confidence = std::clamp(1.05 - of_upper, 0.6, 0.9),
         .message = "The crests are rounded off by a curve (a soft clipper, a saturated stage): " +
                    count(at_top.count, "of the largest crest") + " bend " +
                    number(100.0 * of_middle, 0) +
                    " % as sharply, against their height, as those half as high.",
         .remedy =
             "If nobody meant it, look for an overdriven stage or plug-in and ask for the mix "
             "without it; what a curve has flattened does not come back."});
  }

 private:
  struct Crests {
    std::int64_t count = 0;
    double heights = 0.0, bends = 0.0;
    double sharpness() const { return bends / heights; }
  };

  void note(const double* crest) {
    const double height = std::abs(*crest), sign = *crest > 0.0 ? 1.0 : -1.0;
    const auto cell = static_cast<std::size_t>(height * cells_of_one);
    Crests& crests = cells_[std::min(cell, cells_.size() - 1)];
    ++crests.count;
    crests.heights += height;
    crests.bends += 2.0 * height - sign * (crest[-1] + crest[1]);
  }

  Crests crests_in(const Zone& zone) const {
    const auto cell_of = [&](double share) {
      return std::min(static_cast<std::size_t>(std::lround(share * largest_ * cells_of_one)),
                      cells_.size());
    };
    Crests sum;
    for (std::size_t cell = cell_of(zone.from); cell < cell_of(zone.to); ++cell) {
      sum.count += cells_[cell].count;
      sum.heights += cells_[cell].heights;
      sum.bends += cells_[cell].bends;
    }
    return sum;
  }

  StreamFormat format_;
  double largest_ = 0.0;
  std::vector<Crests> cells_;
  std::vector<int> places_;  // of crests in the step now heard
};

}  // namespace

DetectorPointer soft_clipping_detector(StreamFormat format) {
  return std::make_unique<SoftClippingDetector>(format);
}

}  // namespace lacquer::measure
