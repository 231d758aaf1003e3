#include "lacquer/advise/album.h"

#include <algorithm>
#include <cassert>
#include <cmath>

#include "lacquer/advise/forecast/sound.h"
#include "lacquer/advise/rules/rules.h"
#include "lacquer/advise/words.h"
#include "lacquer/base/units.h"
#include "lacquer/chain/limiting_cost.h"

namespace lacquer::advise {
namespace {

using measure::Maybe;

constexpr std::size_t least_tracks_of_a_whole = 3;  // two cannot say which of them stands out
constexpr double bass_below_hz = 160.0, treble_above_hz = 4000.0;

/// Once all but the level is taken.
Sound sound_behind(const AlbumTrack& track) {
  Sound sound = sound_of(track.mix);
  for (const Suggestion& one : track.advice.suggestions)
    if (one.processor != "loudness" && one.processor != "limiter")
      sound = after(std::move(sound), chain::Step{one.processor, one.settings});
  return sound;
}

std::string number(std::size_t index) { return "track " + std::to_string(index + 1); }

const Suggestion* loudness_of(const Advice& advice) {
  for (const Suggestion& one : advice.suggestions)
    if (one.processor == "loudness") return &one;
  return nullptr;
}

/// Up to which common gain a track needs no more limiting than a suggestion may cost.
double most_gain_db(const AlbumTrack& track, double ceiling_dbtp) {
  const Sound sound = sound_behind(track);
  if (!sound.true_dbtp || !sound.integrated_lufs) return minus_infinity;
  return ceiling_dbtp + chain::sensible_reduction_db - *sound.true_dbtp +
         (*sound.integrated_lufs - *track.mix.loudness.integrated_lufs);
}

class AlbumLevels {
 public:
  AlbumLevels(const std::vector<AlbumTrack>& tracks, const Wishes& wishes,
              std::optional<std::size_t> anchor, double ceiling_dbtp)
      : tracks_{tracks}, asked_lufs_{wishes.loudness_lufs}, anchored_{anchor.has_value()} {
    for (std::size_t i = 0; i < tracks.size(); ++i)
      if (lufs(i) && (!reference_ || *lufs(i) > *lufs(*reference_))) reference_ = i;
    if (anchor && lufs(*anchor - 1)) reference_ = *anchor - 1;
    if (!reference_) return;
    const double now_lufs = *lufs(*reference_);
    if (asked_lufs_) {
      gain_db_ = *asked_lufs_ - now_lufs;
      return;
    }
    const auto* own = loudness_of(tracks[*reference_].advice);
    if (!own) return;
    confidence_ = own->confidence;
    gain_db_ = own->settings.at("integrated_lufs") - now_lufs;
    for (std::size_t i = 0; i < tracks.size(); ++i)
      if (const double most = most_gain_db(tracks[i], ceiling_dbtp);
          lufs(i) && i != *reference_ && most < gain_db_) {
        gain_db_ = std::max(0.0, most);
        held_by_ = i;
      }
    gain_db_ = std::floor(gain_db_ * 10.0 + 1e-6) / 10.0;
  }

  std::optional<AlbumLevel> of(std::size_t i) const {
    if (!reference_ || !lufs(i)) return std::nullopt;
    return AlbumLevel{*lufs(i) + gain_db_, reason(i), asked_lufs_ ? 1.0 : confidence_};
  }

 private:
  Maybe lufs(std::size_t i) const { return tracks_[i].mix.loudness.integrated_lufs; }

  std::string reason(std::size_t i) const {
    const std::string here = "The mix measures " + fixed(*lufs(i), 1) + " LUFS, ";
    const std::string goal = fixed(*lufs(i) + gain_db_, 1) + " LUFS";
    const std::string role = anchored_ ? "the anchor" : "the loudest";
    if (i == *reference_)
      return here + role + " of the programme, and the others keep their distance to it. " +
             (asked_lufs_                 ? goal + " was asked for."
              : std::abs(gain_db_) < 0.05 ? "It stays where it is."
              : held_by_ ? goal + " is as far as " + fixed(chain::sensible_reduction_db, 0) +
                               " dB of limiting go on " + number(*held_by_) + "."
                         : goal + " is what suits it alone.");
    const double apart_lu = *lufs(i) - *lufs(*reference_);
    return here + fixed(std::abs(apart_lu), 1) + (apart_lu <= 0.0 ? " LU below " : " LU above ") +
           number(*reference_) + ", " + role + " of the programme, and stays so: " + goal + ".";
  }

  const std::vector<AlbumTrack>& tracks_;
  const std::optional<double> asked_lufs_;
  const bool anchored_;
  std::optional<std::size_t> reference_, held_by_;
  double gain_db_ = 0.0;
  double confidence_ = 0.5;
};

/// Share of the power between two frequencies, from the nine bands; empty where there is none.
Maybe share_db(const Sound& sound, double from_hz, double to_hz) {
  double sum = 0.0;
  for (std::size_t band = 0; band < sound.spectrum.share_db.size(); ++band) {
    const double middle_hz =
        std::sqrt(sound.spectrum.bands_hz[band] * sound.spectrum.bands_hz[band + 1]);
    if (sound.spectrum.share_db[band] && middle_hz >= from_hz && middle_hz < to_hz)
      sum += power_from_db(*sound.spectrum.share_db[band]);
  }
  return sum > 0.0 ? Maybe{db_from_power(sum)} : Maybe{};
}

/// Side against middle, each band counting by its share.
Maybe width_db(const Sound& sound) {
  double side = 0.0, mid = 0.0;
  const auto& spectrum = sound.spectrum;
  for (std::size_t band = 0;
       band < std::min(spectrum.share_db.size(), spectrum.side_minus_mid_db.size()); ++band) {
    if (!spectrum.share_db[band] || !spectrum.side_minus_mid_db[band]) continue;
    const double ratio = power_from_db(*spectrum.side_minus_mid_db[band]);
    const double power = power_from_db(*spectrum.share_db[band]);
    side += power * ratio / (1.0 + ratio);
    mid += power / (1.0 + ratio);
  }
  return side > 0.0 && mid > 0.0 ? Maybe{db_from_power(side / mid)} : Maybe{};
}

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  const std::size_t n = values.size();
  return n % 2 ? values[n / 2] : 0.5 * (values[n / 2 - 1] + values[n / 2]);
}

struct Trait {
  const char* more;
  const char* less;
  const char* what;
  double tolerance_db;
  Maybe (*value)(const Sound&);
};
constexpr Trait traits[] = {
    {"brighter", "darker", "its share above 4 kHz", tone_tolerance_db,
     [](const Sound& sound) { return share_db(sound, treble_above_hz, 1e9); }},
    {"heavier in the bass", "lighter in the bass", "its share below 150 Hz", tone_tolerance_db,
     [](const Sound& sound) { return share_db(sound, 0.0, bass_below_hz); }},
    {"wider", "narrower", "its side against the middle", width_tolerance_db, width_db}};

void hold_together(const std::vector<AlbumTrack>& tracks, std::vector<AlbumView>& views) {
  std::vector<Sound> sounds;
  for (const AlbumTrack& track : tracks) sounds.push_back(sound_behind(track));
  for (const Trait& trait : traits) {
    std::vector<double> all;
    for (const Sound& sound : sounds)
      if (const Maybe value = trait.value(sound)) all.push_back(*value);
    if (all.size() < least_tracks_of_a_whole) continue;
    const double middle = median(all);
    for (std::size_t i = 0; i < tracks.size(); ++i) {
      const Maybe own = trait.value(sounds[i]);
      if (!own) continue;
      const double apart_db = *own - middle;
      if (std::abs(apart_db) <= trait.tolerance_db) continue;
      views[i].mentions.push_back(
          "T" + number(i).substr(1) + " is " + (apart_db > 0.0 ? trait.more : trait.less) +
          " than the rest of the programme: " + trait.what + " lies " +
          fixed(std::abs(apart_db), 1) + " dB " + (apart_db > 0.0 ? "above" : "below") +
          " the middle of its tracks (up to " + fixed(trait.tolerance_db, 0) +
          " dB are not spoken of).");
    }
  }
}

}  // namespace

std::vector<AlbumView> view_album(const std::vector<AlbumTrack>& tracks, const Wishes& wishes,
                                  std::optional<std::size_t> anchor,
                                  const Targets::Ceiling& ceiling) {
  assert(!anchor || (*anchor >= 1 && *anchor <= tracks.size()));
  const AlbumLevels levels{tracks, wishes, anchor,
                           wishes.ceiling_dbtp.value_or(ceiling.true_peak_dbtp)};
  std::vector<AlbumView> views(tracks.size());
  for (std::size_t i = 0; i < tracks.size(); ++i) views[i].level = levels.of(i);
  hold_together(tracks, views);
  return views;
}

}  // namespace lacquer::advise
