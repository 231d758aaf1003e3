#pragma once

#include <optional>
#include <string>
#include <vector>

#include "lacquer/chain/recipe.h"
#include "lacquer/report/markup.h"

namespace lacquer::report {

/// One band of the equaliser, gathered from settings such as "band_3_gain_db".
struct BandSettings {
  enum class Type { bell, low_shelf, high_shelf, high_pass, low_pass, tilt, unknown };

  Type type = Type::bell;
  double frequency_hz = 0.0;
  std::optional<double> gain_db, q;
  double channels = 0.0;  // 0 both, 1 left, 2 right, 3 mid, 4 side

  /// A bell or shelf at 0 dB is not there at all.
  bool acts() const;
};

/// Moves the bands out of `settings`, by rising frequency; what belongs to none stays.
std::vector<BandSettings> take_bands(chain::Values& settings);

/// "Bell 312 Hz, \u22121.8 dB, Q 0.90, side"
std::string in_words(const BandSettings&);

/// The curve the bands draw together. Empty when a band is of a kind whose prototype is not known
/// here or works on some channels only, when its numbers make no sense, or when nothing acts.
Markup equaliser_curve(const chain::Values& settings, std::string_view id);

}  // namespace lacquer::report
