#pragma once

#include <array>
#include <vector>

#include "lacquer/base/processor.h"
#include "lacquer/dsp/colour/oversampler.h"
#include "lacquer/dsp/colour/saturation_curves.h"
#include "lacquer/dsp/ramp.h"

namespace lacquer::dsp {

/// Harmonics of tape, tube or a soft ceiling, or a hard clip, without their aliases.
///
/// Only what the curve adds to the straight line is made at eight times the rate and filtered back
/// (oversampler.h); the straight line itself is the input, delayed. So quiet music passes with a
/// flat response to half the rate, a clip that clips nothing passes bit for bit, and dry and wet
/// are always in phase: `amount` and `mix` never comb.
///
/// Guarantee: at amount 0 the samples pass bit for bit after the latency. A 9 kHz tone of 0 dBFS
/// driven by up to 12 dB has no alias above -120 dBc (tape, tube, soft) or -90 dBc (hard) at 44.1
/// and 48 kHz. More drive has more: figures in docs/dsp/colour.md. The tube's direct
/// current is taken out below 3 Hz. Filters and averaging overshoot: this is a colour, not a
/// limiter.
class Saturation {
 public:
  struct Settings {
    double curve = 0.0;
    double drive_db = 6.0;
    double mix = 1.0;
    double compensation = 1.0;
    double trim_db = 0.0;
    double amount = 1.0;
  };

  static constexpr std::array parameters = {
      Parameter<Settings>{"curve", "Curve", "", 0.0, 3.0,
                          "0 tape (third harmonic), 1 tube (second harmonic), 2 soft ceiling at 0 "
                          "dBFS, 3 hard clip at 0 dBFS.",
                          &Settings::curve},
      Parameter<Settings>{"drive_db", "Drive", "dB", -12.0, 24.0,
                          "Gain into the curve; more makes more harmonics.", &Settings::drive_db},
      Parameter<Settings>{"mix", "Mix", "", 0.0, 1.0,
                          "Share of the saturated signal beside the dry one; both in phase.",
                          &Settings::mix},
      Parameter<Settings>{"compensation", "Level compensation", "", 0.0, 1.0,
                          "1 keeps the level of music at -14 dBFS rms whatever the drive, 0 lets "
                          "the drive raise it.",
                          &Settings::compensation},
      Parameter<Settings>{"trim_db", "Output trim", "dB", -12.0, 12.0,
                          "Gain behind the saturation.", &Settings::trim_db},
      Parameter<Settings>{"amount", "Amount", "", 0.0, 1.0,
                          "How much of it all: scales drive and trim in dB and the harmonics; 0 is "
                          "the input.",
                          &Settings::amount},
  };

  void prepare(StreamFormat);
  void reset() noexcept;
  void process(AudioBlock, const Settings&) noexcept;

  int latency_frames() const noexcept { return Oversampler::latency_frames; }

 private:
  static constexpr int factor = Oversampler::factor;
  static constexpr int bend_delay = HardBend::delay;  // the smooth curves are as late as the hard
  static_assert(bend_delay == Oversampler::own_delay);
  static constexpr int step_frames = Oversampler::most_frames;
  using Step = std::array<double, step_frames>;

  struct Channel {
    Oversampler oversampler;
    HardBend hard;
    std::array<double, bend_delay> late_bends{};  // for the next call
    std::vector<double> dry;                      // delayed by the latency
    double direct_current = 0.0;
    // Nothing but zeros in, and out of the curve, for so long; counted up to the filters' memory.
    int silent_frames = 0, straight_frames = 0;
  };

  void begin_step(const Settings&) noexcept;
  void forget(Channel&) noexcept;
  bool bend(Channel&, int frames) noexcept;
  void find_bends(Channel&, const double* in, int frames) noexcept;

  double sample_rate_hz_ = 48000.0;
  double direct_current_pole_ = 0.0;
  std::vector<Channel> channels_;
  Ramp drive_, makeup_, blend_, trim_;  // linear; blend: 0 dry, 1 saturated
  double drive_db_ = 0.0;               // what makeup_db_ was worked out for
  double makeup_db_ = 0.0;
  SaturationCurve curve_ = SaturationCurve::tape, makeup_curve_ = SaturationCurve::tape;
  int frames_into_step_ = 0;
  int warm_up_steps_ = 0;
  bool fresh_ = true, asleep_ = true;
  // One step at the rate and at eight times the rate.
  Step drives_{}, makeups_{}, blends_{}, trims_{}, driven_{}, bends_{};
  std::array<double, factor * step_frames> fast_{};
  std::array<double, factor * step_frames + bend_delay> fast_bends_{};
};

/// The gain that brings Gaussian noise of -14 dBFS rms back to its level behind the curve.
double level_keeping_db(SaturationCurve, double drive_db) noexcept;

static_assert(Processor<Saturation>);

}  // namespace lacquer::dsp
