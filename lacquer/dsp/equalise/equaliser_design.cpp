#include "lacquer/dsp/equalise/equaliser_design.h"

#include <algorithm>
#include <cmath>
#include <complex>

#include "lacquer/dsp/transform/turns.h"

namespace lacquer::dsp {
namespace {

using Channels = EqualiserBand::Channels;

constexpr int part_count = 8;  // a spectrum is worked on in so many steps
// Measuring, the cepstrum there and back, making the spectrum.
constexpr int steps_per_path = 2 * part_count + 2;
constexpr int steps_before_cutting = 2;  // of a filter: summing, transforming
/// Where a pass is at zero its logarithm is not; nobody hears below this, -200 dB.
constexpr double least_power = 1e-20;

bool contains(std::initializer_list<Channels> all, Channels one) {
  return std::find(all.begin(), all.end(), one) != all.end();
}

}  // namespace

void EqualiserDesign::prepare(StreamFormat format, int tap_count, int block_frames) {
  format_ = format;
  tap_count_ = tap_count;
  block_frames_ = block_frames;
  partition_count_ = tap_count / block_frames;
  long_fft_.emplace(2 * tap_count);
  block_fft_.emplace(2 * block_frames);
  bin_count_ = long_fft_->bins();
  const auto bins = static_cast<std::size_t>(bin_count_);
  for (Path& path : paths_) {
    path.real.assign(bins, 0.0);
    path.imaginary.assign(bins, 0.0);
  }
  samples_.assign(static_cast<std::size_t>(2 * tap_count), 0.0);
  real_.assign(bins, 0.0);
  imaginary_.assign(bins, 0.0);
  log_double_zero_.assign(bins, 0.0);
  for (std::size_t k = 1; k < bins; ++k)  // |1 - 1/z|^2
    log_double_zero_[k] =
        2.0 * std::log(2.0 * std::sin(pi * static_cast<double>(k) / (2.0 * tap_count)));
  block_.assign(static_cast<std::size_t>(2 * block_frames), 0.0);
  fade_.resize(static_cast<std::size_t>(tap_count / 16));
  const Turns turns{2 * static_cast<int>(fade_.size())};
  for (std::size_t n = 0; n < fade_.size(); ++n) fade_[n] = turns.hann(n);
}

bool EqualiserDesign::acts_on(std::initializer_list<Channels> channels) const noexcept {
  return std::any_of(target_.bands.begin(), target_.bands.end(), [&](const SoundingBand& band) {
    return band.acts() && contains(channels, band.channels);
  });
}

/// None when nothing acts there.
int EqualiserDesign::add_path(std::initializer_list<Channels> channels) noexcept {
  if (!acts_on(channels)) return Sum::none;
  Path& path = paths_[path_count_];
  path.section_count = 0;
  path.double_zeros = 0;
  for (const SoundingBand& band : target_.bands)
    if (band.acts() && contains(channels, band.channels)) {
      path.sections[path.section_count++] = prototype(band);
      path.double_zeros += band.type == EqualiserBand::high_pass && band.depth == 1.0;
    }
  return static_cast<int>(path_count_++);
}

int EqualiserDesign::add_filter(const Sum& sum) noexcept {
  if (sum.first == Sum::none && sum.second == Sum::none && sum.third == Sum::none)
    return sum.sign < 0.0 ? EqualiserFilters::nothing : EqualiserFilters::identity;
  sums_[filter_count_] = sum;
  return static_cast<int>(filter_count_++);
}

void EqualiserDesign::begin(const EqualiserTarget& target, EqualiserFilters& to) noexcept {
  using enum EqualiserBand::Channels;
  target_ = target;
  path_count_ = filter_count_ = 0;
  constexpr int none = EqualiserFilters::nothing;
  const bool split = acts_on({left, right}), turned = acts_on({mid, side});
  if (!split && !turned) {
    const int all = add_filter({.first = add_path({both})});
    to.route = {{{all, none}, {none, all}}};
    to.route_of_others = all;
    return;
  }
  if (!turned) {
    const int of_left = add_filter({.first = add_path({both, left})});
    const int of_right = add_filter({.first = add_path({both, right})});
    to.route = {{{of_left, none}, {none, of_right}}};
  } else {
    // In from left l, out to left (M + S) l / 2, out to right (M - S) l / 2; from right likewise.
    const int m = add_path({both, mid}), s = add_path({both, side});
    const int l = add_path({left}), r = add_path({right});
    const int straight = add_filter({m, s, 1.0, l}), crossed = add_filter({m, s, -1.0, l});
    to.route = {{{straight, crossed}, {crossed, straight}}};
    if (split) {
      to.route[0][1] = add_filter({m, s, -1.0, r});
      to.route[1][1] = add_filter({m, s, 1.0, r});
    }
  }
  to.route_of_others = format_.channel_count > 2 ? add_filter({.first = add_path({both})})
                                                 : EqualiserFilters::identity;
}

int EqualiserDesign::step_count() const noexcept {
  return static_cast<int>(path_count_) * steps_per_path +
         static_cast<int>(filter_count_) * (steps_before_cutting + partition_count_);
}

void EqualiserDesign::run_step(int step, EqualiserFilters& to) noexcept {
  const int path_steps = static_cast<int>(path_count_) * steps_per_path;
  if (step < path_steps) {
    Path& path = paths_[static_cast<std::size_t>(step / steps_per_path)];
    const int at = step % steps_per_path;
    if (at < part_count)
      measure(path, at);
    else if (at == part_count)
      fold_cepstrum(path);
    else if (at == part_count + 1)
      take_phase(path);
    else
      make_spectrum(path, at - part_count - 2);
    return;
  }
  const int steps_per_filter = steps_before_cutting + partition_count_;
  const auto filter = static_cast<std::size_t>((step - path_steps) / steps_per_filter);
  const int at = (step - path_steps) % steps_per_filter;
  if (at == 0)
    add_up(sums_[filter]);
  else if (at == 1)
    long_fft_->inverse(real_.data(), imaginary_.data(), samples_.data());
  else
    cut(to.filters[filter], at - steps_before_cutting);
}

std::pair<int, int> EqualiserDesign::bins_of(int part) const noexcept {
  return {part * bin_count_ / part_count, (part + 1) * bin_count_ / part_count};
}

/// The natural logarithm of the magnitude.
void EqualiserDesign::measure(Path& path, int part) noexcept {
  const auto [first, end] = bins_of(part);
  const double hz_per_bin = format_.sample_rate_hz / (2.0 * tap_count_);
  for (int k = first; k < end; ++k) {
    double power = 1.0;
    for (std::size_t i = 0; i < path.section_count; ++i)
      power *= path.sections[i].power(k * hz_per_bin);
    path.real[static_cast<std::size_t>(k)] = 0.5 * std::log(std::max(power, least_power));
    path.imaginary[static_cast<std::size_t>(k)] = 0.0;
  }
}

/// The cepstrum with its past laid upon its future: that of the minimum-phase filter.
void EqualiserDesign::fold_cepstrum(const Path& path) noexcept {
  if (target_.phase == 1.0) return;
  for (std::size_t k = 1; k < real_.size(); ++k)
    real_[k] = path.real[k] - path.double_zeros * log_double_zero_[k];
  real_[0] = path.double_zeros > 0 ? real_[1] : path.real[0];  // what is left is even and smooth
  long_fft_->inverse(real_.data(), path.imaginary.data(), samples_.data());
  const auto middle = static_cast<std::ptrdiff_t>(samples_.size() / 2);
  for (auto n = samples_.begin() + 1; n != samples_.begin() + middle; ++n) *n *= 2.0;
  std::fill(samples_.begin() + middle + 1, samples_.end(), 0.0);
}

void EqualiserDesign::take_phase(Path& path) noexcept {
  if (target_.phase == 1.0) return;
  long_fft_->forward(samples_.data(), real_.data(), path.imaginary.data());
  if (path.double_zeros == 0) return;
  const double last = bin_count_ - 1;
  for (std::size_t k = 1; k < path.imaginary.size(); ++k)  // (1 - 1/z)^2 turns by pi - w
    path.imaginary[k] += path.double_zeros * pi * (1.0 - static_cast<double>(k) / last);
}

void EqualiserDesign::make_spectrum(Path& path, int part) noexcept {
  const auto [first, end] = bins_of(part);
  for (auto k = static_cast<std::size_t>(first); k < static_cast<std::size_t>(end); ++k) {
    const double magnitude = std::exp(path.real[k]);
    const double angle = (1.0 - target_.phase) * path.imaginary[k];
    path.real[k] = angle == 0.0 ? magnitude : magnitude * std::cos(angle);
    path.imaginary[k] = angle == 0.0 ? 0.0 : magnitude * std::sin(angle);
  }
}

/// The spectrum of a filter out of its paths, where one that is not there is 1.
void EqualiserDesign::add_up(const Sum& sum) noexcept {
  const auto at = [this](int path, std::size_t k) {
    if (path == Sum::none) return std::complex{1.0, 0.0};
    const Path& one = paths_[static_cast<std::size_t>(path)];
    return std::complex{one.real[k], one.imaginary[k]};
  };
  for (std::size_t k = 0; k < real_.size(); ++k) {
    auto value = at(sum.first, k);
    if (sum.sign != 0.0) value = 0.5 * (value + sum.sign * at(sum.second, k));
    if (sum.third != Sum::none) {
      const auto other = at(sum.third, k);  // written out: the operator looks for infinities
      value = {value.real() * other.real() - value.imag() * other.imag(),
               value.real() * other.imag() + value.imag() * other.real()};
    }
    real_[k] = value.real();
    imaginary_[k] = value.imag();
  }
}

/// One partition's spectrum. Tap i is sample i - tap_count / 2 of the response, which is circular.
void EqualiserDesign::cut(SpectrumRows& filter, int partition) noexcept {
  const int fading = static_cast<int>(fade_.size());
  const auto mask = static_cast<int>(samples_.size()) - 1;
  for (int n = 0; n < block_frames_; ++n) {
    const int tap = partition * block_frames_ + n;
    const int from_edge = std::min(tap, tap_count_ - tap);
    const double kept = from_edge < fading ? fade_[static_cast<std::size_t>(from_edge)] : 1.0;
    block_[static_cast<std::size_t>(n)] =
        kept * samples_[static_cast<std::size_t>((tap - tap_count_ / 2) & mask)];
  }
  block_fft_->forward(block_.data(), filter.real(partition), filter.imaginary(partition));
}

}  // namespace lacquer::dsp
