#include <algorithm>
#include <array>
#include <cmath>

#include "lacquer/advise/rules/found.h"
#include "lacquer/advise/rules/rules.h"
#include "lacquer/advise/tone/tone.h"
#include "lacquer/advise/words.h"
#include "lacquer/base/units.h"

namespace lacquer::advise {
namespace {

using Shape = EqualiserBand::Shape;

constexpr double most_gain_db = 12.0;   // of a band, as the fit has it
constexpr double most_polish_db = 2.0;  // when all suggestions are solved together

double three_digits(double value) {
  const double unit = std::pow(10.0, std::floor(std::log10(value)) - 2.0);
  return std::round(value / unit) * unit;
}

/// The lower edge of the treble whose music stands less than 15 dB over the noise a pause shows,
/// taken as white. Source of the 15 dB: dsp-methods 2.4.
measure::Maybe noisy_from_hz(const measure::Measurement& mix) {
  constexpr double least_over_noise_db = 15.0;
  constexpr double widest_hz = 20000.0;  // what the A-weighted reading is taken to lie in
  constexpr double treble_hz = 1000.0;   // below, hiss is not what a boost brings up
  constexpr double k_shelf_db = 4.0;     // the bands' levels are K-weighted
  const auto noises = found(mix, "noise_floor");
  if (noises.empty()) return std::nullopt;
  const auto& edges_hz = mix.spectrum.bands_hz;
  const auto& levels = mix.spectrum.band_level_lufs;
  measure::Maybe from_hz;
  for (std::size_t band = std::min(levels.size(), edges_hz.empty() ? 0 : edges_hz.size() - 1);
       band-- > 0 && edges_hz[band] >= treble_hz;) {
    if (!levels[band]) continue;
    const double noise_db = noises.front()->value + k_shelf_db +
                            db_from_power((edges_hz[band + 1] - edges_hz[band]) / widest_hz);
    if (*levels[band] - noise_db >= least_over_noise_db) break;
    from_hz = edges_hz[band];
  }
  return from_hz;
}

/// As a person would set it: gains to 0.1 dB, three digits of frequency, Q to 0.01.
EqualiserFit rounded(EqualiserFit fit, double strength) {
  for (EqualiserBand& band : fit.bands) {
    band.gain_db = std::round(band.gain_db * strength * 10.0) / 10.0;
    band.frequency_hz = three_digits(band.frequency_hz);
    band.q = std::round(band.q * 100.0) / 100.0;
  }
  return fit;
}

double type_of(Shape shape) {
  switch (shape) {
    case Shape::bell:
      return 0.0;
    case Shape::low_shelf:
      return 1.0;
    case Shape::high_shelf:
      return 2.0;
  }
  return 0.0;
}

/// Bands that do nothing are left out; the equaliser's own default for them is to do nothing.
chain::Values settings_of(const EqualiserFit& fit) {
  chain::Values settings;
  for (std::size_t b = 0; b < fit.bands.size(); ++b) {
    const EqualiserBand& band = fit.bands[b];
    if (band.gain_db == 0.0) continue;
    const std::string name = "band_" + std::to_string(b + 1) + "_";
    settings[name + "type"] = type_of(band.shape);
    settings[name + "frequency_hz"] = band.frequency_hz;
    settings[name + "gain_db"] = band.gain_db;
    settings[name + "q"] = band.q;
  }
  return settings;
}

std::vector<Evidence> evidence(const Case& about, const TonalView& view) {
  std::vector<Evidence> list;
  const auto add = [&](std::string measure, double value, std::string unit, double percent) {
    list.push_back({std::move(measure), value, std::move(unit), percent, about.population.name,
                    about.population.n, std::nullopt, std::nullopt});
  };
  std::vector<std::size_t> bands = view.bands;
  std::stable_sort(bands.begin(), bands.end(), [&](std::size_t a, std::size_t b) {
    return std::abs(view.wanted_db[a]) > std::abs(view.wanted_db[b]);
  });
  for (const std::size_t band : bands) {
    if (std::abs(view.wanted_db[band]) < least_correction_db) continue;
    const double share_db = *about.mix.spectrum.share_db[band];
    add(share_key(about.population.bands_hz, band), share_db, "dB",
        percentile(about.population.share_db[band], share_db));
  }
  for (std::size_t c = 0; c < view.component_sd.size(); ++c)
    if (std::abs(view.component_sd[c]) >= quiet_sd)
      add("tonal component " + std::to_string(c + 1), view.component_sd[c], "sd",
          percent_at(view.component_sd[c]));
  for (const std::size_t band : view.bands)
    if (std::abs(view.band_sd[band]) >= speak_sd * band_strictness)
      add("turned alone, band " + band_range(about.population.bands_hz, band), view.band_sd[band],
          "sd", percent_at(view.band_sd[band]));
  return list;
}

std::string reason(const Case& about, const TonalView& view, const EqualiserFit& fit) {
  const std::size_t band = view.speaking_band;
  const Quantiles& shares = about.population.share_db[band];
  const double share_db = *about.mix.spectrum.share_db[band];
  const double off_db = share_db - quantile(shares, 50.0);
  const double change_db = band_change_db(
      about.mix.spectrum, band, [&](double frequency_hz) { return fit.response_db(frequency_hz); });
  const auto& edges = about.population.bands_hz;
  const std::string name = band_name(edges, band);
  return "The " + name + " (" + band_range(edges, band) + ") " +
         (name.ends_with("mids") ? "stand " : "stands ") + fixed(std::abs(off_db), 1) + " dB " +
         (off_db > 0.0 ? "above" : "below") + " the middle of " + tracks_of(about.population) +
         ", " + standing(shares, share_db, "higher", "lower") + " of them. The equaliser " +
         (change_db < 0.0 ? "takes " : "adds ") + fixed(std::abs(change_db), 1) + " dB " +
         (change_db < 0.0 ? "off" : "to") + " that band and leaves the loudness as it is.";
}

/// The shares that the correction as wanted, and as strong as asked for, would bring.
std::vector<Goal> goals(const Case& about, const TonalView& view) {
  double before = 0.0, after = 0.0;
  const auto& shares = about.mix.spectrum.share_db;
  for (const std::size_t band : view.bands) {
    before += power_from_db(*shares[band]);
    after += power_from_db(*shares[band] + about.strength() * view.wanted_db[band]);
  }
  std::vector<Goal> list;
  if (about.so_far.integrated_lufs)
    list.push_back({.quantity = {Quantity::Kind::loudness},
                    .value = *about.so_far.integrated_lufs,
                    .scale = 0.1});
  for (const std::size_t band : view.bands)
    list.push_back({.quantity = {Quantity::Kind::share, band},
                    .value = *shares[band] + about.strength() * view.wanted_db[band] -
                             db_from_power(after / before)});
  return list;
}

std::string harm(const TonalView& view) {
  const auto [least, most] = std::minmax_element(view.wanted_db.begin(), view.wanted_db.end());
  if (*most < -*least)
    return "If this weight is what the song is about, it loses some of its character.";
  return "What is lifted brings its noise, hiss or sibilance up with it.";
}

std::string all_quiet(const Case& about, const TonalView& view) {
  if (view.bands.size() < 4)
    return "Tone left alone: too few bands hold music to compare them with other tracks.";
  if (view.within_middle_half)
    return "Tone left alone: every band lies in the middle half of " + tracks_of(about.population) +
           ".";
  double largest = 0.0;
  for (const double score : view.component_sd) largest = std::max(largest, std::abs(score));
  if (largest < quiet_sd)
    return "Tone left alone: all three tonal components lie within " + fixed(quiet_sd, 1) +
           " sd of " + tracks_of(about.population) + ".";
  return "Tone left alone: nothing stands out enough from " + tracks_of(about.population) +
         "; the furthest tonal component is at " + fixed(largest, 2) +
         " sd, and a correction begins at " + fixed(speak_sd, 2) + ".";
}

}  // namespace

double trust_in(const Targets::Population& population) {
  constexpr double trust_in_reference = 0.9;
  return population.certainty *
         std::lerp(population.n / (population.n + 30.0), trust_in_reference, population.referenced);
}

Verdict advise_tone(const Case& about) {
  const measure::Spectrum& spectrum = about.mix.spectrum;
  const TonalView view = tonal_view(spectrum, about.population, noisy_from_hz(about.mix));
  if (view.leaves_alone()) return {.left_alone = all_quiet(about, view)};
  if (about.wishes.strength == 0.0)
    return {.left_alone = "Tone left alone: the strength asked for is 0."};

  const EqualiserFit full = fit_correction(spectrum, view, about.mix.format.sample_rate_hz);
  const EqualiserFit fit = rounded(full, about.strength());
  Suggestion suggestion;
  suggestion.id = about.id("tone");
  suggestion.track = about.track;
  suggestion.processor = "equaliser";
  suggestion.settings = settings_of(fit);
  if (suggestion.settings.empty())
    return {.left_alone = "Tone left alone: at this strength the correction is below 0.1 dB."};
  suggestion.reason = reason(about, view, fit);
  suggestion.evidence = evidence(about, view);
  suggestion.harm = harm(view);
  // How unlikely the score is in the population, how many tracks that stands on, how well six
  // bands can do what is wanted (0.5 dB of misfit halves it).
  const double unlikely = 1.0 - std::exp(-0.5 * std::pow(view.strongest_sd, 2.0));
  const double fitting = 1.0 / (1.0 + std::pow(full.rms_error_db / 0.5, 2.0));
  suggestion.confidence = unlikely * trust_in(about.population) * fitting;
  suggestion.worth = {
      .benefit = std::min(1.0, view.strongest_sd / 3.0), .acceptance = 0.7, .risk = 0.15};
  Verdict verdict{.suggestion = suggestion};
  verdict.goals = goals(about, view);
  // There the shape of the fit keeps the hiss down, which no goal speaks for.
  for (const auto& [name, value] : suggestion.settings)
    if (name.ends_with("gain_db") && !view.no_boost_from_hz)
      verdict.free.push_back({.setting = name,
                              .least = std::max(-most_gain_db, value - most_polish_db),
                              .most = std::min(most_gain_db, value + most_polish_db),
                              .plausible = 1.0});
  return verdict;
}

}  // namespace lacquer::advise
