#pragma once

#include <algorithm>

#include "lacquer/dsp/wide.h"
#include "lacquer/dsp/wide_log.h"

/// What RhythmMeter does to every bin, several at a time; each kernel plain and for wide registers.
namespace lacquer::measure {

LACQUER_KERNEL void sort_two(dsp::Float8& a, dsp::Float8& b) {
  const dsp::Float8 low = b < a ? b : a;
  b = a < b ? b : a;
  a = low;
}

/// Median of nine, eight at a time, the nine put out of order: the network of Smith, after Knuth
/// volume 3, section 5.3.3. Ends in v[4].
LACQUER_KERNEL void put_median_in_the_middle(dsp::Float8 (&v)[9]) {
  sort_two(v[1], v[2]), sort_two(v[4], v[5]), sort_two(v[7], v[8]), sort_two(v[0], v[1]);
  sort_two(v[3], v[4]), sort_two(v[6], v[7]), sort_two(v[1], v[2]), sort_two(v[4], v[5]);
  sort_two(v[7], v[8]), sort_two(v[0], v[3]), sort_two(v[5], v[8]), sort_two(v[4], v[7]);
  sort_two(v[3], v[6]), sort_two(v[1], v[4]), sort_two(v[2], v[5]), sort_two(v[4], v[7]);
  sort_two(v[4], v[2]), sort_two(v[6], v[4]), sort_two(v[4], v[2]);
}

/// Powers that are percussive, and all.
struct TextureSums {
  double percussive = 0.0, all = 0.0;
};

/// `around`: nine looks, the middle one is weighed. Of its bins, those from 0 to before `bins`.
LACQUER_KERNEL void weigh_kernel(const float* const (&around)[9], int bins, int bin_count,
                                 TextureSums& texture) {
  constexpr float least = 1e-30F;  // squares of powers below -150 dBFS are no numbers to divide by
  const float* now = around[4];
  dsp::Float8 percussive{}, all{};
  for (int k = 0; k + 8 <= bins; k += 8) {
    dsp::Float8 over_time[9], over_frequency[9];
    for (int i = 0; i < 9; ++i) over_time[i] = *dsp::eights(around[i] + k);
    if (k >= 8 && k + 16 <= bin_count) {
      for (int i = 0; i < 9; ++i) over_frequency[i] = *dsp::eights(now + k + 2 * (i - 4));
    } else {
      for (int i = 0; i < 9; ++i)
        for (int lane = 0; lane < 8; ++lane)
          over_frequency[i][lane] = now[std::clamp(k + lane + 2 * (i - 4), 0, bin_count - 1)];
    }
    put_median_in_the_middle(over_time);
    put_median_in_the_middle(over_frequency);
    const dsp::Float8 power = *dsp::eights(now + k);
    const dsp::Float8 h = over_time[4] * over_time[4], p = over_frequency[4] * over_frequency[4];
    const dsp::Float8 both = h + p, none{};
    percussive += both > least ? power * p / both : none;
    all += both > least ? power : none;
  }
  texture = {dsp::sum_of(percussive), dsp::sum_of(all)};
}

LACQUER_WIDE inline void weigh_wide(const float* const (&around)[9], int bins, int bin_count,
                                    TextureSums& texture) {
  weigh_kernel(around, bins, bin_count, texture);
}

/// Sum of the logarithms to the base 2 of the powers, none of which counts as less than 1e-14.
LACQUER_KERNEL void logarithms_kernel(const float* powers, int count, double& sum) {
  constexpr double least = 1e-14;
  constexpr int at_once = 4 * 20;  // one logarithm for a product: 1e-14^20 is still a number
  dsp::Quad sums{};
  for (int first = 0; first < count; first += at_once) {
    const int end = std::min(count, first + at_once);
    dsp::Quad product = dsp::Quad{} + 1.0;
    int k = first;
    for (; k + 4 <= end; k += 4) {
      dsp::Quad power;
      dsp::widen(powers + k, power);
      product *= power > least ? power : dsp::Quad{} + least;
    }
    for (; k < end; ++k) product[k % 4] *= std::max(static_cast<double>(powers[k]), least);
    dsp::make_log2(product);
    sums += product;
  }
  sum = dsp::sum_of(sums);
}
LACQUER_WIDE inline void logarithms_wide(const float* powers, int count, double& sum) {
  logarithms_kernel(powers, count, sum);
}

}  // namespace lacquer::measure
