#include "lacquer/evaluate/advice/yardstick.h"

#include <algorithm>
#include <cmath>

#include "lacquer/advise/advise.h"
#include "lacquer/advise/words.h"

namespace lacquer::evaluate {
namespace {

using measure::Maybe;
using measure::Measurement;

Maybe at(const std::vector<Maybe>& values, std::size_t band) {
  return band < values.size() ? values[band] : Maybe{};
}

/// What is read of a programme on one axis, in a fixed order.
std::vector<Maybe> reading(Axis axis, const Measurement& of, const Bands& bands) {
  const measure::Spectrum& spectrum = of.spectrum;
  if (axis == Axis::level) return {of.loudness.integrated_lufs};
  if (axis == Axis::bass_width) return {at(spectrum.side_minus_mid_db, 0)};
  const auto& values = axis == Axis::tone    ? spectrum.share_db
                       : axis == Axis::width ? spectrum.side_minus_mid_db
                                             : spectrum.band_sd_400ms_db;
  std::vector<Maybe> result;
  for (const std::size_t band : bands) result.push_back(at(values, band));
  return result;
}

/// The same of what a suggestion foretells; nobody foretells the spread of level yet.
std::vector<Maybe> foretold(Axis axis, const advise::Suggestion& suggestion,
                            const std::vector<double>& edges_hz, const Bands& bands) {
  const auto value = [&](const std::string& key) {
    const auto found = suggestion.predicted.find(key);
    return found == suggestion.predicted.end() ? Maybe{} : Maybe{found->second};
  };
  if (axis == Axis::level) return {value("integrated_lufs")};
  if (axis == Axis::bass_width) return {value(advise::side_key(edges_hz, 0))};
  std::vector<Maybe> result;
  for (const std::size_t band : bands)
    result.push_back(axis == Axis::tone    ? value(advise::share_key(edges_hz, band))
                     : axis == Axis::width ? value(advise::side_key(edges_hz, band))
                                           : Maybe{});
  return result;
}

bool can_answer(Axis axis, const std::string& processor) {
  static const std::map<Axis, std::vector<std::string>> processors = {
      {Axis::tone, {"equaliser", "linear_equaliser", "dynamic_equaliser"}},
      {Axis::width, {"stereo"}},
      {Axis::bass_width, {"bass_mono", "stereo"}},
      {Axis::level, {"loudness", "gain"}},
      {Axis::spread, {"transient_shaper", "compressor", "multiband", "linear_multiband"}}};
  const auto& list = processors.at(axis);
  return std::find(list.begin(), list.end(), processor) != list.end();
}

}  // namespace

Maybe distance_db(Axis axis, const Measurement& one, const Measurement& other, const Bands& bands) {
  const auto a = reading(axis, one, bands), b = reading(axis, other, bands);
  double squares = 0.0;
  int count = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (!a[i] || !b[i]) continue;
    squares += (*a[i] - *b[i]) * (*a[i] - *b[i]);
    ++count;
  }
  if (count == 0) return std::nullopt;
  return std::sqrt(squares / count);
}

Answer answer(Axis axis, const std::vector<advise::Suggestion>& suggestions,
              const Measurement& departed, const Measurement& original, const Bands& bands) {
  const auto now = reading(axis, departed, bands), before = reading(axis, original, bands);
  double towards = 0.0;
  bool spoken = false;
  for (const auto& suggestion : suggestions) {
    if (!can_answer(axis, suggestion.processor)) continue;
    const auto then = foretold(axis, suggestion, departed.spectrum.bands_hz, bands);
    for (std::size_t i = 0; i < then.size(); ++i) {
      if (!then[i] || !now[i] || !before[i]) continue;
      spoken = true;
      towards += (*then[i] - *now[i]) * (*before[i] - *now[i]);
    }
  }
  if (!spoken) return Answer::silent;
  return towards > 0.0 ? Answer::right : Answer::wrong;
}

std::map<std::string, std::vector<double>> prediction_errors(
    const std::vector<advise::Suggestion>& suggestions, const Measurement& rendered) {
  std::map<std::string, double> predicted;
  for (const auto& suggestion : suggestions)
    for (const auto& [key, value] : suggestion.predicted) predicted[key] = value;
  std::map<std::string, std::vector<double>> errors;
  for (const auto& [key, value] : predicted)
    if (const auto measured = advise::measured_value(rendered, key))
      errors[key.substr(0, key.find(' '))].push_back(value - *measured);
  return errors;
}

}  // namespace lacquer::evaluate
