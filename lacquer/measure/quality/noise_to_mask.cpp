#include "lacquer/measure/quality/noise_to_mask.h"

#include <algorithm>
#include <cassert>
#include <cmath>

#include "lacquer/base/units.h"
#include "lacquer/dsp/transform/turns.h"
#include "lacquer/measure/spectrum/short_time_spectrum.h"

namespace lacquer::measure {
namespace {

constexpr int size_at_48_khz = 2048;
constexpr double quietest = 1e-7;  // mean square of a look that counts: -70 dB
constexpr double nothing_db = -150.0;
// A gain is estimated from so many bins at least, or it would explain noise as well as music.
constexpr int least_bins = 8;

double ratio_db(double ratio) { return std::max(db_from_power(ratio), nothing_db); }

}  // namespace

NoiseToMaskMeter::NoiseToMaskMeter(StreamFormat format, double late_frames)
    : format_{format},
      size_{ShortTimeSpectrum::frames_of(format.sample_rate_hz, size_at_48_khz)},
      ear_{format.sample_rate_hz, size_},
      fft_{size_},
      looks_{nothing_db, 60.0, 20} {
  assert(format.channel_count <= 2);
  const auto n = static_cast<std::size_t>(size_), bins = n / 2 + 1, bands = ear_.bands().size();
  // The bins of a signal add up to its mean square, as in SpectrumFrame; half of the amplitude,
  // because two signals in one transform come out as sums of two bins.
  const double scale = 0.5 * std::sqrt(2.0 / (0.375 * size_ * size_));
  const dsp::Turns turns{size_};
  for (std::size_t i = 0; i < n; ++i) window_.push_back(scale * turns.hann(i));
  for (std::size_t k = 0; k < bins; ++k)
    advance_.push_back(std::polar(1.0, 2.0 * pi * static_cast<double>(k) * late_frames / size_));
  for (Side* side : {&reference_, &other_}) {
    side->samples.assign(static_cast<std::size_t>(format.channel_count), std::vector<double>(n));
    side->spectra.assign(format.channel_count == 2 ? 4 : 1, Spectrum(bins));
  }
  for (auto* values : {&real_, &imaginary_, &out_real_, &out_imaginary_}) values->resize(n);
  for (auto* values : {&noise_, &power_, &mask_, &ratios_, &worst_ratios_, &band_sums_})
    values->resize(bands);
}

void NoiseToMaskMeter::add(AudioBlock reference, AudioBlock other) {
  assert(reference.frame_count() == other.frame_count());
  for (int at = 0; at < reference.frame_count();) {
    const int frames = std::min(reference.frame_count() - at, size_ - filled_);
    for (int c = 0; c < format_.channel_count; ++c) {
      const auto channel = static_cast<std::size_t>(c);
      std::copy_n(reference.channel(c) + at, frames, reference_.samples[channel].data() + filled_);
      std::copy_n(other.channel(c) + at, frames, other_.samples[channel].data() + filled_);
    }
    filled_ += frames;
    at += frames;
    if (filled_ == size_) look();
  }
}

void NoiseToMaskMeter::look() {
  transform(reference_, false);
  transform(other_, true);
  std::fill(worst_ratios_.begin(), worst_ratios_.end(), 0.0);
  double loudest = 0.0, worst_mean = 0.0;
  for (std::size_t s = 0; s < reference_.spectra.size(); ++s) {
    compare(reference_.spectra[s], other_.spectra[s]);
    double power = 0.0, mean = 0.0;
    for (std::size_t b = 0; b < ratios_.size(); ++b) {
      power += power_[b];
      mean += ratios_[b] / static_cast<double>(ratios_.size());
      worst_ratios_[b] = std::max(worst_ratios_[b], ratios_[b]);
    }
    loudest = std::max(loudest, power);
    worst_mean = std::max(worst_mean, mean);
  }
  if (loudest >= quietest) {
    ++count_;
    sum_ += worst_mean;
    looks_.add(std::max(worst_mean, 1.1 * power_from_db(nothing_db)));
    audible_ += *std::max_element(worst_ratios_.begin(), worst_ratios_.end()) > 1.0;
    for (std::size_t b = 0; b < band_sums_.size(); ++b) band_sums_[b] += worst_ratios_[b];
    if (worst_mean > worst_) {
      worst_ = worst_mean;
      worst_start_s_ = static_cast<double>(first_frame_) / format_.sample_rate_hz;
    }
  }
  filled_ = size_ / 2;
  first_frame_ += filled_;
  for (Side* side : {&reference_, &other_})
    for (auto& samples : side->samples)
      std::copy(samples.begin() + filled_, samples.end(), samples.begin());
}

void NoiseToMaskMeter::transform(Side& side, bool late) {
  const bool stereo = side.samples.size() == 2;
  for (std::size_t i = 0; i < window_.size(); ++i) {
    real_[i] = side.samples[0][i] * window_[i];
    imaginary_[i] = stereo ? side.samples[1][i] * window_[i] : 0.0;
  }
  fft_.forward(real_.data(), imaginary_.data(), out_real_.data(), out_imaginary_.data());
  for (std::size_t k = 0; k < side.spectra[0].size(); ++k) {
    const std::size_t mirror = (window_.size() - k) % window_.size();
    const std::complex<double> here{out_real_[k], out_imaginary_[k]};
    const std::complex<double> there{out_real_[mirror], -out_imaginary_[mirror]};
    const auto turn = late ? advance_[k] : std::complex<double>{1.0};
    const auto left = (here + there) * turn;
    side.spectra[0][k] = left;
    if (!stereo) continue;
    const auto right = (here - there) * std::complex<double>{0.0, -1.0} * turn;
    side.spectra[1][k] = right;
    side.spectra[2][k] = (left + right) * std::sqrt(0.5);
    side.spectra[3][k] = (left - right) * std::sqrt(0.5);
  }
}

void NoiseToMaskMeter::compare(const Spectrum& reference, const Spectrum& other) {
  const int last_bin = static_cast<int>(reference.size()) - 1;
  for (std::size_t b = 0; b < power_.size(); ++b) {
    const Ear::Band& band = ear_.bands()[b];
    const int more = std::max(0, least_bins - (band.end_bin - band.first_bin) + 1) / 2;
    const int from = std::max(1, band.first_bin - more);
    const int to = std::min(last_bin, std::max(band.end_bin + more, from + least_bins));
    std::complex<double> product = 0.0;
    double squares = 0.0;
    for (int k = from; k < to; ++k) {
      const auto bin = static_cast<std::size_t>(k);
      product += other[bin] * std::conj(reference[bin]);
      squares += std::norm(reference[bin]);
    }
    const auto gain = squares > 0.0 ? product / squares : std::complex<double>{};
    noise_[b] = power_[b] = 0.0;
    for (int k = band.first_bin; k < band.end_bin; ++k) {
      const auto bin = static_cast<std::size_t>(k);
      const auto explained = gain * reference[bin];
      power_[b] += std::norm(explained);
      noise_[b] += std::norm(other[bin] - explained);
    }
  }
  ear_.mask(power_, mask_);
  for (std::size_t b = 0; b < ratios_.size(); ++b) ratios_[b] = noise_[b] / mask_[b];
}

NoiseToMask NoiseToMaskMeter::finish() const {
  NoiseToMask result;
  if (count_ == 0) return result;
  const auto looks = static_cast<double>(count_);
  result.mean_db = ratio_db(sum_ / looks);
  result.p95_db = ratio_db(looks_.percentile_from(0.0, 0.95));
  result.worst_db = ratio_db(worst_);
  result.worst_start_s = worst_start_s_;
  result.audible_share = static_cast<double>(audible_) / looks;
  for (std::size_t b = 0; b < band_sums_.size(); ++b) {
    result.band_hz.push_back(ear_.bands()[b].centre_hz);
    result.band_db.push_back(ratio_db(band_sums_[b] / looks));
  }
  return result;
}

}  // namespace lacquer::measure
