#pragma once

#include <new>
#include <vector>

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

using Float8 = float __attribute__((vector_size(32)));
typedef float Float8Anywhere __attribute__((vector_size(32), aligned(4), may_alias));
typedef float Float4 __attribute__((vector_size(16)));
typedef float Float4Anywhere __attribute__((vector_size(16), aligned(4), may_alias));

#define LACQUER_KERNEL __attribute__((always_inline)) inline

#if defined(__x86_64__)
#define LACQUER_WIDE __attribute__((target("avx2")))
inline bool has_wide_registers() {
  static const bool has = __builtin_cpu_supports("avx2");
  return has;
}
/// With multiplications fused into additions, for the one file that is compiled so.
#define LACQUER_WIDE_FUSED __attribute__((target("avx2,fma")))
inline bool has_wide_fused() {
  static const bool has = has_wide_registers() && __builtin_cpu_supports("fma");
  return has;
}
#else
#define LACQUER_WIDE
inline bool has_wide_registers() { return false; }
#define LACQUER_WIDE_FUSED
inline bool has_wide_fused() { return false; }
#endif

/// Memory for the widest registers: one that straddles two lines of the cache takes twice as long.
template <typename T>
struct LineAligned {
  using value_type = T;
  static constexpr std::align_val_t line{64};

  LineAligned() = default;
  template <typename Other>
  LineAligned(const LineAligned<Other>&) {}  // NOLINT: allocators convert
  T* allocate(std::size_t count) {
    return static_cast<T*>(::operator new(count * sizeof(T), line));
  }
  void deallocate(T* at, std::size_t) { ::operator delete(at, line); }
  friend bool operator==(const LineAligned&, const LineAligned&) { return true; }
};
template <typename T>
using AlignedVector = std::vector<T, LineAligned<T>>;

/// The quads from an address on, whatever its alignment: quads(x)[0] is x[0] to x[3].
LACQUER_KERNEL const QuadAnywhere* quads(const double* from) {
  return reinterpret_cast<const QuadAnywhere*>(from);
}
LACQUER_KERNEL QuadAnywhere* quads(double* to) { return reinterpret_cast<QuadAnywhere*>(to); }

LACQUER_KERNEL const Float8Anywhere* eights(const float* from) {
  return reinterpret_cast<const Float8Anywhere*>(from);
}
LACQUER_KERNEL Float8Anywhere* eights(float* to) { return reinterpret_cast<Float8Anywhere*>(to); }

/// first[0] to first[3], as doubles.
LACQUER_KERNEL void widen(const float* first, Quad& to) {
  to = __builtin_convertvector(*reinterpret_cast<const Float4Anywhere*>(first), Quad);
}
/// last[0], last[-1], last[-2], last[-3].
LACQUER_KERNEL void widen_backwards(const float* last, Quad& to) {
  const Float4 forwards = *reinterpret_cast<const Float4Anywhere*>(last - 3);
  to = __builtin_convertvector(__builtin_shufflevector(forwards, forwards, 3, 2, 1, 0), Quad);
}

/// sum += the first `count` (less than 8, or nothing) of eight numbers that can all be read.
LACQUER_KERNEL void add_first(const float* from, int count, Float8& sum) {
  using Integers = int __attribute__((vector_size(32)));
  const Integers lane = {0, 1, 2, 3, 4, 5, 6, 7};
  sum += reinterpret_cast<Float8>(reinterpret_cast<Integers>(*eights(from)) & (lane < count));
}

LACQUER_KERNEL void narrow_kernel(const double* from, int count, float* to) {
  int at = 0;
  for (; at + 4 <= count; at += 4)
    *reinterpret_cast<Float4Anywhere*>(to + at) =
        __builtin_convertvector(quads(from + at)[0], Float4);
  for (; at < count; ++at) to[at] = static_cast<float>(from[at]);
}
LACQUER_WIDE inline void narrow_wide(const double* from, int count, float* to) {
  narrow_kernel(from, count, to);
}
/// Doubles rounded to floats.
inline void narrow(const double* from, int count, float* to) {
  (has_wide_registers() ? narrow_wide : narrow_kernel)(from, count, to);
}

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
LACQUER_KERNEL double sum_of(const Float8& value) {
  const Float4 low = __builtin_shufflevector(value, value, 0, 1, 2, 3);
  const Float4 high = __builtin_shufflevector(value, value, 4, 5, 6, 7);
  return sum_of(__builtin_convertvector(low + high, Quad));
}

}  // namespace lacquer::dsp
