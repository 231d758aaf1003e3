#pragma once

#include "lacquer/dsp/wide.h"

/// Eight doubles or sixteen floats side by side, for the few kernels that gain by it. As in wide.h:
/// the same source for every machine, the same bits in all of them. A kernel is called plain, from
/// a function with LACQUER_WIDE and from one with LACQUER_WIDEST.
namespace lacquer::dsp {

typedef double Oct __attribute__((vector_size(64)));
typedef double OctAnywhere __attribute__((vector_size(64), aligned(8), may_alias));

#if defined(__x86_64__)
#define LACQUER_WIDEST __attribute__((target("avx512f,avx512vl,avx512dq")))
inline bool has_widest_registers() {
  static const bool has = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl") &&
                          __builtin_cpu_supports("avx512dq");
  return has;
}
#else
#define LACQUER_WIDEST
inline bool has_widest_registers() { return false; }
#endif

LACQUER_KERNEL const OctAnywhere* octs(const double* from) {
  return reinterpret_cast<const OctAnywhere*>(from);
}
LACQUER_KERNEL OctAnywhere* octs(double* to) { return reinterpret_cast<OctAnywhere*>(to); }

/// first[0] to first[7], as doubles.
LACQUER_KERNEL void widen(const float* first, Oct& to) {
  to = __builtin_convertvector(*eights(first), Oct);
}
/// last[0], last[-1], ... last[-7].
LACQUER_KERNEL void widen_backwards(const float* last, Oct& to) {
  const Float8 forwards = *eights(last - 7);
  to = __builtin_convertvector(__builtin_shufflevector(forwards, forwards, 7, 6, 5, 4, 3, 2, 1, 0),
                               Oct);
}

}  // namespace lacquer::dsp
