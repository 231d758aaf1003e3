#include <algorithm>
#include <array>
#include <cmath>
#include <complex>

#include "lacquer/base/units.h"
#include "lacquer/measure/faults/lossy/lossy_grid.h"
#include "lacquer/measure/faults/lossy/lossy_log_power.h"
#include "lacquer/measure/faults/lossy/lossy_transforms.h"

namespace lacquer::measure {
namespace {

using dsp::eights;
using dsp::Float8;
using dsp::Quad;
using dsp::quads;

using Complex = std::complex<double>;

constexpr int coefficients = 200;  // a multiple of eight; 4.3 kHz of an MDCT of 2048
// That rounding to 16 bit gives a coefficient: its power times the squares of window and cosine,
// which add up to a quarter of some 2000 frames.
constexpr double floor_power = 512.0 / (12.0 * 32768.0 * 32768.0);

/// Fourier sums of one channel over one segment, side by side in frequency. They are carried on in
/// doubles, so that what leaves cancels what came in, and read as floats.
struct Sums {
  std::vector<double> real, imaginary;
  std::vector<float> narrow_real, narrow_imaginary;
};

class SlidingMdct final : public LossyGrid {
 public:
  SlidingMdct(LossyTransform transform, double sample_rate_hz)
      : transform_{std::move(transform)}, sample_rate_hz_{sample_rate_hz} {}

  int period_frames() const override { return transform_.size; }
  std::vector<GridTrial> trials(const LossyPassage&) override;

 private:
  using Samples = std::array<std::vector<double>, 2>;
  static constexpr std::size_t at_once = 4;  // frames that come in when a segment is filled
  /// A LossyWindowPart as the inner loop wants it.
  struct Reading {
    std::size_t segment = 0;
    bool cosines = false;
    std::array<float, series_terms> weights{};
    std::array<std::size_t, series_terms> below{}, above{};  // sums that coefficient 0 takes
    std::vector<float> turn_real, turn_imaginary;            // by coefficient
  };
  /// What moves the sums of a segment on.
  struct Step {
    std::vector<double> real, imaginary;              // turn of all there was, by one frame
    std::vector<double> leave_real, leave_imaginary;  // turn of the frame that goes out
    std::vector<double> enter_real, enter_imaginary;  // and of the one that comes in
    std::array<std::vector<double>, at_once> real_of, imaginary_of;  // of each of the next frames
    std::vector<double> real_of_all, imaginary_of_all;  // of all there was, by at_once frames
  };

  void tune(int first_coefficient);
  __attribute__((always_inline)) static inline void fill(const double* samples, int frames,
                                                         const Step&, Sums&);
  __attribute__((always_inline)) static inline void slide(double leaving, double entering,
                                                          const Step&, Sums&);
  template <bool cosines>
  __attribute__((always_inline)) static inline void add(const Reading&, const Sums&, float* to);
  __attribute__((always_inline)) inline double log_power(const std::vector<Reading>&) const;
  __attribute__((always_inline)) inline void run(const Samples&, std::vector<GridTrial>&);
#if defined(__x86_64__)
  __attribute__((target("avx2"))) void run_avx2(const Samples& samples,
                                                std::vector<GridTrial>& trials) {
    run(samples, trials);
  }
#endif

  LossyTransform transform_;
  double sample_rate_hz_;
  int first_coefficient_ = -1;
  std::vector<std::vector<Reading>> shapes_;
  std::vector<Step> steps_;
  std::array<std::vector<Sums>, 2> sums_;  // by channel and segment
};

void SlidingMdct::tune(int first_coefficient) {
  if (first_coefficient == first_coefficient_) return;
  first_coefficient_ = first_coefficient;
  const double step = pi / transform_.size;
  const int first_sum = first_coefficient - transform_.reach;
  const int sums = (coefficients + 2 * transform_.reach + 3) / 4 * 4;

  steps_.clear();
  for (const LossySegment& segment : transform_.segments) {
    Step& of = steps_.emplace_back();
    for (int j = 0; j < sums; ++j) {
      // Phases are counted from half a frame before the segment, as windows are.
      const double turn = step * (first_sum + j + transform_.frequency_offset);
      of.real.push_back(std::cos(turn));
      of.imaginary.push_back(std::sin(turn));
      of.leave_real.push_back(std::cos(0.5 * turn));
      of.leave_imaginary.push_back(std::sin(0.5 * turn));
      of.enter_real.push_back(std::cos(turn * (segment.frames - 0.5)));
      of.enter_imaginary.push_back(-std::sin(turn * (segment.frames - 0.5)));
      of.real_of_all.push_back(std::cos(turn * at_once));
      of.imaginary_of_all.push_back(std::sin(turn * at_once));
      for (std::size_t n = 0; n < at_once; ++n) {
        const double frames_before = segment.frames - static_cast<double>(at_once - n) + 0.5;
        of.real_of[n].push_back(std::cos(turn * frames_before));
        of.imaginary_of[n].push_back(-std::sin(turn * frames_before));
      }
    }
  }
  const auto count = static_cast<std::size_t>(sums);
  const Sums none{std::vector<double>(count), std::vector<double>(count), std::vector<float>(count),
                  std::vector<float>(count)};
  for (auto& channel : sums_) channel.assign(transform_.segments.size(), none);

  shapes_.clear();
  for (const LossyWindow& shape : transform_.shapes) {
    auto& readings = shapes_.emplace_back();
    for (const LossyWindowPart& part : shape) {
      Reading& of = readings.emplace_back();
      of.segment = part.segment;
      of.cosines = part.cosines;
      for (std::size_t m = 0; m < series_terms; ++m) {
        of.weights[m] = static_cast<float>(part.weights[m]);
        of.below[m] = static_cast<std::size_t>(transform_.reach + part.below[m]);
        of.above[m] = static_cast<std::size_t>(transform_.reach + part.above[m]);
      }
      for (int k = first_coefficient; k < first_coefficient + coefficients; ++k) {
        const Complex turn = part.factor * std::polar(1.0, -step * (k + 0.5) * part.turned_frames);
        of.turn_real.push_back(static_cast<float>(turn.real()));
        of.turn_imaginary.push_back(static_cast<float>(turn.imag()));
      }
    }
  }
}

/// From silence, several frames at a time.
__attribute__((always_inline)) inline void SlidingMdct::fill(const double* samples, int frames,
                                                             const Step& step, Sums& sums) {
  std::fill(sums.real.begin(), sums.real.end(), 0.0);
  std::fill(sums.imaginary.begin(), sums.imaginary.end(), 0.0);
  const std::size_t count = sums.real.size();
  for (int at = 0; at < frames; at += static_cast<int>(at_once)) {
    const double a = samples[at], b = samples[at + 1], c = samples[at + 2], d = samples[at + 3];
    for (std::size_t j = 0; j < count; j += 4) {
      const Quad re = *quads(&sums.real[j]), im = *quads(&sums.imaginary[j]);
      const Quad cosine = *quads(&step.real_of_all[j]), sine = *quads(&step.imaginary_of_all[j]);
      *quads(&sums.real[j]) = re * cosine - im * sine + a * *quads(&step.real_of[0][j]) +
                              b * *quads(&step.real_of[1][j]) + c * *quads(&step.real_of[2][j]) +
                              d * *quads(&step.real_of[3][j]);
      *quads(&sums.imaginary[j]) = re * sine + im * cosine + a * *quads(&step.imaginary_of[0][j]) +
                                   b * *quads(&step.imaginary_of[1][j]) +
                                   c * *quads(&step.imaginary_of[2][j]) +
                                   d * *quads(&step.imaginary_of[3][j]);
    }
  }
  for (std::size_t j = 0; j < count; ++j) {
    sums.narrow_real[j] = static_cast<float>(sums.real[j]);
    sums.narrow_imaginary[j] = static_cast<float>(sums.imaginary[j]);
  }
}

__attribute__((always_inline)) inline void SlidingMdct::slide(double leaving, double entering,
                                                              const Step& step, Sums& sums) {
  const std::size_t count = sums.real.size();
  const double* real = step.real.data();
  const double* imaginary = step.imaginary.data();
  const double* leave_real = step.leave_real.data();
  const double* leave_imaginary = step.leave_imaginary.data();
  const double* enter_real = step.enter_real.data();
  const double* enter_imaginary = step.enter_imaginary.data();
  double* sum_real = sums.real.data();
  double* sum_imaginary = sums.imaginary.data();
  float* narrow_real = sums.narrow_real.data();
  float* narrow_imaginary = sums.narrow_imaginary.data();
  for (std::size_t j = 0; j < count; j += 4) {
    const Quad c = *quads(real + j), s = *quads(imaginary + j);
    const Quad was_re = *quads(sum_real + j), was_im = *quads(sum_imaginary + j);
    const Quad re = was_re * c - was_im * s + entering * *quads(enter_real + j) -
                    leaving * *quads(leave_real + j);
    const Quad im = was_re * s + was_im * c + entering * *quads(enter_imaginary + j) -
                    leaving * *quads(leave_imaginary + j);
    *quads(sum_real + j) = re;
    *quads(sum_imaginary + j) = im;
    *reinterpret_cast<dsp::Float4Anywhere*>(narrow_real + j) =
        __builtin_convertvector(re, dsp::Float4);
    *reinterpret_cast<dsp::Float4Anywhere*>(narrow_imaginary + j) =
        __builtin_convertvector(im, dsp::Float4);
  }
}

/// Three terms written out: gcc -O2 keeps them in registers only so.
template <bool cosines>
__attribute__((always_inline)) inline void SlidingMdct::add(const Reading& reading,
                                                            const Sums& sums, float* to) {
  static_assert(series_terms == 3);
  const float* real = sums.narrow_real.data();
  const float* imaginary = sums.narrow_imaginary.data();
  const std::size_t below_0 = reading.below[0], above_0 = reading.above[0];
  const std::size_t below_1 = reading.below[1], above_1 = reading.above[1];
  const std::size_t below_2 = reading.below[2], above_2 = reading.above[2];
  const Float8 weight_0 = Float8{} + reading.weights[0], weight_1 = Float8{} + reading.weights[1];
  const Float8 weight_2 = Float8{} + reading.weights[2];
  const float* turn_real = reading.turn_real.data();
  const float* turn_imaginary = reading.turn_imaginary.data();
  for (std::size_t k = 0; k < static_cast<std::size_t>(coefficients); k += 8) {
    Float8 re, im;
    if constexpr (cosines) {
      re = weight_0 * (*eights(real + below_0 + k) + *eights(real + above_0 + k)) +
           weight_1 * (*eights(real + below_1 + k) + *eights(real + above_1 + k)) +
           weight_2 * (*eights(real + below_2 + k) + *eights(real + above_2 + k));
      im = weight_0 * (*eights(imaginary + below_0 + k) + *eights(imaginary + above_0 + k)) +
           weight_1 * (*eights(imaginary + below_1 + k) + *eights(imaginary + above_1 + k)) +
           weight_2 * (*eights(imaginary + below_2 + k) + *eights(imaginary + above_2 + k));
    } else {
      re = weight_0 * (*eights(real + below_0 + k) - *eights(real + above_0 + k)) +
           weight_1 * (*eights(real + below_1 + k) - *eights(real + above_1 + k)) +
           weight_2 * (*eights(real + below_2 + k) - *eights(real + above_2 + k));
      im = weight_0 * (*eights(imaginary + below_0 + k) - *eights(imaginary + above_0 + k)) +
           weight_1 * (*eights(imaginary + below_1 + k) - *eights(imaginary + above_1 + k)) +
           weight_2 * (*eights(imaginary + below_2 + k) - *eights(imaginary + above_2 + k));
    }
    *eights(to + k) += re * *eights(turn_real + k) - im * *eights(turn_imaginary + k);
  }
}

__attribute__((always_inline)) inline double SlidingMdct::log_power(
    const std::vector<Reading>& readings) const {
  std::array<float, coefficients> left{}, right{};
  for (const Reading& reading : readings)
    if (reading.cosines) {
      add<true>(reading, sums_[0][reading.segment], left.data());
      add<true>(reading, sums_[1][reading.segment], right.data());
    } else {
      add<false>(reading, sums_[0][reading.segment], left.data());
      add<false>(reading, sums_[1][reading.segment], right.data());
    }
  LogPowerSum sum{floor_power};
  for (std::size_t k = 0; k < left.size(); k += 8)
    sum.add(*eights(left.data() + k), *eights(right.data() + k));
  return sum.mean(coefficients);
}

__attribute__((always_inline)) inline void SlidingMdct::run(const Samples& samples,
                                                            std::vector<GridTrial>& trials) {
  const auto trial_count = static_cast<std::size_t>(transform_.size + 2 * margin);
  for (std::size_t c = 0; c < sums_.size(); ++c)
    for (std::size_t s = 0; s < transform_.segments.size(); ++s) {
      const LossySegment& segment = transform_.segments[s];
      fill(samples[c].data() + segment.first, segment.frames, steps_[s], sums_[c][s]);
    }
  for (std::size_t offset = 0; offset < trial_count; ++offset) {
    for (std::size_t w = 0; w < trials.size(); ++w)
      trials[w].log_power[offset] = log_power(shapes_[w]);
    for (std::size_t c = 0; c < sums_.size(); ++c)
      for (std::size_t s = 0; s < transform_.segments.size(); ++s) {
        const LossySegment& segment = transform_.segments[s];
        const std::size_t leaving = static_cast<std::size_t>(segment.first) + offset;
        const std::size_t entering = leaving + static_cast<std::size_t>(segment.frames);
        slide(samples[c][leaving], samples[c][entering], steps_[s], sums_[c][s]);
      }
  }
}

std::vector<GridTrial> SlidingMdct::trials(const LossyPassage& passage) {
  const double step_hz = 0.5 * sample_rate_hz_ / transform_.size;
  const int top = static_cast<int>(std::min(passage.top_hz, transform_.highest_hz) / step_hz);
  if (top < coefficients + transform_.reach) return {};
  if (transform_.silent_from_hz > 0.0 && passage.top_hz > transform_.silent_from_hz) return {};
  tune(top - coefficients);

  auto samples = passage.samples;
  if (transform_.emphasis != 0.0)
    for (auto& channel : samples)
      for (std::size_t n = channel.size() - 1; n > 0; --n)
        channel[n] -= transform_.emphasis * channel[n - 1];

  std::vector<GridTrial> trials(transform_.shapes.size());
  for (GridTrial& trial : trials)
    trial.log_power.resize(static_cast<std::size_t>(transform_.size + 2 * margin));
#if defined(__x86_64__)
  static const bool has_avx2 = __builtin_cpu_supports("avx2");
  if (has_avx2) {
    run_avx2(samples, trials);
    return trials;
  }
#endif
  run(samples, trials);
  return trials;
}

}  // namespace

LossyGridPointer mdct_grid(double sample_rate_hz) {
  return std::make_unique<SlidingMdct>(mdct_2048(), sample_rate_hz);
}

LossyGridPointer celt_grid() { return std::make_unique<SlidingMdct>(celt_960(), 48000.0); }

}  // namespace lacquer::measure
