#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "lacquer/measure/faults/detectors.h"
#include "lacquer/measure/faults/listing.h"
#include "lacquer/measure/faults/spectrum/coarse_past.h"
#include "lacquer/measure/faults/spectrum/level_sides.h"
#include "lacquer/measure/faults/spectrum/level_step.h"

namespace lacquer::measure {
namespace {

constexpr double least_db = 2.8;         // 3 dB, less what the music does by chance
constexpr double most_db = 12.0;         // more is an entrance, a drop or an end
constexpr double largest_spread = 0.45;  // of the jump: between bands and percentiles

// How much everything disagrees, against the jump: the spread of the seconds, that of the moment,
// and the difference of the two. In 1.35 h of finished music a quarter of 323 planted jumps of 6 dB
// stayed below 0.75, and one moment of the music itself.
constexpr double worth_knowing = 0.8;
constexpr double worth_listening = 0.65;

constexpr double ramp_s = 0.005;
constexpr int places = 16;  // tried in the half look where the jump must be
constexpr std::size_t most_jumps = 500;
constexpr double alone_s = 1.0;  // of several moments so near to each other the clearest is told

using Of = LevelStep::Of;

/// The level of everything changes at one moment and stays: an edit, a fader, a take joined.
///
/// Asked of every look: did the soft, the usual and the loud moments of five seconds all change by
/// the same amount in all bands? Only there the waveform around is searched for the moment itself.
class LevelJumpDetector final : public Detector {
 public:
  // The moment in question lies five seconds back, and two looks and a half.
  explicit LevelJumpDetector(StreamFormat format)
      : format_{format},
        second_channel_{std::min(format.channel_count, 2) - 1},
        past_{static_cast<int>((LevelSides::side_s + 1.0) * format.sample_rate_hz)} {}

  void hear(const Step& step) override {
    past_.add(
        step.block.channel(0), step.block.channel(second_channel_), step.block.frame_count(),
        std::max(step.statistics[0].range.size(), step.statistics[second_channel_].range.size()));
  }

  void add_short(const SpectrumFrame& look) override {
    if (!sides_) sides_.emplace(format_, look.size);
    sides_->add(look);
    if (!sides_->full()) return;
    search(Of::level, look.size);
    if (format_.channel_count == 2) search(Of::balance, look.size);
  }

  void finish(const Heard&, std::vector<Finding>& found) override {
    std::vector<Finding> each;
    for (const Jump& jump : jumps_) {
      each.push_back(finding(jump));
      if (jump.alone && stands_alone(jump)) continue;
      each.back().severity = Severity::info;
      each.back().confidence = 0.4;  // as said of one that is only just heard
    }
    if (each.empty()) return;
    Finding all = each.front();
    all.end_s = each.back().end_s;
    all.channel = {};
    all.message = "The level jumps again and again.";
    if (forgotten_ > 0) all.start_s = 0.0;
    add_worst(found, std::move(each), std::move(all),
              forgotten_ + static_cast<std::int64_t>(jumps_.size()));
  }

 private:
  struct Jump {
    std::int64_t frame;
    double size_db;
    double disagreement;
    Of of;
    bool alone = true;  // as far as those tell that are forgotten
  };

  void search(Of of, int look_size) {
    if (!sides_->may_change(of, least_db)) return;
    const auto change = sides_->change(of, least_db);
    if (!change) return;
    const double size_db = std::abs(change->size_db);
    if (size_db < least_db || size_db > most_db || change->spread_db > largest_spread * size_db)
      return;
    if (!step_) step_.emplace(format_.sample_rate_hz, look_size);
    const int hop = look_size / 2, ramp = static_cast<int>(ramp_s * format_.sample_rate_hz);
    // Around the half look where the jump must be, as LevelStep needs it.
    const std::int64_t first = sides_->middle_frame() - hop / 2;
    const int before = step_->longest(), frames = 2 * before + hop + ramp;
    if (first < before || first - before + frames > past_.end()) return;
    for (int c = 0; c <= second_channel_; ++c) {
      auto& around = around_[static_cast<std::size_t>(c)];
      around.resize(static_cast<std::size_t>(frames));
      past_.read(c, first - before, frames, around.data());
    }
    std::optional<Jump> best;
    for (int place = 0; place < places; ++place) {
      const int at = place * (hop / places);
      const auto step =
          step_->at(around_.front().data() + before + at,
                    around_[static_cast<std::size_t>(second_channel_)].data() + before + at, ramp,
                    of, change->size_db);
      if (!step) continue;
      const double disagreement =
          (change->spread_db + step->spread_db + std::abs(step->size_db - change->size_db)) /
          size_db;
      if (disagreement < worth_knowing && (!best || disagreement < best->disagreement))
        best = Jump{first + at, change->size_db, disagreement, of, true};
    }
    if (best) keep(*best);
  }

  void keep(const Jump& jump) {
    const auto near = static_cast<std::int64_t>(alone_s * format_.sample_rate_hz);
    for (Jump& before : jumps_)
      if (std::abs(before.frame - jump.frame) < near) {
        if (jump.disagreement < before.disagreement) before = jump;
        return;
      }
    if (jumps_.size() == most_jumps) forget();
    jumps_.push_back(jump);
  }

  /// The smaller half.
  void forget() {
    for (Jump& jump : jumps_) jump.alone = jump.alone && stands_alone(jump);
    std::vector<double> sizes_db;
    for (const Jump& jump : jumps_) sizes_db.push_back(std::abs(jump.size_db));
    const auto middle = sizes_db.begin() + most_jumps / 2;
    std::nth_element(sizes_db.begin(), middle, sizes_db.end());
    std::erase_if(jumps_, [&](const Jump& jump) { return std::abs(jump.size_db) <= *middle; });
    forgotten_ += static_cast<std::int64_t>(most_jumps - jumps_.size());
  }

  /// One edit is a fault; a level that moves again within the seconds listened to is music.
  bool stands_alone(const Jump& jump) const {
    const double near = 2.0 * LevelSides::side_s * format_.sample_rate_hz;
    return std::none_of(jumps_.begin(), jumps_.end(), [&](const Jump& other) {
      return other.frame != jump.frame &&
             static_cast<double>(std::abs(other.frame - jump.frame)) < near;
    });
  }

  Finding finding(const Jump& jump) const {
    const double start_s = static_cast<double>(jump.frame) / format_.sample_rate_hz;
    const bool level = jump.of == Of::level;
    const std::string amount = number(std::abs(jump.size_db), 1) + " dB";
    return {.kind = "level_jump",
            .severity = jump.disagreement < worth_listening ? Severity::warn : Severity::info,
            .start_s = start_s,
            .end_s = start_s + ramp_s,
            .channel = {},
            .value = jump.size_db,
            .unit = "dB",
            .confidence = std::clamp(1.3 - jump.disagreement, 0.4, 0.9),
            .message = level ? "Everything is " + amount +
                                   (jump.size_db > 0.0 ? " louder" : " softer") +
                                   " from one moment to the next and stays so, all bands alike, as "
                                   "after an edit or a moved fader."
                             : "The balance moves by " + amount + " to the " +
                                   (jump.size_db > 0.0 ? "right" : "left") +
                                   " from one moment to the next and stays there, all bands alike.",
            .remedy =
                "Listen whether the music wants it; if not, match the level of the two parts "
                "where they were joined."};
  }

  StreamFormat format_;
  int second_channel_;                        // the first one again if there is no other
  CoarsePast past_;                           // of the two
  std::array<std::vector<float>, 2> around_;  // what step_ looks at
  std::optional<LevelStep> step_;             // from the first search on
  std::optional<LevelSides> sides_;
  std::vector<Jump> jumps_;
  std::int64_t forgotten_ = 0;
};

}  // namespace

DetectorPointer level_jump_detector(StreamFormat format) {
  return std::make_unique<LevelJumpDetector>(format);
}

}  // namespace lacquer::measure
