#include <algorithm>
#include <cmath>

#include "lacquer/advise/rules/found.h"
#include "lacquer/advise/rules/image.h"
#include "lacquer/advise/tone/tone.h"
#include "lacquer/advise/words.h"
#include "lacquer/base/units.h"

namespace lacquer::advise {
namespace {

// Source: dsp-methods 4, and 2.4 where a reference was chosen.
constexpr double most_gain_db = 2.0, most_gain_like_reference_db = 3.0;
constexpr double least_gain_db = 0.5;  // of the side; less nobody hears
/// Later than the tone: how wide is a choice, and 5 of 18 finished pieces lay beyond 1.28 sd. A
/// zone alone speaks as late as a band does beside the tilt of the tone.
constexpr double image_strictness = 1.25, zone_strictness = band_strictness;
/// Narrower than this against the middle of the population in mono, it is worth knowing.
constexpr double mono_loss_beyond_genre_db = -1.5;  // dsp-methods 4

/// What has to be settled before anybody can say how wide the mix is.
const measure::Finding* unsettled(const Case& about) {
  for (const char* kind : {"missing_channel", "polarity", "channel_delay"})
    if (const auto all = found(about.mix, kind);
        !all.empty() && all.front() != sure_inversion(about.mix))
      return all.front();
  return nullptr;
}

struct Move {
  const Zone* zone;  // null: the whole image
  double gain_db;    // of the side
  double score_sd;
};

std::vector<Move> moves(const Case& about, const Image& image) {
  const double most_db =
      std::lerp(most_gain_db, most_gain_like_reference_db, about.population.referenced);
  std::vector<Move> all;
  const auto add = [&](const Zone* zone, const std::vector<std::size_t>& bands, double score_sd) {
    double gain_db = image.gain_back_db(bands, most_db);
    if (gain_db > 0.0) gain_db = std::min(gain_db, image.room_db());
    if (std::abs(gain_db) < least_gain_db) return;
    gain_db = std::round(10.0 * gain_db * about.strength()) / 10.0;
    if (gain_db != 0.0) all.push_back({zone, gain_db, score_sd});
  };
  if (image.as_one() && std::abs(image.score_sd()) >= image_strictness * speak_sd) {
    add(nullptr, image.bands(), image.score_sd());
    return all;
  }
  for (const Zone& zone : image.zones()) {
    if (zone.bands.empty() || std::abs(zone.score_sd) < zone_strictness * speak_sd) continue;
    const bool narrow = zone.score_sd < 0.0;
    // Firm low-mids are no fault, and above a codec's joint stereo there is nothing to lift.
    if (narrow && &zone == &image.zones().front()) continue;
    if (narrow && &zone == &image.zones().back() && !found(about.mix, "lossy_source").empty())
      continue;
    add(&zone, zone.bands, zone.score_sd);
  }
  return all;
}

std::string range_of(const Case& about, const std::vector<std::size_t>& bands) {
  const auto& edges_hz = about.population.bands_hz;
  return fixed(edges_hz[bands.front()], 0) + "-" + fixed(edges_hz[bands.back() + 1], 0) + " Hz";
}

/// "narrower than in about 93 % of 138 pop tracks".
std::string where(const Case& about, double score_sd) {
  const double percent = std::min(99.0, 50.0 * std::erfc(-std::abs(score_sd) / std::sqrt(2.0)));
  return std::string{score_sd > 0.0 ? "wider" : "narrower"} + " than in about " +
         fixed(percent, 0) + " % of " + tracks_of(about.population);
}

std::string said(const Case& about, const Image& image, const Move& move) {
  const auto& bands = move.zone ? move.zone->bands : image.bands();
  return std::string{move.zone ? "The " : "The image"} + (move.zone ? move.zone->name : "") + " (" +
         range_of(about, bands) + ") " + (move.zone && move.zone->plural ? "are " : "is ") +
         where(about, move.score_sd) +
         (move.zone && move.zone->plural ? "; they are " : "; it is ") +
         (move.gain_db > 0.0 ? "opened." : "drawn together.");
}

chain::Values settings_of(const Case& about, const std::vector<Move>& all) {
  const auto& edges_hz = about.population.bands_hz;
  const auto width = [](double gain_db) {
    return std::round(100.0 * gain_from_db(gain_db)) / 100.0;
  };
  chain::Values settings;
  if (const Move& first = all.front(); !first.zone) {
    settings["side_gain_db"] = first.gain_db;
    if (first.gain_db > 0.0) {  // the bass stays where it is
      settings["low_frequency_hz"] = std::round(edges_hz[1]);
      settings["width_low"] = width(-first.gain_db);
    }
    return settings;
  }
  settings["low_frequency_hz"] = std::round(edges_hz[2]);
  settings["high_frequency_hz"] = std::round(edges_hz[6]);
  for (const Move& move : all) settings[move.zone->setting] = width(move.gain_db);
  return settings;
}

std::string harm(const Case& about, const Image& image, const std::vector<Move>& all,
                 const chain::Values& settings) {
  const bool wider =
      std::any_of(all.begin(), all.end(), [](const Move& move) { return move.gain_db > 0.0; });
  if (!wider) return "Reverb and what was placed to the sides step back.";
  const Sound then = after(about.so_far, {"stereo", settings});
  const double loss_db = mono_loss_db(then.spectrum);
  return "A mono sum then loses " + fixed(-loss_db, 1) + " dB instead of " +
         fixed(-image.mono_loss_db(), 1) + " dB, and what is in the sides alone comes forward.";
}

Verdict left_alone(const Case& about, const Image& image) {
  const std::string alone = "Width left alone: ";
  const double usual_db = image.usual_mono_loss_db();
  if (image.mono_loss_db() < usual_db + mono_loss_beyond_genre_db)
    return {.left_alone = alone + "a mono sum already loses " + fixed(-image.mono_loss_db(), 1) +
                          " dB, against " + fixed(-usual_db, 1) + " dB in the middle of " +
                          tracks_of(about.population) + ".",
            .mentioned = true};
  const Zone* farthest = nullptr;
  for (const Zone& zone : image.zones())
    if (!zone.bands.empty() &&
        (!farthest || std::abs(zone.score_sd) > std::abs(farthest->score_sd)))
      farthest = &zone;
  if (farthest && std::abs(farthest->score_sd) >= speak_sd)
    return {.left_alone = alone + "the " + farthest->name + " (" +
                          range_of(about, farthest->bands) + ") " +
                          (farthest->plural ? "stand" : "stands") + " out, " +
                          where(about, farthest->score_sd) + ", though not enough to touch.",
            .mentioned = true};
  return {.left_alone = alone + "the image, " + range_of(about, image.bands()) + " is " +
                        where(about, image.score_sd()) + "."};
}

std::vector<Evidence> evidence(const Case& about, const Image& image,
                               const std::vector<Move>& all) {
  std::vector<Evidence> list;
  for (const Move& move : all)
    for (const std::size_t band : move.zone ? move.zone->bands : image.bands()) {
      const double width_db = *about.so_far.spectrum.side_minus_mid_db[band];
      list.push_back({side_key(about.population.bands_hz, band), width_db, "dB",
                      percentile(about.population.side_minus_mid_db[band], width_db),
                      about.population.name, about.population.n, std::nullopt, std::nullopt});
    }
  list.push_back({"mono_loss_db of the bands", image.mono_loss_db(), "dB", std::nullopt, "", 0,
                  std::nullopt, std::nullopt});
  return list;
}

}  // namespace

Verdict advise_width(const Case& about) {
  if (about.mix.format.channel_count != 2)
    return {.left_alone = "Width left alone: only two channels have one."};
  if (const auto* first = unsettled(about))
    return {.left_alone = "Width left alone until this is settled: " + first->message,
            .mentioned = true};
  const Image image{about};
  if (image.bands().empty() || image.hardly_a_side())
    return {.left_alone = "Width left alone: there is hardly a side; what is mono stays mono."};
  if (about.wishes.strength == 0.0)
    return {.left_alone = "Width left alone: the strength asked for is 0."};
  const std::vector<Move> all = moves(about, image);
  if (all.empty()) return left_alone(about, image);

  Suggestion suggestion;
  suggestion.id = about.id("width");
  suggestion.track = about.track;
  suggestion.processor = "stereo";
  suggestion.settings = settings_of(about, all);
  double strongest_sd = 0.0;
  bool wider = false;
  for (const Move& move : all) {
    suggestion.reason += (suggestion.reason.empty() ? "" : " ") + said(about, image, move);
    wider = wider || move.gain_db > 0.0;
    strongest_sd = std::max(
        strongest_sd, std::abs(move.score_sd) / (move.zone ? zone_strictness : image_strictness));
  }
  suggestion.evidence = evidence(about, image, all);
  suggestion.harm = harm(about, image, all, suggestion.settings);
  suggestion.confidence =
      (1.0 - std::exp(-0.5 * strongest_sd * strongest_sd)) * trust_in(about.population);
  suggestion.worth = {
      .benefit = std::min(1.0, strongest_sd / 3.0), .acceptance = 0.5, .risk = wider ? 0.3 : 0.15};
  Verdict verdict{.suggestion = suggestion};
  for (const Move& move : all) {
    for (const std::size_t band : move.zone ? move.zone->bands : image.bands())
      verdict.goals.push_back(
          {.quantity = {Quantity::Kind::side_minus_mid, band},
           .value = *about.so_far.spectrum.side_minus_mid_db[band] + move.gain_db});
    const std::string setting = move.zone ? move.zone->setting : "side_gain_db";
    const double value = suggestion.settings.at(setting);
    if (move.zone)
      verdict.free.push_back({setting, value - 0.05, value + 0.05, 0.05, 0.01});
    else
      verdict.free.push_back({setting, value - 0.5, value + 0.5, 0.5, 0.1});
  }
  return verdict;
}

}  // namespace lacquer::advise
