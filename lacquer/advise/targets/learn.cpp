#include "lacquer/advise/targets/learn.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "lacquer/advise/words.h"
#include "lacquer/base/wording.h"

namespace lacquer::advise {
namespace {

/// `all` counts as so many masters: as many as a small catalogue has before it shows a taste.
constexpr double beforehand = 5.0;

using Bands = std::vector<measure::Maybe> measure::Spectrum::*;

/// Means of two points each lie within the values they are of.
Quantiles sample_quantiles(std::vector<double> values, const std::vector<double>& percents) {
  std::sort(values.begin(), values.end());
  Quantiles result;
  for (const double percent : percents) {
    const double place = percent / 100.0 * static_cast<double>(values.size() - 1);
    const auto below = static_cast<std::size_t>(place);
    const std::size_t above = std::min(below + 1, values.size() - 1);
    result.percents.push_back(percent);
    result.values.push_back(
        std::lerp(values[below], values[above], place - static_cast<double>(below)));
  }
  return result;
}

/// The masters' quantiles and everybody's, point by point as the weight of the masters says.
Quantiles drawn_to(const Quantiles& all, const std::vector<double>& values) {
  if (values.empty()) return all;
  Quantiles result = sample_quantiles(values, all.percents);
  const double count = static_cast<double>(values.size());
  for (std::size_t i = 0; i < result.values.size(); ++i)
    result.values[i] = std::lerp(all.values[i], result.values[i], count / (count + beforehand));
  return result;
}

std::vector<double> heard(const std::vector<Example>& examples, Bands bands, std::size_t band) {
  std::vector<double> values;
  for (const auto& [file, measurement] : examples)
    if (const auto& all = measurement.spectrum.*bands;
        band < all.size() && all[band] && std::isfinite(*all[band]))
      values.push_back(*all[band]);
  return values;
}

std::vector<Quantiles> learned_bands(const std::vector<Example>& examples, Bands bands,
                                     const std::vector<Quantiles>& all) {
  std::vector<Quantiles> result;
  for (std::size_t band = 0; band < all.size(); ++band)
    result.push_back(drawn_to(all[band], heard(examples, bands, band)));
  return result;
}

void learn_moments(const std::vector<Example>& examples, const Targets::Population& all,
                   Targets::Population& into) {
  const std::size_t bands = all.share_mean_db.size();
  const double count = static_cast<double>(examples.size());
  const double own = count / (count + beforehand);
  // A band one master has not got (a low sample rate) is everybody's there.
  const auto share = [&](const Example& example, std::size_t band) {
    return example.measurement.spectrum.share_db[band].value_or(all.share_mean_db[band]);
  };
  std::vector<double> mean(bands, 0.0);
  for (std::size_t i = 0; i < bands; ++i) {
    for (const auto& example : examples) mean[i] += share(example, i) / count;
    into.share_mean_db[i] = std::lerp(all.share_mean_db[i], mean[i], own);
  }
  for (std::size_t i = 0; i < bands; ++i)
    for (std::size_t j = 0; j < bands; ++j) {
      double scatter = 0.0;
      for (const auto& example : examples)
        scatter += (share(example, i) - mean[i]) * (share(example, j) - mean[j]);
      // How far the mean had to be drawn is spread as well.
      const double drawn =
          own * (1.0 - own) * (mean[i] - all.share_mean_db[i]) * (mean[j] - all.share_mean_db[j]);
      into.share_covariance_db2[i][j] =
          (beforehand * all.share_covariance_db2[i][j] + scatter) / (beforehand + count) + drawn;
    }
}

Error unusable(std::string sentence, std::string place, std::string remedy) {
  return {ErrorKind::unusable_input, std::move(sentence), std::move(place), std::move(remedy)};
}

}  // namespace

Result<void> require_free_name(const std::string& name, const Targets& targets) {
  const bool plain =
      !name.empty() && name.size() <= 40 &&
      name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-") == std::string::npos;
  if (!plain)
    return Error{ErrorKind::usage, in_quotes(name) + " is no name for a target.", "NAME",
                 "Use up to 40 lower-case letters, digits and hyphens: my-records."};
  const auto* known = targets.find(name);
  if (name == "auto" || (known && !known->own))
    return Error{ErrorKind::usage, "Lacquer has a target called " + in_quotes(name) + " itself.",
                 "NAME", "Choose another name."};
  return {};
}

Result<Targets::Population> learn(const std::string& name, const std::vector<Example>& examples,
                                  const Targets& targets, const std::string& date) {
  TRY_DO(require_free_name(name, targets));
  const Targets::Population& all = *targets.find("all");
  if (examples.empty()) return unusable("There is no master to learn from.", name, "Name some.");
  Targets::Population result = all;
  result.name = name;
  result.n = static_cast<int>(examples.size());
  result.source = "learned from finished masters, drawn towards all as if that were five of them";
  result.date = date;
  result.grade = "C";
  result.own = true;
  for (const auto& [file, measurement] : examples) {
    if (!measurement.loudness.integrated_lufs ||
        measurement.spectrum.share_db.size() != all.share_mean_db.size())
      return unusable("The master is silent, or too quiet to learn from.", file, "Leave it out.");
    result.files.push_back(file);
  }
  learn_moments(examples, all, result);
  result.share_db = learned_bands(examples, &measure::Spectrum::share_db, all.share_db);
  result.side_minus_mid_db =
      learned_bands(examples, &measure::Spectrum::side_minus_mid_db, all.side_minus_mid_db);
  result.band_sd_400ms_db =
      learned_bands(examples, &measure::Spectrum::band_sd_400ms_db, all.band_sd_400ms_db);
  const auto whole = [&](const Quantiles& known, auto value_of) {
    std::vector<double> values;
    for (const auto& [file, measurement] : examples)
      if (const measure::Maybe value = value_of(measurement)) values.push_back(*value);
    return drawn_to(known, values);
  };
  result.integrated_lufs =
      whole(all.integrated_lufs, [](const auto& one) { return one.loudness.integrated_lufs; });
  result.range_lu = whole(all.range_lu, [](const auto& one) { return one.loudness.range_lu; });
  result.peak_minus_integrated_lu =
      whole(all.peak_minus_integrated_lu, [](const auto& one) { return one.dynamics.plr_lu; });
  return result;
}

std::string described(const Targets::Population& population) {
  const auto columns = [](const Quantiles& quantiles) {
    std::string text;
    for (const double percent : {10.0, 25.0, 50.0, 75.0, 90.0}) {
      const std::string value = fixed(quantile(quantiles, percent), 1);
      text += std::string(value.size() < 8 ? 8 - value.size() : 1, ' ') + value;
    }
    return text + "\n";
  };
  const auto line = [&](std::string name, const Quantiles& quantiles) {
    name.resize(30, ' ');
    return "  " + name + columns(quantiles);
  };
  std::string text = population.name + ": " + std::to_string(population.n) +
                     (population.n == 1 ? " track, " : " tracks, ") + population.date + "\n  " +
                     population.source + "\n";
  for (const auto& file : population.files) text += "  from " + file + "\n";
  text += "  " + std::string(30, ' ') + "     p10     p25     p50     p75     p90\n";
  for (std::size_t band = 0; band < population.share_db.size(); ++band)
    text +=
        line("share " + band_range(population.bands_hz, band) + ", dB", population.share_db[band]);
  for (std::size_t band = 0; band < population.side_minus_mid_db.size(); ++band)
    text += line("side " + band_range(population.bands_hz, band) + ", dB",
                 population.side_minus_mid_db[band]);
  text += line("loudness, LUFS", population.integrated_lufs);
  text += line("loudness range, LU", population.range_lu);
  text += line("peak to loudness, LU", population.peak_minus_integrated_lu);
  return text;
}

}  // namespace lacquer::advise
