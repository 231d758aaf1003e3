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

using Words = std::int32_t __attribute__((vector_size(32)));
typedef std::int32_t WordsAnywhere __attribute__((vector_size(32), aligned(4), may_alias));
constexpr int word_bits = 16, lower_word = 0xffff;

/// Eight samples as steps, in the lower words.
template <bool may_exceed>
LACQUER_KERNEL void to_steps(const double* samples, Words& steps) {
  const dsp::Float4 first = __builtin_convertvector(dsp::quads(samples)[0], dsp::Float4);
  const dsp::Float4 second = __builtin_convertvector(dsp::quads(samples)[1], dsp::Float4);
  dsp::Float8 here = __builtin_shufflevector(first, second, 0, 1, 2, 3, 4, 5, 6, 7);
  if constexpr (may_exceed) {
    here = here < highest ? here : dsp::Float8{} + highest;
    here = here > lowest ? here : dsp::Float8{} + lowest;
  }
  steps = __builtin_bit_cast(Words, here + rounding);
}

template <bool may_exceed>
LACQUER_KERNEL void words_kernel(const double* left, const double* right, int count,
                                 std::int32_t* to) {
  Words left_steps, right_steps;
  int at = 0;
  for (; at + 8 <= count; at += 8) {
    to_steps<may_exceed>(left + at, left_steps);
    to_steps<may_exceed>(right + at, right_steps);
    *reinterpret_cast<WordsAnywhere*>(to + at) =
        (left_steps & lower_word) | (right_steps << word_bits);
  }
  for (; at < count; ++at) {
    const double left_one[8] = {left[at]}, right_one[8] = {right[at]};
    to_steps<may_exceed>(left_one, left_steps);
    to_steps<may_exceed>(right_one, right_steps);
    to[at] = (left_steps[0] & lower_word) | (right_steps[0] << word_bits);
  }
}
template <bool may_exceed>
LACQUER_WIDE void words_wide(const double* left, const double* right, int count, std::int32_t* to) {
  words_kernel<may_exceed>(left, right, count, to);
}
template <bool may_exceed>
void words(const double* left, const double* right, int count, std::int32_t* to) {
  (dsp::has_wide_registers() ? words_wide<may_exceed> : words_kernel<may_exceed>)(left, right,
                                                                                  count, to);
}

}  // namespace

void CoarsePast::add(const double* left, const double* right, int count, double largest) noexcept {
  const bool may_exceed = !(largest < static_cast<double>(highest));
  end_ += count;
  while (count > 0) {
    const int here =
        static_cast<int>(std::min(static_cast<std::size_t>(count), words_.size() - next_));
    (may_exceed ? words<true> : words<false>)(left, right, here, words_.data() + next_);
    next_ = (next_ + static_cast<std::size_t>(here)) % words_.size();
    left += here;
    right += here;
    count -= here;
  }
}

void CoarsePast::read(int channel, std::int64_t place, int count, float* to) const noexcept {
  const std::size_t back = static_cast<std::size_t>(end_ - place);
  assert(place + count <= end_ && back <= words_.size());
  for (std::size_t at = next_ + words_.size() - back, n = 0; n < static_cast<std::size_t>(count);
       ++n) {
    const std::int32_t both = words_[(at + n) % words_.size()];
    to[n] = static_cast<float>(static_cast<std::int16_t>(channel == 0 ? both : both >> word_bits)) /
            one;
  }
}

}  // namespace lacquer::measure
