#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "lacquer/base/audio.h"
#include "lacquer/measure/faults/spectrum/level_step.h"
#include "lacquer/measure/spectrum/spectrum_frame.h"

namespace lacquer::measure {

/// By how much the five seconds after a moment are louder than the five seconds before, or lie
/// further to one side, from the shared short looks.
///
/// A gain moves the soft, the usual and the loud of a band's looks alike, and all bands; the spread
/// of a Change says how far it is from that. The moment is the middle of the looks kept.
class LevelSides {
 public:
  using Of = LevelStep::Of;

  /// The programme before and after: long enough for a bar or two, short enough to stay in one part
  /// of the song.
  static constexpr double side_s = 5.0;
  /// Of a band's looks: the soft, the usual and the loud.
  static constexpr std::array percentiles = {0.15, 0.5, 0.85};

  /// `look_size` frames, overlapped by half.
  LevelSides(StreamFormat, int look_size);

  void add(const SpectrumFrame&);

  /// True once there are looks enough on both sides. The three below ask for it.
  bool full() const noexcept { return count_ >= ring_looks(); }
  /// Where the looks before end and those after begin, within half a look.
  std::int64_t middle_frame() const noexcept {
    return (count_ - side_looks_) * static_cast<std::int64_t>(hop_frames_);
  }
  /// False where no change of `least_db` and more can be: asks the means of the seconds and the
  /// looks at the moment itself, which is cheap and enough to leave nearly everywhere.
  bool may_change(Of, double least_db);
  /// Between percentiles of the seconds, band by band; empty where too few bands sound, or as soon
  /// as it is clear that it comes to less than `least_db`.
  std::optional<Change> change(Of, double least_db);

 private:
  struct Look {
    std::array<std::array<float, jump_band_count>, 2> channel_dbfs{};
    std::array<float, jump_band_count> dbfs{};

    float value(Of, std::size_t band) const;
    bool sounds(Of, std::size_t band) const;
  };
  struct Sums {
    std::array<double, jump_band_count> before{}, after{};
  };

  int ring_looks() const noexcept { return 2 * side_looks_ + 1; }
  /// The look that many after the oldest: those before `side_looks_` are before, those beyond it
  /// after.
  const Look& look(int n) const {
    const int at = oldest_ + n;
    return looks_[static_cast<std::size_t>(at < ring_looks() ? at : at - ring_looks())];
  }
  Sums& sums(Of of) { return sums_[of == Of::level ? 0 : 1]; }
  void sum_up(const Look& leaving);

  int channel_count_;
  int hop_frames_, side_looks_;
  std::array<int, jump_edges_hz.size()> edges_{};  // bins
  std::array<int, percentiles.size()> ranks_{};    // of the percentiles on a side
  int bands_ = 0;                                  // that lie below half the sample rate
  std::vector<Look> looks_;                        // a ring
  int oldest_ = 0;                                 // in the ring, once it is full
  std::int64_t count_ = 0;
  std::array<Sums, 2> sums_{};  // of level and balance
  std::vector<double> seconds_db_, near_db_;
  std::vector<float> before_, after_;
};

}  // namespace lacquer::measure
