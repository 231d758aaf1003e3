#include <algorithm>
#include <cmath>

#include "lacquer/advise/rules/found.h"
#include "lacquer/advise/rules/rules.h"
#include "lacquer/advise/words.h"
#include "lacquer/base/units.h"

namespace lacquer::advise {
namespace {

constexpr double least_confidence = 0.6;  // a tenth of the time
// The meter's own bands (measure/faults/spectrum/sibilance.cpp).
constexpr double voice_from_hz = 1000.0, voice_to_hz = 4000.0, sibilant_from_hz = 5000.0,
                 sibilant_to_hz = 10000.0;
constexpr double most_range_db = 4.0;      // dsp-methods 2.5
constexpr double over_threshold_db = 4.0;  // of a sibilant as the meter found them
constexpr double least_threshold_db = -24.0, most_threshold_db = -3.0;

struct Range {
  double power = 0.0, log_hz = 0.0;  // the latter weighted by the former
};
Range range(const measure::Spectrum& spectrum, double from_hz, double to_hz) {
  Range sum;
  for (std::size_t i = 0; i < spectrum.third_octave_db.size(); ++i) {
    const double hz = spectrum.third_octave_hz[i];
    if (!spectrum.third_octave_db[i] || hz < from_hz || hz > to_hz) continue;
    const double power = power_from_db(*spectrum.third_octave_db[i]);
    sum.power += power;
    sum.log_hz += power * std::log(hz);
  }
  return sum;
}

}  // namespace

Verdict advise_sibilance(const Case& about) {
  const auto places = found(about.mix, "sibilance");
  if (places.empty() || about.wishes.strength == 0.0) return {};
  const auto& findings = about.mix.findings;
  // The first in the list sums up all, where there are many.
  const auto whole = std::find_if(findings.begin(), findings.end(),
                                  [](const auto& one) { return one.kind == "sibilance"; });
  const measure::Spectrum& spectrum = about.mix.spectrum;
  const double all = range(spectrum, 0.0, 1e9).power;
  const Range voice = range(spectrum, voice_from_hz, voice_to_hz),
              sibilants = range(spectrum, sibilant_from_hz, sibilant_to_hz);
  if (whole->severity == measure::Severity::info || whole->confidence < least_confidence ||
      voice.power <= 0.0 || sibilants.power <= 0.0)
    return {.left_alone = "Sibilance left alone: " + whole->message, .mentioned = true};

  const double sibilant_db = db_from_power(voice.power / all) + whole->value;
  const double threshold_db = std::clamp(std::round(sibilant_db - over_threshold_db),
                                         least_threshold_db, most_threshold_db);
  const double frequency_hz =
      std::round(std::exp(sibilants.log_hz / sibilants.power) / 100.0) * 100.0;
  Suggestion suggestion;
  suggestion.id = about.id("de-esser");
  suggestion.track = about.track;
  suggestion.processor = "de_esser";
  suggestion.settings = {{"type", 0.0},
                         {"frequency_hz", frequency_hz},
                         {"threshold_db", threshold_db},
                         {"range_db", -most_range_db},
                         {"amount", about.wishes.strength}};
  suggestion.reason = whole->message + " A de-esser around " + fixed(frequency_hz / 1000.0, 1) +
                      " kHz turns these down by " + fixed(most_range_db, 0) + " dB at most.";
  for (std::size_t i = 0; i < std::min<std::size_t>(3, places.size()); ++i)
    suggestion.evidence.push_back({"5-10 kHz over 1-4 kHz", places[i]->value, places[i]->unit,
                                   std::nullopt, "", 0, places[i]->start_s, places[i]->end_s});
  suggestion.harm =
      "Brushes and hi-hats look like esses to it and are dulled where they play alone.";
  suggestion.confidence = whole->confidence;
  suggestion.worth = {.benefit = 0.4, .acceptance = 0.5, .risk = 0.3};
  return {.suggestion = suggestion};
}

}  // namespace lacquer::advise
