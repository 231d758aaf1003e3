#pragma once

#include <array>
#include <cmath>
#include <cstdint>
#include <vector>

#include "lacquer/base/processor.h"
#include "lacquer/dsp/ramp.h"

namespace lacquer::dsp {

/// Rebuilds tops that were cut off.
///
/// A limit shows as samples of one sign that stand still at the largest value around, with a step
/// on both sides that no round top of three samples can have. Once a limit is seen, every sample at
/// it is unknown, and all unknown samples of 35 ms are solved for together: those for which a
/// prediction's errors are least (prediction.h), the prediction being fitted again to what was
/// solved, a few times (Janssen et al. 1986). What is known of them beside, that they were beyond
/// the limit, is kept: samples that would fall short stand at the limit and the others are solved
/// again. After consistent declipping as surveyed by Zaviska, Rajmic, Ozerov and Rencker, "A survey
/// and an extensive evaluation of popular audio declipping methods" (2021).
///
/// Where little was cut off that gains 20 dB, where tops stay cut for milliseconds only one or two:
/// figures in docs/dsp/repair.md. Ask for a new export first.
///
/// Guarantee: no rebuilt sample lies below the limit it was cut at, or more than `most_rise_db`
/// above it; all other samples, and music that was not clipped, pass bit for bit after the latency.
/// What is rebuilt may be beyond full scale: take the headroom with a gain behind it.
class Declip {
 public:
  struct Settings {
    double clip_level_dbfs = -1.0;
    double most_rise_db = 6.0;
    double amount = 1.0;
    friend bool operator==(const Settings&, const Settings&) = default;
  };

  static constexpr std::array parameters = {
      Parameter<Settings>{"clip_level_dbfs", "Clip level", "dBFS", -40.0, 0.0,
                          "The lowest level at which cut tops are looked for; lower it where a "
                          "fader came after the clip.",
                          &Settings::clip_level_dbfs},
      Parameter<Settings>{"most_rise_db", "Most rise", "dB", 0.0, 18.0,
                          "How far a top may be rebuilt above the limit.", &Settings::most_rise_db},
      Parameter<Settings>{"amount", "Amount", "", 0.0, 1.0,
                          "Share of what is missing that is put back; 0 does nothing.",
                          &Settings::amount},
  };

  void prepare(StreamFormat);
  void reset() noexcept;
  void process(AudioBlock, const Settings&) noexcept;

  int latency_frames() const noexcept { return latency_frames_; }

  /// How many samples were rebuilt since reset(), in all channels.
  std::int64_t rebuilt_frames() const noexcept { return rebuilt_frames_; }

 private:
  /// Of one sign. Level 0: none has been seen.
  struct Limit {
    double level = 0.0;
    double least = 0.0;  // of the samples that are at it
  };
  struct Limits {
    Limit positive, negative;
    bool has(double sample) const noexcept {
      const Limit& limit = sample > 0.0 ? positive : negative;
      return limit.level > 0.0 && std::abs(sample) >= limit.least;
    }
  };
  struct Channel {
    std::vector<double> original, rebuilt;
    Limits limits;  // the last that were seen and that nothing has exceeded since
  };

  void finish_hop() noexcept;
  void repair(Channel&) noexcept;
  void look_for_limit(const double* samples, double sign, Limit&) const noexcept;
  void find_unknown(const double* samples, const Limits&) noexcept;
  void round_off(const double* samples) noexcept;
  void keep_beyond(const double* samples) noexcept;
  void solve(const double* samples) noexcept;

  int hop_frames_ = 1, around_frames_ = 0, window_frames_ = 0, longest_frames_ = 0;
  int latency_frames_ = 0;
  int into_hop_ = 0;
  int end_ = 0;  // of the hops that are complete, in the channels' samples
  Settings asked_, settings_;
  Ramp amount_;
  std::int64_t rebuilt_frames_ = 0;
  std::vector<Channel> channels_;
  std::vector<double> amounts_;  // over a hop
  // Of the window at hand.
  std::vector<double> work_, filter_, scratch_;
  std::vector<int> unknown_, free_;  // places; free: not held at the limit
};

static_assert(Processor<Declip>);

}  // namespace lacquer::dsp
