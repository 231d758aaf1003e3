#include "lacquer/base/units.h"
#include "lacquer/dsp/k_weighting.h"
#include "lacquer/report/measurement_plot.h"
#include "lacquer/studio/workshop.h"

namespace lacquer::studio {
namespace {

/// A population is known by K-weighted shares of nine bands. Here they become levels beside this
/// mix's spectrum: its own K-weighted power, shared out as the population shares it, in each band
/// spread evenly over the twelfths of an octave and freed from the weighting.
report::TonalRange tonal_range(const measure::Measurement& mix,
                               const report::PopulationBand& population) {
  report::TonalRange range{.population = population.name, .n = population.n, .bands = {}};
  const auto& spectrum = mix.spectrum;
  const dsp::KWeighting weighting{mix.format.sample_rate_hz, 1};
  double power = 0.0;
  for (const auto* levels : {&spectrum.twelfth_octave_mid_db, &spectrum.twelfth_octave_side_db})
    for (std::size_t i = 0; i < levels->size(); ++i)
      if (const auto& level = (*levels)[i])
        power += power_from_db(*level) * weighting.power_gain(spectrum.twelfth_octave_hz[i]);
  if (power <= 0.0) return range;
  for (std::size_t b = 0; b < population.p10_db.size() && b + 1 < spectrum.bands_hz.size(); ++b) {
    const double from_hz = spectrum.bands_hz[b], to_hz = spectrum.bands_hz[b + 1];
    double weight = 0.0;
    for (const double hz : spectrum.twelfth_octave_hz)
      if (hz >= from_hz && hz < to_hz) weight += weighting.power_gain(hz);
    if (weight <= 0.0) break;
    const double even_db = db_from_power(power / weight);
    range.bands.push_back(
        {from_hz, to_hz, even_db + population.p10_db[b], even_db + population.p90_db[b]});
  }
  return range;
}

}  // namespace

Result<std::string> plot(const MeasuredFile& file, const std::optional<std::string>& population,
                         const Room& room) {
  report::TonalRange range;
  if (population) {
    TRY(const auto targets, targets_in(room));
    TRY(const auto standing, advise::standing_for(file.measurement, *population, targets));
    range = tonal_range(file.measurement, band_of(standing.population));
  }
  const std::string title = std::filesystem::path{file.file}.filename().string();
  return report::measurement_svg(title, file.measurement, range);
}

}  // namespace lacquer::studio
