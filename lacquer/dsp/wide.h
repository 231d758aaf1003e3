#pragma once

/// Four numbers side by side, for loops that do the same to every sample.
///
/// These are gcc's and clang's vector types: the same source runs in whatever registers the
/// processor has, and every lane keeps its own order of operations, so the bits are the same in
/// all of them. A kernel is an always_inline function over these, called once plain and once from
/// a function with LACQUER_WIDE; see has_wide_registers(). By reference, not by value: how a wide
/// register is passed depends on the processor.
namespace lacquer::dsp {

using Quad = double __attribute__((vector_size(32)));
// A typedef, because clang takes an alignment from nothing else.
typedef double QuadAnywhere __attribute__((vector_size(32), aligned(8), may_alias));

#define LACQUER_KERNEL __attribute__((always_inline)) inline

#if defined(__x86_64__)
#define LACQUER_WIDE __attribute__((target("avx2")))
inline bool has_wide_registers() {
  static const bool has = __builtin_cpu_supports("avx2");
  return has;
}
#else
#define LACQUER_WIDE
inline bool has_wide_registers() { return false; }
#endif

/// The quads from an address on, whatever its alignment: quads(x)[0] is x[0] to x[3].
LACQUER_KERNEL const QuadAnywhere* quads(const double* from) {
  return reinterpret_cast<const QuadAnywhere*>(from);
}
LACQUER_KERNEL QuadAnywhere* quads(double* to) { return reinterpret_cast<QuadAnywhere*>(to); }

/// value = |value|
LACQUER_KERNEL void make_size(Quad& value) { value = value > -value ? value : -value; }
/// value = the larger of the two
LACQUER_KERNEL void raise(Quad& value, const Quad& other) { value = value > other ? value : other; }
LACQUER_KERNEL double largest_of(const Quad& value) {
  const double first = value[0] > value[1] ? value[0] : value[1];
  const double second = value[2] > value[3] ? value[2] : value[3];
  return first > second ? first : second;
}
LACQUER_KERNEL double sum_of(const Quad& value) {
  return (value[0] + value[1]) + (value[2] + value[3]);
}

}  // namespace lacquer::dsp
