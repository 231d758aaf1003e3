#include <algorithm>
#include <array>
#include <cassert>
#include <cmath>
#include <cstdint>
#include <utility>

#include "lacquer/base/units.h"
#include "lacquer/measure/faults/lossy/lossy_grid.h"
#include "lacquer/measure/faults/lossy/lossy_log_power.h"
#include "lacquer/measure/faults/lossy/lossy_transforms.h"

namespace lacquer::measure {
namespace {

using Row = dsp::AlignedVector<float>;

constexpr int coefficients = LossyGrid::mdct_coefficients;
constexpr int widest = 16;  // lanes; rows are whole numbers of them
static_assert(coefficients % widest == 0);
// That rounding to 16 bit gives a coefficient: its power times the squares of window and cosine,
// which add up to a quarter of some 2000 frames.
constexpr float floor_power = static_cast<float>(512.0 / (12.0 * 32768.0 * 32768.0));

/// cos and sin of multiples of pi / (4 size), which all angles of a transform are.
class Turns {
 public:
  explicit Turns(int size) {
    const int count = 8 * size;
    for (int i = 0; i < count; ++i)
      cosines_.push_back(static_cast<float>(std::cos(2.0 * pi * i / count)));
  }
  int whole() const { return static_cast<int>(cosines_.size()); }
  float cosine(std::int64_t units) const {
    const std::int64_t whole = std::ssize(cosines_), within = units % whole;
    return cosines_[static_cast<std::size_t>(within < 0 ? within + whole : within)];
  }
  float sine(std::int64_t units) const { return cosine(units - whole() / 4); }

 private:
  std::vector<float> cosines_;
};

/// Numbers e^(i angle) by frequency.
struct Phases {
  Row real, imaginary;
};

/// Fourier sums over one segment at frequencies in a row, and what carries them on.
///
/// Each sum is turned so that the part of a window that reads it wants its real or its imaginary
/// part, with no turn of its own. A channel's sums stand in one array, at `first` the real parts
/// and `count` behind them the imaginary ones.
struct Carried {
  static constexpr std::size_t at_once = 4;  // frames that come in when a segment is filled

  LossySegment segment;
  std::size_t first = 0, count = 0;
  Phases step, leave, enter;           // all there was; the frame that goes out, and that comes in
  Phases leap;                         // all there was, by at_once frames
  std::array<Phases, at_once> follow;  // each of these frames
};

/// Two sums that a coefficient is made of, as places in a channel's array for coefficient 0.
struct Pair {
  std::size_t first = 0, second = 0;
};

/// What turns the sums of a part, in units of Turns, so that all its pairs are added.
struct Turned {
  std::int64_t units = 0;
  bool fits = true;
  std::array<float, series_terms> signs{};
  std::array<bool, series_terms> first_imaginary{}, second_imaginary{};
};

Turned turned(const LossyWindowPart& part, int size, bool quarter_more) {
  const std::int64_t quarter = 2 * std::int64_t{size};
  const auto shift = [&](int by) { return std::int64_t{4} * by * part.turned_frames; };
  Turned result;
  result.units = part.quarters * quarter + shift(part.below[0]) - (quarter_more ? quarter : 0);
  for (std::size_t m = 0; m < series_terms && part.weights[m] != 0.0; ++m) {
    // A sum turned by this many quarters: 0 reads its real part, 1 the imaginary one with its sign
    // changed, and so on.
    const auto quarters = [&](int by) {
      const std::int64_t units = part.quarters * quarter + shift(by) - result.units;
      assert(units % quarter == 0);
      return static_cast<int>(((units / quarter) % 4 + 4) % 4);
    };
    const int below = quarters(part.below[m]), above = quarters(part.above[m]);
    const auto sign = [](int of) { return of == 0 || of == 3 ? 1.0F : -1.0F; };
    result.signs[m] = sign(below);
    result.first_imaginary[m] = below % 2 != 0;
    result.second_imaginary[m] = above % 2 != 0;
    result.fits = result.fits && sign(above) * (part.cosines ? 1.0F : -1.0F) == sign(below);
  }
  return result;
}

template <std::size_t pair_count, std::size_t shape_count>
class SlidingMdct final : public LossyGrid {
 public:
  SlidingMdct(const LossyTransform& transform, double sample_rate_hz, int most_lanes);

  int period_frames() const override { return transform_.size; }
  std::vector<GridTrial> trials(const LossyPassage&) override;

 private:
  using Samples = std::array<std::vector<float>, 2>;

  void tune(int first_coefficient);
  template <typename Lanes>
  LACQUER_KERNEL void fill(const Samples&, const Carried&);
  template <typename Lanes>
  LACQUER_KERNEL void slide(const Samples&, std::size_t offset, const Carried&);
  template <typename Lanes, std::size_t... p, std::size_t... s>
  LACQUER_KERNEL void read(std::index_sequence<p...>, std::index_sequence<s...>,
                           std::vector<GridTrial>&, std::size_t offset) const;
  template <typename Lanes>
  LACQUER_KERNEL void run(const Samples&, std::vector<GridTrial>&);
  LACQUER_SIXTEEN void run_sixteen(const Samples& samples, std::vector<GridTrial>& trials) {
    run<SixteenLanes>(samples, trials);
  }
  LACQUER_WIDE void run_eight(const Samples& samples, std::vector<GridTrial>& trials) {
    run<EightLanes>(samples, trials);
  }
  void run_plain(const Samples& samples, std::vector<GridTrial>& trials) {
    run<EightLanes>(samples, trials);
  }

  LossyTransform transform_;
  double sample_rate_hz_;
  int most_lanes_;
  Turns turns_;
  int first_coefficient_ = -1;
  std::vector<std::int64_t> turned_;  // by segment, in units: the same for all frequencies
  std::vector<Carried> carried_;      // by segment
  std::array<Pair, pair_count> pairs_{};
  std::array<std::array<float, shape_count>, pair_count> weights_{};
  std::array<Row, 2> sums_;  // by channel
};

template <std::size_t pair_count, std::size_t shape_count>
SlidingMdct<pair_count, shape_count>::SlidingMdct(const LossyTransform& transform,
                                                  double sample_rate_hz, int most_lanes)
    : transform_{transform},
      sample_rate_hz_{sample_rate_hz},
      most_lanes_{most_lanes},
      turns_{transform.size} {
  assert(transform_.shapes.size() == shape_count);
  const std::size_t count =
      (static_cast<std::size_t>(coefficients + 2 * transform_.reach) + widest - 1) / widest *
      widest;
  std::size_t first = 0;
  for (const LossySegment& segment : transform_.segments) {
    Carried& of = carried_.emplace_back();
    of.segment = segment;
    of.first = first;
    of.count = count;
    first += 2 * count;
    for (Phases* row : {&of.step, &of.leave, &of.enter, &of.leap, &of.follow[0], &of.follow[1],
                        &of.follow[2], &of.follow[3]}) {
      row->real.resize(count);
      row->imaginary.resize(count);
    }
  }
  for (Row& row : sums_) row.resize(first);

  turned_.resize(transform_.segments.size());
  std::size_t pair = 0;
  for (std::size_t p = 0; p < transform_.shapes[0].size(); ++p) {
    const LossyWindowPart& part = transform_.shapes[0][p];
    Turned way = turned(part, transform_.size, false);
    if (!way.fits) way = turned(part, transform_.size, true);
    assert(way.fits);
    turned_[part.segment] = way.units;
    const std::size_t segment = carried_[part.segment].first;
    const auto place = [&](int shift, bool imaginary) {
      return segment + (imaginary ? count : 0) + static_cast<std::size_t>(transform_.reach + shift);
    };
    for (std::size_t m = 0; m < series_terms && part.weights[m] != 0.0; ++m, ++pair) {
      pairs_.at(pair) = {place(part.below[m], way.first_imaginary[m]),
                         place(part.above[m], way.second_imaginary[m])};
      for (std::size_t s = 0; s < shape_count; ++s)
        weights_[pair][s] =
            static_cast<float>(0.5 * transform_.shapes[s][p].weights[m]) * way.signs[m];
    }
  }
  assert(pair == pair_count);
}

template <std::size_t pair_count, std::size_t shape_count>
void SlidingMdct<pair_count, shape_count>::tune(int first_coefficient) {
  if (first_coefficient == first_coefficient_) return;
  first_coefficient_ = first_coefficient;
  for (std::size_t s = 0; s < carried_.size(); ++s) {
    Carried& of = carried_[s];
    const std::int64_t frames = of.segment.frames;
    const std::int64_t turned_frames = of.segment.first + transform_.size / 2;
    for (std::size_t j = 0; j < of.count; ++j) {
      const std::int64_t frequency = first_coefficient - transform_.reach + static_cast<int>(j);
      // Phases are counted from half a frame before the segment, as windows are.
      const std::int64_t half_frame = 2 * frequency + transform_.half_steps;
      const std::int64_t turn = turned_[s] - (2 * frequency + 1) * 2 * turned_frames;
      const auto set = [&](Phases& phases, std::int64_t units) {
        phases.real[j] = turns_.cosine(units);
        phases.imaginary[j] = turns_.sine(units);
      };
      set(of.step, 2 * half_frame);
      set(of.leave, turn + half_frame);
      set(of.enter, turn - (2 * frames - 1) * half_frame);
      set(of.leap, 2 * std::int64_t{Carried::at_once} * half_frame);
      for (std::size_t n = 0; n < Carried::at_once; ++n) {
        const std::int64_t from_end = static_cast<std::int64_t>(Carried::at_once - n);
        set(of.follow[n], turn - (2 * (frames - from_end) + 1) * half_frame);
      }
    }
  }
}

/// From silence, several frames at a time.
template <std::size_t pair_count, std::size_t shape_count>
template <typename Lanes>
LACQUER_KERNEL void SlidingMdct<pair_count, shape_count>::fill(const Samples& samples,
                                                               const Carried& of) {
  using Vector = typename Lanes::Vector;
  for (std::size_t c = 0; c < sums_.size(); ++c) {
    float* real = sums_[c].data() + of.first;
    float* imaginary = real + of.count;
    std::fill_n(real, 2 * of.count, 0.0F);
    const float* in = samples[c].data() + of.segment.first;
    for (int at = 0; at < of.segment.frames; at += static_cast<int>(Carried::at_once)) {
      const Vector a = Vector{} + in[at], b = Vector{} + in[at + 1], x = Vector{} + in[at + 2],
                   y = Vector{} + in[at + 3];
      for (std::size_t j = 0; j < of.count; j += Lanes::lanes) {
        const auto row = [&](const Row& of_row) -> const auto& {
          return lanes_at<Lanes>(of_row.data() + j);
        };
        const Vector re = lanes_at<Lanes>(real + j), im = lanes_at<Lanes>(imaginary + j);
        const Vector cosine = row(of.leap.real), sine = row(of.leap.imaginary);
        lanes_at<Lanes>(real + j) = (re * cosine - im * sine) +
                                    (a * row(of.follow[0].real) + b * row(of.follow[1].real)) +
                                    (x * row(of.follow[2].real) + y * row(of.follow[3].real));
        lanes_at<Lanes>(imaginary + j) =
            (re * sine + im * cosine) +
            (a * row(of.follow[0].imaginary) + b * row(of.follow[1].imaginary)) +
            (x * row(of.follow[2].imaginary) + y * row(of.follow[3].imaginary));
      }
    }
  }
}

template <std::size_t pair_count, std::size_t shape_count>
template <typename Lanes>
LACQUER_KERNEL void SlidingMdct<pair_count, shape_count>::slide(const Samples& samples,
                                                                std::size_t offset,
                                                                const Carried& of) {
  using Vector = typename Lanes::Vector;
  const std::size_t leaving = static_cast<std::size_t>(of.segment.first) + offset;
  const std::size_t entering = leaving + static_cast<std::size_t>(of.segment.frames);
  for (std::size_t c = 0; c < sums_.size(); ++c) {
    const Vector out = Vector{} + samples[c][leaving], in = Vector{} + samples[c][entering];
    float* real = sums_[c].data() + of.first;
    float* imaginary = real + of.count;
    const float* step_real = of.step.real.data();
    const float* step_imaginary = of.step.imaginary.data();
    const float* leave_real = of.leave.real.data();
    const float* leave_imaginary = of.leave.imaginary.data();
    const float* enter_real = of.enter.real.data();
    const float* enter_imaginary = of.enter.imaginary.data();
    for (std::size_t j = 0; j < of.count; j += Lanes::lanes) {
      const Vector cosine = lanes_at<Lanes>(step_real + j),
                   sine = lanes_at<Lanes>(step_imaginary + j);
      const Vector re = lanes_at<Lanes>(real + j), im = lanes_at<Lanes>(imaginary + j);
      lanes_at<Lanes>(real + j) =
          (re * cosine - im * sine) +
          (in * lanes_at<Lanes>(enter_real + j) - out * lanes_at<Lanes>(leave_real + j));
      lanes_at<Lanes>(imaginary + j) =
          (re * sine + im * cosine) +
          (in * lanes_at<Lanes>(enter_imaginary + j) - out * lanes_at<Lanes>(leave_imaginary + j));
    }
  }
}

/// The mean logarithm for each shape of window. The pairs are the same for all of them, only the
/// weights differ. Lane i of sixteen adds up every sixteenth coefficient in registers of any width.
template <std::size_t pair_count, std::size_t shape_count>
template <typename Lanes, std::size_t... p, std::size_t... s>
LACQUER_KERNEL void SlidingMdct<pair_count, shape_count>::read(std::index_sequence<p...>,
                                                               std::index_sequence<s...>,
                                                               std::vector<GridTrial>& trials,
                                                               std::size_t offset) const {
  using Vector = typename Lanes::Vector;
  const float* const channels[] = {sums_[0].data(), sums_[1].data()};
  LogPowerSum<Lanes> low[shape_count], high[shape_count];
  // Unrolled, all of it: what gcc -O2 indexes goes through memory.
  const auto look = [&](std::size_t k, LogPowerSum<Lanes> * sums) __attribute__((always_inline)) {
    const auto at = [&](std::size_t channel, std::size_t place) -> const typename Lanes::Anywhere& {
      return lanes_at<Lanes>(channels[channel] + k + place);
    };
    const Vector left[] = {(at(0, pairs_[p].first) + at(0, pairs_[p].second))...};
    const Vector right[] = {(at(1, pairs_[p].first) + at(1, pairs_[p].second))...};
    const auto add = [&](auto shape) __attribute__((always_inline)) {
      constexpr std::size_t of = decltype(shape)::value;
      sums[of].add((... + (weights_[p][of] * left[p])), (... + (weights_[p][of] * right[p])),
                   floor_power);
    };
    (add(std::integral_constant<std::size_t, s>{}), ...);
  };
  for (std::size_t k = 0; k < std::size_t{coefficients}; k += widest) {
    look(k, low);
    if constexpr (Lanes::lanes < widest) look(k + Lanes::lanes, high);
  }
  const auto mean = [&](std::size_t shape) {
    const double sum = low[shape].sum() + (Lanes::lanes < widest ? high[shape].sum() : 0.0);
    return LogPowerSum<Lanes>::mean(sum, coefficients);
  };
  ((trials[s].log_power[offset] = mean(s)), ...);
}

template <std::size_t pair_count, std::size_t shape_count>
template <typename Lanes>
LACQUER_KERNEL void SlidingMdct<pair_count, shape_count>::run(const Samples& samples,
                                                              std::vector<GridTrial>& trials) {
  const auto trial_count = static_cast<std::size_t>(transform_.size + 2 * margin);
  for (const Carried& of : carried_) fill<Lanes>(samples, of);
  for (std::size_t offset = 0; offset < trial_count; ++offset) {
    read<Lanes>(std::make_index_sequence<pair_count>{}, std::make_index_sequence<shape_count>{},
                trials, offset);
    for (const Carried& of : carried_) slide<Lanes>(samples, offset, of);
  }
}

template <std::size_t pair_count, std::size_t shape_count>
std::vector<GridTrial> SlidingMdct<pair_count, shape_count>::trials(const LossyPassage& passage) {
  const double step_hz = 0.5 * sample_rate_hz_ / transform_.size;
  const int top = static_cast<int>(std::min(passage.top_hz, transform_.highest_hz) / step_hz);
  if (top < coefficients + transform_.reach) return {};
  if (transform_.silent_from_hz > 0.0 && passage.top_hz > transform_.silent_from_hz) return {};
  tune(top - coefficients);

  Samples samples;
  for (std::size_t c = 0; c < samples.size(); ++c) {
    samples[c].reserve(passage.samples[c].size());
    double before = 0.0;
    for (const double sample : passage.samples[c]) {
      samples[c].push_back(static_cast<float>(sample - transform_.emphasis * before));
      before = sample;
    }
  }

  std::vector<GridTrial> trials(shape_count);
  for (GridTrial& trial : trials)
    trial.log_power.resize(static_cast<std::size_t>(transform_.size + 2 * margin));
  if (has_sixteen_lanes() && most_lanes_ >= 16)
    run_sixteen(samples, trials);
  else if (dsp::has_wide_registers())
    run_eight(samples, trials);
  else
    run_plain(samples, trials);
  return trials;
}

}  // namespace

LossyGridPointer mdct_grid(double sample_rate_hz, int most_lanes) {
  return std::make_unique<SlidingMdct<3, 3>>(mdct_2048(), sample_rate_hz, most_lanes);
}

LossyGridPointer celt_grid(int most_lanes) {
  return std::make_unique<SlidingMdct<7, 1>>(celt_960(), 48000.0, most_lanes);
}

}  // namespace lacquer::measure
