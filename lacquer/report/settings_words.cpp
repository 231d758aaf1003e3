#include "lacquer/chain/edit.h"
#include "lacquer/report/equaliser_bands.h"
#include "lacquer/report/sections.h"
#include "lacquer/report/words.h"

namespace lacquer::report {
namespace {

std::string in_words(const std::string& key, double value) {
  if (key == "amount") return "Amount " + number(100.0 * value, 0) + "\u00A0%";
  const Quantity what = quantity(key);
  if (what.unit == "Hz") return what.name + " " + frequency(value);
  return what.name + " " + with_unit(value, what.unit, what.decimals);
}

}  // namespace

std::vector<std::string> settings_in_words(const std::string& processor,
                                           const chain::Values& settings) {
  if (processor == "edit") return {edit_in_words(chain::edit_with(settings))};
  chain::Values left = settings;
  std::vector<std::string> words;
  if (processor == "bass_mono" && left.count("frequency_hz") > 0)
    words.push_back("Mono below " + frequency(left.extract("frequency_hz").mapped()));
  if (processor == "equaliser" || processor == "linear_equaliser")  // others say more of theirs
    for (const BandSettings& band : take_bands(left))
      if (band.acts()) words.push_back(in_words(band));
  for (const auto& [key, value] : left) words.push_back(in_words(key, value));
  return words;
}

}  // namespace lacquer::report
