#include "lacquer/measure/texture/rhythm.h"

#include <algorithm>
#include <cmath>

#include "lacquer/base/units.h"
#include "lacquer/measure/levels_db.h"
#include "lacquer/measure/sums.h"
#include "lacquer/measure/texture/rhythm_kernels.h"

namespace lacquer::measure {
namespace {

constexpr double lowest_hz = 40.0, highest_hz = 10000.0;
constexpr double silent_power = 1e-7;  // a look below -70 dBFS is not active
constexpr double floor_power = 1e-8;   // a band below -80 dBFS does not rise

constexpr int texture_stride = 8;  // looks

constexpr double least_onset_db = 1.2;      // mean rise over the bands
constexpr double least_of_strongest = 0.2;  // against the strongest of the last seconds
constexpr double memory_s = 4.0;            // in which the strongest is forgotten
constexpr double relative_floor = 1e-4;     // of the loudest look of the last seconds
constexpr double onset_gap_s = 0.05;

constexpr double slowest_bpm = 50.0, fastest_bpm = 210.0;
constexpr double likely_bpm = 120.0, spread_octaves = 0.9;
constexpr double as_regular = 0.9;
constexpr double least_tempo_confidence = 0.08;

// The band of the voice's first formants, as telephony has it, and the pace of syllables.
constexpr double voice_low_hz = 300.0, voice_high_hz = 3400.0;
constexpr double least_modulation_db = 2.5;  // RMS of the level within a second
constexpr double most_flatness = 0.35;       // a tone is 0, noise 0.56
constexpr double least_centre = 0.6;         // share of the band that is in the middle

}  // namespace

RhythmMeter::RhythmMeter(double sample_rate_hz, int look_frames)
    : looks_per_s_{2.0 * sample_rate_hz / look_frames},
      forgetting_{std::exp(-1.0 / (memory_s * looks_per_s_))},
      autocorrelation_(lags) {
  const double bin_hz = sample_rate_hz / look_frames;
  const int last_bin = look_frames / 2;
  for (int b = 0; b <= band_count; ++b) {
    const double hz = lowest_hz * std::pow(highest_hz / lowest_hz, b / double{band_count});
    edges_[static_cast<std::size_t>(b)] =
        std::min(last_bin, static_cast<int>(std::ceil(hz / bin_hz - 0.5)));
  }
  for (auto& levels : before_) levels.fill(db_from_power(floor_power));
  bins_ = std::min(last_bin, static_cast<int>(highest_hz / bin_hz)) / 8 * 8;
  looks_.assign(history, std::vector<float>(static_cast<std::size_t>(last_bin) + 1));
  voice_low_ = std::min(last_bin - 1, static_cast<int>(std::lround(voice_low_hz / bin_hz)));
  voice_high_ = std::min(last_bin, static_cast<int>(std::lround(voice_high_hz / bin_hz)));
  strengths_.reserve(chunk);
  second_.levels_db.reserve(static_cast<std::size_t>(looks_per_s_) + 2);
}

const RhythmMeter::Levels& RhythmMeter::add(const SpectrumFrame& look) {
  const float* powers = look.power[0];
  std::copy_n(powers, look.bins, looks_[static_cast<std::size_t>(look_count_ % history)].begin());

  double all = 0.0, rise_db = 0.0;
  const double floor = std::max(floor_power, relative_floor * loudest_);
  int bands = 0;
  now_.fill(0.0);
  add_bands(powers, edges_.data(), band_count, now_.data());
  for (const double power : now_) all += power;
  make_levels_db(now_.data(), band_count, floor);
  for (std::size_t b = 0; b < band_count; ++b) {
    if (edges_[b] == edges_[b + 1]) continue;  // narrower than a bin, or above the rate
    const auto& then = before_[0];
    const double loudest = std::max(
        {then[b > 0 ? b - 1 : 0], then[b], then[std::min<std::size_t>(b + 1, band_count - 1)]});
    rise_db += std::max(0.0, now_[b] - loudest);
    ++bands;
  }
  before_[0] = before_[1];
  before_[1] = now_;
  loudest_ = std::max(all, loudest_ * forgetting_);

  const bool active = all > silent_power;
  active_count_ += active;
  add_onset(bands > 0 && look_count_ >= 2 ? rise_db / bands : 0.0, active);
  add_voice(powers);
  ++look_count_;
  if (look_count_ >= history && look_count_ % texture_stride == 0) weigh_texture();
  return now_;
}

void RhythmMeter::add_sides(const SpectrumFrame& look) {
  const int low = static_cast<int>(std::lround(voice_low_hz / look.bin_hz));
  const int high = std::min(look.bins, static_cast<int>(std::lround(voice_high_hz / look.bin_hz)));
  const double mid = sum(look.mid + low, high - low), side = sum(look.side + low, high - low);
  second_.middle += mid;
  second_.both += mid + side;
}

void RhythmMeter::add_onset(double strength, bool active) {
  std::copy(recent_.begin() + 1, recent_.end(), recent_.begin());
  recent_.back() = strength;
  // The look in question stands three back, so that both sides are known.
  const auto at = recent_.end() - 4;
  strongest_ = std::max(strength, strongest_ * forgetting_);
  ++since_onset_;
  const auto above_mean = [&] {
    return *at > 1.5 * sum(recent_.data(), static_cast<int>(recent_.size())) /
                     static_cast<double>(recent_.size());
  };
  if (active && *at >= least_onset_db && above_mean() && *at >= least_of_strongest * strongest_ &&
      *at >= *std::max_element(at - 3, recent_.end()) &&
      since_onset_ > onset_gap_s * looks_per_s_) {
    ++onset_count_;
    since_onset_ = 0;
  }

  strengths_.push_back(strength);
  if (static_cast<int>(strengths_.size()) < chunk) return;
  add_autocorrelation();
  strengths_.erase(strengths_.begin(), strengths_.begin() + chunk / 2);
}

void RhythmMeter::add_autocorrelation() {
  const std::size_t n = strengths_.size();
  double mean = 0.0;
  for (const double value : strengths_) mean += value / static_cast<double>(n);
  std::vector<double> centred(2 * n), real(n + 1), imaginary(n + 1);
  double energy = 0.0;
  for (std::size_t i = 0; i < n; ++i) {
    centred[i] = strengths_[i] - mean;
    energy += centred[i] * centred[i];
  }
  if (energy < 1e-3 * static_cast<double>(n)) return;  // nothing moves
  // Through the power spectrum; as many zeros behind keep it from wrapping round.
  fft_.forward(centred.data(), real.data(), imaginary.data());
  for (std::size_t k = 0; k < real.size(); ++k) {
    real[k] = real[k] * real[k] + imaginary[k] * imaginary[k];
    imaginary[k] = 0.0;
  }
  fft_.inverse(real.data(), imaginary.data(), centred.data());
  for (std::size_t lag = 1; lag < lags; ++lag)
    autocorrelation_[lag] +=
        centred[lag] / energy * static_cast<double>(n) / static_cast<double>(n - lag);
  chunk_count_ += 1.0;
}

double RhythmMeter::tempo_score(double bpm) const {
  const double beat = 60.0 / bpm * looks_per_s_;
  double sum = 0.0;
  int used = 0;
  for (int multiple = 1; multiple <= 4; ++multiple) {
    const double lag = beat * multiple;
    const auto whole = static_cast<std::size_t>(lag);
    if (whole + 1 >= autocorrelation_.size()) break;
    const double part = lag - static_cast<double>(whole);
    sum += (1.0 - part) * autocorrelation_[whole] + part * autocorrelation_[whole + 1];
    ++used;
  }
  return used > 0 && chunk_count_ > 0.0 ? sum / used / chunk_count_ : 0.0;
}

void RhythmMeter::weigh_texture() {
  const auto middle = static_cast<std::size_t>((look_count_ - 1 - history / 2) % history);
  const float* around[9];
  for (int i = 0; i < 9; ++i)
    around[i] = looks_[(middle + static_cast<std::size_t>(history + 2 * (i - 4))) % history].data();
  TextureSums texture;
  (dsp::has_wide_registers() ? weigh_wide : weigh_kernel)(
      around, bins_, static_cast<int>(looks_[middle].size()), texture);
  percussive_ += texture.percussive;
  textured_ += texture.all;
}

void RhythmMeter::add_voice(const float* powers) {
  const int bins = voice_high_ - voice_low_;
  const double all = sum(powers + voice_low_, bins);
  double logarithms = 0.0;
  (dsp::has_wide_registers() ? logarithms_wide : logarithms_kernel)(powers + voice_low_, bins,
                                                                    logarithms);
  const auto mean_logarithm = static_cast<float>(logarithms / bins);
  second_.flatness += all > 0.0 ? static_cast<double>(std::exp2(mean_logarithm)) * bins / all : 1.0;
  second_.power += all;
  second_.levels_db.push_back(all);  // a power until the second is full
  if (static_cast<double>(second_.levels_db.size()) < looks_per_s_) return;

  const auto looks = static_cast<double>(second_.levels_db.size());
  if (second_.power / looks > silent_power) {
    make_levels_db(second_.levels_db.data(), static_cast<int>(second_.levels_db.size()),
                   floor_power);
    double mean = 0.0, squares = 0.0;
    for (const double level : second_.levels_db) mean += level / looks;
    for (const double level : second_.levels_db) squares += (level - mean) * (level - mean);
    const bool moves = std::sqrt(squares / looks) >= least_modulation_db;
    const bool tonal = second_.flatness / looks <= most_flatness;
    const bool centred = second_.middle >= least_centre * second_.both;
    voice_seconds_ += moves && tonal && centred;
    ++active_seconds_;
  }
  second_.flatness = second_.power = second_.middle = second_.both = 0.0;
  second_.levels_db.clear();
}

Rhythm RhythmMeter::rhythm() const {
  Rhythm result;
  if (static_cast<double>(active_count_) < looks_per_s_)
    return result;  // less than a second of sound
  result.onsets_per_s =
      static_cast<double>(onset_count_) * looks_per_s_ / static_cast<double>(look_count_);
  if (textured_ > 0.0) result.percussive_share = percussive_ / textured_;
  if (active_seconds_ > 0)
    result.vocal_band_share =
        static_cast<double>(voice_seconds_) / static_cast<double>(active_seconds_);

  double best = 0.0, best_weighed = 0.0, best_bpm = 0.0;
  const int steps = static_cast<int>((fastest_bpm - slowest_bpm) * 10.0);
  for (int step = 0; step <= steps; ++step) {
    const double bpm = slowest_bpm + 0.1 * step;
    const double octaves = std::log2(bpm / likely_bpm) / spread_octaves;
    const double score = tempo_score(bpm);
    const double weighed = score * std::exp(-0.5 * octaves * octaves);
    if (weighed <= best_weighed) continue;
    best_weighed = weighed;
    best = score;
    best_bpm = bpm;
  }
  // Every second beat of a pulse repeats as well as every beat: the pulse is the faster one.
  if (2.0 * best_bpm <= fastest_bpm && tempo_score(2.0 * best_bpm) >= as_regular * best)
    best_bpm *= 2.0;
  if (best < least_tempo_confidence) return result;
  result.tempo_bpm = best_bpm;
  result.tempo_confidence = std::min(1.0, best);
  return result;
}

}  // namespace lacquer::measure
