#include <algorithm>
#include <array>
#include <cmath>
#include <complex>

#include "lacquer/base/units.h"
#include "lacquer/measure/faults/lossy_grid.h"
#include "lacquer/measure/faults/lossy_log_power.h"

namespace lacquer::measure {
namespace {

using Complex = std::complex<double>;

constexpr int coefficients = 200;  // a multiple of four; 4.3 kHz of an MDCT of 2048

/// A stretch of the window over which a Fourier sum is carried along from offset to offset.
struct Segment {
  int first = 0;  // in the window
  int frames = 0;
};

/// Part of a window as a function of the sum it is made from: coefficient k gains
/// Re(factor(k) x sum of `segment` at frequency k + shift).
struct Term {
  std::size_t segment = 0;
  int shift = 0;
  Complex factor;          // without the turn of frequency k to `turned_to`
  double turned_to = 0.0;  // frames
};

using Shape = std::vector<Term>;

/// An MDCT of `size` coefficients, in the shapes of window that its codecs have.
struct Transform {
  int size = 0;                 // coefficients
  double frequency_offset = 0;  // sums stand at pi / size x (k + this)
  int reach = 0;                // largest shift
  double floor_power = 0.0;     // that rounding to 16 bit gives a coefficient
  double highest_hz = 0.0;
  double emphasis = 0.0;  // the decoder's one pole, undone before the transform
  std::vector<Segment> segments;
  std::vector<Shape> shapes;
};

double modified_bessel(double x) {
  double sum = 1.0, term = 1.0;
  for (int k = 1; term > 1e-15 * sum; ++k) {
    term *= 0.25 * x * x / (k * k);
    sum += term;
  }
  return sum;
}

std::vector<double> sine_window(int frames) {
  std::vector<double> window;
  for (int n = 0; n < frames; ++n) window.push_back(std::sin(pi * (n + 0.5) / frames));
  return window;
}

/// Vorbis I, section 4.3.1.
std::vector<double> vorbis_window(int frames) {
  std::vector<double> window = sine_window(frames);
  for (double& w : window) w = std::sin(0.5 * pi * w * w);
  return window;
}

/// ISO 14496-3, 4.6.11.3.2.
std::vector<double> kaiser_bessel_derived_window(int frames, double alpha) {
  const auto half = static_cast<std::size_t>(frames) / 2;
  std::vector<double> sums;
  double sum = 0.0;
  for (std::size_t n = 0; n <= half; ++n) {
    const double off = 2.0 * static_cast<double>(n) / static_cast<double>(half) - 1.0;
    sums.push_back(sum += modified_bessel(pi * alpha * std::sqrt(std::max(0.0, 1.0 - off * off))));
  }
  std::vector<double> window(2 * half);
  for (std::size_t n = 0; n < half; ++n)
    window[n] = window[2 * half - 1 - n] = std::sqrt(sums[n] / sum);
  return window;
}

/// The window as a sum of weights x sin((2 m + 1) pi (n + 1/2) / frames).
std::vector<double> sine_series(const std::vector<double>& window, int terms) {
  const auto frames = static_cast<double>(window.size());
  std::vector<double> weights;
  for (int m = 0; m < terms; ++m) {
    double sum = 0.0;
    for (std::size_t n = 0; n < window.size(); ++n)
      sum += window[n] * std::sin((2 * m + 1) * pi * (static_cast<double>(n) + 0.5) / frames);
    weights.push_back(2.0 * sum / frames);
  }
  return weights;
}

constexpr int series_terms = 3;  // leave 1e-3 of the windows over, below any coder's noise

/// One rotation e^(-i w t) is all an MDCT is; a window that is a sum of sines shifts it in
/// frequency, up and down, by whole steps of the grid.
Shape shape_of(const std::vector<double>& series) {
  constexpr int window_frames = 2048;
  Shape shape;
  for (int m = 0; m < static_cast<int>(series.size()); ++m) {
    const double half_turn = pi * (m + 0.5) / window_frames;
    const Complex weight = Complex{0.0, -0.5} * series[static_cast<std::size_t>(m)];
    shape.push_back({.shift = -m, .factor = weight * std::polar(1.0, half_turn)});
    shape.push_back({.shift = m + 1, .factor = -weight * std::polar(1.0, -half_turn)});
  }
  return shape;
}

Transform mdct_2048() {
  Transform transform{.size = 1024,
                      .frequency_offset = 0.0,
                      .reach = series_terms,
                      .floor_power = 512.0 / (12.0 * 32768.0 * 32768.0),
                      .highest_hz = 15000.0,
                      .segments = {{.first = 0, .frames = 2048}},
                      .shapes = {}};
  for (const auto& series : {std::vector<double>{1.0},
                             sine_series(kaiser_bessel_derived_window(2048, 4.0), series_terms),
                             sine_series(vorbis_window(2048), series_terms)})
    transform.shapes.push_back(shape_of(series));
  return transform;
}

/// RFC 6716, section 4.3.7: 20 ms frames, both slopes 2.5 ms of Vorbis's window, flat between.
Transform celt_960() {
  constexpr int size = 960, overlap = 120, silent = (size - overlap) / 2;
  constexpr int fall = 2 * size - silent - overlap;
  Transform transform{.size = size,
                      .frequency_offset = 0.5,
                      .reach = 4 * (2 * series_terms - 1),
                      .floor_power = 512.0 / (12.0 * 32768.0 * 32768.0),
                      .highest_hz = 18000.0,
                      .emphasis = 0.85,
                      .segments = {{.first = silent, .frames = overlap},
                                   {.first = silent + overlap, .frames = fall - silent - overlap},
                                   {.first = fall, .frames = overlap}},
                      .shapes = {}};
  Shape shape{{.segment = 1, .shift = 0, .factor = 1.0, .turned_to = silent + overlap}};
  const auto series = sine_series(vorbis_window(2 * overlap), series_terms);
  for (int m = 0; m < series_terms; ++m) {
    const int shift = 4 * (2 * m + 1);  // pi (2 m + 1) / 240 in steps of pi / 960
    const Complex turn = std::polar(1.0, 0.5 * pi * (2 * m + 1) / (2 * overlap));
    const double weight = 0.5 * series[static_cast<std::size_t>(m)];
    const Complex rise = Complex{0.0, -weight};
    const Complex down = m % 2 == 0 ? weight : -weight;
    shape.push_back({0, -shift, rise * turn, silent});
    shape.push_back({0, shift, -rise * std::conj(turn), silent});
    shape.push_back({2, -shift, down * turn, fall});
    shape.push_back({2, shift, down * std::conj(turn), fall});
  }
  transform.shapes = {shape};
  return transform;
}

/// Fourier sums of one channel over one segment, side by side in frequency.
struct Sums {
  std::vector<double> real, imaginary;
};

class SlidingMdct final : public LossyGrid {
 public:
  SlidingMdct(Transform transform, double sample_rate_hz)
      : transform_{std::move(transform)}, sample_rate_hz_{sample_rate_hz} {}

  int period_frames() const override { return transform_.size; }
  std::vector<GridTrial> trials(const LossyPassage&) override;

 private:
  /// Factors of one term, by coefficient.
  struct Factors {
    std::size_t segment = 0;
    std::size_t first = 0;  // sum that coefficient 0 takes
    std::vector<double> real, imaginary;
  };
  /// What moves the sums of a segment on by one frame.
  struct Step {
    std::vector<double> real, imaginary;              // turn of all there was
    std::vector<double> entry_real, entry_imaginary;  // turn of the frame that comes in
  };

  void tune(int first_coefficient);
  __attribute__((always_inline)) inline void slide(double leaving, double entering, const Step&,
                                                   Sums&);
  __attribute__((always_inline)) inline double log_power(const std::vector<Factors>&);
  __attribute__((always_inline)) inline void run(const std::array<std::vector<double>, 2>&,
                                                 std::vector<GridTrial>&);
#if defined(__x86_64__)
  __attribute__((target("avx2"))) void run_avx2(const std::array<std::vector<double>, 2>& samples,
                                                std::vector<GridTrial>& trials) {
    run(samples, trials);
  }
#endif

  Transform transform_;
  double sample_rate_hz_;
  int first_coefficient_ = -1;
  std::vector<std::vector<Factors>> shapes_;
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
  for (const Segment& segment : transform_.segments) {
    Step& of = steps_.emplace_back();
    for (int j = 0; j < sums; ++j) {
      const double frequency = step * (first_sum + j + transform_.frequency_offset);
      of.real.push_back(std::cos(frequency));
      of.imaginary.push_back(std::sin(frequency));
      of.entry_real.push_back(std::cos(frequency * (segment.frames - 1)));
      of.entry_imaginary.push_back(-std::sin(frequency * (segment.frames - 1)));
    }
  }
  for (auto& channel : sums_) {
    channel.assign(transform_.segments.size(), {});
    for (Sums& of : channel) {
      of.real.resize(static_cast<std::size_t>(sums));
      of.imaginary.resize(static_cast<std::size_t>(sums));
    }
  }

  const double middle = 0.5 * (transform_.size + 1);  // where the basis is even
  shapes_.clear();
  for (const Shape& shape : transform_.shapes) {
    auto& all = shapes_.emplace_back();
    for (const Term& term : shape) {
      Factors& of = all.emplace_back();
      of.segment = term.segment;
      of.first = static_cast<std::size_t>(transform_.reach + term.shift);
      for (int k = first_coefficient; k < first_coefficient + coefficients; ++k) {
        const Complex factor =
            term.factor * std::polar(1.0, -step * (k + 0.5) * (term.turned_to + middle));
        of.real.push_back(factor.real());
        of.imaginary.push_back(factor.imag());
      }
    }
  }
}

__attribute__((always_inline)) inline void SlidingMdct::slide(double leaving, double entering,
                                                              const Step& step, Sums& sums) {
  const std::size_t count = sums.real.size();
  for (std::size_t j = 0; j < count; j += 4) {
    const Quad c = *quads(&step.real[j]), s = *quads(&step.imaginary[j]);
    const Quad re = *quads(&sums.real[j]) - leaving, im = *quads(&sums.imaginary[j]);
    *quads(&sums.real[j]) = re * c - im * s + entering * *quads(&step.entry_real[j]);
    *quads(&sums.imaginary[j]) = re * s + im * c + entering * *quads(&step.entry_imaginary[j]);
  }
}

__attribute__((always_inline)) inline double SlidingMdct::log_power(
    const std::vector<Factors>& terms) {
  LogPowerSum sum;
  for (std::size_t k = 0; k < static_cast<std::size_t>(coefficients); k += 4) {
    Quad left{}, right{};
    for (const Factors& term : terms) {
      const Quad re = *quads(&term.real[k]), im = *quads(&term.imaginary[k]);
      const Sums& of_left = sums_[0][term.segment];
      const Sums& of_right = sums_[1][term.segment];
      left += re * *quads(&of_left.real[term.first + k]) -
              im * *quads(&of_left.imaginary[term.first + k]);
      right += re * *quads(&of_right.real[term.first + k]) -
               im * *quads(&of_right.imaginary[term.first + k]);
    }
    sum.add(left, right, transform_.floor_power);
  }
  return sum.mean(coefficients);
}

__attribute__((always_inline)) inline void SlidingMdct::run(
    const std::array<std::vector<double>, 2>& samples, std::vector<GridTrial>& trials) {
  const int offsets = transform_.size + 2 * margin;
  for (std::size_t c = 0; c < sums_.size(); ++c)
    for (std::size_t s = 0; s < transform_.segments.size(); ++s) {
      const Segment& segment = transform_.segments[s];
      Sums& sums = sums_[c][s];
      std::fill(sums.real.begin(), sums.real.end(), 0.0);
      std::fill(sums.imaginary.begin(), sums.imaginary.end(), 0.0);
      for (int n = 0; n < segment.frames; ++n)  // slides in from silence
        slide(0.0, samples[c][static_cast<std::size_t>(segment.first + n)], steps_[s], sums);
    }
  for (int offset = 0; offset < offsets; ++offset) {
    for (std::size_t w = 0; w < trials.size(); ++w)
      trials[w].log_power[static_cast<std::size_t>(offset)] = log_power(shapes_[w]);
    for (std::size_t c = 0; c < sums_.size(); ++c)
      for (std::size_t s = 0; s < transform_.segments.size(); ++s) {
        const Segment& segment = transform_.segments[s];
        const auto leaving = static_cast<std::size_t>(segment.first + offset);
        const auto entering = leaving + static_cast<std::size_t>(segment.frames);
        slide(samples[c][leaving], samples[c][entering], steps_[s], sums_[c][s]);
      }
  }
}

std::vector<GridTrial> SlidingMdct::trials(const LossyPassage& passage) {
  const double step_hz = 0.5 * sample_rate_hz_ / transform_.size;
  const int top = static_cast<int>(std::min(passage.top_hz, transform_.highest_hz) / step_hz);
  if (top < coefficients + transform_.reach) return {};
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
