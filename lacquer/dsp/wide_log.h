#pragma once

#include <cstdint>

#include "lacquer/dsp/wide.h"

namespace lacquer::dsp {

/// Four logarithms to the base 2 at once, for meters that need many: within 1e-14 + 1 ulp, the same
/// bits in registers of any width. Positive normal numbers only.
///
/// x = 2^e m with m between 1/sqrt(2) and sqrt(2); ln m = 2 artanh((m - 1) / (m + 1)), whose series
/// has gone below 1e-14 at t^17, since t stays below 0.172.
LACQUER_KERNEL void make_log2(Quad& value) {
  using Bits = std::int64_t __attribute__((vector_size(32)));
  constexpr std::int64_t mantissa = 0x000fffffffffffff, one = 0x3ff0000000000000,
                         two_to_52 = 0x4330000000000000;
  const Bits bits = reinterpret_cast<Bits>(value);
  const Bits exponent_bits = ((bits >> 52) & 0x7ff) | two_to_52;
  const Bits mantissa_bits = (bits & mantissa) | one;
  Quad exponent = reinterpret_cast<Quad>(exponent_bits) - (4503599627370496.0 + 1023.0);
  Quad m = reinterpret_cast<Quad>(mantissa_bits);
  const auto large = m > 1.4142135623730951;
  m = large ? m * 0.5 : m;
  exponent = large ? exponent + 1.0 : exponent;
  const Quad t = (m - 1.0) / (m + 1.0), t2 = t * t;
  constexpr double scale = 2.8853900817779268;  // 2 / ln 2
  Quad series = t2 * (scale / 15.0) + scale / 13.0;
  series = series * t2 + scale / 11.0;
  series = series * t2 + scale / 9.0;
  series = series * t2 + scale / 7.0;
  series = series * t2 + scale / 5.0;
  series = series * t2 + scale / 3.0;
  series = series * t2 + scale;
  value = exponent + series * t;
}

}  // namespace lacquer::dsp
