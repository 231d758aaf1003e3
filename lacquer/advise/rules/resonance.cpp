#include <algorithm>
#include <cmath>

#include "lacquer/advise/rules/found.h"
#include "lacquer/advise/rules/rules.h"
#include "lacquer/advise/tone/tone.h"
#include "lacquer/advise/words.h"
#include "lacquer/base/units.h"

/// Narrow peaks that stay where they are whatever is played.
namespace lacquer::advise {
namespace {

constexpr std::size_t most_cuts = 2;
/// What the meter gives where a peak stands alone in four fifths of the time.
constexpr double least_confidence = 0.6;
// Over the surroundings, in the long-term spectrum too. Source: dsp-methods 2.5 (depth 4 to 8 dB,
// share 0.3 to 0.7).
constexpr double allowed_db = 4.0, share_taken = 0.5;
constexpr double q = 8.0;  // a sixth of an octave
constexpr int reach = 4;   // twelfths either side: a third of an octave

/// How far the long-term spectrum stands over its surroundings near a frequency.
measure::Maybe excess_db(const measure::Spectrum& spectrum, double frequency_hz) {
  const auto& centres_hz = spectrum.twelfth_octave_hz;
  const auto& mid_db = spectrum.twelfth_octave_mid_db;
  const auto level = [&](int i) -> measure::Maybe {
    const auto at = static_cast<std::size_t>(i);
    if (i < 0 || at >= mid_db.size() || !mid_db[at]) return std::nullopt;
    const bool both = at < spectrum.twelfth_octave_side_db.size() &&
                      spectrum.twelfth_octave_side_db[at].has_value();
    return db_from_power(power_from_db(*mid_db[at]) +
                         (both ? power_from_db(*spectrum.twelfth_octave_side_db[at]) : 0.0));
  };
  const auto nearest =
      std::min_element(centres_hz.begin(), centres_hz.end(), [&](double a, double b) {
        return std::abs(std::log(a / frequency_hz)) < std::abs(std::log(b / frequency_hz));
      });
  if (nearest == centres_hz.end()) return std::nullopt;
  const int at = static_cast<int>(nearest - centres_hz.begin());
  std::vector<double> around;
  for (int i = at - reach; i <= at + reach; ++i)
    if (const auto db = level(i)) around.push_back(*db);
  const auto here = level(at);
  if (!here || around.size() <= reach) return std::nullopt;
  const auto middle = around.begin() + static_cast<std::ptrdiff_t>(around.size() / 2);
  std::nth_element(around.begin(), middle, around.end());
  return *here - *middle;
}

}  // namespace

std::vector<Verdict> advise_resonance(const Case& about) {
  if (about.wishes.strength == 0.0) return {};
  std::vector<Verdict> all;
  std::size_t cuts = 0;
  for (const measure::Finding* peak : found(about.mix, "resonance")) {
    const auto hz = peak->details.find("frequency_hz");
    if (hz == peak->details.end()) continue;
    const double frequency_hz = hz->second;
    const double lasting_db =
        std::min(peak->value, excess_db(about.mix.spectrum, frequency_hz).value_or(0.0));
    const double gain_db =
        std::round(10.0 * about.wishes.strength *
                   std::clamp(share_taken * (lasting_db - allowed_db), 0.0, most_correction_db)) /
        -10.0;
    if (peak->confidence < least_confidence || cuts == most_cuts || gain_db > -1.0) {
      all.push_back({.left_alone = "Resonance left alone: " + peak->message +
                                   " A drone looks the same; sweep a narrow bell there.",
                     .mentioned = true});
      continue;
    }
    Suggestion suggestion;
    suggestion.id = about.id("resonance-" + std::to_string(++cuts));
    suggestion.track = about.track;
    suggestion.processor = "equaliser";
    suggestion.settings = {{"band_1_type", 0.0},
                           {"band_1_frequency_hz", std::round(frequency_hz)},
                           {"band_1_gain_db", gain_db},
                           {"band_1_q", q}};
    suggestion.reason = peak->message + " A bell a sixth of an octave wide takes " +
                        fixed(-gain_db, 1) + " dB off it.";
    suggestion.evidence = {{"resonance at " + fixed(frequency_hz, 0) + " Hz", peak->value, "dB",
                            std::nullopt, "", 0, peak->start_s, peak->end_s},
                           {"long-term spectrum there over its surroundings", lasting_db, "dB",
                            std::nullopt, "", 0, std::nullopt, std::nullopt}};
    suggestion.harm = "If it is a drone that belongs to the music, it steps back.";
    suggestion.confidence = peak->confidence;
    suggestion.worth = {.benefit = 0.3 - 0.1 * gain_db, .acceptance = 0.5, .risk = 0.25};
    all.push_back({.suggestion = suggestion});
  }
  return all;
}

}  // namespace lacquer::advise
