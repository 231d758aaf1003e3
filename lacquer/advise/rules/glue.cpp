#include <algorithm>
#include <cmath>

#include "lacquer/advise/forecast/levels.h"
#include "lacquer/advise/rules/rules.h"
#include "lacquer/advise/tone/tone.h"
#include "lacquer/advise/words.h"

namespace lacquer::advise {
namespace {

// Source: dsp-methods 3.2 and 3.3.
constexpr double most_ratio = 2.0, least_ratio = 1.15;
constexpr double most_mean_reduction_db = 2.0, most_reduction_db = 4.0;
constexpr double threshold_percent = 60.0;  // of the loudness over 400 ms
constexpr double least_change_lu = 0.5;
constexpr double side_chain_hz = 100.0;

chain::Values settings_for(const Levels& levels, double ratio) {
  const double threshold_dbfs =
      *levels.percentile_lufs(threshold_percent) + detector_over_loudness_db;
  return {{"threshold_dbfs", std::round(std::clamp(threshold_dbfs, -60.0, 0.0) * 10.0) / 10.0},
          {"ratio", std::round(ratio * 100.0) / 100.0},
          {"attack_ms", 30.0},
          {"automatic_release", 1.0},
          {"side_chain_high_pass_hz", side_chain_hz}};
}

}  // namespace

Verdict advise_glue(const Case& about) {
  const auto range_lu = about.so_far.range_lu;
  const Levels& levels = about.so_far.levels;
  const auto block_range_lu = levels.range_lu();
  if (!range_lu || !block_range_lu || *block_range_lu <= 0.0) return {};
  const Quantiles& ranges = about.population.range_lu;
  const std::string here = fixed(*range_lu, 1) + " LU, " +
                           standing(ranges, *range_lu, "wider", "narrower") + " of " +
                           tracks_of(about.population);
  if (*range_lu <= quantile(ranges, percent_at(quiet_sd)))
    return {.left_alone = "Glue left alone: the loudness range is " + here + "."};
  if (*range_lu <= quantile(ranges, percent_at(speak_sd)))
    return {.left_alone = "Loudness range " + here + ": wide, and not wide enough to touch.",
            .mentioned = true};
  if (is_over_compressed(about))
    return {.left_alone = "Glue left alone: the peaks are flat already."};
  if (about.wishes.strength == 0.0)
    return {.left_alone = "Glue left alone: the strength asked for is 0."};

  // The least ratio that brings the range back, as far as little reduction can.
  const double wanted_lu =
      std::lerp(*range_lu, quantile(ranges, percent_at(quiet_sd)), about.strength());
  const auto behind = [&](double ratio) {
    return compressed(levels, {"compressor", settings_for(levels, ratio)});
  };
  const auto enough = [&](double ratio) {
    const Compression result = behind(ratio);
    return *range_lu * result.after.range_lu().value_or(0.0) / *block_range_lu <= wanted_lu ||
           result.mean_reduction_db > most_mean_reduction_db ||
           result.most_reduction_db > most_reduction_db;
  };
  double low = 1.0, high = most_ratio;
  for (int halving = 0; halving < 30; ++halving) {
    const double middle = 0.5 * (low + high);
    (enough(middle) ? high : low) = middle;
  }
  const Compression result = behind(low);
  const double then_lu = *range_lu * result.after.range_lu().value_or(0.0) / *block_range_lu;
  if (low < least_ratio || *range_lu - then_lu < least_change_lu)
    return {.left_alone = "Loudness range " + here +
                          ": wide, and what little compression could do is not worth it. Riding "
                          "the level of whole sections keeps more of the music.",
            .mentioned = true};

  Suggestion suggestion;
  suggestion.id = about.id("glue");
  suggestion.track = about.track;
  suggestion.processor = "compressor";
  suggestion.settings = settings_for(levels, low);
  suggestion.reason = "The loudness range is " + here + ". A slow compressor with " +
                      fixed(result.mean_reduction_db, 1) +
                      " dB of reduction on average holds it together.";
  suggestion.evidence = {{"range_lu", *range_lu, "LU", percentile(ranges, *range_lu),
                          about.population.name, about.population.n, std::nullopt, std::nullopt}};
  suggestion.harm =
      "Quiet passages come closer to loud ones; where the contrast is the song, "
      "it loses by it.";
  suggestion.confidence = 0.5 * trust_in(about.population);
  suggestion.worth = {
      .benefit = std::min(1.0, (*range_lu - then_lu) / 6.0), .acceptance = 0.5, .risk = 0.3};
  return {.suggestion = suggestion};
}

}  // namespace lacquer::advise
