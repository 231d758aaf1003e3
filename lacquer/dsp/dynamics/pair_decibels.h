#pragma once

#include <cstdint>

#include "lacquer/dsp/biquad.h"

/// Decibels and back for two samples at once, quick enough for every frame of a compressor.
///
/// Plain arithmetic in a fixed order, so the bits do not depend on the C library. Exact where it
/// matters: a level of 1 is 0 dB, and a gain of 0 dB is 1, to the last bit.
namespace lacquer::dsp {

inline constexpr double db_of_octave = 6.020599913279624;  // 20 log10(2)
/// What silence counts as: below any signal, and a normal number.
inline constexpr double quietest = 1e-15;

inline Pair larger(Pair a, Pair b) noexcept { return a > b ? a : b; }
inline Pair smaller(Pair a, Pair b) noexcept { return a < b ? a : b; }
inline Pair size_of(Pair a) noexcept { return larger(a, -a); }
inline Pair swapped(Pair a) noexcept { return Pair{a[1], a[0]}; }
inline Pair pair_of(double value) noexcept { return Pair{value, value}; }

/// 20 log10 of numbers in quietest..1e30, within 1e-8 dB. As in wide_log.h, fewer terms:
/// x = 2^e m, ln m = 2 artanh((m - 1) / (m + 1)), argument at most 0.172, cut off at its 11th
/// power.
inline Pair pair_db_from_gain(Pair gain) noexcept {
  using Bits = std::int64_t __attribute__((vector_size(16)));
  constexpr std::int64_t mantissa = 0x000fffffffffffff, one = 0x3ff0000000000000,
                         two_to_52 = 0x4330000000000000;
  const Bits bits = reinterpret_cast<Bits>(gain);
  const Bits exponent_bits = ((bits >> 52) & 0x7ff) | two_to_52;
  const Bits mantissa_bits = (bits & mantissa) | one;
  Pair exponent = reinterpret_cast<Pair>(exponent_bits) - (4503599627370496.0 + 1023.0);
  Pair m = reinterpret_cast<Pair>(mantissa_bits);
  const auto large = m > 1.4142135623730951;
  m = large ? m * 0.5 : m;
  exponent = large ? exponent + 1.0 : exponent;
  const Pair t = (m - 1.0) / (m + 1.0), t2 = t * t;
  constexpr double scale = 2.8853900817779268;  // 2 / ln 2
  Pair series = t2 * (scale / 9.0) + scale / 7.0;
  series = series * t2 + scale / 5.0;
  series = series * t2 + scale / 3.0;
  series = series * t2 + scale;
  return (exponent + series * t) * db_of_octave;
}

/// 10^(db / 20) for -600..600 dB, within 1e-7 dB: the whole octaves are added to the exponent, the
/// rest is the series of the exponential on half an octave either side.
inline Pair pair_gain_from_db(Pair db) noexcept {
  using Bits = std::int64_t __attribute__((vector_size(16)));
  constexpr double to_integer = 6755399441055744.0;  // 1.5 * 2^52: adding it rounds
  const Pair octaves = db * (1.0 / db_of_octave);
  const Pair rounded = octaves + to_integer;
  const Pair x = (octaves - (rounded - to_integer)) * 0.6931471805599453;  // ln 2
  Pair series = x * (1.0 / 5040.0) + 1.0 / 720.0;
  series = series * x + 1.0 / 120.0;
  series = series * x + 1.0 / 24.0;
  series = series * x + 1.0 / 6.0;
  series = series * x + 0.5;
  series = series * x + 1.0;
  series = series * x + 1.0;
  const Bits whole = reinterpret_cast<Bits>(rounded) - reinterpret_cast<Bits>(pair_of(to_integer));
  return reinterpret_cast<Pair>(reinterpret_cast<Bits>(series) + (whole << 52));
}

}  // namespace lacquer::dsp
