#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "lacquer/base/processor.h"
#include "lacquer/dsp/ramp.h"
#include "lacquer/dsp/repair/box_stack.h"

namespace lacquer::dsp {

/// Takes a constant out of a waveform, and nothing else.
///
/// What is taken is the mean over a bell of one second around each frame (three moving averages in
/// a row), so there is no phase to turn: 1.4 Hz and below go, 20 Hz loses 0.001 dB. A filter that
/// starts from rest thumps, because a recording that stands at 2 % begins with a jump to 2 %. Here
/// the first half second has the mean of the first whole second, the last half second that of the
/// last, and digital silence is no part of the programme: it is not averaged and stays silence. So
/// a constant is gone from the first frame to the last.
///
/// Guarantee: linear phase; where the mean is below `least_offset_dbfs` the output is the delayed
/// input bit for bit. Music has such a mean now and then without an offset, from what it has below
/// 3 Hz; that goes too. Channels each by themselves.
class DcBlocker {
 public:
  struct Settings {
    double least_offset_dbfs = -60.0;
    double amount = 1.0;
    friend bool operator==(const Settings&, const Settings&) = default;
  };

  static constexpr std::array parameters = {
      Parameter<Settings>{"least_offset_dbfs", "Least offset", "dBFS", -100.0, -30.0,
                          "A mean below it is left alone; one 6 dB above it goes entirely.",
                          &Settings::least_offset_dbfs},
      Parameter<Settings>{"amount", "Amount", "", 0.0, 1.0, "Share of the offset that is taken.",
                          &Settings::amount},
  };

  void prepare(StreamFormat);
  void reset() noexcept;
  void process(AudioBlock, const Settings&) noexcept;

  int latency_frames() const noexcept { return latency_frames_; }

 private:
  /// Frames, counted in hops.
  struct Clock {
    std::int64_t hops = 0;
    int into_hop = 0;
    /// True when a hop is complete.
    bool next(int hop_frames) noexcept {
      if (++into_hop < hop_frames) return false;
      into_hop = 0;
      ++hops;
      return true;
    }
  };
  struct Channel {
    std::vector<double> samples;        // the latency
    std::vector<unsigned char> silent;  // which of them are digital silence
    std::vector<double> means;          // of the window that ended with each of the last hops
    BoxStack window;
    double sum = 0.0, hop_sum = 0.0;  // of what was heard, until window and hop are full
    Clock heard, played;              // without the silence
    int zeros_in_a_row = 0;
  };

  double step(Channel&, double sample, double floor, double amount) noexcept;
  double mean_now(const Channel&) const noexcept;

  double hop_share_ = 1.0;
  int hop_frames_ = 1, latency_frames_ = 0;
  std::size_t at_ = 0;  // in the rings of samples
  Settings asked_, settings_;
  Ramp floor_, amount_;
  std::vector<Channel> channels_;
};

static_assert(Processor<DcBlocker>);

}  // namespace lacquer::dsp
