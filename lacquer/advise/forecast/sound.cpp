#include "lacquer/advise/forecast/sound.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "lacquer/advise/forecast/responses.h"
#include "lacquer/advise/words.h"
#include "lacquer/base/units.h"

namespace lacquer::advise {
namespace {

using Kind = Quantity::Kind;

double setting(const chain::Step& step, const std::string& name, double otherwise) {
  const auto found = step.settings.find(name);
  return found == step.settings.end() ? otherwise : found->second;
}

void add(std::vector<measure::Maybe>& levels, const std::vector<double>& centres_hz,
         const ResponseDb& response_db) {
  for (std::size_t i = 0; i < std::min(levels.size(), centres_hz.size()); ++i)
    if (levels[i]) *levels[i] += response_db(centres_hz[i]);
}

/// How much a filter of middle and side changes the power of a band, and how much more the side
/// than the middle.
struct BandChange {
  double all_db, side_minus_mid_db;
};
BandChange band_change(const measure::Spectrum& spectrum, std::size_t band,
                       const Responses& responses) {
  const auto& side_minus_mid = spectrum.side_minus_mid_db;
  if (band >= side_minus_mid.size() || !side_minus_mid[band])
    return {band_change_db(spectrum, spectrum.third_octave_db, band, responses.mid), 0.0};
  const auto levels = [&](const std::vector<measure::Maybe>& own) -> const auto& {
    return own.empty() ? spectrum.third_octave_db : own;
  };
  const double mid_db =
      band_change_db(spectrum, levels(spectrum.third_octave_mid_db), band, responses.mid);
  const double side_db =
      band_change_db(spectrum, levels(spectrum.third_octave_side_db), band, responses.side);
  const double side = power_from_db(*side_minus_mid[band]);
  const double after = power_from_db(mid_db) + side * power_from_db(side_db);
  return {db_from_power(after / (1.0 + side)), side_db - mid_db};
}

void louder(Sound& sound, double gain_db) {
  if (sound.integrated_lufs) *sound.integrated_lufs += gain_db;
  if (sound.true_dbtp) *sound.true_dbtp += gain_db;
}

void filter(Sound& sound, const Responses& responses) {
  measure::Spectrum& spectrum = sound.spectrum;
  double before = 0.0, after = 0.0;
  const measure::Spectrum old = spectrum;
  for (std::size_t band = 0; band < spectrum.share_db.size(); ++band) {
    if (!spectrum.share_db[band]) continue;
    const BandChange change = band_change(old, band, responses);
    before += power_from_db(*spectrum.share_db[band]);
    *spectrum.share_db[band] += change.all_db;
    after += power_from_db(*spectrum.share_db[band]);
    if (band < spectrum.side_minus_mid_db.size() && spectrum.side_minus_mid_db[band])
      *spectrum.side_minus_mid_db[band] += change.side_minus_mid_db;
  }
  add(spectrum.third_octave_mid_db, spectrum.third_octave_hz, responses.mid);
  add(spectrum.third_octave_side_db, spectrum.third_octave_hz, responses.side);
  const bool stereo = !spectrum.third_octave_mid_db.empty();
  for (std::size_t i = 0; i < spectrum.third_octave_db.size(); ++i) {
    auto& level = spectrum.third_octave_db[i];
    if (!level) continue;
    const double hz = spectrum.third_octave_hz[i];
    if (!stereo || !spectrum.third_octave_mid_db[i] || !spectrum.third_octave_side_db[i]) {
      *level += responses.mid(hz);
      continue;
    }
    const double mid = power_from_db(*old.third_octave_mid_db[i]),
                 side = power_from_db(*old.third_octave_side_db[i]);
    *level += db_from_power(
        (mid * power_from_db(responses.mid(hz)) + side * power_from_db(responses.side(hz))) /
        (mid + side));
  }
  if (before <= 0.0) return;
  const double louder_lu = db_from_power(after / before);
  for (auto& share : spectrum.share_db)
    if (share) *share -= louder_lu;
  louder(sound, louder_lu);
  for (double& lufs : sound.levels.lufs) lufs += louder_lu;
}

void compress(Sound& sound, const chain::Step& step) {
  const Compression compression = compressed(sound.levels, step);
  const auto before = sound.levels.integrated_lufs(), now = compression.after.integrated_lufs();
  const auto before_lu = sound.levels.range_lu(), now_lu = compression.after.range_lu();
  if (!before || !now || !before_lu || !now_lu) return;
  if (sound.range_lu && *before_lu > 0.0) *sound.range_lu *= *now_lu / *before_lu;
  louder(sound, *now - *before);
  sound.levels = compression.after;
}

/// One channel turned over: what was in the middle is in the sides.
void invert(Sound& sound) {
  measure::Spectrum& spectrum = sound.spectrum;
  for (auto& width : spectrum.side_minus_mid_db)
    if (width) *width = -*width;
  std::swap(spectrum.third_octave_mid_db, spectrum.third_octave_side_db);
  std::swap(spectrum.twelfth_octave_mid_db, spectrum.twelfth_octave_side_db);
}

void turn_up(Sound& sound, double gain_db) {
  louder(sound, gain_db);
  for (double& lufs : sound.levels.lufs) lufs += gain_db;
  for (auto* levels : {&sound.spectrum.third_octave_db, &sound.spectrum.third_octave_mid_db,
                       &sound.spectrum.third_octave_side_db})
    for (auto& level : *levels)
      if (level) *level += gain_db;
}

}  // namespace

measure::Maybe Sound::plr_lu() const {
  if (!integrated_lufs || !true_dbtp) return std::nullopt;
  return *true_dbtp - *integrated_lufs;
}

Sound sound_of(const measure::Measurement& mix) {
  return {mix.format,         mix.spectrum,  mix.loudness.integrated_lufs, mix.loudness.range_lu,
          mix.peak.true_dbtp, levels_of(mix)};
}

Sound after(Sound sound, const chain::Step& step) {
  if (step.bypassed) return sound;
  if (step.processor == "stereo" &&
      setting(step, "invert_left", 0.0) != setting(step, "invert_right", 0.0))
    invert(sound);
  if (const auto responses = responses_of(step)) filter(sound, *responses);
  if (step.processor == "compressor") compress(sound, step);
  if (step.processor == "gain") turn_up(sound, setting(step, "gain_db", 0.0));
  if (step.processor == "limiter" && sound.true_dbtp)
    *sound.true_dbtp = std::min(*sound.true_dbtp, setting(step, "ceiling_dbtp", -1.0));
  return sound;
}

Sound after(Sound sound, const std::vector<chain::Step>& steps) {
  for (const auto& step : steps) sound = after(std::move(sound), step);
  return sound;
}

measure::Maybe value_of(const Sound& sound, Quantity quantity) {
  const auto of_band = [&](const std::vector<measure::Maybe>& values) {
    return quantity.band < values.size() ? values[quantity.band] : std::nullopt;
  };
  switch (quantity.kind) {
    case Kind::share:
      return of_band(sound.spectrum.share_db);
    case Kind::side_minus_mid:
      return of_band(sound.spectrum.side_minus_mid_db);
    case Kind::spread_400ms:
      return of_band(sound.spectrum.band_sd_400ms_db);
    case Kind::loudness:
      return sound.integrated_lufs;
    case Kind::range:
      return sound.range_lu;
    case Kind::true_peak:
      return sound.true_dbtp;
    case Kind::plr:
      break;
  }
  return sound.plr_lu();
}

std::string key_of(const Sound& sound, Quantity quantity) {
  const auto& edges_hz = sound.spectrum.bands_hz;
  switch (quantity.kind) {
    case Kind::share:
      return share_key(edges_hz, quantity.band);
    case Kind::side_minus_mid:
      return side_key(edges_hz, quantity.band);
    case Kind::spread_400ms:
      return spread_key(edges_hz, quantity.band);
    case Kind::loudness:
      return "integrated_lufs";
    case Kind::range:
      return "range_lu";
    case Kind::true_peak:
      return "true_dbtp";
    case Kind::plr:
      break;
  }
  return "plr_lu";
}

std::vector<Quantity> quantities(const Sound& sound) {
  std::vector<Quantity> all;
  for (const Kind kind : {Kind::share, Kind::side_minus_mid, Kind::spread_400ms})
    for (std::size_t band = 0; band + 1 < sound.spectrum.bands_hz.size(); ++band)
      all.push_back({kind, band});
  for (const Kind kind : {Kind::loudness, Kind::range, Kind::true_peak, Kind::plr})
    all.push_back({kind});
  std::erase_if(all, [&](const Quantity& one) { return !value_of(sound, one); });
  return all;
}

Change change(const Sound& before, const Sound& after, double least) {
  Change result;
  for (const Quantity& quantity : quantities(before)) {
    const auto now = value_of(before, quantity), then = value_of(after, quantity);
    if (!then || std::abs(*then - *now) < least) continue;
    result.before[key_of(before, quantity)] = *now;
    result.after[key_of(before, quantity)] = *then;
  }
  return result;
}

}  // namespace lacquer::advise
