#pragma once

#include <array>
#include <string>
#include <vector>

#include "lacquer/advise/rules/rules.h"

namespace lacquer::advise {

/// Bands that one width of the stereo processor turns. The lowest band is bass_mono's.
struct Zone {
  const char* name;
  bool plural;
  std::string setting;
  std::size_t first, end;
  std::vector<std::size_t> bands = {};  ///< those that hold music
  double score_sd = 0.0;                ///< mean of their deviations: above 0 is wide
};

/// How wide a mix stands among its population, from side minus middle per band.
class Image {
 public:
  explicit Image(const Case&);

  /// Low-mids, middle, top.
  const std::array<Zone, 3>& zones() const { return zones_; }
  const std::vector<std::size_t>& bands() const { return bands_; }  ///< of all zones
  double score_sd() const { return score_sd_; }                     ///< of all bands

  /// All zones stand out to the same side.
  bool as_one() const;
  /// No band has a side to speak of.
  bool hardly_a_side() const;
  /// The gain of these bands' side that brings them back to the edge of the ordinary, within
  /// +-`most_db`.
  double gain_back_db(const std::vector<std::size_t>& bands, double most_db) const;
  /// How much the side can be lifted before a mono sum loses too much.
  double room_db() const;
  /// What a mono sum loses of all bands, as they are and in the middle of the population.
  double mono_loss_db() const;
  double usual_mono_loss_db() const;

 private:
  double score(const std::vector<std::size_t>& bands, double gain_db) const;

  const Case& about_;
  std::array<Zone, 3> zones_;
  std::vector<std::size_t> bands_;
  double score_sd_ = 0.0;
};

/// What a mono sum of such bands loses: 0 dB of mono, 3 dB where the channels are unrelated.
double mono_loss_db(const measure::Spectrum&);

}  // namespace lacquer::advise
