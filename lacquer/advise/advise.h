#pragma once

#include <optional>
#include <string>
#include <vector>

#include "lacquer/advise/suggestion.h"
#include "lacquer/advise/targets/blend.h"
#include "lacquer/advise/targets/targets.h"
#include "lacquer/measure/measurement.h"

namespace lacquer::advise {

/// Where the other tracks of a programme put a track's level (album.h), and why.
struct AlbumLevel {
  double integrated_lufs = 0.0;
  std::string reason;
  double confidence = 0.5;
};

/// What the person asked for, besides the mix.
struct Wishes {
  std::string population = "all";            ///< a name, a blend, or "auto": what the mix is like
  std::optional<double> loudness_lufs = {};  ///< asked for outright
  std::optional<double> ceiling_dbtp = {};   ///< asked for outright
  double strength = 1.0;                     ///< 0..1, scales every tonal and stereo suggestion
  Edit edit = {};                            ///< what is settled of the track's beginning and end
  std::optional<AlbumLevel> album = {};      ///< instead of loudness_lufs and the population's
};

/// What is proposed, and in plain sentences what was looked at and left alone.
struct Advice {
  /// What everything here stands in, and why.
  Standing standing;
  std::vector<Suggestion> suggestions;
  std::vector<std::string> mentions;    ///< what stands out, though not enough to touch it
  std::vector<std::string> left_alone;  ///< "Tone left alone: ..."
};

/// More at a time nobody weighs.
inline constexpr std::size_t most_suggestions = 6;

/// All rooms of the assistant for one track. At most most_suggestions, those of the highest rank
/// (Suggestion::worth); what was asked for outright is among them. They come in the order the
/// signal passes them, each predicted behind those before it, solved together (joint.h), all in
/// state proposed; silence gets none.
/// Errors (usage): a population there is none of (see targets/blend.h), strength outside 0..1,
/// a loudness or ceiling nobody can mean.
Result<Advice> advise(const measure::Measurement& mix, int track, const Wishes&, const Targets&);

/// The same where a caller knows better what the mix should stand in (a reference, say) than
/// Wishes::population, which is not looked at.
Result<Advice> advise(const measure::Measurement& mix, int track, const Wishes&, Standing,
                      const Targets&);

/// Only the suggestions of advise().
Result<std::vector<Suggestion>> suggest(const measure::Measurement& mix, int track, const Wishes&,
                                        const Targets&);

/// What a measurement of the master has for one key of Suggestion::predicted; empty when the key
/// is about the processing (gain_db, gain_reduction_db) and not about the sound.
measure::Maybe measured_value(const measure::Measurement& master, const std::string& key);

}  // namespace lacquer::advise
