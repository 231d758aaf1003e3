#pragma once

#include <map>
#include <vector>

#include "lacquer/advise/suggestion.h"
#include "lacquer/evaluate/advice/departure.h"
#include "lacquer/measure/measurement.h"

/// How far a programme is from how it was, and whether what was said of it leads back.
namespace lacquer::evaluate {

/// The bands that take part: indices into measure::Spectrum's nine.
using Bands = std::vector<std::size_t>;

/// Root mean square over the bands (for level and bass: the one number) of what two measurements
/// differ in, dB or LU. Tone is shares, width the sides against the middle, spread the standard
/// deviation of 400 ms levels. Empty where one of them has nothing to compare.
measure::Maybe distance_db(Axis, const measure::Measurement&, const measure::Measurement&,
                           const Bands&);

/// What the suggestions that can answer for the axis foretell of it.
enum class Answer { silent, right, wrong };

/// Right: what is foretold, seen as a step away from the departed programme, leads towards the
/// original (their product over the bands is positive). Only suggestions of a processor that can
/// mean this axis are asked: an equaliser is no answer to a level.
Answer answer(Axis, const std::vector<advise::Suggestion>&, const measure::Measurement& departed,
              const measure::Measurement& original, const Bands&);

/// One departure on one axis, before and after what the suggestions did to it.
struct Effect {
  Axis axis = Axis::tone;
  Answer answer = Answer::silent;
  double departed_db = 0.0;  ///< from the original, as planted
  double left_db = 0.0;      ///< as rendered
  /// 1: all of it, 0: nothing; below: it got worse.
  double undone() const { return 1.0 - left_db / departed_db; }
};

/// Predicted minus measured of every measure in the rendered result, by family and unit
/// ("share_db", "integrated_lufs"). Where several suggestions foretell a number, the last in signal
/// order has the word.
std::map<std::string, std::vector<double>> prediction_errors(const std::vector<advise::Suggestion>&,
                                                             const measure::Measurement& rendered);

}  // namespace lacquer::evaluate
