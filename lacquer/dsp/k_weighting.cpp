#include "lacquer/dsp/k_weighting.h"

#include <cassert>
#include <cmath>
#include <complex>

#include "lacquer/base/units.h"
#include "lacquer/dsp/wide.h"

namespace lacquer::dsp {
namespace {

// Decaying filter states would end in denormals, a hundred times slower than other numbers.
constexpr double silence = 1e-30;

using Pair = double __attribute__((vector_size(16)));

/// to = a * b + c, rounded once
LACQUER_KERNEL void fused(const Pair& a, const Pair& b, const Pair& c, Pair& to) {
  to = Pair{std::fma(a[0], b[0], c[0]), std::fma(a[1], b[1], c[1])};
}

}  // namespace

KWeighting::KWeighting(double sample_rate_hz, int channel_count)
    : sample_rate_hz_{sample_rate_hz}, channel_count_{channel_count} {
  assert(sample_rate_hz >= 8000.0 && (channel_count == 1 || channel_count == 2));
  // The analogue prototype behind the tables of BS.1770-4, as libebur128 publishes it.
  {
    const double shelf_gain = std::pow(10.0, 3.999843853973347 / 20.0);
    const double band_gain = std::pow(shelf_gain, 0.4996667741545416);
    const double q = 0.7071752369554196;
    const double k = std::tan(pi * 1681.974450955533 / sample_rate_hz);
    const double a0 = 1.0 + k / q + k * k;
    stages_[0] = {.b0 = (shelf_gain + band_gain * k / q + k * k) / a0,
                  .b1 = 2.0 * (k * k - shelf_gain) / a0,
                  .b2 = (shelf_gain - band_gain * k / q + k * k) / a0,
                  .a1 = 2.0 * (k * k - 1.0) / a0,
                  .a2 = (1.0 - k / q + k * k) / a0};
  }
  {
    const double q = 0.5003270373238773;
    const double k = std::tan(pi * 38.13547087602444 / sample_rate_hz);
    const double a0 = 1.0 + k / q + k * k;
    stages_[1] = {.b0 = 1.0,
                  .b1 = -2.0,
                  .b2 = 1.0,
                  .a1 = 2.0 * (k * k - 1.0) / a0,
                  .a2 = (1.0 - k / q + k * k) / a0};
  }
  for (Stage& stage : stages_) {
    stage.c1 = stage.b1 - stage.a1 * stage.b0;
    stage.c2 = stage.b2 - stage.a2 * stage.b0;
  }
}

// The states follow from states and input, not from the output: each waits for one fused
// multiplication only, half as long as a product and two sums. Fused on every machine, so that the
// bits are the same; where the processor cannot, the C library does it, slowly.
LACQUER_KERNEL void KWeighting::run(const double* const* in, double* const* out,
                                    int frame_count) noexcept {
  const int last = channel_count_ - 1;
  const double* in_left = in[0];
  const double* in_right = in[last];
  double* out_left = out[0];
  double* out_right = out[last];
  Stage shelf = stages_[0];
  Stage high_pass = stages_[1];
  const auto both = [](double value) { return Pair{value, value}; };
  const Pair shelf_b0 = both(shelf.b0), shelf_c1 = both(shelf.c1), shelf_c2 = both(shelf.c2),
             shelf_a1 = both(-shelf.a1), shelf_a2 = both(-shelf.a2), pass_c1 = both(high_pass.c1),
             pass_c2 = both(high_pass.c2), pass_a1 = both(-high_pass.a1),
             pass_a2 = both(-high_pass.a2);
  for (int f = 0; f < frame_count; ++f) {
    const Pair x = {in_left[f], in_right[f]};
    Pair y, from_input;
    fused(shelf_b0, x, shelf.state_1, y);
    fused(shelf_c1, x, shelf.state_2, from_input);
    fused(shelf_a2, shelf.state_1, shelf_c2 * x, shelf.state_2);
    fused(shelf_a1, shelf.state_1, from_input, shelf.state_1);
    const Pair z = y + high_pass.state_1;  // b0 = 1
    fused(pass_c1, y, high_pass.state_2, from_input);
    fused(pass_a2, high_pass.state_1, pass_c2 * y, high_pass.state_2);
    fused(pass_a1, high_pass.state_1, from_input, high_pass.state_1);
    out_left[f] = z[0];
    out_right[f] = z[1];
  }
  stages_[0] = shelf;
  stages_[1] = high_pass;
}

#if defined(__x86_64__)
__attribute__((target("avx2,fma"))) void KWeighting::run_wide(const double* const* in,
                                                              double* const* out,
                                                              int frame_count) noexcept {
  run(in, out, frame_count);
}
#endif

void KWeighting::process(const double* const* in, double* const* out, int frame_count) noexcept {
#if defined(__x86_64__)
  static const bool can_fuse = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
  if (can_fuse)
    run_wide(in, out, frame_count);
  else
#endif
    run(in, out, frame_count);
  for (Stage& stage : stages_)
    for (int lane = 0; lane < 2; ++lane)
      if (std::abs(stage.state_1[lane]) + std::abs(stage.state_2[lane]) < silence)
        stage.state_1[lane] = stage.state_2[lane] = 0.0;
}

double KWeighting::power_gain(double frequency_hz) const noexcept {
  const auto z = std::polar(1.0, -2.0 * pi * frequency_hz / sample_rate_hz_);
  double gain = 1.0;
  for (const Stage& s : stages_)
    gain *= std::norm((s.b0 + s.b1 * z + s.b2 * z * z) / (1.0 + s.a1 * z + s.a2 * z * z));
  return gain;
}

}  // namespace lacquer::dsp
