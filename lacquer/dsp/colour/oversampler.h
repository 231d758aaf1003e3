#pragma once

#include <vector>

namespace lacquer::dsp {

/// The weights of a half-band low-pass on either side of its middle, nearest first: 2 `reach`
/// samples make the value halfway between two. Windowed sinc under a Kaiser window; they sum to
/// exactly one half a side, so a constant stays what it is.
/// Source: Bellanger, Daguet, Lepagnol 1974, "Interpolation, extrapolation, and reduction of
/// computation speed in digital filters" (half-band filters); Kaiser 1974 (the window).
std::vector<double> half_band_weights(int reach, double kaiser_beta);

/// One channel at twice the rate: the samples themselves, bit for bit, and the values halfway
/// between them. Linear phase; the output is late by `reach` samples of the input.
class HalfBandUpsampler {
 public:
  /// Room for `most_samples` at once, a multiple of 8.
  void prepare(int reach, double kaiser_beta, int most_samples);
  void reset() noexcept;
  /// Writes 2 `count` values; allocates nothing.
  void process(const double* in, int count, double* out) noexcept;

 private:
  int reach_ = 0;
  std::vector<double> weights_, samples_, out_;
};

/// One channel at half the rate; the mirror of the upsampler. Late by `reach` - 1 samples of the
/// output.
class HalfBandDownsampler {
 public:
  void prepare(int reach, double kaiser_beta, int most_samples);
  void reset() noexcept;
  /// Reads 2 `count` values, writes `count`.
  void process(const double* in, int count, double* out) noexcept;

 private:
  int reach_ = 0;
  std::vector<double> weights_, even_, odd_, out_;
};

/// One channel at eight times the rate and back, for what bends the waveform in between.
///
/// Guarantee: linear phase; up to 0.4535 of the rate (20 kHz at 44.1 kHz) up and down together are
/// flat within 0.0003 dB, and what lies beyond 0.5465 of the rate is down by 108 dB at least, so
/// only what is up there close to half the rate folds, and only to above 20 kHz. A sample is the
/// same bits whatever the block.
class Oversampler {
 public:
  static constexpr int factor = 8;
  static constexpr int most_frames = 64;  // in one call
  /// Samples at eight times the rate by which up and down together fall short of latency_frames:
  /// what works in between has to be late by these, so that the whole is late by whole frames.
  static constexpr int own_delay = 2;

  /// Half-band filters, from one to two, four and eight times the rate; the next transition is
  /// always wider. Kaiser 1974: beta = 0.1102 (A - 8.7) for stop bands of A = 116 dB. The
  /// third harmonic of a clipped tone, 10 dB below the tone, is to fold at -120 dB.
  static constexpr int outer_reach = 41, inner_reach = 9, innermost_reach = 7;
  static constexpr double kaiser_beta = 11.8;
  static constexpr int latency_frames =
      (factor * (2 * outer_reach - 1) + factor / 2 * (2 * inner_reach - 1) +
       factor / 4 * (2 * innermost_reach - 1) + own_delay) /
      factor;

  void prepare();
  void reset() noexcept;
  /// `frames` of the input become `factor` times as many.
  void up(const double* in, int frames, double* out) noexcept;
  void down(const double* in, int frames, double* out) noexcept;

 private:
  HalfBandUpsampler outer_up_, inner_up_, innermost_up_;
  HalfBandDownsampler innermost_down_, inner_down_, outer_down_;
  std::vector<double> twice_, four_times_;
};

}  // namespace lacquer::dsp
