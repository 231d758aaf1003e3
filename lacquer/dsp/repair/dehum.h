#pragma once

#include <array>
#include <vector>

#include "lacquer/base/processor.h"
#include "lacquer/dsp/biquad.h"
#include "lacquer/dsp/ramp.h"

namespace lacquer::dsp {

/// Takes out mains hum: a narrow notch at the fundamental and at each of its harmonics.
///
/// All notches are equally wide in hertz, so they ring equally long: by 60 dB in 2.2 s divided by
/// the width. A notch as deep as the hum is over the room is enough; the less, the less it rings.
/// The fundamental is a number somebody has measured (the meter's finding `hum` names it); a
/// notch that misses by half its width takes 3 dB. State-variable filters with trapezoidal
/// integrators (A. Simper, "Linear trapezoidal integrated state variable filter", 2013) stay what
/// they are while they move.
///
/// Guarantee: minimum phase, no latency; with a depth or amount of 0 the samples pass bit for bit.
class Dehum {
 public:
  static constexpr int most_harmonics = 20;

  struct Settings {
    double fundamental_hz = 50.0;
    double harmonics = 8.0;
    double width_hz = 1.5;
    double depth_db = 30.0;
    double amount = 1.0;
    friend bool operator==(const Settings&, const Settings&) = default;
  };

  static constexpr std::array parameters = {
      Parameter<Settings>{"fundamental_hz", "Fundamental", "Hz", 15.0, 500.0,
                          "50 or 60 Hz from the mains, to a hundredth if the recording drifted.",
                          &Settings::fundamental_hz},
      Parameter<Settings>{"harmonics", "Harmonics", "", 1.0, most_harmonics,
                          "How many notches, the one at the fundamental included.",
                          &Settings::harmonics},
      Parameter<Settings>{"width_hz", "Width", "Hz", 0.2, 10.0,
                          "Of each notch, from -3 dB to -3 dB if it were bottomless; narrow ones "
                          "ring longer.",
                          &Settings::width_hz},
      Parameter<Settings>{"depth_db", "Depth", "dB", 0.0, 80.0,
                          "How far each harmonic is turned down.", &Settings::depth_db},
      Parameter<Settings>{"amount", "Amount", "", 0.0, 1.0,
                          "Scales the depth in dB; 0 does nothing.", &Settings::amount},
  };

  void prepare(StreamFormat);
  void reset() noexcept;
  void process(AudioBlock, const Settings&) noexcept;

  int latency_frames() const noexcept { return 0; }

 private:
  static constexpr int step_frames = 16;
  struct Notch {
    double a1 = 1.0, a2 = 0.0, a3 = 0.0;
    double damping_from = 1.0, damping = 1.0;  // over the step
    Ramp cut;                                  // 1 - the gain at the bottom
    std::array<double, step_frames> cuts{};    // with the damping, of the frames at hand
    bool working = false;
  };
  struct State {
    Pair first = {}, second = {};
  };
  using States = std::array<State, most_harmonics>;

  void begin_step(const Settings&) noexcept;
  void process_pair(AudioBlock, std::size_t pair) noexcept;

  double sample_rate_hz_ = 48000.0;
  Settings asked_, settings_;
  bool fresh_ = true;
  int frames_into_step_ = 0;
  Ramp fundamental_hz_, width_hz_;  // a value a step
  std::array<Notch, most_harmonics> notches_;
  std::vector<States> pairs_;
};

static_assert(Processor<Dehum>);

}  // namespace lacquer::dsp
