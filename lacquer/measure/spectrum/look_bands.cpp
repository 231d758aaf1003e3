#include "lacquer/measure/spectrum/look_bands.h"

#include "lacquer/dsp/wide.h"
#include "lacquer/measure/sums.h"

namespace lacquer::measure {
namespace {

LACQUER_KERNEL void pair_kernel(const float* left, const float* right, const int* edges, int bands,
                                double* sums) {
  for (int b = 0; b < bands; ++b) {
    const int end = edges[b + 1];
    dsp::Float8 lefts{}, rights{};
    int k = edges[b];
    for (; k + 8 <= end; k += 8) {
      lefts += *dsp::eights(left + k);
      rights += *dsp::eights(right + k);
    }
    if (k < end) {
      dsp::add_first(left + k, end - k, lefts);
      dsp::add_first(right + k, end - k, rights);
    }
    lefts += rights;
    sums[b] += dsp::sum_of(lefts);
  }
}
LACQUER_WIDE void pair_wide(const float* left, const float* right, const int* edges, int bands,
                            double* sums) {
  pair_kernel(left, right, edges, bands, sums);
}

}  // namespace

void add_bands(const SpectrumFrame& look, int channel_count, const int* edges, int bands,
               double* sums) noexcept {
  int c = 0;
  for (; c + 1 < channel_count; c += 2)
    (dsp::has_wide_registers() ? pair_wide : pair_kernel)(look.power[c], look.power[c + 1], edges,
                                                          bands, sums);
  if (c < channel_count) add_bands(look.power[c], edges, bands, sums);
}

}  // namespace lacquer::measure
