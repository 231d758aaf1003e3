#pragma once

#include <array>
#include <vector>

#include "lacquer/base/processor.h"
#include "lacquer/dsp/bands/smooth_low_pass.h"
#include "lacquer/dsp/ramp.h"
#include "lacquer/dsp/stereo/delay_tap.h"

namespace lacquer::dsp {

/// The image of two channels: corrections (swap, polarity, delay), then balance, rotation, middle
/// and side, and the width of three bands.
///
/// Only the side is split, by low-passes of linear phase (smooth_low_pass.h), and only what a width
/// other than 1 adds to it or takes from it is put in. So the middle is the input, delayed; the sum
/// of the channels does not know of width and side gain, to rounding; side and middle stay in
/// phase; and with every width at 1 nothing is split at all.
///
/// Guarantee: at amount 0 the samples pass bit for bit after the latency, and so they do at neutral
/// settings. Delays may lie between frames (delay_tap.h). Any other number of channels than two has
/// no image and passes, in time.
class Stereo {
 public:
  struct Settings {
    double balance_db = 0.0;
    double rotation_degrees = 0.0;
    double mid_gain_db = 0.0;
    double side_gain_db = 0.0;
    double width_low = 1.0;
    double width_middle = 1.0;
    double width_high = 1.0;
    double low_frequency_hz = 200.0;
    double high_frequency_hz = 4000.0;
    double swap = 0.0;
    double invert_left = 0.0;
    double invert_right = 0.0;
    double delay_left_ms = 0.0;
    double delay_right_ms = 0.0;
    double amount = 1.0;
  };

  static constexpr std::array parameters = {
      Parameter<Settings>{"balance_db", "Balance", "dB", -12.0, 12.0,
                          "Right against left; each channel moves by half of it.",
                          &Settings::balance_db},
      Parameter<Settings>{"rotation_degrees", "Rotation", "degrees", -45.0, 45.0,
                          "Turns the whole image to the right at constant power; 45 puts the "
                          "middle entirely right.",
                          &Settings::rotation_degrees},
      Parameter<Settings>{"mid_gain_db", "Middle", "dB", -24.0, 12.0,
                          "Level of what both channels share.", &Settings::mid_gain_db},
      Parameter<Settings>{"side_gain_db", "Side", "dB", -24.0, 12.0,
                          "Level of what the channels do not share.", &Settings::side_gain_db},
      Parameter<Settings>{"width_low", "Width of the lows", "", 0.0, 2.0,
                          "0 mono, 1 as it is, 2 the side doubled.", &Settings::width_low},
      Parameter<Settings>{"width_middle", "Width of the middle band", "", 0.0, 2.0,
                          "0 mono, 1 as it is, 2 the side doubled.", &Settings::width_middle},
      Parameter<Settings>{"width_high", "Width of the highs", "", 0.0, 2.0,
                          "0 mono, 1 as it is, 2 the side doubled.", &Settings::width_high},
      Parameter<Settings>{"low_frequency_hz", "Lows below", "Hz", 60.0, 1000.0,
                          "Where the lows are 6 dB down and the middle band takes over.",
                          &Settings::low_frequency_hz},
      Parameter<Settings>{"high_frequency_hz", "Highs above", "Hz", 1000.0, 12000.0,
                          "Where the middle band is 6 dB down and the highs take over.",
                          &Settings::high_frequency_hz},
      Parameter<Settings>{"swap", "Swap channels", "", 0.0, 1.0, "1 exchanges left and right.",
                          &Settings::swap},
      Parameter<Settings>{"invert_left", "Invert left", "", 0.0, 1.0,
                          "1 turns the left channel's polarity over.", &Settings::invert_left},
      Parameter<Settings>{"invert_right", "Invert right", "", 0.0, 1.0,
                          "1 turns the right channel's polarity over.", &Settings::invert_right},
      Parameter<Settings>{"delay_left_ms", "Delay left", "ms", 0.0, 20.0,
                          "Holds the left channel back; fractions of a sample count.",
                          &Settings::delay_left_ms},
      Parameter<Settings>{"delay_right_ms", "Delay right", "ms", 0.0, 20.0,
                          "Holds the right channel back; fractions of a sample count.",
                          &Settings::delay_right_ms},
      Parameter<Settings>{"amount", "Amount", "", 0.0, 1.0,
                          "Scales gains in dB, angle and widths; swap, polarity and delay are in "
                          "whenever it is above 0. 0 is the input.",
                          &Settings::amount},
  };

  void prepare(StreamFormat);
  void reset() noexcept;
  void process(AudioBlock, const Settings&) noexcept;

  int latency_frames() const noexcept { return DelayTap::reach + split_delay_; }

 private:
  static constexpr int step_frames = 64;
  using Step = std::array<double, step_frames>;

  /// One channel held back; a new delay is faded in over the old one.
  struct Delay {
    std::vector<double> samples;
    DelayTap tap, next;
    Ramp fade;
    bool fading = false;
  };
  /// A crossover of the side, and its corner on its way.
  struct Split {
    SmoothLowPass low_pass;
    Ramp octave;                             // log2 of the corner
    double length = 1.0, last_length = 1.0;  // of its averages as the step begins and as it ends
    Step band{};
  };

  void begin_step(const Settings&) noexcept;
  void begin_delay(Delay&, double frames) noexcept;
  void begin_split(Split&, double corner_hz) noexcept;
  void hold_back(Delay&, const double* in, int frames, double* out) noexcept;
  void process_pair(AudioBlock) noexcept;

  StreamFormat format_;
  int split_delay_ = 0;  // of both crossovers and of what is not split
  int most_delay_ = 0;
  int frames_into_step_ = 0, steps_ = 0;
  bool fresh_ = true;
  int warm_up_steps_ = 0;  // the splits fill before anybody hears them
  bool splitting_ = false;
  std::vector<Delay> delays_;  // by channel
  std::array<Split, 2> splits_;
  Step side_{};
  std::array<std::vector<double>, 2> pair_;  // left and right behind their delays
  // out = matrix (left, right), then +- the width's part of the side
  Ramp left_from_left_, left_from_right_, right_from_left_, right_from_right_;
  std::array<Ramp, 3> widths_;  // less 1; lows, middle, highs
};

static_assert(Processor<Stereo>);

}  // namespace lacquer::dsp
