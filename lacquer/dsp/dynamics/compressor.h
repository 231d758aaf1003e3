#pragma once

#include <array>
#include <vector>

#include "lacquer/base/processor.h"
#include "lacquer/dsp/biquad.h"
#include "lacquer/dsp/dynamics/gain_computer.h"
#include "lacquer/dsp/dynamics/level_detector.h"
#include "lacquer/dsp/ramp.h"

namespace lacquer::dsp {

/// Feed-forward compressor working on peaks in decibels, for glue as well as for control.
///
/// Level in dB, gain computer, smooth decoupled detector, gain: the gain is computed for every
/// frame, without delay. Automatic times follow the crest of the last 200 ms: percussive music gets
/// short ones, sustained music long ones. A hold, if wanted, keeps the reduction through the waves
/// of a bass note, which a short release would otherwise follow.
///
/// Guarantee: where nothing reaches the foot of the knee, and at amount 0, the samples pass bit for
/// bit; a steady level is turned down by what the gain computer says.
/// Source: Giannoulis, Massberg, Reiss 2012 (design, see gain_computer.h) and 2013, "Parameter
/// Automation in a Dynamic Range Compressor" (automatic times and make-up).
class Compressor {
 public:
  struct Settings {
    double threshold_dbfs = -18.0;
    double ratio = 2.0;
    double knee_db = 6.0;
    double attack_ms = 20.0;
    double hold_ms = 0.0;
    double release_ms = 200.0;
    double automatic_attack = 0.0;
    double automatic_release = 0.0;
    double side_chain_high_pass_hz = 0.0;
    double stereo_link = 1.0;
    double make_up_db = 0.0;
    double automatic_make_up = 0.0;
    double mix = 1.0;
    double amount = 1.0;
    friend bool operator==(const Settings&, const Settings&) = default;
  };

  static constexpr std::array parameters = {
      Parameter<Settings>{"threshold_dbfs", "Threshold", "dBFS", -60.0, 0.0,
                          "Peaks above this are turned down; the middle of the knee.",
                          &Settings::threshold_dbfs},
      Parameter<Settings>{"ratio", "Ratio", "", 1.0, 100.0,
                          "dB in for one dB out above the threshold; 1 does nothing.",
                          &Settings::ratio},
      Parameter<Settings>{"knee_db", "Knee", "dB", 0.0, 24.0,
                          "Width of the bend around the threshold; 0 is a corner.",
                          &Settings::knee_db},
      Parameter<Settings>{"attack_ms", "Attack", "ms", 0.05, 250.0,
                          "Time to 63 % of the gain reduction.", &Settings::attack_ms},
      Parameter<Settings>{"hold_ms", "Hold", "ms", 0.0, 100.0,
                          "Peaks are held this long before the release begins; 18 ms keep the wave "
                          "of a bass note.",
                          &Settings::hold_ms},
      Parameter<Settings>{"release_ms", "Release", "ms", 5.0, 2500.0,
                          "Time to recover 63 % of the gain reduction; never quicker than the "
                          "attack.",
                          &Settings::release_ms},
      Parameter<Settings>{"automatic_attack", "Automatic attack", "", 0.0, 1.0,
                          "1 takes the attack from the crest of the music, 80 ms for a sine.",
                          &Settings::automatic_attack},
      Parameter<Settings>{"automatic_release", "Automatic release", "", 0.0, 1.0,
                          "1 takes the release from the crest of the music, 1 s for a sine.",
                          &Settings::automatic_release},
      Parameter<Settings>{"side_chain_high_pass_hz", "Side-chain high-pass", "Hz", 0.0, 500.0,
                          "The detector hears 12 dB an octave less below this; 0 is off.",
                          &Settings::side_chain_high_pass_hz},
      Parameter<Settings>{"stereo_link", "Stereo link", "", 0.0, 1.0,
                          "1 turns all channels down as the one that needs most; 0 each by itself.",
                          &Settings::stereo_link},
      Parameter<Settings>{"make_up_db", "Make-up", "dB", -24.0, 24.0,
                          "Gain after compression, before the mix.", &Settings::make_up_db},
      Parameter<Settings>{"automatic_make_up", "Automatic make-up", "", 0.0, 1.0,
                          "1 also gives back the mean gain reduction of the last seconds.",
                          &Settings::automatic_make_up},
      Parameter<Settings>{"mix", "Mix", "", 0.0, 1.0,
                          "Share of the compressed signal, the rest is the untouched one.",
                          &Settings::mix},
      Parameter<Settings>{"amount", "Amount", "", 0.0, 1.0,
                          "Scales reduction and make-up in dB; 0 does nothing.", &Settings::amount},
  };

  void prepare(StreamFormat);
  void reset() noexcept;
  void process(AudioBlock, const Settings&) noexcept;

  int latency_frames() const noexcept { return 0; }

  /// Deepest reduction of the last block, at most 0; before mix and amount.
  double gain_reduction_db() const noexcept { return -block_reduction_db_; }

 private:
  // Times, side-chain filter and automatic make-up move once a step, everything else every frame.
  static constexpr int step_frames = 32;

  /// The settings that glide, as the frame needs them.
  struct Controls {
    GainComputer computer;
    double link = 1.0, make_up_db = 0.0, mix = 1.0, amount = 1.0, filter_presence = 0.0;
  };
  /// Two channels; of an odd number the last stands twice.
  struct ChannelPair {
    BiquadState filter;
    PeakHold<Pair> hold;
    LevelDetector detector;
    std::array<Pair, step_frames> work;  // level, then reduction asked for
  };

  void begin_step(const Settings&) noexcept;
  void glide() noexcept;
  void follow_crest() noexcept;
  void follow_make_up() noexcept;
  Controls next_controls() noexcept;
  void process_step(AudioBlock) noexcept;
  void listen(AudioBlock, int first_channel) noexcept;
  bool nothing_to_do(int frames) const noexcept;
  template <bool gliding>
  void turn_down(AudioBlock) noexcept;
  template <bool gliding>
  void ask(ChannelPair&, int frames) noexcept;
  template <bool gliding>
  void apply(AudioBlock, int first_channel) noexcept;

  StreamFormat format_;
  Settings asked_, settings_;
  bool fresh_ = true;
  int frames_into_step_ = 0;
  Ramp threshold_db_, slope_, knee_db_, link_, make_up_db_, mix_, amount_;
  Ramp filter_presence_, filter_hz_;
  bool gliding_ = false;
  std::array<Controls, step_frames> controls_;  // of every frame, or the first for all
  BiquadCoefficients high_pass_;
  double tuned_hz_ = 0.0;
  DetectorTimes times_;
  int hold_frames_ = 0, frames_held_ = 0;  // the windows of all holds turn together
  double crest_kept_ = 0.0, make_up_kept_ = 0.0, glide_kept_ = 0.0;
  double peak_power_ = 0.0, mean_power_ = 0.0;              // of the loudest channel, over 200 ms
  double make_up_deviation_db_ = 0.0;                       // from the estimate
  double automatic_from_db_ = 0.0, automatic_to_db_ = 0.0;  // over one step
  std::array<double, step_frames> loudest_{}, deepest_{};   // over all channels
  std::vector<ChannelPair> pairs_;
  double block_reduction_db_ = 0.0;
};

static_assert(Processor<Compressor>);

}  // namespace lacquer::dsp
