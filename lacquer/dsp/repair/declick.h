#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "lacquer/base/processor.h"
#include "lacquer/dsp/ramp.h"
#include "lacquer/dsp/repair/click_judge.h"

namespace lacquer::dsp {

/// Takes out clicks: a few samples that do not belong are solved for from the music around them.
///
/// Where the waveform bends out of the ordinary, the place is judged (click_judge.h, the same as
/// the meter's): prediction has to fail there and nowhere near, and what comes after has to be what
/// was before. The sharpest of several is repaired first, so the others are judged beside clean
/// music; in a crackle up to two others are filled in meanwhile. A prediction of higher order is
/// then fitted to both sides and the samples are those for which its errors are least (Godsill and
/// Rayner, "Digital Audio Restoration", 1998, chapters 5 and 6).
///
/// Guarantee: where no click is found the output is the delayed input, bit for bit, switched on or
/// not; channels are heard and repaired each by itself; nothing further than 3 ms from a click is
/// touched. A place where the waveform only jumps (a bad edit) is no click and stays.
class Declick {
 public:
  struct Settings {
    double sensitivity = 0.5;
    double longest_click_ms = 1.0;
    double amount = 1.0;
    friend bool operator==(const Settings&, const Settings&) = default;
  };

  static constexpr std::array parameters = {
      Parameter<Settings>{"sensitivity", "Sensitivity", "", 0.0, 1.0,
                          "0 takes only what nobody could miss, 0.5 what the meter calls a click, "
                          "1 faint ticks as well, and now and then a sharp attack.",
                          &Settings::sensitivity},
      Parameter<Settings>{"longest_click_ms", "Longest click", "ms", 0.02, 1.4,
                          "What lasts longer is left alone.", &Settings::longest_click_ms},
      Parameter<Settings>{"amount", "Amount", "", 0.0, 1.0,
                          "Share of each click that is taken away; 0 takes nothing.",
                          &Settings::amount},
  };

  void prepare(StreamFormat);
  void reset() noexcept;
  void process(AudioBlock, const Settings&) noexcept;

  int latency_frames() const noexcept { return latency_frames_; }

  /// How many clicks were taken out since reset(), in all channels.
  std::int64_t repair_count() const noexcept { return repair_count_; }

 private:
  /// Where a hop bends most; size 0: nowhere out of the ordinary.
  struct Suspect {
    int hop_first = 0;
    int place = 0;
    double size = 0.0;
    double usual = 0.0;  // the mean bend of the 10 ms up to this hop
    int repairs = 0;
  };
  struct Channel {
    std::vector<double> original, clean;
    std::vector<Suspect> suspects;  // one a hop, oldest first
    std::array<double, 4> bends{};  // summed over each of the last hops
  };

  struct Hidden {
    int first = 0;
    std::vector<double> samples;
  };

  void finish_hop() noexcept;
  void seek(const Channel&, Suspect&) const noexcept;
  void settle(Channel&) noexcept;
  std::optional<ClickJudge::Click> judged(Channel&, const Suspect&) noexcept;
  void examine(Channel&, Suspect&) noexcept;
  bool repair(Channel&, int first, int frames) noexcept;

  double sample_rate_hz_ = 48000.0;
  ClickJudge judge_;
  int hop_frames_ = 1, latency_frames_ = 0, kept_frames_ = 0;
  std::size_t order_ = 0;
  int side_frames_ = 0, margin_frames_ = 0;
  int into_hop_ = 0;
  int end_ = 0;  // of the hops that are complete, in the channels' samples
  Settings asked_, settings_;
  Ramp amount_;
  std::int64_t repair_count_ = 0;
  std::vector<Channel> channels_;
  std::array<Hidden, 2> hidden_;
  std::vector<double> amounts_;                    // over a hop
  std::vector<double> filter_, scratch_, around_;  // of a repair
};

static_assert(Processor<Declick>);

}  // namespace lacquer::dsp
