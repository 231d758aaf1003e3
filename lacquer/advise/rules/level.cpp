#include <algorithm>
#include <cmath>

#include "lacquer/advise/rules/rules.h"
#include "lacquer/advise/tone/tone.h"
#include "lacquer/advise/words.h"
#include "lacquer/chain/limiting_cost.h"

namespace lacquer::advise {
namespace {

/// A change of level nobody would notice is none.
constexpr double least_change_lu = 0.3;
/// No mix is that soft; room for one at -35 LUFS that stands in classical music. Judgement.
constexpr double most_suggested_gain_db = 24.0;
/// Between the tracks of a programme, where what counts is their distance.
constexpr double least_change_in_album_lu = 0.1;

double tenths(double value) { return std::round(value * 10.0) / 10.0; }

/// What lifting the mix to `target_lufs` under the ceiling does to it.
struct Lift {
  double gain_db, true_peak_dbtp, gain_reduction_db, plr_lu;
};
Lift lift(const Case& about, double target_lufs) {
  const double gain_db = target_lufs - *about.so_far.integrated_lufs;
  const double unlimited = about.so_far.true_dbtp.value_or(about.ceiling_dbtp()) + gain_db;
  const double true_peak = std::min(unlimited, about.ceiling_dbtp());
  return {gain_db, true_peak, std::max(unlimited - about.ceiling_dbtp(), 0.0),
          true_peak - target_lufs};
}

std::string louder(const Case& about, double lufs) {
  return standing(about.population.integrated_lufs, lufs, "louder", "quieter") + " of " +
         tracks_of(about.population);
}

Suggestion loudness_suggestion(const Case& about, double target_lufs, std::string reason,
                               double confidence) {
  const double integrated_lufs = *about.so_far.integrated_lufs;
  const Targets::Population& population = about.population;
  const Lift after = lift(about, target_lufs);
  Suggestion suggestion;
  suggestion.id = about.id("loudness");
  suggestion.track = about.track;
  suggestion.processor = "loudness";
  suggestion.settings = {{"integrated_lufs", target_lufs}};
  suggestion.reason = std::move(reason);
  suggestion.evidence = {{"integrated_lufs", integrated_lufs, "LUFS",
                          percentile(population.integrated_lufs, integrated_lufs), population.name,
                          population.n, std::nullopt, std::nullopt}};
  if (about.so_far.true_dbtp)
    suggestion.evidence.push_back({"true_dbtp", *about.so_far.true_dbtp, "dBTP", std::nullopt, "",
                                   0, std::nullopt, std::nullopt});
  suggestion.before = {{"integrated_lufs", integrated_lufs}};
  if (about.so_far.true_dbtp) {
    suggestion.before["true_dbtp"] = *about.so_far.true_dbtp;
    suggestion.before["plr_lu"] = *about.so_far.plr_lu();
  }
  suggestion.worth = {.benefit = 1.0, .acceptance = 1.0, .risk = 0.0};  // the level comes last
  suggestion.predicted = {{"integrated_lufs", target_lufs},
                          {"gain_db", after.gain_db},
                          {"true_dbtp", after.true_peak_dbtp},
                          {"plr_lu", after.plr_lu},
                          {"gain_reduction_db", after.gain_reduction_db}};
  const Quantiles& peaks = population.peak_minus_integrated_lu;
  if (after.gain_reduction_db > 0.0 && after.plr_lu < quantile(peaks, 25.0))
    suggestion.harm = "Dense: peaks would stand only " + fixed(after.plr_lu, 1) +
                      " dB above the loudness, less than in three quarters of " +
                      tracks_of(population) + "; drums lose their edge first.";
  else if (after.gain_reduction_db > 0.0)
    suggestion.harm = "The limiter takes up to " + fixed(after.gain_reduction_db, 1) +
                      " dB off the highest peaks.";
  else
    suggestion.harm = "None to the sound: only the level changes.";
  suggestion.confidence = confidence;
  return suggestion;
}

/// The beginning of a sentence about the level, which other suggestions may have moved by then.
std::string measures(const Case& about) {
  constexpr double told_lu = 0.1;
  const double lufs = *about.so_far.integrated_lufs;
  const bool moved = std::abs(lufs - about.mix.loudness.integrated_lufs.value_or(lufs)) > told_lu;
  return std::string{moved ? "The mix, with the other suggestions taken, measures "
                           : "The mix measures "} +
         fixed(lufs, 1) + " LUFS, ";
}

/// Louder than most is left alone until it is louder than nearly all; then it goes back as far as
/// anything that speaks does.
Verdict too_loud(const Case& about, const std::string& alone) {
  const double integrated_lufs = *about.so_far.integrated_lufs;
  const Quantiles& loudness = about.population.integrated_lufs;
  const double back_lufs = tenths(
      std::lerp(integrated_lufs, quantile(loudness, percent_at(quiet_sd)), about.strength()));
  const bool speaks = integrated_lufs > quantile(loudness, percent_at(speak_sd));
  if (!speaks || integrated_lufs - back_lufs < least_change_lu)
    return {.left_alone = alone + louder(about, integrated_lufs) +
                          "; turning it up would only cost dynamics."};
  return {.suggestion = loudness_suggestion(
              about, back_lufs,
              measures(about) + louder(about, integrated_lufs) + ". At " + fixed(back_lufs, 1) +
                  " LUFS it plays as loud where levels are evened out, and keeps its peaks.",
              0.6 * trust_in(about.population))};
}

}  // namespace

Verdict advise_loudness(const Case& about) {
  const double integrated_lufs = *about.so_far.integrated_lufs;
  const std::string here = measures(about);
  if (const auto& album = about.wishes.album) {
    if (std::abs(album->integrated_lufs - integrated_lufs) < least_change_in_album_lu)
      return {.left_alone = "Loudness left alone: " + album->reason};
    return {.suggestion = loudness_suggestion(about, album->integrated_lufs, album->reason,
                                              album->confidence)};
  }
  if (const auto asked = about.wishes.loudness_lufs)
    return {.suggestion = loudness_suggestion(about, *asked,
                                              fixed(*asked, 1) + " LUFS was asked for. " + here +
                                                  louder(about, integrated_lufs) + ".",
                                              1.0)};

  const std::string alone = "Loudness left alone: t" + here.substr(1);
  if (about.wishes.strength == 0.0)
    return {.left_alone = "Loudness left alone: the strength asked for is 0."};
  const Quantiles& loudness = about.population.integrated_lufs;
  if (integrated_lufs > quantile(loudness, 75.0)) return too_loud(about, alone);
  if (!about.so_far.true_dbtp) return {.left_alone = alone + "and its true peak is not known."};
  const double middle_lufs = quantile(loudness, 50.0);
  const double within_reach_lufs = integrated_lufs + about.ceiling_dbtp() -
                                   *about.so_far.true_dbtp + chain::sensible_reduction_db;
  const double target_lufs = tenths(std::min(middle_lufs, within_reach_lufs));
  if (target_lufs - integrated_lufs < least_change_lu)
    return {.left_alone = alone + louder(about, integrated_lufs) +
                          (within_reach_lufs < middle_lufs
                               ? "; louder would cost more than " +
                                     fixed(chain::sensible_reduction_db, 0) + " dB of limiting."
                               : ".")};
  if (target_lufs - integrated_lufs > most_suggested_gain_db)
    return {.left_alone = alone +
                          "so soft that it is more likely the wrong file than a mix; "
                          "ask for a loudness if it is meant."};
  if (is_over_compressed(about)) return {.left_alone = alone + "and its peaks are flat already."};
  const Lift after = lift(about, target_lufs);
  const std::string why =
      within_reach_lufs < middle_lufs
          ? fixed(target_lufs, 1) + " LUFS is as far as " + fixed(chain::sensible_reduction_db, 0) +
                " dB of limiting go."
          : fixed(target_lufs, 1) + " LUFS is the middle of them, " +
                (after.gain_reduction_db > 0.0
                     ? "with " + fixed(after.gain_reduction_db, 1) + " dB of limiting at most."
                     : "and needs no limiting.");
  const double below_middle = std::clamp((middle_lufs - integrated_lufs) / 6.0, 0.0, 1.0);
  return {.suggestion = loudness_suggestion(
              about, target_lufs, here + louder(about, integrated_lufs) + ". " + why,
              std::lerp(0.6, 0.95, below_middle) * trust_in(about.population))};
}

Verdict advise_ceiling(const Case& about, const std::optional<Suggestion>& loudness) {
  const std::string limit = fixed(about.ceiling_dbtp(), 1) + " dBTP";
  const measure::Maybe& peak = about.so_far.true_dbtp;
  const bool asked = about.wishes.ceiling_dbtp.has_value();
  if (!asked && !loudness) {
    if (about.wishes.strength == 0.0)
      return {.left_alone = "Ceiling left alone: the strength asked for is 0."};
    if (!peak || *peak <= about.ceiling_dbtp())
      return {.left_alone =
                  "Ceiling left alone: the mix peaks at " +
                  (peak ? fixed(*peak, 1) + " dBTP" : std::string{"no measurable level"}) +
                  ", below " + limit + " already."};
  }
  Suggestion suggestion;
  suggestion.id = about.id("ceiling");
  suggestion.track = about.track;
  suggestion.processor = "limiter";
  suggestion.settings = {{"ceiling_dbtp", about.ceiling_dbtp()}};
  if (asked) {
    suggestion.reason = "A true-peak ceiling of " + limit + " was asked for.";
  } else {
    suggestion.reason = "Room for what lossy encoders add to the peaks:";
    const char* separator = " ";
    for (const auto& [name, says, grade] : about.ceiling.sources) {
      suggestion.reason += separator + name + " asks for " + says + " [" + grade + "]";
      separator = "; ";
    }
    suggestion.reason += " (read " + about.ceiling.date + "; P: their own text, S: reported).";
  }
  const double gain_db = loudness ? loudness->predicted.at("gain_db") : 0.0;
  if (peak)
    suggestion.evidence = {
        {"true_dbtp", *peak, "dBTP", std::nullopt, "", 0, std::nullopt, std::nullopt}};
  if (gain_db != 0.0 && peak)
    suggestion.evidence.push_back({"true_dbtp after the gain", *peak + gain_db, "dBTP",
                                   std::nullopt, "", 0, std::nullopt, std::nullopt});
  const double unlimited = peak ? *peak + gain_db : about.ceiling_dbtp();
  suggestion.worth = {.benefit = 1.0, .acceptance = 1.0, .risk = 0.0};
  if (peak) suggestion.before = {{"true_dbtp", unlimited}};
  suggestion.predicted = {{"true_dbtp", std::min(unlimited, about.ceiling_dbtp())},
                          {"gain_reduction_db", std::max(unlimited - about.ceiling_dbtp(), 0.0)}};
  suggestion.harm =
      unlimited > about.ceiling_dbtp()
          ? "Peaks are taken down by up to " + fixed(unlimited - about.ceiling_dbtp(), 1) + " dB."
          : "None: no peak reaches it; it is there as a guarantee.";
  suggestion.confidence = asked ? 1.0 : 0.9;
  return {.suggestion = suggestion};
}

}  // namespace lacquer::advise
