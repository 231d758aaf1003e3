#pragma once

#include <array>
#include <vector>

#include "lacquer/base/processor.h"
#include "lacquer/dsp/biquad.h"
#include "lacquer/dsp/dynamics/sliding_maximum.h"
#include "lacquer/dsp/ramp.h"

namespace lacquer::dsp {

/// More or less beginning, more or less tail, whatever the level.
///
/// Two envelopes of the peaks are compared: a quick one (up in 1 ms, down in 15 ms) and a slow one
/// (15 ms, 200 ms). While the quick one is above, something begins; while it is below, something
/// rings out. Peaks are held for half a period of 28 Hz, so a steady tone is neither. The signal is
/// delayed by 2 ms, so the gain is there when the transient arrives. All channels move together.
///
/// Guarantee: at 0 dB and wherever the level is steady within 1 dB, a pure delay bit for bit.
/// The method is the difference of envelopes that SPL's Transient Designer (1998) made known.
class TransientShaper {
 public:
  struct Settings {
    double attack_db = 0.0;
    double sustain_db = 0.0;
    double focus = 0.0;
    double frequency_hz = 100.0;
    double q = 0.7;
    double amount = 1.0;
    friend bool operator==(const Settings&, const Settings&) = default;
  };

  static constexpr std::array parameters = {
      Parameter<Settings>{"attack_db", "Attack", "dB", -12.0, 12.0,
                          "Gain of beginnings that rise by 6 dB and more.", &Settings::attack_db},
      Parameter<Settings>{"sustain_db", "Sustain", "dB", -12.0, 12.0,
                          "Gain of tails that fall by 20 dB in half a second and faster.",
                          &Settings::sustain_db},
      Parameter<Settings>{"focus", "Focus", "", 0.0, 1.0,
                          "0 hears and moves everything, 1 only a bell around the frequency.",
                          &Settings::focus},
      Parameter<Settings>{"frequency_hz", "Frequency", "Hz", 30.0, 12000.0,
                          "Centre of the bell in focus.", &Settings::frequency_hz},
      Parameter<Settings>{"q", "Q", "", 0.3, 4.0, "Narrowness of the bell in focus.", &Settings::q},
      Parameter<Settings>{"amount", "Amount", "", 0.0, 1.0,
                          "Scales both gains in dB; 0 does nothing.", &Settings::amount},
  };

  void prepare(StreamFormat);
  void reset() noexcept;
  void process(AudioBlock, const Settings&) noexcept;

  int latency_frames() const noexcept { return latency_frames_; }

  /// The gain at the moment.
  double gain_db() const noexcept { return gain_db_; }

 private:
  /// Rises and falls with different times.
  struct Envelope {
    double rise_kept = 0.0, fall_kept = 0.0, value = 0.0;
    double step(double level) noexcept {
      value = level + (level > value ? rise_kept : fall_kept) * (value - level);
      return value;
    }
  };
  struct ChannelPair {
    BiquadState ear, bell;
    std::vector<Pair> delay;
  };

  void begin_step(const Settings&) noexcept;
  void glide() noexcept;
  void process_pair(AudioBlock, std::size_t pair) noexcept;

  StreamFormat format_;
  Settings asked_, settings_;
  bool fresh_ = true;
  bool gliding_ = false;
  int step_frames_ = 16;
  int latency_frames_ = 0;
  int frames_into_step_ = 0;
  std::size_t delay_at_ = 0;
  Ramp attack_db_, sustain_db_, amount_, octave_, log_q_;  // a value a step
  double focus_from_ = 0.0, focus_to_ = 0.0;               // over the step
  Ramp focus_;
  BiquadCoefficients band_;
  double loudest_ = 0.0;  // of the step
  SlidingMaximum hold_;
  Envelope quick_, slow_;
  double gain_kept_ = 0.0, gain_db_ = 0.0;
  double gain_from_ = 1.0, gain_to_ = 1.0;  // over the step
  std::vector<ChannelPair> pairs_;
};

static_assert(Processor<TransientShaper>);

}  // namespace lacquer::dsp
