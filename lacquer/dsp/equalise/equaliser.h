#pragma once

#include <array>
#include <vector>

#include "lacquer/base/processor.h"
#include "lacquer/dsp/equalise/equaliser_band.h"
#include "lacquer/dsp/equalise/equaliser_parameters.h"

namespace lacquer::dsp {

/// Twelve bands of minimum-phase equalisation whose magnitude is the analogue prototype's up to the
/// top of hearing, at every sample rate (equaliser_band.h, matched_biquad.h). The signal passes
/// them by number.
///
/// Guarantee: a bell, shelf or tilt at 0 dB is not there at all and costs nothing; with nothing but
/// those, and at amount 0, the samples pass bit for bit. A band on one channel leaves the other
/// bit for bit. Changed settings glide: coefficients move in a straight line between stable
/// filters, so every filter on the way is stable too, a band comes in out of 0 dB, and one that
/// changes its type or channels is faded out before. The first settings after reset() hold from
/// the first sample.
class Equaliser {
 public:
  static constexpr int band_count = equaliser_band_count;
  using Band = EqualiserBand;
  using enum EqualiserBand::Type;
  using enum EqualiserBand::Channels;

  struct Settings {
    EqualiserBands bands = flat_bands;
    double amount = 1.0;
    friend bool operator==(const Settings&, const Settings&) = default;
  };

  static const std::array<Parameter<Settings>, detail::parameters_per_band * band_count + 1>
      parameters;

  void prepare(StreamFormat);
  void reset() noexcept;
  void process(AudioBlock, const Settings&) noexcept;

  int latency_frames() const noexcept { return 0; }

 private:
  // Coefficients are computed once a step; between two steps they move in a straight line.
  static constexpr int step_frames = 64;

  /// One band on its way from the settings it has to those it was given.
  struct Glide {
    SoundingBand now, target;
    int steps_left = 0;  // until now == target
    /// What one step starts from and ends with; equal when nothing moves.
    BiquadCoefficients from, to;
    double presence_from = 0.0, presence_to = 0.0;  // 0 bypassed, 1 in; between on type changes
    std::vector<BiquadState> states;                // one for every two channels
    bool moving() const { return !(from == to) || presence_from != presence_to; }
    bool in_use() const { return presence_from > 0.0 || presence_to > 0.0; }
    bool rung_out() const;
  };

  void begin_step(const Settings&) noexcept;
  void begin_step(Glide&, const SoundingBand& wanted) noexcept;
  void jump(Glide&, const SoundingBand&) noexcept;
  void process_pair(AudioBlock, int first_channel) noexcept;
  template <bool moving, bool routed>
  void run(AudioBlock, int first_channel, Glide* const* in_use, std::size_t count) noexcept;

  StreamFormat format_;
  double presence_step_ = 1.0;
  int steps_to_glide_ = 1;
  int frames_into_step_ = 0;
  bool fresh_ = true;
  bool settled_ = false;  // nothing moves, nothing will while the settings stay
  Settings settled_for_;
  std::array<Glide, band_count> glides_;
};

/// The prototype's gain at a frequency: what the bands on these channels are meant to do together.
inline double response_db(const Equaliser::Settings& settings, double frequency_hz,
                          EqualiserBand::Channels channels = EqualiserBand::both) {
  return response_db(settings.bands, settings.amount, frequency_hz, channels);
}

inline constexpr std::array<Parameter<Equaliser::Settings>,
                            detail::parameters_per_band* Equaliser::band_count + 1>
    Equaliser::parameters = detail::joined(
        detail::parameters_of_bands<Equaliser::Settings>(),
        std::array{Parameter<Equaliser::Settings>{
            "amount", "Amount", "", 0.0, 1.0,
            "Scales every gain in dB; a pass stops falling early; 0 changes nothing.",
            &Equaliser::Settings::amount}});

static_assert(Processor<Equaliser>);

}  // namespace lacquer::dsp
