#pragma once

#include <array>
#include <vector>

#include "lacquer/base/processor.h"
#include "lacquer/dsp/dynamics/level_detector.h"
#include "lacquer/dsp/equalise/moving_band.h"
#include "lacquer/dsp/ramp.h"

namespace lacquer::dsp {

/// Turns a high band down while it is sharp *for this voice*: what counts is the band's level
/// against the level of the whole, so the fader in front of it changes nothing.
///
/// Both are powers over 5 ms. The whole is what it is at the moment, or what it has lately been
/// (up in 0.2 s, down in 2 s), whichever is more: a sibilant counts against the vowels around it, a
/// soft one between loud words is left alone, and the first sound of a song needs no history.
///
/// Guarantee: scaling the input scales the output; where the band stays under its threshold the
/// samples pass bit for bit; at full range it is the equaliser's bell or shelf. All channels move
/// together. Gains are worked out every third of a millisecond and move in straight lines.
class DeEsser {
 public:
  static constexpr double knee_db = 6.0;

  struct Settings {
    double type = 1.0;
    double frequency_hz = 6000.0;
    double q = 0.8;
    double threshold_db = -9.0;
    double range_db = -6.0;
    double ratio = 4.0;
    double attack_ms = 1.0;
    double release_ms = 60.0;
    double amount = 1.0;
    friend bool operator==(const Settings&, const Settings&) = default;
  };

  static constexpr std::array parameters = {
      Parameter<Settings>{"type", "Type", "", 0.0, 1.0,
                          "0 bell around the frequency, 1 shelf for all above it.",
                          &Settings::type},
      Parameter<Settings>{"frequency_hz", "Frequency", "Hz", 2000.0, 16000.0,
                          "Centre of the bell or middle of the shelf; the detector hears the same.",
                          &Settings::frequency_hz},
      Parameter<Settings>{"q", "Q", "", 0.3, 4.0, "Narrowness of the filter.", &Settings::q},
      Parameter<Settings>{"threshold_db", "Threshold", "dB", -40.0, 0.0,
                          "The band moves when its level against the whole exceeds this.",
                          &Settings::threshold_db},
      Parameter<Settings>{"range_db", "Range", "dB", -18.0, 0.0, "The most it is turned down.",
                          &Settings::range_db},
      Parameter<Settings>{"ratio", "Ratio", "", 1.0, 20.0,
                          "How much of what exceeds the threshold is taken: all but 1/ratio.",
                          &Settings::ratio},
      Parameter<Settings>{"attack_ms", "Attack", "ms", 0.5, 50.0, "Time to 63 % of the movement.",
                          &Settings::attack_ms},
      Parameter<Settings>{"release_ms", "Release", "ms", 5.0, 500.0,
                          "Time back to 37 % of the movement; never quicker than the attack.",
                          &Settings::release_ms},
      Parameter<Settings>{"amount", "Amount", "", 0.0, 1.0,
                          "Scales the gain in dB; 0 does nothing.", &Settings::amount},
  };

  void prepare(StreamFormat);
  void reset() noexcept;
  void process(AudioBlock, const Settings&) noexcept;

  int latency_frames() const noexcept { return 0; }

  /// What the band is turned down by at the moment, at most 0.
  double gain_reduction_db() const noexcept { return gain_db_; }

 private:
  /// Two channels of the detector, and what they have heard since the step began.
  struct Ear {
    BiquadState state;
    Pair heard_energy = {}, whole_energy = {};
  };

  void begin_step(const Settings&) noexcept;
  void glide() noexcept;
  double relative_level_db() noexcept;
  void listen(AudioBlock) noexcept;

  StreamFormat format_;
  Settings asked_, settings_;
  bool fresh_ = true;
  bool gliding_ = false;
  int step_frames_ = 16;
  int frames_into_step_ = 0;
  unsigned step_ = 0;
  Ramp octave_, log_q_, threshold_db_, slope_, range_db_, amount_, type_share_;  // a value a step
  BandShape shape_;
  BiquadCoefficients listening_;
  std::vector<Ear> ears_;
  double heard_power_ = 0.0, whole_power_ = 0.0, lasting_power_ = 0.0;
  double short_kept_ = 0.0, rise_kept_ = 0.0, fall_kept_ = 0.0;
  DetectorTimes times_;
  LevelDetector detector_;
  MovingBand filter_;
  double gain_db_ = 0.0;
};

static_assert(Processor<DeEsser>);

}  // namespace lacquer::dsp
