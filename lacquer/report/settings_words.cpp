#include <algorithm>
#include <array>

#include "lacquer/report/sections.h"
#include "lacquer/report/words.h"

namespace lacquer::report {
namespace {

/// The settings of one EQ band, found by the ends of their names: "band_3_gain_db".
struct Band {
  std::string prefix;
  std::optional<double> frequency_hz, gain_db, q;
};

std::string shape_of(const std::string& prefix) {
  const auto has = [&](const char* words) { return prefix.find(words) != std::string::npos; };
  if (has("low_shelf")) return "Low shelf";
  if (has("high_shelf")) return "High shelf";
  if (has("high_pass") || has("low_cut")) return "High-pass";
  if (has("low_pass") || has("high_cut")) return "Low-pass";
  return "Bell";
}

std::string in_words(const Band& band) {
  std::string words = shape_of(band.prefix);
  if (band.frequency_hz) words += " " + frequency(*band.frequency_hz);
  if (band.gain_db) words += ", " + signed_number(*band.gain_db) + "\u00A0dB";
  if (band.q) words += ", Q\u00A0" + number(*band.q, 2);
  return words;
}

std::string in_words(const std::string& key, double value) {
  const Quantity what = quantity(key);
  if (what.unit == "Hz") return what.name + " " + frequency(value);
  return what.name + " " + with_unit(value, what.unit, what.decimals);
}

/// Takes the bands out of `left`; a frequency makes a band.
std::vector<Band> take_bands(chain::Values& left) {
  constexpr std::string_view ending = "frequency_hz";
  std::vector<Band> bands;
  for (const auto& [key, value] : left)
    if (key.size() > ending.size() && key.ends_with(ending))
      bands.push_back({key.substr(0, key.size() - ending.size()), value, {}, {}});
  for (Band& band : bands) {
    const auto take = [&](const char* key) -> std::optional<double> {
      const auto node = left.extract(band.prefix + key);
      if (node.empty()) return {};
      return node.mapped();
    };
    take("frequency_hz");
    band.gain_db = take("gain_db");
    band.q = take("q");
  }
  std::stable_sort(bands.begin(), bands.end(),
                   [](const Band& a, const Band& b) { return *a.frequency_hz < *b.frequency_hz; });
  return bands;
}

}  // namespace

std::vector<std::string> settings_in_words(const std::string& processor,
                                           const chain::Values& settings) {
  chain::Values left = settings;
  std::vector<std::string> words;
  if (processor == "bass_mono" && left.count("frequency_hz") > 0)
    words.push_back("Mono below " + frequency(left.extract("frequency_hz").mapped()));
  for (const Band& band : take_bands(left))
    if (!band.gain_db || *band.gain_db != 0.0) words.push_back(in_words(band));
  for (const auto& [key, value] : left) words.push_back(in_words(key, value));
  return words;
}

}  // namespace lacquer::report
