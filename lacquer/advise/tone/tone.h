#pragma once

#include <array>
#include <vector>

#include "lacquer/advise/targets/targets.h"
#include "lacquer/advise/tone/band_curve.h"
#include "lacquer/advise/tone/equaliser_fit.h"
#include "lacquer/measure/measurement.h"

namespace lacquer::advise {

// The rule of restraint, in standard deviations of the population: below `quiet` is ordinary,
// from `speak` on a correction goes back to `quiet` and no further. Source: dsp-methods 2.3.
inline constexpr double quiet_sd = 0.8;
inline constexpr double speak_sd = 1.28;
/// Nine bands stand out by chance more often than three components: they speak later.
inline constexpr double band_strictness = 1.75;
inline constexpr double most_correction_db = 3.0;   ///< in any band, at strength 1
inline constexpr double least_correction_db = 0.5;  ///< in the largest band, or nothing at all

/// Where a mix's nine shares stand among a population's, and what the rule of restraint wants.
struct TonalView {
  std::vector<std::size_t> bands;        ///< those that take part: there, and not cut off
  std::array<double, 3> component_sd{};  ///< scores of the first three principal components
  std::vector<double> band_sd;           ///< per band: the evidence that it alone was turned up
  bool within_middle_half = false;       ///< every band between p25 and p75
  measure::Maybe cut_off_hz;
  /// From here on nothing may be lifted: a codec's cut-off, or noise near the music.
  measure::Maybe no_boost_from_hz;
  std::vector<double> wanted_db;  ///< per band; all 0 when the tone is to be left alone
  std::size_t speaking_band = 0;  ///< the one that best says why, if anything is wanted
  double strongest_sd = 0.0;      ///< the largest score, a band's divided by band_strictness

  bool leaves_alone() const;
  /// Enough bands take part to tell three components and a rest; else their scores are all 0.
  bool has_components() const { return bands.size() >= 4; }
};

/// Principal components of the population's covariance over the bands that take part (leaving
/// bands out of a Gaussian is leaving them out of mean and covariance), then single bands.
///
/// A share is relative to the whole, so one band turned up lowers all others' shares: a band's
/// score is the matched filter for just that pattern. The strongest voice is answered first and
/// the scores are taken again, so that one fault is not mistaken for several.
///
/// Guarantees: no band moves by more than most_correction_db; K-weighted loudness stays as it
/// was; a mix within the middle half in every band is left alone; no band from `noisy_from_hz` on
/// is lifted.
TonalView tonal_view(const measure::Spectrum& mix, const Targets::Population&,
                     measure::Maybe noisy_from_hz = {});

/// The wanted correction as a smooth curve: its mean over each band's power is that band's wanted
/// value as far as a smooth curve can, and it never boosts from no_boost_from_hz on.
ResponseDb correction_curve(const measure::Spectrum& mix, const TonalView&);

/// The curve as six bands, boosting nothing from no_boost_from_hz on.
EqualiserFit fit_correction(const measure::Spectrum& mix, const TonalView&, double sample_rate_hz);

}  // namespace lacquer::advise
