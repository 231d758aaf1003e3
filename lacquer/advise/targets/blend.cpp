#include "lacquer/advise/targets/blend.h"

#include <algorithm>
#include <cassert>
#include <charconv>
#include <cmath>
#include <sstream>

#include "lacquer/advise/words.h"
#include "lacquer/base/wording.h"

namespace lacquer::advise {
namespace {

/// A part less probable than this is noise: it would lengthen every sentence and move nothing.
constexpr double least_probability = 0.02;

template <typename Member>
Quantiles mixed(const Parts& parts, Member member) {
  WeightedQuantiles quantiles;
  for (const auto& [weight, population] : parts)
    quantiles.emplace_back(weight, &member(*population));
  return mixture(quantiles);
}

std::vector<Quantiles> mixed_bands(const Parts& parts,
                                   std::vector<Quantiles> Targets::Population::*member) {
  std::vector<Quantiles> result;
  for (std::size_t band = 0; band < parts.front().second->share_mean_db.size(); ++band)
    result.push_back(mixed(parts, [&](const Targets::Population& one) -> const Quantiles& {
      return (one.*member)[band];
    }));
  return result;
}

void mix_moments(const Parts& parts, Targets::Population& into) {
  const std::size_t bands = parts.front().second->share_mean_db.size();
  into.share_mean_db.assign(bands, 0.0);
  into.share_covariance_db2.assign(bands, std::vector<double>(bands, 0.0));
  for (const auto& [weight, one] : parts)
    for (std::size_t i = 0; i < bands; ++i) into.share_mean_db[i] += weight * one->share_mean_db[i];
  for (const auto& [weight, one] : parts)
    for (std::size_t i = 0; i < bands; ++i)
      for (std::size_t j = 0; j < bands; ++j)
        into.share_covariance_db2[i][j] +=
            weight *
            (one->share_covariance_db2[i][j] + (one->share_mean_db[i] - into.share_mean_db[i]) *
                                                   (one->share_mean_db[j] - into.share_mean_db[j]));
}

std::string percent(double share) { return fixed(100.0 * share, 0) + " %"; }

std::string listed(const std::vector<std::string>& words) {
  std::string all;
  for (std::size_t i = 0; i < words.size(); ++i)
    all += (i == 0 ? "" : i + 1 == words.size() ? " and " : ", ") + words[i];
  return all;
}

Error misuse(std::string sentence, std::string place, std::string remedy) {
  return {ErrorKind::usage, std::move(sentence), std::move(place), std::move(remedy)};
}

Error no_such(const std::string& name, const Targets& targets) {
  std::vector<std::string> known = targets.names();
  known.push_back("auto");
  return misuse("There are no statistics called " + in_quotes(name) + "; did you mean " +
                    in_quotes(nearest(name, {known.begin(), known.end()})) + "?",
                "--genre", "There are: " + listed(known) + ".");
}

Result<double> weight_in(const std::string& item, const std::string& digits) {
  double weight = 0.0;
  const auto [end, failed] = std::from_chars(digits.data(), digits.data() + digits.size(), weight);
  if (failed != std::errc{} || end != digits.data() + digits.size() || !std::isfinite(weight) ||
      !(weight > 0.0))
    return misuse(in_quotes(digits) + " is no weight: it should be a number above 0.",
                  "--genre, " + in_quotes(item), "Write a blend as pop:0.7,jazz:0.3.");
  return weight;
}

}  // namespace

Targets::Population blend(const Parts& parts) {
  assert(!parts.empty());
  using Population = Targets::Population;
  if (parts.size() == 1) return *parts.front().second;
  Population result;
  double certainty = 0.0, referenced = 0.0, inverse_n = 0.0;
  for (const auto& [weight, one] : parts) {
    assert(one->bands_hz == parts.front().second->bands_hz);
    result.name += (result.name.empty() ? "" : ", ") + one->name + " " + percent(weight);
    result.source += (result.source.empty() ? "" : "; ") + one->name + ": " + one->source;
    result.date = std::max(result.date, one->date);
    result.grade = std::max(result.grade, one->grade);
    certainty += weight * one->certainty;
    referenced += weight * one->referenced;
    inverse_n += weight * weight / one->n;
  }
  result.n = std::max(1, static_cast<int>(std::lround(1.0 / inverse_n)));
  result.certainty = certainty;
  result.referenced = referenced;
  result.bands_hz = parts.front().second->bands_hz;
  mix_moments(parts, result);
  result.share_db = mixed_bands(parts, &Population::share_db);
  result.side_minus_mid_db = mixed_bands(parts, &Population::side_minus_mid_db);
  result.band_sd_400ms_db = mixed_bands(parts, &Population::band_sd_400ms_db);
  result.band_sd_40ms_db = mixed_bands(parts, &Population::band_sd_40ms_db);
  const auto whole = [&](Quantiles Population::*member) {
    return mixed(parts, [&](const Population& one) -> const Quantiles& { return one.*member; });
  };
  result.integrated_lufs = whole(&Population::integrated_lufs);
  result.range_lu = whole(&Population::range_lu);
  result.peak_minus_integrated_lu = whole(&Population::peak_minus_integrated_lu);
  return result;
}

Result<Targets::Population> population_named(const std::string& wish, const Targets& targets) {
  Parts parts;
  double sum = 0.0;
  std::istringstream items{wish};
  for (std::string item; std::getline(items, item, ',');) {
    const auto colon = item.find(':');
    const std::string name = item.substr(0, colon);
    double weight = 1.0;
    if (colon != std::string::npos) {
      TRY(weight, weight_in(item, item.substr(colon + 1)));
    }
    const Targets::Population* population = targets.find(name);
    if (!population) return no_such(name, targets);
    for (const auto& [other_weight, other] : parts)
      if (other == population)
        return misuse("\"" + name + "\" is in the blend twice.", "--genre", "Name it once.");
    parts.emplace_back(weight, population);
    sum += weight;
  }
  if (parts.empty()) return no_such(wish, targets);
  for (auto& [weight, population] : parts) weight /= sum;
  return blend(parts);
}

Targets::Population population_of(const Posterior& posterior, const Targets& targets) {
  // `all` stands for the unknown: nobody knows where it lies, only that music lies there.
  Targets::Population unknown = *targets.find("all");
  unknown.name = "unknown";
  unknown.certainty = 0.0;
  Parts parts;
  for (const auto& [population, probability] : posterior.shares)
    if (probability >= least_probability) parts.emplace_back(probability, population);
  if (posterior.unknown >= least_probability) parts.emplace_back(posterior.unknown, &unknown);
  double sum = 0.0;
  for (const auto& [weight, population] : parts) sum += weight;
  for (auto& [weight, population] : parts) weight /= sum;
  return blend(parts);
}

Result<Standing> standing_for(const measure::Measurement& mix, const std::string& wish,
                              const Targets& targets) {
  if (wish != "auto") {
    TRY(auto population, population_named(wish, targets));
    std::string why = "Suggestions stand in " + tracks_of(population) + ", as was asked for.";
    return Standing{std::move(population), std::move(why)};
  }
  const Posterior posterior = genre_posterior(mix, targets);
  Standing standing{population_of(posterior, targets), {}};
  const std::string asking = " --genre asks for another.";
  if (posterior.heard.empty()) {
    standing.why =
        "No genre can be told: too few bands hold music. Suggestions are made as small "
        "as that is uncertain." +
        asking;
    return standing;
  }
  standing.why = "By its " + listed(posterior.heard) +
                 (standing.population.certainty == 0.0
                      ? " the mix is like no genre known."
                      : " the mix could be " + standing.population.name + ".");
  if (standing.population.certainty < 0.995)
    standing.why += " Suggestions are " + percent(1.0 - standing.population.certainty) +
                    " smaller for what is unknown.";
  standing.why += asking;
  return standing;
}

Result<void> require_population(const std::string& wish, const Targets& targets) {
  if (wish == "auto") return {};
  TRY_DO(population_named(wish, targets));
  return {};
}

}  // namespace lacquer::advise
