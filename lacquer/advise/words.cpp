#include "lacquer/advise/words.h"

#include <array>
#include <cmath>
#include <cstdio>

namespace lacquer::advise {

std::string fixed(double value, int decimals) {
  std::array<char, 64> text{};
  const double unit = std::pow(10.0, decimals);
  const double rounded = std::round(value * unit) / unit;
  std::snprintf(text.data(), text.size(), "%.*f", decimals, rounded == 0.0 ? 0.0 : rounded);
  return text.data();
}

std::string band_range(const std::vector<double>& edges_hz, std::size_t band) {
  return fixed(edges_hz[band], 0) + "-" + fixed(edges_hz[band + 1], 0) + " Hz";
}

std::string band_name(const std::vector<double>& edges_hz, std::size_t band) {
  struct Word {
    double below_hz;  // of the band's middle
    const char* name;
  };
  static constexpr std::array words{
      Word{100.0, "bass"},          Word{300.0, "low-mids"},      Word{700.0, "mids"},
      Word{1300.0, "upper mids"},   Word{2300.0, "low presence"}, Word{4000.0, "presence"},
      Word{6500.0, "lower treble"}, Word{11000.0, "treble"},      Word{20000.0, "air"}};
  const double middle_hz = std::sqrt(edges_hz[band] * edges_hz[band + 1]);
  for (const Word& word : words)
    if (middle_hz < word.below_hz) return word.name;
  return band_range(edges_hz, band);
}

std::string share_key(const std::vector<double>& edges_hz, std::size_t band) {
  return "share_db " + band_range(edges_hz, band);
}

std::string side_key(const std::vector<double>& edges_hz, std::size_t band) {
  return "side_minus_mid_db " + band_range(edges_hz, band);
}

std::string spread_key(const std::vector<double>& edges_hz, std::size_t band) {
  return "band_sd_400ms_db " + band_range(edges_hz, band);
}

std::string findings_key(const std::string& kind) { return "findings " + kind; }

std::string tracks_of(const Targets::Population& population) {
  // Blends say their shares in their names: "260 tracks (pop 70 %, jazz 30 %)".
  if (population.name.find('%') != std::string::npos)
    return std::to_string(population.n) + " tracks (" + population.name + ")";
  if (population.referenced == 1.0) return "masters like " + population.name;
  const std::string kind = population.name == "all" ? "" : population.name + " ";
  return std::to_string(population.n) + " " + kind + "tracks";
}

std::string standing(const Quantiles& quantiles, double value, const std::string& more,
                     const std::string& less) {
  const double percent = percentile(quantiles, value);
  const bool above = percent >= 50.0;
  const bool beyond = value > quantiles.values.back() || value < quantiles.values.front();
  return (above ? more : less) + " than in " + (beyond ? "at least " : "") +
         fixed(above ? percent : 100.0 - percent, 0) + " %";
}

}  // namespace lacquer::advise
