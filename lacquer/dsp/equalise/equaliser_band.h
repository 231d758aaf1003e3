#pragma once

#include <array>

#include "lacquer/dsp/biquad.h"

namespace lacquer::dsp {

/// The vocabulary that the equaliser and the linear-phase equaliser share: what a band is, and the
/// analogue filter it stands for. Both are held to the magnitude of that filter.
/// Source of the prototypes: R. Bristow-Johnson, "Cookbook formulae for audio equalizer biquad
/// filter coefficients"; tilt and half-strength passes as said below.
///
/// A band as people set it; every field may be anything, within_range() makes sense of it.
struct EqualiserBand {
  enum Type { bell, low_shelf, high_shelf, high_pass, low_pass, tilt };
  /// The signal a band works on. Mid is half the sum of left and right, side half the difference.
  /// Mono has a left and a mid, which are the one channel, and no right or side. Of more than two
  /// channels, left, right, mid and side are those of the first two, and only `both` touches the
  /// others.
  enum Channels { both, left, right, mid, side };

  double type = bell;
  double frequency_hz = 1000.0;
  double gain_db = 0.0;  // high_pass and low_pass have none
  double q = 0.7071067811865476;
  double channels = both;
  friend bool operator==(const EqualiserBand&, const EqualiserBand&) = default;
};

inline constexpr int equaliser_band_count = 12;
using EqualiserBands = std::array<EqualiserBand, equaliser_band_count>;

/// The first six spread over the spectrum, then six more between and beside them; all flat.
inline constexpr EqualiserBands flat_bands = {{{.frequency_hz = 60.0},
                                               {.frequency_hz = 200.0},
                                               {.frequency_hz = 600.0},
                                               {.frequency_hz = 2000.0},
                                               {.frequency_hz = 5000.0},
                                               {.frequency_hz = 12000.0},
                                               {.frequency_hz = 30.0},
                                               {.frequency_hz = 110.0},
                                               {.frequency_hz = 350.0},
                                               {.frequency_hz = 1100.0},
                                               {.frequency_hz = 3200.0},
                                               {.frequency_hz = 16000.0}}};

/// A band as it is to sound: every number usable, the amount already in it.
struct SoundingBand {
  EqualiserBand::Type type = EqualiserBand::bell;
  EqualiserBand::Channels channels = EqualiserBand::both;
  double frequency_hz = 1000.0;
  double gain_db = 0.0;
  double q = 0.7071067811865476;
  double depth = 1.0;  ///< of a pass: 1 falls for ever, 0 is not there
  friend bool operator==(const SoundingBand&, const SoundingBand&) = default;

  bool passes() const noexcept {
    return type == EqualiserBand::high_pass || type == EqualiserBand::low_pass;
  }
  /// A pass acts with any depth; a bell, shelf or tilt only with a gain.
  bool acts() const noexcept { return passes() ? depth > 0.0 : gain_db != 0.0; }
  /// The same band before it does anything, to grow from.
  SoundingBand at_rest() const noexcept;
};

/// `amount` (0 to 1) scales the gain in dB. A pass of amount a stops falling at (1 - a) times its
/// corner (a low-pass at 1 / (1 - a) times), at 40 lg(1 - a) dB: half of it is a fall of 12 dB. Of
/// a channel that is not there the band is at rest.
SoundingBand within_range(const EqualiserBand&, double amount, int channel_count = 2) noexcept;

/// The band's analogue filter.
///
/// Tilt: H(s) = (1 + A s) / (A + s), A = 10^(gain/40): first order, 0 dB at the frequency, half the
/// gain up at the top and half of it down at the bottom. The gain is the difference between the
/// two. Pass of depth a, k = 1 - a: (s^2 + k s / Q + k^2) / (s^2 + s / Q + 1), the low-pass
/// mirrored. All are minimum phase.
AnalogueSection prototype(const SoundingBand&) noexcept;

/// The gain at a frequency of the bands with exactly these `channels`: what they are meant to do.
double response_db(const EqualiserBands&, double amount, double frequency_hz,
                   EqualiserBand::Channels);

}  // namespace lacquer::dsp
