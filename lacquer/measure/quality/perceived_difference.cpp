#include "lacquer/measure/quality/perceived_difference.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <numeric>

#include "lacquer/base/units.h"
#include "lacquer/dsp/usable.h"
#include "lacquer/measure/spectrum/short_time_spectrum.h"

namespace lacquer::measure {
namespace {

// BS.1387-1, annex 2.
constexpr int size_at_48_khz = 2048;
constexpr double full_scale_sine_db_spl = 92.0;
// The sine that sets the level has 1019.5 Hz, half a bin beside one: the Hann window shows so much
// of it there.
constexpr double half_a_bin_beside = 0.84971762641205;
// Silence at the ends: five samples in a row that add up to less than 200 of 16 bits.
constexpr int sounding_frames = 5;
constexpr double sounding_sum = 200.0 / 32768.0;
// Of the second half of a look, whose squares at 16 bits add up to 8000: what counts for EHS.
constexpr double least_energy = 8000.0 / (32768.0 * 32768.0);
// Bandwidths: bins 346 and 921 of 1024 at 48 kHz.
constexpr double lowest_top_hz = 346.0 * 48000.0 / 2048.0;
constexpr double noise_floor_from_hz = 921.0 * 48000.0 / 2048.0, noise_floor_to_hz = 24000.0;
constexpr double reference_over_floor_db = 10.0, other_over_floor_db = 5.0;

}  // namespace

PerceivedDifferenceMeter::PerceivedDifferenceMeter(StreamFormat format)
    : format_{format},
      size_{ShortTimeSpectrum::frames_of(format.sample_rate_hz, size_at_48_khz)},
      ear_{format.sample_rate_hz, size_},
      fft_{size_},
      outputs_{ear_, format.channel_count} {
  assert(format.channel_count <= 2);
  const auto n = static_cast<std::size_t>(size_);
  double sum = 0.0;
  for (std::size_t i = 0; i < n; ++i) {  // the standard's, 0 at both ends
    window_.push_back(0.5 - 0.5 * std::cos(2.0 * pi * static_cast<double>(i) / (size_ - 1)));
    sum += window_.back();
  }
  // Half of the amplitude once more: two signals in one transform come out as sums of two bins.
  const double scale = 0.5 * gain_from_db(full_scale_sine_db_spl) / (0.5 * sum * half_a_bin_beside);
  for (double& value : window_) value *= scale;
  for (Side* side : {&reference_, &other_}) {
    side->samples.assign(static_cast<std::size_t>(format.channel_count), std::vector<double>(n));
    side->power.assign(side->samples.size(), std::vector<double>(n / 2 + 1));
  }
  for (int c = 0; c < format.channel_count; ++c) heard_.emplace_back(ear_);
  for (auto* values : {&real_, &imaginary_, &out_real_, &out_imaginary_}) values->resize(n);
  for (auto* values : {&bins_, &noise_bins_}) values->resize(n / 2 + 1);
  for (auto* values : {&reference_bands_, &other_bands_, &noise_})
    values->resize(ear_.band_count());
}

void PerceivedDifferenceMeter::add(AudioBlock reference, AudioBlock other) {
  assert(reference.frame_count() == other.frame_count());
  const auto collect = [&](AudioBlock from, Side& side, int at, int frames) {
    for (std::size_t c = 0; c < side.samples.size(); ++c)
      std::transform(from.channel(static_cast<int>(c)) + at,
                     from.channel(static_cast<int>(c)) + at + frames,
                     side.samples[c].begin() + filled_, dsp::usable);
  };
  for (int at = 0; at < reference.frame_count();) {
    const int frames = std::min(reference.frame_count() - at, size_ - filled_);
    collect(reference, reference_, at, frames);
    collect(other, other_, at, frames);
    filled_ += frames;
    at += frames;
    if (filled_ == size_) look();
  }
}

void PerceivedDifferenceMeter::look() {
  const bool sounding = sounds();
  begun_ = begun_ || sounding;
  if (begun_) {
    transform(reference_);
    transform(other_);
    for (int c = 0; c < format_.channel_count; ++c) compare(c);
    outputs_.finish_step(sounding);
  }
  filled_ = size_ / 2;
  for (Side* side : {&reference_, &other_})
    for (auto& samples : side->samples)
      std::copy(samples.begin() + filled_, samples.end(), samples.begin());
}

bool PerceivedDifferenceMeter::sounds() const {
  for (const auto& samples : reference_.samples) {
    double sum = 0.0;
    for (std::size_t i = 0; i < samples.size(); ++i) {
      sum += std::abs(samples[i]);
      if (i >= sounding_frames) sum -= std::abs(samples[i - sounding_frames]);
      if (sum >= sounding_sum) return true;
    }
  }
  return false;
}

void PerceivedDifferenceMeter::transform(Side& side) {
  const bool stereo = side.samples.size() == 2;
  for (std::size_t i = 0; i < window_.size(); ++i) {
    real_[i] = side.samples[0][i] * window_[i];
    imaginary_[i] = stereo ? side.samples[1][i] * window_[i] : 0.0;
  }
  fft_.forward(real_.data(), imaginary_.data(), out_real_.data(), out_imaginary_.data());
  for (std::size_t k = 0; k < bins_.size(); ++k) {
    const std::size_t mirror = (window_.size() - k) % window_.size();
    const double even_real = out_real_[k] + out_real_[mirror];
    const double even_imaginary = out_imaginary_[k] - out_imaginary_[mirror];
    side.power[0][k] = even_real * even_real + even_imaginary * even_imaginary;
    if (!stereo) continue;
    const double odd_real = out_real_[k] - out_real_[mirror];
    const double odd_imaginary = out_imaginary_[k] + out_imaginary_[mirror];
    side.power[1][k] = odd_real * odd_real + odd_imaginary * odd_imaginary;
  }
}

void PerceivedDifferenceMeter::compare(int channel) {
  const auto c = static_cast<std::size_t>(channel);
  const auto &reference = reference_.power[c], &other = other_.power[c];
  const auto& weights = ear_.weights();
  const auto banded = [&](const std::vector<double>& power, std::vector<double>& bands) {
    for (std::size_t k = 0; k < bins_.size(); ++k) bins_[k] = power[k] * weights[k];
    ear_.group(bins_, bands);
    ear_.excite(bands);
  };
  banded(reference, reference_bands_);
  banded(other, other_bands_);
  for (std::size_t k = 0; k < bins_.size(); ++k) {
    const double difference = std::sqrt(reference[k]) - std::sqrt(other[k]);
    noise_bins_[k] = difference * difference * weights[k];
  }
  ear_.group(noise_bins_, noise_);
  heard_[c].step(reference_bands_, other_bands_);
  const Tops top = tops(reference, other);
  outputs_.add(channel, heard_[c], noise_, top.reference_hz, top.other_hz,
               loud(c) ? error_harmonics_.look(reference, other) : Maybe{});
}

bool PerceivedDifferenceMeter::loud(std::size_t channel) const {
  const auto energy = [&](const Side& side) {
    const auto& samples = side.samples[channel];
    return std::inner_product(samples.begin() + size_ / 2, samples.end(),
                              samples.begin() + size_ / 2, 0.0);
  };
  const double least = least_energy * size_ / size_at_48_khz;
  return energy(reference_) >= least || energy(other_) >= least;
}

PerceivedDifferenceMeter::Tops PerceivedDifferenceMeter::tops(
    const std::vector<double>& reference, const std::vector<double>& other) const {
  const double bin_hz = format_.sample_rate_hz / size_;
  const auto floor_from = static_cast<std::size_t>(std::lround(noise_floor_from_hz / bin_hz));
  const auto floor_to =
      std::min(static_cast<std::size_t>(std::lround(noise_floor_to_hz / bin_hz)), other.size() - 1);
  if (floor_from >= floor_to) return {};  // the rate has nothing above the music
  const auto from = other.begin() + static_cast<std::ptrdiff_t>(floor_from);
  const auto to = other.begin() + static_cast<std::ptrdiff_t>(floor_to);
  const double floor = *std::max_element(from, to);
  const auto highest = [&](const std::vector<double>& power, std::size_t below, double over_db) {
    const double wanted = floor * power_from_db(over_db);
    std::size_t k = below;
    while (k > 0 && power[k - 1] < wanted) --k;
    return k;  // one above the bin, as the standard counts
  };
  const std::size_t top = highest(reference, floor_from, reference_over_floor_db);
  if (static_cast<double>(top) * bin_hz <= lowest_top_hz) return {};
  return {static_cast<double>(top) * bin_hz,
          static_cast<double>(highest(other, top, other_over_floor_db)) * bin_hz};
}

}  // namespace lacquer::measure
