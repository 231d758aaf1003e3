#pragma once

#include <map>
#include <string>
#include <vector>

#include "lacquer/advise/forecast/levels.h"
#include "lacquer/chain/recipe.h"
#include "lacquer/measure/measurement.h"

/// What a mix will measure once processors have passed over it, from its statistics alone: nothing
/// is rendered.
namespace lacquer::advise {

/// What can be forecast of a mix, as measure:: means it.
struct Sound {
  StreamFormat format;
  measure::Spectrum spectrum;
  measure::Maybe integrated_lufs, range_lu, true_dbtp;
  Levels levels;

  measure::Maybe plr_lu() const;
};
Sound sound_of(const measure::Measurement&);

/// The sound behind a processor. Known: equaliser and linear_equaliser (bells and shelves), stereo
/// (polarity, side gain and widths), bass_mono, compressor, gain, limiter (its ceiling). Any other
/// leaves it as it is.
Sound after(Sound, const chain::Step&);
Sound after(Sound, const std::vector<chain::Step>&);

/// One number of a sound.
struct Quantity {
  enum class Kind { share, side_minus_mid, spread_400ms, loudness, range, true_peak, plr };
  Kind kind = Kind::share;
  std::size_t band = 0;  ///< of share, side_minus_mid and spread
  friend bool operator==(const Quantity&, const Quantity&) = default;
};
measure::Maybe value_of(const Sound&, Quantity);
/// As Suggestion::predicted names it, with its unit: "share_db 148-392 Hz".
std::string key_of(const Sound&, Quantity);
/// Every quantity a sound has.
std::vector<Quantity> quantities(const Sound&);

/// The quantities that a step moves by at least `least`, by key: as they were, as they will be.
struct Change {
  std::map<std::string, double> before, after;
};
Change change(const Sound& before, const Sound& after, double least = 0.05);

}  // namespace lacquer::advise
