// Our transform of 16384 real numbers beside KissFFT's (libkissfft-dev), if that is installed.
#include "lacquer/dsp/transform/fft.h"

#include <benchmark/benchmark.h>

#include <vector>

#if __has_include(<kissfft/kissfft.hh>)
#include <kissfft/kissfft.hh>
#define LACQUER_HAS_KISSFFT
#endif

namespace {

std::vector<double> ramp(std::size_t size) {
  std::vector<double> samples(size);
  for (std::size_t n = 0; n < size; ++n) samples[n] = static_cast<double>(n * 7919 % 1000) / 1000.0;
  return samples;
}

void real_fft(benchmark::State& state) {
  const auto size = static_cast<std::size_t>(state.range(0));
  lacquer::dsp::RealFft fft{static_cast<int>(size)};
  const auto samples = ramp(size);
  std::vector<double> re(size), im(size);
  for (auto _ : state) {
    fft.forward(samples.data(), re.data(), im.data());
    benchmark::ClobberMemory();
  }
}
BENCHMARK(real_fft)->Arg(4096)->Arg(16384)->Arg(65536)->Unit(benchmark::kMicrosecond);

#ifdef LACQUER_HAS_KISSFFT
void kissfft_real(benchmark::State& state) {
  const auto size = static_cast<std::size_t>(state.range(0));
  kissfft<double> fft{size / 2, false};
  const auto samples = ramp(size);
  std::vector<std::complex<double>> out(size);
  for (auto _ : state) {
    fft.transform_real(samples.data(), out.data());
    benchmark::ClobberMemory();
  }
}
BENCHMARK(kissfft_real)->Arg(4096)->Arg(16384)->Arg(65536)->Unit(benchmark::kMicrosecond);
#endif

}  // namespace
