#pragma once

#include <array>
#include <utility>

#include "lacquer/base/processor.h"
#include "lacquer/dsp/numbered_name.h"

namespace lacquer::dsp {

/// What the multibands share: up to four bands, each with a compressor that turns loud passages
/// down and another that turns soft ones up.
struct MultibandSettings {
  static constexpr int most_bands = 4;

  struct Band {
    double threshold_dbfs = -24.0;
    double ratio = 1.5;
    double upward_threshold_dbfs = -40.0;
    double upward_ratio = 1.0;
    double attack_ms = 20.0;
    double release_ms = 150.0;
    double gain_db = 0.0;
    friend bool operator==(const Band&, const Band&) = default;
  };

  double band_count = 4.0;
  double corner_1_hz = 120.0;  // a common division: bass, lower middle, upper middle, treble
  double corner_2_hz = 800.0;
  double corner_3_hz = 4500.0;
  double knee_db = 6.0;
  double upward_range_db = 6.0;
  std::array<Band, most_bands> bands = {{{.attack_ms = 30.0, .release_ms = 250.0},
                                         {},
                                         {.attack_ms = 10.0, .release_ms = 100.0},
                                         {.attack_ms = 5.0, .release_ms = 80.0}}};
  double amount = 1.0;
  friend bool operator==(const MultibandSettings&, const MultibandSettings&) = default;
};

namespace detail {

template <int band>
constexpr std::array<Parameter<MultibandSettings>, 7> multiband_band_parameters() {
  using Settings = MultibandSettings;
  return {{
      {numbered_name<"band_#_threshold_dbfs", band>, numbered_name<"Band # threshold", band>,
       "dBFS", -80.0, 0.0, "Peaks of the band above this are turned down.",
       [](Settings& s) -> double& { return s.bands[band].threshold_dbfs; }},
      {numbered_name<"band_#_ratio", band>, numbered_name<"Band # ratio", band>, "", 1.0, 20.0,
       "dB in for one dB out above the threshold; 1 does nothing.",
       [](Settings& s) -> double& { return s.bands[band].ratio; }},
      {numbered_name<"band_#_upward_threshold_dbfs", band>,
       numbered_name<"Band # upward threshold", band>, "dBFS", -80.0, 0.0,
       "Peaks of the band below this are turned up.",
       [](Settings& s) -> double& { return s.bands[band].upward_threshold_dbfs; }},
      {numbered_name<"band_#_upward_ratio", band>, numbered_name<"Band # upward ratio", band>, "",
       1.0, 10.0, "dB in for one dB out below the upward threshold; 1 does nothing.",
       [](Settings& s) -> double& { return s.bands[band].upward_ratio; }},
      {numbered_name<"band_#_attack_ms", band>, numbered_name<"Band # attack", band>, "ms", 0.5,
       250.0, "Time to 63 % of the way down.",
       [](Settings& s) -> double& { return s.bands[band].attack_ms; }},
      {numbered_name<"band_#_release_ms", band>, numbered_name<"Band # release", band>, "ms", 5.0,
       2500.0, "Time to 63 % of the way up; never quicker than the attack.",
       [](Settings& s) -> double& { return s.bands[band].release_ms; }},
      {numbered_name<"band_#_gain_db", band>, numbered_name<"Band # gain", band>, "dB", -18.0, 18.0,
       "Gain of the band on top.", [](Settings& s) -> double& { return s.bands[band].gain_db; }},
  }};
}

template <int... band>
constexpr auto multiband_parameters(std::integer_sequence<int, band...>) {
  using Settings = MultibandSettings;
  using Row = Parameter<Settings>;
  constexpr std::array common = {
      Row{"band_count", "Bands", "", 1.0, 4.0, "How many, from the lowest.", &Settings::band_count},
      Row{"corner_1_hz", "Corner 1", "Hz", 20.0, 18000.0, "Between band 1 and band 2.",
          &Settings::corner_1_hz},
      Row{"corner_2_hz", "Corner 2", "Hz", 20.0, 18000.0,
          "Between band 2 and band 3; not below corner 1.", &Settings::corner_2_hz},
      Row{"corner_3_hz", "Corner 3", "Hz", 20.0, 18000.0,
          "Between band 3 and band 4; not below corner 2.", &Settings::corner_3_hz},
      Row{"knee_db", "Knee", "dB", 0.0, 24.0, "Width of the bend around every threshold.",
          &Settings::knee_db},
      Row{"upward_range_db", "Upward range", "dB", 0.0, 24.0, "The most a band is turned up.",
          &Settings::upward_range_db},
      Row{"amount", "Amount", "", 0.0, 1.0, "Scales every gain in dB; 0 does nothing at all.",
          &Settings::amount},
  };
  constexpr std::array rows = {multiband_band_parameters<band>()...};
  return [&]<std::size_t... i, std::size_t... c>(std::index_sequence<i...>,
                                                 std::index_sequence<c...>) {
    return std::array{common[c]..., rows[i / 7][i % 7]...};
  }
  (std::make_index_sequence<7 * sizeof...(band)>{}, std::make_index_sequence<7>{});
}

}  // namespace detail

inline constexpr std::array multiband_parameters =
    detail::multiband_parameters(std::make_integer_sequence<int, MultibandSettings::most_bands>{});

}  // namespace lacquer::dsp
