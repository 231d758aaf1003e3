#include <algorithm>
#include <cmath>

#include "lacquer/advise/rules/rules.h"
#include "lacquer/advise/words.h"
#include "lacquer/base/units.h"

namespace lacquer::advise {
namespace {

constexpr double lowest_crossover_hz = 80.0, highest_crossover_hz = 120.0;
/// A bass band this far below the whole is rumble or spill, not a bass anyone hears as wide.
constexpr double least_share_db = -25.0;

}  // namespace

Verdict advise_bass_mono(const Case& about) {
  const measure::Spectrum& spectrum = about.so_far.spectrum;
  if (about.mix.format.channel_count < 2) return {.left_alone = "Bass left alone: it is mono."};
  if (spectrum.side_minus_mid_db.empty() || !spectrum.side_minus_mid_db[0] ||
      spectrum.share_db.empty() || !spectrum.share_db[0] ||
      *spectrum.share_db[0] < least_share_db || spectrum.bands_hz.size() < 2)
    return {.left_alone = "Bass left alone: there is no width or no bass to speak of."};
  const double width_db = *spectrum.side_minus_mid_db[0];
  const Quantiles& widths = about.population.side_minus_mid_db[0];
  const std::string range = band_range(about.population.bands_hz, 0);
  const std::string where =
      standing(widths, width_db, "wider", "narrower") + " of " + tracks_of(about.population);
  if (width_db <= quantile(widths, 75.0))
    return {.left_alone = "Bass left alone: its side at " + range + " is " + fixed(width_db, 1) +
                          " dB against the middle, " + where + "."};
  if (about.wishes.strength == 0.0)
    return {.left_alone = "Bass left alone: the strength asked for is 0."};

  // From 80 Hz at the 75th percentile to 120 Hz at the 95th and beyond.
  const double percent = percentile(widths, width_db);
  const double far_out = std::clamp((percent - 75.0) / 20.0, 0.0, 1.0);
  const double crossover_hz =
      std::round(std::lerp(lowest_crossover_hz, highest_crossover_hz, far_out));
  const auto predicted_db = [&](double amount) {
    const Sound then =
        after(about.so_far, {"bass_mono", {{"frequency_hz", crossover_hz}, {"amount", amount}}});
    return then.spectrum.side_minus_mid_db[0].value_or(width_db);
  };
  // As much as brings the width to the middle of the population, at most all of it.
  double amount = 1.0;
  if (const double middle_db = quantile(widths, 50.0); predicted_db(1.0) < middle_db) {
    double low = 0.0, high = 1.0;
    for (int halving = 0; halving < 40; ++halving) {
      amount = 0.5 * (low + high);
      (predicted_db(amount) < middle_db ? high : low) = amount;
    }
  }
  amount = std::round(amount * about.strength() * 100.0) / 100.0;
  if (amount == 0.0)
    return {.left_alone = "Bass left alone: at this strength nothing would change."};

  Suggestion suggestion;
  suggestion.id = about.id("bass-mono");
  suggestion.track = about.track;
  suggestion.processor = "bass_mono";
  suggestion.settings = {{"frequency_hz", crossover_hz}, {"amount", amount}};
  suggestion.reason = "The bass (" + range + ") is wide: its side is " + fixed(width_db, 1) +
                      " dB against the middle, " + where + ". Drawn together below " +
                      fixed(crossover_hz, 0) +
                      " Hz it stays firm on one speaker, in a club and on a record.";
  suggestion.evidence = {{side_key(spectrum.bands_hz, 0), width_db, "dB", percent,
                          about.population.name, about.population.n, std::nullopt, std::nullopt}};
  suggestion.harm = "Whatever was placed to one side down there moves to the middle.";
  suggestion.confidence = std::lerp(0.5, 0.95, far_out) * trust_in(about.population);
  suggestion.worth = {.benefit = std::lerp(0.4, 0.8, far_out), .acceptance = 0.7, .risk = 0.1};
  return {.suggestion = suggestion};
}

}  // namespace lacquer::advise
