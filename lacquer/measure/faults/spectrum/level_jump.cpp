#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <optional>
#include <vector>

#include "lacquer/base/units.h"
#include "lacquer/measure/faults/detectors.h"
#include "lacquer/measure/faults/listing.h"
#include "lacquer/measure/faults/spectrum/level_step.h"
#include "lacquer/measure/sums.h"

namespace lacquer::measure {
namespace {

// The programme before and after: long enough for a bar or two, short enough to stay in one part
// of the song.
constexpr double around_s = 5.0;
constexpr std::array percentiles = {0.15, 0.5, 0.85};
constexpr float silence_dbfs = -80.0F;
constexpr int least_bands = 6;

constexpr double least_db = 2.8;         // 3 dB, less what the music does by chance
constexpr double most_db = 12.0;         // more is an entrance, a drop or an end
constexpr double largest_spread = 0.45;  // of the jump: between bands and percentiles
constexpr double local_agrees = 0.6;     // of the jump: between 85 ms and 5 s
constexpr double spread_db = 4.0;

// How much everything disagrees, against the jump: the spread of the seconds, that of the moment,
// and the difference of the two. In 1.35 h of finished music a quarter of 323 planted jumps of 6 dB
// stayed below 0.75, and one moment of the music itself.
constexpr double worth_knowing = 0.8;
constexpr double worth_listening = 0.65;

constexpr double ramp_s = 0.005;
constexpr int places = 16;       // tried in the half look where the jump must be
constexpr double alone_s = 1.0;  // of several moments so near to each other the clearest is told

using Of = LevelStep::Of;

/// The level of everything changes at one moment and stays: an edit, a fader, a take joined.
///
/// Asked of every look: did the soft, the usual and the loud moments of five seconds all change by
/// the same amount in all bands? Only there the waveform around is searched for the moment itself.
class LevelJumpDetector final : public Detector {
 public:
  explicit LevelJumpDetector(StreamFormat format) : format_{format} {}

  void add(AudioBlock block, std::int64_t first_frame) override {
    if (recent_.empty()) prepare();
    if (filled_ + static_cast<std::size_t>(block.frame_count()) > 2 * kept_frames_) {
      for (auto& row : recent_)
        std::copy(row.begin() + static_cast<std::ptrdiff_t>(filled_ - kept_frames_),
                  row.begin() + static_cast<std::ptrdiff_t>(filled_), row.begin());
      filled_ = kept_frames_;
    }
    for (std::size_t c = 0; c < recent_.size(); ++c) {
      dsp::narrow(block.channel(static_cast<int>(c)), block.frame_count(),
                  recent_[c].data() + filled_);
    }
    filled_ += static_cast<std::size_t>(block.frame_count());
    end_frame_ = first_frame + block.frame_count();
  }

  void add_short(const SpectrumFrame& look) override {
    if (!step_) {
      step_.emplace(format_.sample_rate_hz, look.size);
      hop_ = look.size / 2;
      around_ = static_cast<int>(around_s * format_.sample_rate_hz / hop_);
      looks_.resize(static_cast<std::size_t>(2 * around_ + 1));
    }
    Look& now = looks_[static_cast<std::size_t>(count_ % ring_looks())];
    const Look leaving = now;
    for (std::size_t b = 0; b < jump_band_count; ++b) {
      const int from = static_cast<int>(std::ceil(jump_edges_hz[b] / look.bin_hz));
      const int end = static_cast<int>(std::ceil(jump_edges_hz[b + 1] / look.bin_hz));
      for (std::size_t c = 0; c < now.channel_dbfs.size(); ++c) {
        const double* row = look.power[std::min(static_cast<int>(c), format_.channel_count - 1)];
        const double power = end <= look.bins ? sum(row + from, end - from) : 0.0;
        now.channel_dbfs[c][b] = static_cast<float>(db_from_power(power + 1e-12));
        now.power[b] = c == 0 ? power : now.power[b] + power;
      }
      now.dbfs[b] = static_cast<float>(db_from_power(now.power[b] + 1e-12));
    }
    ++count_;
    if (count_ < ring_looks()) return;
    sum_up(leaving);
    search(Of::level);
    if (format_.channel_count == 2) search(Of::balance);
  }

  void finish(const Heard&, std::vector<Finding>& found) override {
    std::vector<Finding> each;
    for (const Jump& jump : jumps_) {
      each.push_back(finding(jump));
      if (stands_alone(jump)) continue;
      each.back().severity = Severity::info;
      each.back().confidence = 0.4;  // as said of one that is only just heard
    }
    if (each.empty()) return;
    Finding all = each.front();
    all.end_s = each.back().end_s;
    all.channel = {};
    all.message = "The level jumps again and again.";
    add_worst(found, std::move(each), std::move(all));
  }

 private:
  struct Look {
    std::array<std::array<float, jump_band_count>, 2> channel_dbfs{};
    std::array<double, jump_band_count> power{};
    std::array<float, jump_band_count> dbfs{};

    float value(Of of, std::size_t band) const {
      return of == Of::level ? dbfs[band] : channel_dbfs[1][band] - channel_dbfs[0][band];
    }
    bool sounds(Of of, std::size_t band) const {
      return of == Of::level
                 ? dbfs[band] > silence_dbfs
                 : std::min(channel_dbfs[0][band], channel_dbfs[1][band]) > silence_dbfs;
    }
  };
  struct Sums {
    std::array<double, jump_band_count> before{}, after{};
  };
  struct Jump {
    std::int64_t frame;
    double size_db;
    double disagreement;
    Of of;
  };

  int ring_looks() const { return 2 * around_ + 1; }

  void prepare() {
    // The moment in question lies five seconds back, and two looks and a half.
    kept_frames_ = static_cast<std::size_t>((around_s + 1.0) * format_.sample_rate_hz);
    recent_.assign(static_cast<std::size_t>(std::min(format_.channel_count, 2)),
                   std::vector<float>(2 * kept_frames_));
  }

  /// The look that many after the oldest.
  const Look& look(int n) const {
    return looks_[static_cast<std::size_t>((count_ + n) % ring_looks())];
  }

  /// The sums over the looks before and after the middle, which has moved on by one.
  void sum_up(const Look& leaving) {
    for (const Of of : {Of::level, Of::balance})
      for (std::size_t b = 0; b < jump_band_count; ++b) {
        Sums& sums = sums_[of == Of::level ? 0 : 1];
        const auto value = [&](const Look& of_look) {
          return static_cast<double>(of_look.value(of, b));
        };
        if (count_ > ring_looks()) {
          sums.before[b] += value(look(around_ - 1)) - value(leaving);
          sums.after[b] += value(look(2 * around_)) - value(look(around_));
          continue;
        }
        for (int n = 0; n < around_; ++n) {
          sums.before[b] += value(look(n));
          sums.after[b] += value(look(around_ + 1 + n));
        }
      }
  }

  // Of the looks 0 .. 2 around_, those before around_ end where those after it begin.
  void search(Of of) {
    const auto quick = quick_change(of);
    if (!quick) return;
    const auto change = change_of_seconds(of);
    if (!change) return;
    const double size_db = std::abs(change->size_db);
    if (size_db < least_db || size_db > most_db || change->spread_db > largest_spread * size_db)
      return;
    const std::int64_t middle = (count_ - around_) * static_cast<std::int64_t>(hop_);
    std::optional<Jump> best;
    for (int place = -places / 2; place < places / 2; ++place) {
      const std::int64_t frame = middle + static_cast<std::int64_t>(place) * (hop_ / places);
      const auto step = step_at(frame, of, change->size_db);
      if (!step) continue;
      const double disagreement =
          (change->spread_db + step->spread_db + std::abs(step->size_db - change->size_db)) /
          size_db;
      if (disagreement < worth_knowing && (!best || disagreement < best->disagreement))
        best = Jump{frame, change->size_db, disagreement, of};
    }
    if (best) keep(*best);
  }

  /// Means of the seconds and the looks at the moment itself: cheap, and enough to leave nearly
  /// everywhere.
  std::optional<Change> quick_change(Of of) {
    scratch_.clear();
    near_.clear();
    for (std::size_t b = 0; b < jump_band_count; ++b) {
      const Look &last = look(around_ - 1), &next = look(around_ + 1);
      if (!last.sounds(of, b) && !next.sounds(of, b)) continue;
      near_.push_back(static_cast<double>(next.value(of, b) - last.value(of, b)));
    }
    if (near_.size() < static_cast<std::size_t>(least_bands)) return std::nullopt;
    const Change near = summed_up(near_);
    if (std::abs(near.size_db) < (1.0 - local_agrees) * least_db) return std::nullopt;
    const Sums& sums = sums_[of == Of::level ? 0 : 1];
    for (std::size_t b = 0; b < jump_band_count; ++b) {
      const double before = sums.before[b] / around_, after = sums.after[b] / around_;
      if (of == Of::balance || std::max(before, after) > static_cast<double>(silence_dbfs))
        scratch_.push_back(after - before);
    }
    const Change change = summed_up(scratch_);
    const double size_db = std::abs(change.size_db);
    if (size_db < 0.8 * least_db || change.spread_db > spread_db ||
        std::abs(near.size_db - change.size_db) > local_agrees * size_db + 1.0)
      return std::nullopt;
    return change;
  }

  std::optional<Change> change_of_seconds(Of of) {
    scratch_.clear();
    std::vector<float>&before = before_, &after = after_;
    int bands = 0;
    for (std::size_t b = 0; b < jump_band_count; ++b) {
      before.clear();
      after.clear();
      int sounding = 0;
      for (int n = 0; n < around_; ++n) {
        before.push_back(look(n).value(of, b));
        after.push_back(look(around_ + 1 + n).value(of, b));
        sounding += look(n).sounds(of, b) + look(around_ + 1 + n).sounds(of, b);
      }
      if (sounding < (of == Of::level ? around_ / 2 : around_)) continue;
      ++bands;
      for (const double percentile : percentiles) {
        const auto at = static_cast<std::ptrdiff_t>(percentile * around_);
        std::nth_element(before.begin(), before.begin() + at, before.end());
        std::nth_element(after.begin(), after.begin() + at, after.end());
        scratch_.push_back(static_cast<double>(after[static_cast<std::size_t>(at)] -
                                               before[static_cast<std::size_t>(at)]));
      }
    }
    if (bands < least_bands) return std::nullopt;
    return summed_up(scratch_);
  }

  std::optional<Change> step_at(std::int64_t frame, Of of, double expected_db) {
    const int ramp = static_cast<int>(ramp_s * format_.sample_rate_hz);
    const std::int64_t back = end_frame_ - frame;
    if (frame < step_->longest() || back < ramp + step_->longest() ||
        back + step_->longest() > static_cast<std::int64_t>(std::min(filled_, kept_frames_)))
      return std::nullopt;
    const std::size_t at = filled_ - static_cast<std::size_t>(back);
    return step_->at(recent_.front().data() + at, recent_.back().data() + at, ramp, of,
                     expected_db);
  }

  void keep(const Jump& jump) {
    const auto near = static_cast<std::int64_t>(alone_s * format_.sample_rate_hz);
    for (Jump& before : jumps_)
      if (std::abs(before.frame - jump.frame) < near) {
        if (jump.disagreement < before.disagreement) before = jump;
        return;
      }
    jumps_.push_back(jump);
  }

  /// One edit is a fault; a level that moves again within the seconds listened to is music.
  bool stands_alone(const Jump& jump) const {
    const double near = 2.0 * around_s * format_.sample_rate_hz;
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
  std::size_t kept_frames_ = 0, filled_ = 0;
  std::vector<std::vector<float>> recent_;  // by channel, of the first two
  std::int64_t end_frame_ = 0;
  std::optional<LevelStep> step_;
  int hop_ = 0, around_ = 0;
  std::vector<Look> looks_;  // a ring
  std::int64_t count_ = 0;
  std::array<Sums, 2> sums_{};  // of level and balance
  std::vector<double> scratch_, near_;
  std::vector<float> before_, after_;
  std::vector<Jump> jumps_;
};

}  // namespace

DetectorPointer level_jump_detector(StreamFormat format) {
  return std::make_unique<LevelJumpDetector>(format);
}

}  // namespace lacquer::measure
