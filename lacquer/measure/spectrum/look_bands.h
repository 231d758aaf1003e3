#pragma once

#include "lacquer/measure/spectrum/spectrum_frame.h"

namespace lacquer::measure {

/// Adds the power of all channels in the bins from edges[b] to before edges[b + 1] to sums[b], for
/// each of `bands`. Two channels at once, which halves what a narrow band costs.
void add_bands(const SpectrumFrame&, int channel_count, const int* edges, int bands,
               double* sums) noexcept;

}  // namespace lacquer::measure
