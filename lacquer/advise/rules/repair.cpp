#include <algorithm>
#include <array>
#include <cmath>

#include "lacquer/advise/rules/found.h"
#include "lacquer/advise/rules/rules.h"
#include "lacquer/advise/words.h"

/// Findings that the chain has a remedy for. What is only a note, or not sure, is left alone.
namespace lacquer::advise {
namespace {

using measure::Finding;
using measure::Severity;
using Findings = std::vector<const Finding*>;

constexpr std::size_t crowd = 20;       // as many as the meter lists
constexpr std::size_t most_places = 3;  // told as evidence
constexpr double click_confidence = 0.65, clipping_confidence = 0.8, dc_confidence = 0.8,
                 hum_confidence = 0.8, delay_confidence = 0.9, balance_confidence = 0.8;
/// What lasts longer is more often the attack of a drum: of the clicks in 34 pieces one that lasted
/// 0.9 ms, at the height of a bar, was as sure by its size.
constexpr double longest_click_ms = 0.3;
/// Tops that stay cut for longer come back by a decibel or two at most: docs/dsp/repair.md.
constexpr double longest_clip_ms = 0.5;
constexpr double most_rise_db = 3.0;
constexpr double clip_level_margin_db = 0.1;
/// What is cut as often as that is a sound somebody chose, or a loud master: not a slip.
constexpr double most_runs_a_minute = 60.0;
/// Half a percent of full scale. Less costs nothing that anybody hears or misses.
constexpr double least_offset_dbfs = -46.0;
/// Notches stand in the whole programme, so the hum has to; a drone of a bridge does not.
constexpr double least_hum_share = 0.5;
/// Hum this low is not heard: the meter's own bar (measure/faults/spectrum/hum.cpp).
constexpr double inaudible_dbfs = -75.0;
constexpr double least_depth_db = 10.0, most_depth_db = 40.0;
/// Without a centre that leans as well, so much over the whole is worth a word. dsp-methods 4 has
/// 0.7 dB, which a third of finished pieces have.
constexpr double least_imbalance_db = 1.0;

Findings grave(Findings all, double least_confidence) {
  std::erase_if(all, [&](const Finding* one) {
    return one->severity == Severity::info || one->confidence < least_confidence;
  });
  return all;
}

double detail(const Finding& finding, const std::string& name, double otherwise) {
  const auto found = finding.details.find(name);
  return found == finding.details.end() ? otherwise : found->second;
}

std::string count(std::size_t n, const std::string& one) {
  if (n >= crowd) return "20 and more " + one + "s";
  return n == 1 ? "one " + one : std::to_string(n) + " " + one + "s";
}

Suggestion repair(const Case& about, const std::string& what, const std::string& processor,
                  chain::Values settings, const Findings& places) {
  Suggestion suggestion;
  suggestion.id = about.id(what);
  suggestion.track = about.track;
  suggestion.processor = processor;
  suggestion.settings = std::move(settings);
  double confidence = 0.0;
  for (const Finding* place : places)
    confidence += place->confidence / static_cast<double>(places.size());
  suggestion.confidence = confidence;
  for (std::size_t i = 0; i < std::min(most_places, places.size()); ++i)
    suggestion.evidence.push_back({places[i]->kind, places[i]->value, places[i]->unit, std::nullopt,
                                   "", 0, places[i]->start_s, places[i]->end_s});
  const std::string& kind = places.front()->kind;
  suggestion.before[findings_key(kind)] = grave_findings(about.mix, kind);
  suggestion.predicted[findings_key(kind)] = 0.0;
  return suggestion;
}

Verdict mention(std::string sentence) {
  return {.left_alone = std::move(sentence), .mentioned = true};
}

Verdict declip(const Case& about) {
  const Findings places = grave(found(about.mix, "clipping"), clipping_confidence);
  if (places.empty()) return {};
  double longest_ms = 0.0, runs = 0.0, level_dbfs = 0.0;
  for (const Finding* place : places) {
    longest_ms = std::max(longest_ms, detail(*place, "longest_ms", 0.0));
    level_dbfs = std::min(level_dbfs, detail(*place, "level_dbfs", -1.0));
    runs += place->value;
  }
  const double minutes =
      static_cast<double>(about.mix.frame_count) / about.mix.format.sample_rate_hz / 60.0;
  const std::string tops = fixed(runs, 0) + (runs == 1.0 ? " top is" : " tops are") +
                           " cut off flat, for up to " + fixed(longest_ms, 2) + " ms";
  if (runs > most_runs_a_minute * std::max(minutes, 1.0) || longest_ms > longest_clip_ms)
    return mention("Clipping left alone: " + tops +
                   ". Declipping would bring little of that back; ask for a new export of the mix "
                   "with headroom and no clipper on its sum.");
  Suggestion suggestion =
      repair(about, "declip", "declip",
             {{"clip_level_dbfs", std::round(10.0 * (level_dbfs - clip_level_margin_db)) / 10.0},
              {"most_rise_db", most_rise_db}},
             places);
  suggestion.reason = "In the mix " + tops +
                      ". So little can be solved for from the music around it, though a new export "
                      "with headroom is better.";
  suggestion.harm = "What is rebuilt rises above the cut by up to " + fixed(most_rise_db, 0) +
                    " dB and needs that headroom; where more than 6 dB were cut, it stays a guess.";
  suggestion.worth = {.benefit = 0.5, .acceptance = 0.5, .risk = 0.3};
  return {.suggestion = suggestion};
}

Verdict declick(const Case& about) {
  Findings all = found(about.mix, "click");
  std::erase_if(
      all, [](const Finding* one) { return one->end_s - one->start_s > 1e-3 * longest_click_ms; });
  const Findings places = grave(all, click_confidence);
  if (places.empty() && all.size() < crowd) return {};
  if (all.size() > 2 * places.size())
    return mention("Clicks left alone: " + count(all.size(), "place") +
                   " may be clicks, but most of them may as well be attacks of an instrument. "
                   "Listen before you switch a declicker on.");
  Suggestion suggestion =
      repair(about, "declick", "declick",
             {{"sensitivity", 0.5}, {"longest_click_ms", longest_click_ms}}, places);
  // What lasts longer stays.
  suggestion.predicted[findings_key("click")] =
      grave_findings(about.mix, "click") - static_cast<double>(grave(all, 0.0).size());
  suggestion.reason =
      "There " + std::string{places.size() == 1 ? "is " : "are "} + count(places.size(), "click") +
      " that do" + (places.size() == 1 ? "es" : "") + " not belong to the music, " +
      std::string{places.size() == 1 ? "" : "the plainest "} + fixed(places.front()->value, 0) +
      " dB over what the music around it predicts. These few samples are solved "
      "for again; the rest passes untouched.";
  suggestion.harm =
      "The whole piece is listened to with the same ears: the first millisecond of a rim shot or a "
      "plucked string can be taken for a click. Listen to its drums.";
  suggestion.worth = {.benefit = std::min(1.0, 0.5 + 0.05 * static_cast<double>(places.size())),
                      .acceptance = 0.8,
                      .risk = 0.25};
  return {.suggestion = suggestion};
}

Verdict dc_blocker(const Case& about) {
  Findings places = grave(found(about.mix, "dc"), dc_confidence);
  std::erase_if(places, [](const Finding* one) { return one->value < least_offset_dbfs; });
  if (places.empty()) return {};
  Suggestion suggestion = repair(about, "dc-blocker", "dc_blocker",
                                 {{"least_offset_dbfs", -60.0}, {"amount", 1.0}}, places);
  suggestion.reason = places.front()->message +
                      " Its slow mean is taken out; nothing of the music "
                      "down to 20 Hz is.";
  suggestion.harm = "None that is heard: linear phase, and 20 Hz loses a thousandth of a decibel.";
  suggestion.worth = {.benefit = 0.4, .acceptance = 0.9, .risk = 0.05};
  return {.suggestion = suggestion};
}

Verdict dehum(const Case& about) {
  const Findings places = grave(found(about.mix, "hum"), hum_confidence);
  if (places.empty()) return {};
  const Finding* loudest =
      *std::max_element(places.begin(), places.end(),
                        [](const auto* a, const auto* b) { return a->value < b->value; });
  const double fundamental_hz = detail(*loudest, "fundamental_hz", 0.0);
  double hum_s = 0.0;
  for (const Finding* place : places) hum_s += place->end_s - place->start_s;
  const double duration_s =
      static_cast<double>(about.mix.frame_count) / about.mix.format.sample_rate_hz;
  if (fundamental_hz <= 0.0 || hum_s < least_hum_share * duration_s)
    return mention(loudest->message + " " + loudest->remedy);
  const double depth_db =
      std::clamp(std::ceil(loudest->value - inaudible_dbfs) + 6.0, least_depth_db, most_depth_db);
  Suggestion suggestion = repair(about, "dehum", "dehum",
                                 {{"fundamental_hz", std::round(100.0 * fundamental_hz) / 100.0},
                                  {"harmonics", detail(*loudest, "harmonics", 8.0)},
                                  {"depth_db", depth_db}},
                                 places);
  suggestion.reason = loudest->message + " A narrow notch at each turns it down by " +
                      fixed(depth_db, 0) + " dB, below what is heard.";
  suggestion.harm =
      "Notes within a hertz of " + fixed(fundamental_hz, 1) +
      " Hz and its multiples go with it, and each notch rings for over a second where "
      "a loud note on it stops.";
  suggestion.worth = {
      .benefit = std::clamp(0.4 + (loudest->value - inaudible_dbfs) / 50.0, 0.4, 0.9),
      .acceptance = 0.7,
      .risk = 0.2};
  return {.suggestion = suggestion};
}

Verdict polarity(const Case& about) {
  const Findings places = grave(found(about.mix, "polarity"), 0.0);
  if (places.empty()) return {};
  const Finding* sure = sure_inversion(about.mix);
  if (!sure)
    return mention("Polarity left alone: " + places.front()->message + " " +
                   places.front()->remedy);
  Suggestion suggestion = repair(about, "polarity", "stereo", {{"invert_right", 1.0}}, {sure});
  suggestion.reason = sure->message + " The right channel is turned over.";
  suggestion.harm =
      "Which of the two was wrong cannot be told from here: if the kick now pulls where it pushed, "
      "invert the left one instead.";
  suggestion.worth = {.benefit = 1.0, .acceptance = 0.95, .risk = 0.05};
  return {.suggestion = suggestion};
}

Verdict delay(const Case& about) {
  const Findings places = grave(found(about.mix, "channel_delay"), 0.0);
  if (places.empty()) return {};
  const Finding& late = *places.front();
  if (late.confidence < delay_confidence || !late.channel)
    return mention("Channel delay left alone: " + late.message);
  const char* early = *late.channel == 1 ? "delay_left_ms" : "delay_right_ms";
  Suggestion suggestion =
      repair(about, "delay", "stereo", {{early, std::round(1e4 * late.value) / 1e4}}, places);
  suggestion.reason = late.message + " The other channel is held back by as much.";
  suggestion.harm = "If the delay is what makes the image, a widener say, the width goes with it.";
  suggestion.worth = {.benefit = 0.7, .acceptance = 0.6, .risk = 0.3};
  return {.suggestion = suggestion};
}

Verdict balance(const Case& about) {
  const measure::Maybe whole_db = about.mix.stereo.balance_db;
  const auto missing = found(about.mix, "missing_channel");
  if (!missing.empty() || !whole_db) return {};
  const Findings all = found(about.mix, "channel_imbalance");
  // The finding looks at half of all moments and at the centre, the balance at the whole.
  const bool sure = !all.empty() && all.front()->confidence >= balance_confidence &&
                    *whole_db * all.front()->value > 0.0;
  if (!sure) {
    if (!all.empty()) return mention("Balance left alone: " + all.front()->message);
    if (std::abs(*whole_db) <= least_imbalance_db) return {};
    return mention("Balance left alone: the " + std::string{*whole_db > 0.0 ? "right" : "left"} +
                   " channel is " + fixed(std::abs(*whole_db), 1) +
                   " dB louder over the whole, K-weighted; the centre does not say that it leans.");
  }
  const double trim_db = -std::round(10.0 * all.front()->value) / 10.0;
  Suggestion suggestion =
      repair(about, "balance", "stereo", {{"balance_db", trim_db}}, {all.front()});
  suggestion.reason = all.front()->message + " The balance is moved by " +
                      fixed(std::abs(trim_db), 1) + " dB to the " +
                      (trim_db > 0.0 ? "right." : "left.");
  suggestion.before = {{balance_key, *whole_db}};
  suggestion.predicted = {{balance_key, *whole_db + trim_db}};
  suggestion.harm = "If the arrangement leans on purpose, it stands straight now.";
  suggestion.worth = {
      .benefit = std::clamp(std::abs(trim_db) / 4.0, 0.3, 0.9), .acceptance = 0.7, .risk = 0.15};
  return {.suggestion = suggestion};
}

/// No processor brings back what is not there: said with what the mix engineer can do.
constexpr std::array beyond_repair = {"missing_channel", "dropout",      "digital_gap",  "stutter",
                                      "discontinuity",   "lossy_source", "soft_clipping"};
constexpr double least_mentioned_confidence = 0.7;

}  // namespace

std::vector<Verdict> advise_repair(const Case& about) {
  if (about.wishes.strength == 0.0) return {};
  std::vector<Verdict> all = {declip(about),   declick(about), dc_blocker(about), dehum(about),
                              polarity(about), delay(about),   balance(about)};
  for (const char* kind : beyond_repair)
    if (const Findings places = grave(found(about.mix, kind), least_mentioned_confidence);
        !places.empty())
      all.push_back(
          mention("Beyond repair here: " + places.front()->message + " " + places.front()->remedy));
  return all;
}

}  // namespace lacquer::advise
