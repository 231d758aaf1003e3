#include <algorithm>
#include <array>
#include <cassert>
#include <cstdint>
#include <utility>

#include "lacquer/measure/faults/lossy/lossy_carried.h"
#include "lacquer/measure/faults/lossy/lossy_grid.h"
#include "lacquer/measure/faults/lossy/lossy_log_power.h"
#include "lacquer/measure/faults/lossy/lossy_transforms.h"

namespace lacquer::measure {
namespace {

constexpr int coefficients = LossyGrid::mdct_coefficients;
constexpr int widest = 16;  // lanes; rows are whole numbers of them
static_assert(coefficients % widest == 0);
// That rounding to 16 bit gives a coefficient: its power times the squares of window and cosine,
// which add up to a quarter of some 2000 frames.
constexpr float floor_power = static_cast<float>(512.0 / (12.0 * 32768.0 * 32768.0));

/// Two sums that a coefficient is made of, as places in a channel's array for coefficient 0.
struct Pair {
  std::size_t first = 0, second = 0;
};

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
  UnitTurns turns_;
  int first_coefficient_ = -1;
  std::vector<Carried> carried_;  // by segment
  std::array<Pair, pair_count> pairs_{};
  std::array<std::array<float, shape_count>, pair_count> weights_{};
  std::array<dsp::AlignedVector<float>, 2> sums_;  // by channel
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
  }
  for (auto& row : sums_) row.resize(first);

  std::size_t pair = 0;
  for (std::size_t p = 0; p < transform_.shapes[0].size(); ++p) {
    const LossyWindowPart& part = transform_.shapes[0][p];
    const Turned way = turned(part, transform_.size);
    carried_[part.segment].turned_units = way.units;
    carried_[part.segment].turned_frames = part.turned_frames;
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
  if (std::exchange(first_coefficient_, first_coefficient) == first_coefficient) return;
  for (Carried& of : carried_)
    of.tune(turns_, first_coefficient - transform_.reach, transform_.half_steps);
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
        const auto row = [&](const dsp::AlignedVector<float>& of_row) -> const auto& {
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
