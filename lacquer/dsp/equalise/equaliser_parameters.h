#pragma once

#include <array>
#include <cstddef>
#include <utility>

#include "lacquer/base/processor.h"
#include "lacquer/dsp/equalise/equaliser_band.h"
#include "lacquer/dsp/numbered_name.h"

/// The rows that twelve bands have in a parameter table, numbered while compiling. For any Settings
/// with a member `EqualiserBands bands`.
namespace lacquer::dsp::detail {

inline constexpr std::size_t parameters_per_band = 5;

template <typename Settings, std::size_t band>
constexpr std::array<Parameter<Settings>, parameters_per_band> parameters_of_band() {
  return {
      {{numbered_name<"band_#_type", band>, numbered_name<"Band # type", band>, "", 0.0, 5.0,
        "0 bell, 1 low shelf, 2 high shelf, 3 high-pass, 4 low-pass, 5 tilt (first order).",
        [](Settings& settings) -> double& { return settings.bands[band].type; }},
       {numbered_name<"band_#_frequency_hz", band>, numbered_name<"Band # frequency", band>, "Hz",
        10.0, 22000.0, "Centre of a bell, middle of a shelf or tilt, corner of a pass.",
        [](Settings& settings) -> double& { return settings.bands[band].frequency_hz; }},
       {numbered_name<"band_#_gain_db", band>, numbered_name<"Band # gain", band>, "dB", -24.0,
        24.0,
        "At 0 a bell, shelf or tilt is not there at all; a tilt's top is this far above its "
        "bottom.",
        [](Settings& settings) -> double& { return settings.bands[band].gain_db; }},
       {numbered_name<"band_#_q", band>, numbered_name<"Band # Q", band>, "", 0.1, 20.0,
        "Narrowness; 0.71 is the smoothest shelf or pass; a tilt has none.",
        [](Settings& settings) -> double& { return settings.bands[band].q; }},
       {numbered_name<"band_#_channels", band>, numbered_name<"Band # channels", band>, "", 0.0,
        4.0, "0 both (all channels), 1 left, 2 right, 3 mid, 4 side; mono has left and mid only.",
        [](Settings& settings) -> double& { return settings.bands[band].channels; }}}};
}

template <typename Settings>
constexpr auto parameters_of_bands() {
  constexpr std::size_t count = parameters_per_band * equaliser_band_count;
  constexpr auto rows = []<std::size_t... band>(std::index_sequence<band...>) {
    return std::array{parameters_of_band<Settings, band>()...};
  }
  (std::make_index_sequence<equaliser_band_count>{});
  return [&]<std::size_t... i>(std::index_sequence<i...>) {
    return std::array{rows[i / parameters_per_band][i % parameters_per_band]...};
  }
  (std::make_index_sequence<count>{});
}

/// One table after another.
template <typename Row, std::size_t first, std::size_t second>
constexpr std::array<Row, first + second> joined(const std::array<Row, first>& a,
                                                 const std::array<Row, second>& b) {
  return [&]<std::size_t... i, std::size_t... k>(std::index_sequence<i...>,
                                                 std::index_sequence<k...>) {
    return std::array{a[i]..., b[k]...};
  }
  (std::make_index_sequence<first>{}, std::make_index_sequence<second>{});
}

}  // namespace lacquer::dsp::detail
