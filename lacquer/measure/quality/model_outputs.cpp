#include "lacquer/measure/quality/model_outputs.h"

#include <algorithm>
#include <cmath>

#include "lacquer/base/units.h"

namespace lacquer::measure {
namespace {

// BS.1387-1, annex 2, clauses 3.3 and 4.
constexpr double settling_s = 0.5;
constexpr double loud_delay_s = 0.05, loud_sone = 0.1;
constexpr double loudness_constant = 1.07664, loudness_power = 0.23;
constexpr double distorted_db = 1.5;
constexpr double level_weight = 100.0, envelope_power = 0.3;
constexpr double offset_1 = 1.0, offset_2 = 0.01, missing_weight_2 = 0.1;
constexpr double noise_alpha = 1.5, noise_modulation = 0.15, noise_start = 0.5;
constexpr double probability_keep = 0.9, standard_step_s = 1024.0 / 48000.0;
constexpr double distorted_probability = 0.5;
constexpr double ehs_scale = 1000.0;
constexpr double adb_without_steps = -0.5;
constexpr double nothing_db = -150.0;

/// Kastner and Herre 2019; the numbers are those of the authors' page.
double score_2f(double avg_mod_diff_1, double adb) {
  const double modulation = -0.0282 * avg_mod_diff_1 - 0.8628;
  const double score = 56.1345 / (1.0 + modulation * modulation) - 27.1451 * adb + 86.3515;
  return std::clamp(score, 0.0, 100.0);
}

/// The smallest difference that is heard at this level, in dB.
double just_noticeable_db(double level_db) {
  if (level_db <= 0.0) return 1e30;
  const double polynomial =
      -0.198719 +
      level_db *
          (0.0550197 + level_db * (-0.00102438 + level_db * (5.05622e-6 + level_db * 9.01033e-11)));
  return 5.95072 * std::pow(6.39468 / level_db, 1.71332) + polynomial;
}

}  // namespace

ModelOutputs::ModelOutputs(const EarModel& ear, int channel_count)
    : ear_{ear},
      channel_count_{static_cast<std::size_t>(channel_count)},
      settling_steps_{static_cast<int>(std::ceil(settling_s / ear.step_s()))},
      loud_delay_steps_{static_cast<int>(std::ceil(loud_delay_s / ear.step_s()))},
      probability_keep_{std::pow(probability_keep, ear.step_s() / standard_step_s)} {
  for (std::size_t b = 0; b < ear.band_count(); ++b) {
    const double khz = ear.centre_hz(b) / 1000.0;
    const double quiet = power_from_db(3.64 * std::pow(khz, -0.8));
    const double index = power_from_db(-2.0 - 2.05 * std::atan(khz / 4.0) -
                                       0.75 * std::atan(khz * khz / (1.6 * 1.6)));
    quiet_.push_back(quiet);
    index_.push_back(index);
    loudness_scale_.push_back(loudness_constant * std::pow(quiet / (index * 1e4), loudness_power));
    weight_floor_.push_back(level_weight * std::pow(ear.internal_noise()[b], envelope_power));
  }
  probabilities_.assign(ear.band_count(), 0.0);
  detected_.assign(ear.band_count(), 0.0);
}

void ModelOutputs::add(int channel, const HeardChannel& heard, const std::vector<double>& noise,
                       double reference_top_hz, double other_top_hz, const Maybe& error_harmonics) {
  const auto c = static_cast<std::size_t>(channel);
  ChannelSums& sums = sums_.channels[c];
  detect(heard);
  add_noise_to_mask(sums, heard, noise);
  if (reference_top_hz > 0.0) {
    sums.reference_top_hz += reference_top_hz;
    sums.other_top_hz += other_top_hz;
    ++sums.tops;
  }
  if (error_harmonics) {
    sums.harmonics += *error_harmonics;
    ++sums.harmonic_looks;
  }
  if (loud_since_ < 0 && loudness_sone(heard.reference().excitation) >= loud_sone &&
      loudness_sone(heard.other().excitation) >= loud_sone)
    loud_since_ = sums_.steps;
  if (sums_.steps < settling_steps_) return;
  add_modulation(sums, heard);
  noise_loudness_[c] = noise_loudness(heard);
}

void ModelOutputs::finish_step(bool sounds) {
  double none = 1.0, steps = 0.0;
  for (std::size_t b = 0; b < probabilities_.size(); ++b) {
    none *= 1.0 - probabilities_[b];
    steps += detected_[b];
    probabilities_[b] = detected_[b] = 0.0;
  }
  const double probability = 1.0 - none;
  if (probability > distorted_probability) {
    ++sums_.distorted_steps;
    sums_.thresholds += steps;
  }
  sums_.probability += (1.0 - probability_keep_) * (probability - sums_.probability);
  sums_.greatest_probability = std::max(sums_.greatest_probability, sums_.probability);
  if (sums_.steps >= settling_steps_) {
    ++sums_.windows;
    if (loud_since_ >= 0 && sums_.steps >= loud_since_ + loud_delay_steps_) {
      ++sums_.loud_steps;
      for (std::size_t c = 0; c < channel_count_; ++c)
        sums_.channels[c].loudness_squares += noise_loudness_[c] * noise_loudness_[c];
    }
  }
  ++sums_.steps;
  if (sounds) counted_ = sums_;
}

void ModelOutputs::add_modulation(ChannelSums& sums, const HeardChannel& heard) const {
  const auto &reference = heard.reference(), &other = heard.other();
  double difference_1 = 0.0, difference_2 = 0.0, weight = 0.0;
  for (std::size_t b = 0; b < quiet_.size(); ++b) {
    const double more = other.modulation[b] - reference.modulation[b];
    difference_1 += std::abs(more) / (offset_1 + reference.modulation[b]);
    difference_2 +=
        (more > 0.0 ? more : -missing_weight_2 * more) / (offset_2 + reference.modulation[b]);
    weight += reference.envelope[b] / (reference.envelope[b] + weight_floor_[b]);
  }
  const double percent = 100.0 / static_cast<double>(quiet_.size());
  sums.modulation_1 += percent * difference_1 * weight;
  sums.modulation_2 += percent * difference_2 * weight;
  sums.modulation_weights += weight;
  auto& roots = sums.last_roots;
  std::rotate(roots.begin(), roots.begin() + 1, roots.end());
  roots.back() = std::sqrt(percent * difference_1);
  if (sums_.windows + 1 < static_cast<int>(roots.size())) return;
  double mean = 0.0;
  for (const double root : roots) mean += root / static_cast<double>(roots.size());
  sums.windowed += std::pow(mean, 4.0);
}

void ModelOutputs::add_noise_to_mask(ChannelSums& sums, const HeardChannel& heard,
                                     const std::vector<double>& noise) const {
  double mean = 0.0, greatest = 0.0;
  for (std::size_t b = 0; b < noise.size(); ++b) {
    const double ratio = noise[b] * ear_.mask_offsets()[b] / heard.reference().excitation[b];
    mean += ratio / static_cast<double>(noise.size());
    greatest = std::max(greatest, ratio);
  }
  sums.noise_to_mask += mean;
  sums.distorted += greatest >= power_from_db(distorted_db);
}

double ModelOutputs::noise_loudness(const HeardChannel& heard) const {
  const auto &reference = heard.reference(), &other = heard.other();
  double sum = 0.0;
  for (std::size_t b = 0; b < quiet_.size(); ++b) {
    const double quiet = ear_.internal_noise()[b];
    const double of_reference = reference.adapted[b], of_other = other.adapted[b];
    const double sharp_other = noise_modulation * other.modulation[b] + noise_start;
    const double sharp_reference = noise_modulation * reference.modulation[b] + noise_start;
    const double added = std::max(sharp_other * of_other - sharp_reference * of_reference, 0.0);
    if (added == 0.0) continue;
    const double beta = std::exp(-noise_alpha * (of_other - of_reference) / of_reference);
    sum +=
        std::pow(quiet / sharp_other, loudness_power) *
        (std::pow(1.0 + added / (quiet + sharp_reference * of_reference * beta), loudness_power) -
         1.0);
  }
  return 24.0 / static_cast<double>(quiet_.size()) * sum;
}

double ModelOutputs::loudness_sone(const std::vector<double>& excitation) const {
  double sum = 0.0;
  for (std::size_t b = 0; b < quiet_.size(); ++b) {
    const double above = 1.0 - index_[b] + index_[b] * excitation[b] / quiet_[b];
    sum += std::max(0.0, loudness_scale_[b] * (std::pow(above, loudness_power) - 1.0));
  }
  return 24.0 / static_cast<double>(quiet_.size()) * sum;
}

void ModelOutputs::detect(const HeardChannel& heard) {
  for (std::size_t b = 0; b < probabilities_.size(); ++b) {
    const double reference_db = db_from_power(heard.reference().excitation[b]);
    const double other_db = db_from_power(heard.other().excitation[b]);
    const double less_db = reference_db - other_db;
    if (less_db == 0.0) continue;
    const double level_db = 0.3 * std::max(reference_db, other_db) + 0.7 * other_db;
    const double threshold_db = just_noticeable_db(level_db);
    const double above = std::abs(less_db) / threshold_db;
    const double square = above * above;
    const double steep = less_db > 0.0 ? square * square : square * square * square;
    // Of the channels the one that is heard better.
    probabilities_[b] = std::max(probabilities_[b], 1.0 - std::exp2(-steep));
    detected_[b] = std::max(detected_[b], std::trunc(std::abs(less_db)) / threshold_db);
  }
}

PerceivedDifference ModelOutputs::finish() const {
  PerceivedDifference result;
  const Sums& sums = counted_;
  if (sums.windows < 4) return result;  // too short for the longest average
  const auto mean = [&](auto of_channel) {
    double sum = 0.0;
    for (std::size_t c = 0; c < channel_count_; ++c) sum += of_channel(sums.channels[c]);
    return sum / static_cast<double>(channel_count_);
  };
  result.avg_mod_diff_1 =
      mean([](const ChannelSums& c) { return c.modulation_1 / c.modulation_weights; });
  result.avg_mod_diff_2 =
      mean([](const ChannelSums& c) { return c.modulation_2 / c.modulation_weights; });
  result.win_mod_diff_1 =
      mean([&](const ChannelSums& c) { return std::sqrt(c.windowed / (sums.windows - 3)); });
  if (sums.loud_steps > 0)
    result.rms_noise_loud =
        mean([&](const ChannelSums& c) { return std::sqrt(c.loudness_squares / sums.loud_steps); });
  result.total_nmr_db = mean([&](const ChannelSums& c) {
    return std::max(db_from_power(c.noise_to_mask / sums.steps), nothing_db);
  });
  result.rel_dist_frames = mean([&](const ChannelSums& c) { return c.distorted / sums.steps; });
  double harmonics = 0.0, harmonic_channels = 0.0;
  for (const ChannelSums& channel : sums.channels)
    if (channel.harmonic_looks > 0.0) {
      harmonics += channel.harmonics / channel.harmonic_looks;
      ++harmonic_channels;
    }
  if (harmonic_channels > 0.0) result.ehs = ehs_scale * harmonics / harmonic_channels;
  result.mfpd = sums.greatest_probability;
  result.adb = 0.0;
  if (sums.distorted_steps > 0.0)
    result.adb = sums.thresholds > 0.0 ? std::log10(sums.thresholds / sums.distorted_steps)
                                       : adb_without_steps;
  result.score_2f = score_2f(*result.avg_mod_diff_1, *result.adb);

  double tops = 0.0, reference_hz = 0.0, other_hz = 0.0;
  for (const ChannelSums& channel : sums.channels) {
    tops += channel.tops;
    reference_hz += channel.reference_top_hz;
    other_hz += channel.other_top_hz;
  }
  if (tops > 0.0) {
    result.bandwidth_reference_hz = reference_hz / tops;
    result.bandwidth_other_hz = other_hz / tops;
  }
  return result;
}

}  // namespace lacquer::measure
