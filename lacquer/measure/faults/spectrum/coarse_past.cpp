#include "lacquer/measure/faults/spectrum/coarse_past.h"

#include <algorithm>
#include <cassert>

#include "lacquer/dsp/wide.h"

namespace lacquer::measure {
namespace {

constexpr float one = 8192.0F;  // of 0 dBFS
constexpr float highest = 32767.0F / one, lowest = -32768.0F / one;
// Added to a sample, it leaves the whole steps in the lowest bits, negative ones as integers have
// them.
constexpr float rounding = 1.5F * (1 << 23) / one;

using Words = std::int16_t __attribute__((vector_size(16)));
typedef std::int16_t WordsAnywhere __attribute__((vector_size(16), aligned(2), may_alias));

LACQUER_KERNEL void to_words(const dsp::Float8& samples, Words& words) {
  using Bits = std::int32_t __attribute__((vector_size(32)));
  dsp::Float8 cut = samples < highest ? samples : dsp::Float8{} + highest;
  cut = cut > lowest ? cut : dsp::Float8{} + lowest;
  words = __builtin_convertvector(__builtin_bit_cast(Bits, cut + rounding), Words);
}

LACQUER_KERNEL void words_kernel(const double* from, int count, std::int16_t* to) {
  Words words;
  int at = 0;
  for (; at + 8 <= count; at += 8) {
    const dsp::Float4 first = __builtin_convertvector(dsp::quads(from + at)[0], dsp::Float4);
    const dsp::Float4 second = __builtin_convertvector(dsp::quads(from + at)[1], dsp::Float4);
    to_words(__builtin_shufflevector(first, second, 0, 1, 2, 3, 4, 5, 6, 7), words);
    *reinterpret_cast<WordsAnywhere*>(to + at) = words;
  }
  for (; at < count; ++at) {
    to_words(dsp::Float8{static_cast<float>(from[at])}, words);
    to[at] = words[0];
  }
}
LACQUER_WIDE void words_wide(const double* from, int count, std::int16_t* to) {
  words_kernel(from, count, to);
}

}  // namespace

void CoarsePast::add(const double* samples, int count) noexcept {
  end_ += count;
  while (count > 0) {
    const int here =
        static_cast<int>(std::min(static_cast<std::size_t>(count), words_.size() - next_));
    (dsp::has_wide_registers() ? words_wide : words_kernel)(samples, here, words_.data() + next_);
    next_ = (next_ + static_cast<std::size_t>(here)) % words_.size();
    samples += here;
    count -= here;
  }
}

void CoarsePast::read(std::int64_t place, int count, float* to) const noexcept {
  const std::size_t back = static_cast<std::size_t>(end_ - place);
  assert(place + count <= end_ && back <= words_.size());
  for (std::size_t at = next_ + words_.size() - back, n = 0; n < static_cast<std::size_t>(count);
       ++n)
    to[n] = static_cast<float>(words_[(at + n) % words_.size()]) / one;
}

}  // namespace lacquer::measure
