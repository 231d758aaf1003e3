#include "lacquer/measure/levels_db.h"

#include "lacquer/dsp/wide.h"
#include "lacquer/dsp/wide_log.h"

namespace lacquer::measure {
namespace {

LACQUER_KERNEL void levels_kernel(double* powers, int count, double least) {
  constexpr double db_per_octave = 3.0102999566398120;  // of power
  const auto make = [&](dsp::Quad & level) __attribute__((always_inline)) {
    level = level > least ? level : dsp::Quad{} + least;
    dsp::make_log2(level);
    level *= db_per_octave;
  };
  int at = 0;
  for (; at + 4 <= count; at += 4) {
    dsp::Quad level = *dsp::quads(powers + at);
    make(level);
    *dsp::quads(powers + at) = level;
  }
  if (at == count) return;
  dsp::Quad rest{};
  for (int lane = 0; at + lane < count; ++lane) rest[lane] = powers[at + lane];
  make(rest);
  for (int lane = 0; at + lane < count; ++lane) powers[at + lane] = rest[lane];
}
LACQUER_WIDE void levels_wide(double* powers, int count, double least) {
  levels_kernel(powers, count, least);
}

}  // namespace

void make_levels_db(double* powers, int count, double least) noexcept {
  (dsp::has_wide_registers() ? levels_wide : levels_kernel)(powers, count, least);
}

}  // namespace lacquer::measure
