#include <algorithm>
#include <cmath>

#include "lacquer/report/plots.h"
#include "lacquer/report/svg.h"
#include "lacquer/report/words.h"

namespace lacquer::report {
namespace {

using measure::Maybe;
using measure::Spectrum;

bool is_number(const Maybe& value) { return value && std::isfinite(*value); }

struct Scene {
  const std::vector<double>& edges_hz;
  const PopulationBand* population = nullptr;  // null when it does not fit the bands
  const Spectrum& mix;
  const Spectrum* master = nullptr;

  std::size_t band_count() const { return edges_hz.size() - 1; }
  double centre_hz(std::size_t band) const {
    return std::sqrt(edges_hz[band] * edges_hz[band + 1]);
  }
};

bool fits(const PopulationBand& population, std::size_t bands) {
  for (const auto* row : {&population.p10_db, &population.p25_db, &population.p50_db,
                          &population.p75_db, &population.p90_db}) {
    if (row->size() != bands) return false;
    if (!std::all_of(row->begin(), row->end(), [](double db) { return std::isfinite(db); }))
      return false;
  }
  return true;
}

Curve shares(const Scene& scene, const Spectrum& spectrum) {
  Curve points(scene.band_count());
  for (std::size_t i = 0; i < std::min(points.size(), spectrum.share_db.size()); ++i)
    if (is_number(spectrum.share_db[i])) points[i] = {scene.centre_hz(i), *spectrum.share_db[i]};
  return points;
}

Axis level_axis(const Scene& scene, const std::vector<Curve>& curves) {
  double low = 0.0, high = -200.0;
  const auto include = [&](double db) {
    low = std::min(low, std::max(db, -72.0));
    high = std::max(high, db);
  };
  for (const Curve& curve : curves)
    for (const auto& point : curve)
      if (point) include(point->y);
  if (scene.population)
    for (std::size_t i = 0; i < scene.band_count(); ++i) {
      include(scene.population->p10_db[i]);
      include(scene.population->p90_db[i]);
    }
  Axis axis;
  axis.minimum = 5.0 * std::floor((low - 1.0) / 5.0);
  axis.maximum = std::min(5.0 * std::ceil((high + 1.0) / 5.0), 5.0);
  return axis;
}

Markup draw(const Scene& scene, Plot::Size size, bool narrow, std::string_view id,
            std::string_view description) {
  const Curve mix = shares(scene, scene.mix);
  const Curve master = scene.master ? shares(scene, *scene.master) : Curve{};
  Axis x;
  x.minimum = scene.edges_hz.front();
  x.maximum = scene.edges_hz.back();
  x.logarithmic = true;
  Plot plot{size, x, level_axis(scene, {mix, master})};
  plot.grid(frequency_ticks(x.minimum, x.maximum, narrow),
            level_ticks(plot.y().minimum, plot.y().maximum, 6));
  if (const PopulationBand* population = scene.population)
    for (std::size_t i = 0; i < scene.band_count(); ++i) {
      const double low_hz = scene.edges_hz[i], high_hz = scene.edges_hz[i + 1];
      plot.box(low_hz, population->p10_db[i], high_hz, population->p90_db[i], "band-outer");
      plot.box(low_hz, population->p25_db[i], high_hz, population->p75_db[i], "band-inner");
      plot.curve({Point{low_hz, population->p50_db[i]}, Point{high_hz, population->p50_db[i]}},
                 "median");
    }
  // The mix's dashes and rings on top: where the two agree, both can still be seen.
  plot.curve(master, "master");
  plot.curve(mix, "mix");
  for (const auto& point : master)
    if (point) plot.dot(*point, 3.0, "dot-master");
  for (const auto& point : mix)
    if (point) plot.dot(*point, 4.6, "dot-mix");
  plot.axis_titles("Frequency (Hz)", "Share of the sound (dB)");
  return plot.finish(id, "Tone in nine bands", description);
}

std::string caption(const Scene& scene) {
  const Spectrum& shown = scene.master ? *scene.master : scene.mix;
  const std::string who = scene.master ? "The master" : "The mix";
  if (!scene.population) return "How the sound is shared out between bass and treble.";
  std::string outside;
  std::size_t outside_count = 0;
  for (std::size_t i = 0; i < std::min(scene.band_count(), shown.share_db.size()); ++i) {
    if (!is_number(shown.share_db[i])) continue;
    const double db = *shown.share_db[i];
    const bool above = db > scene.population->p90_db[i], below = db < scene.population->p10_db[i];
    if (!above && !below) continue;
    ++outside_count;
    const double low_hz = scene.edges_hz[i], high_hz = scene.edges_hz[i + 1];
    outside += (outside.empty() ? "" : "; ") + (above ? std::string{"more "} : "less ") +
               band_nickname(low_hz, high_hz) + " (" + band(low_hz, high_hz) + ")";
  }
  const std::string crowd = "the middle 80\u00A0% of " + std::to_string(scene.population->n) + " " +
                            (scene.population->name == "all" ? "" : scene.population->name + " ") +
                            "recordings";
  if (outside_count == 0) return who + " lies within " + crowd + " in every band.";
  return who + " lies outside " + crowd + " in " + count(outside_count, "band", "bands") + ": " +
         outside + ".";
}

std::string spoken(const Scene& scene) {
  std::string words;
  for (std::size_t i = 0; i < scene.band_count(); ++i) {
    const auto share = [&](const Spectrum& spectrum) {
      return number(i < spectrum.share_db.size() ? spectrum.share_db[i] : Maybe{});
    };
    words += band(scene.edges_hz[i], scene.edges_hz[i + 1]) + ": mix " + share(scene.mix);
    if (scene.master) words += ", master " + share(*scene.master);
    if (scene.population)
      words += ", usual " + number(scene.population->p10_db[i]) + " to " +
               number(scene.population->p90_db[i]);
    words += " dB. ";
  }
  return words;
}

}  // namespace

Markup tone_figure(const TrackPage& track, std::size_t index) {
  const Spectrum& mix = track.mix.spectrum;
  const bool has_master = track.master && !track.master->spectrum.share_db.empty();
  const std::vector<double>& edges_hz =
      mix.bands_hz.empty() && has_master ? track.master->spectrum.bands_hz : mix.bands_hz;
  const auto has_value = [](const Spectrum& one) {
    return std::any_of(one.share_db.begin(), one.share_db.end(), is_number);
  };
  const bool ascending = std::is_sorted(edges_hz.begin(), edges_hz.end());
  if (edges_hz.size() < 2 || edges_hz.front() <= 0.0 || !ascending) return {};
  if (!has_value(mix) && !(has_master && has_value(track.master->spectrum))) return {};

  const PopulationBand& population = track.population;
  const Scene scene{edges_hz, fits(population, edges_hz.size() - 1) ? &population : nullptr, mix,
                    has_master ? &track.master->spectrum : nullptr};
  std::vector<LegendEntry> legend{{"swatch-mix", "Mix"}};
  if (scene.master) legend.push_back({"swatch-master", "Master"});
  if (scene.population) {
    const std::string crowd = std::to_string(population.n) + " " +
                              (population.name == "all" ? "recordings" : population.name);
    legend.push_back({"swatch-outer", "Middle 80\u00A0% of " + crowd});
    legend.push_back({"swatch-inner", "Middle half"});
    legend.push_back({"swatch-median", "Median"});
  }
  const std::string description = spoken(scene);
  return figure("Tone in nine bands", caption(scene), legend,
                draw(scene, {480.0, 330.0}, false, figure_id(index, "tone", false), description),
                draw(scene, {350.0, 290.0}, true, figure_id(index, "tone", true), description));
}

}  // namespace lacquer::report
