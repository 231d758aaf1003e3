#pragma once

#include <gtest/gtest.h>

#include <cmath>
#include <complex>
#include <optional>
#include <string>
#include <vector>

#include "lacquer/advise/advise.h"
#include "lacquer/advise/test_mix.h"
#include "lacquer/advise/words.h"

/// Mixes with planted faults of tone, and what the tests ask of the suggestions they get.
namespace lacquer::advise {

inline const Targets::Population& pop() { return population("pop"); }

inline const std::vector<double> boxy_db{0, 9, 2, 0, 0, 0, 0, 0, 0};

inline measure::Measurement with_fault(std::vector<double> good_db,
                                       const std::vector<double>& fault_db) {
  for (std::size_t band = 0; band < good_db.size(); ++band) good_db[band] += fault_db[band];
  return mix_with(pop(), good_db);
}

inline bool inside_middle_half(const Targets::Population& population,
                               const std::vector<double>& shares) {
  for (std::size_t band = 0; band < shares.size(); ++band)
    if (shares[band] < quantile(population.share_db[band], 25.0) ||
        shares[band] > quantile(population.share_db[band], 75.0))
      return false;
  return true;
}

inline std::optional<Suggestion> tone_of(const measure::Measurement& mix,
                                         const std::string& name = "pop", double strength = 1.0) {
  const auto all = suggest(mix, 1, {.population = name, .strength = strength}, shipped_targets());
  EXPECT_TRUE(all.ok());
  for (const Suggestion& one : *all)
    if (one.id == "1-tone") return one;
  return std::nullopt;
}

inline std::vector<double> predicted_shares(const Suggestion& tone,
                                            const measure::Measurement& mix) {
  std::vector<double> shares_db;
  for (std::size_t band = 0; band < mix.spectrum.share_db.size(); ++band)
    shares_db.push_back(tone.predicted.at(share_key(mix.spectrum.bands_hz, band)));
  return shares_db;
}

/// What the suggested equaliser does at one frequency, by the formulas of analogue filters.
inline double response_of(const chain::Values& settings, double frequency_hz) {
  double sum_db = 0.0;
  for (int band = 1; band <= 6; ++band) {
    const std::string name = "band_" + std::to_string(band) + "_";
    if (!settings.count(name + "gain_db")) continue;
    const double a = std::pow(10.0, settings.at(name + "gain_db") / 40.0);
    const double q = settings.at(name + "q");
    const double type = settings.at(name + "type");
    const std::complex<double> s{0.0, frequency_hz / settings.at(name + "frequency_hz")};
    const std::complex<double> middle = std::sqrt(a) / q * s;
    const std::complex<double> h =
        type == 0.0   ? (s * s + s * (a / q) + 1.0) / (s * s + s / (a * q) + 1.0)
        : type == 1.0 ? a * (s * s + middle + a) / (a * s * s + middle + 1.0)
                      : a * (a * s * s + middle + 1.0) / (s * s + middle + a);
    sum_db += 20.0 * std::log10(std::abs(h));
  }
  return sum_db;
}

}  // namespace lacquer::advise
