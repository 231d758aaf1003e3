#include <algorithm>
#include <cmath>

#include "lacquer/report/plots.h"
#include "lacquer/report/svg.h"
#include "lacquer/report/words.h"

namespace lacquer::report {
namespace {

using measure::Maybe;
using measure::Spectrum;

constexpr double shown_range_db = 72.0;  // deeper is rumble or the low-pass of a codec

Curve levels(const Spectrum& spectrum) {
  Curve points(spectrum.third_octave_hz.size());
  for (std::size_t i = 0; i < std::min(points.size(), spectrum.third_octave_db.size()); ++i) {
    const Maybe& db = spectrum.third_octave_db[i];
    const double hz = spectrum.third_octave_hz[i];
    if (db && std::isfinite(*db) && hz > 0.0) points[i] = {hz, *db};
  }
  return points;
}

/// Master minus mix, less its median: the change of tone without the change of level.
Curve change(const Curve& mix, const Curve& master) {
  Curve points(std::min(mix.size(), master.size()));
  std::vector<double> differences_db;
  for (std::size_t i = 0; i < points.size(); ++i) {
    if (!mix[i] || !master[i] || mix[i]->x != master[i]->x) continue;
    points[i] = {mix[i]->x, master[i]->y - mix[i]->y};
    differences_db.push_back(points[i]->y);
  }
  if (differences_db.empty()) return {};
  const auto middle =
      differences_db.begin() + static_cast<std::ptrdiff_t>(differences_db.size() / 2);
  std::nth_element(differences_db.begin(), middle, differences_db.end());
  for (auto& point : points)
    if (point) point->y -= *middle;
  return points;
}

double highest(const Curve& curve, double otherwise) {
  for (const auto& point : curve)
    if (point) otherwise = std::max(otherwise, point->y);
  return otherwise;
}

double lowest(const Curve& curve, double otherwise) {
  for (const auto& point : curve)
    if (point) otherwise = std::min(otherwise, point->y);
  return otherwise;
}

struct Scene {
  Curve mix, master, change;
};

Axis frequency_axis() { return {20.0, 20000.0, true}; }

Markup draw_levels(const Scene& scene, Plot::Size size, bool narrow, std::string_view id,
                   std::string_view description) {
  const double top_db = std::max(highest(scene.mix, -300.0), highest(scene.master, -300.0));
  const double bottom_db = std::min(lowest(scene.mix, 300.0), lowest(scene.master, 300.0));
  Axis y;
  y.maximum = 10.0 * std::ceil((top_db + 2.0) / 10.0);
  y.minimum =
      10.0 *
      std::floor(std::max(std::min(bottom_db, top_db - 30.0), top_db - shown_range_db) / 10.0);
  Plot plot{size, frequency_axis(), y};
  plot.grid(frequency_ticks(20.0, 20000.0, narrow), level_ticks(y.minimum, y.maximum, 6));
  plot.curve(scene.master, "master");
  plot.curve(scene.mix, "mix");
  plot.axis_titles(scene.change.empty() ? "Frequency (Hz)" : "", "Level (dBFS)");
  return plot.finish(id, "Third-octave spectrum", description);
}

Markup draw_change(const Scene& scene, Plot::Size size, bool narrow, std::string_view id) {
  const double largest_db = std::max({highest(scene.change, 0.0), -lowest(scene.change, 0.0), 1.0});
  const double limit_db = std::min(largest_db <= 2.0   ? 2.0
                                   : largest_db <= 4.0 ? 4.0
                                                       : 6.0 * std::ceil(largest_db / 6.0),
                                   24.0);
  Plot plot{size, frequency_axis(), {-limit_db, limit_db}};
  std::vector<Tick> ticks;
  for (const double db : {-limit_db, 0.0, limit_db}) ticks.push_back({db, signed_number(db, 0)});
  plot.grid(frequency_ticks(20.0, 20000.0, narrow), ticks);
  plot.horizontal(0.0, "zero");
  plot.curve(scene.change, "change");
  plot.axis_titles("Frequency (Hz)", "Change (dB)");
  return plot.finish(id, "Change of tone from mix to master",
                     "From " + signed_number(lowest(scene.change, 0.0)) + " to " +
                         signed_number(highest(scene.change, 0.0)) +
                         " dB around the change of level.");
}

Markup draw(const Scene& scene, bool narrow, std::size_t index) {
  const std::string description =
      "Levels from " + number(lowest(scene.mix, 0.0)) + " to " +
      number(highest(scene.mix, -300.0)) + " dBFS in the mix" +
      (scene.master.empty() ? std::string{}
                            : ", " + number(lowest(scene.master, 0.0)) + " to " +
                                  number(highest(scene.master, -300.0)) + " dBFS in the master") +
      ", 20 Hz to 20 kHz.";
  const double width_px = narrow ? 350.0 : 480.0;
  Plot::Size above{width_px, narrow ? 220.0 : 226.0};
  if (scene.change.empty())
    above.height_px += 90.0;
  else
    above.bottom_px = 24.0;
  Markup out = draw_levels(scene, above, narrow, figure_id(index, "thirds", narrow), description);
  if (!scene.change.empty())
    out << draw_change(scene, {width_px, 104.0}, narrow, figure_id(index, "change", narrow));
  return out;
}

std::string caption(const Scene& scene) {
  if (scene.change.empty()) return "The level of each third of an octave.";
  const double up_db = highest(scene.change, 0.0), down_db = lowest(scene.change, 0.0);
  if (std::max(up_db, -down_db) < 0.25)
    return "The tone is the mix\u2019s own: nothing moved by more than a quarter of a decibel.";
  const auto place = [&](double db) {
    const auto found = std::find_if(scene.change.begin(), scene.change.end(),
                                    [&](const auto& point) { return point && point->y == db; });
    return found == scene.change.end() ? std::string{} : frequency((*found)->x);
  };
  const std::string lift = signed_number(up_db) + "\u00A0dB at " + place(up_db);
  const std::string cut = signed_number(down_db) + "\u00A0dB at " + place(down_db);
  const std::string largest = up_db < 0.25 ? cut : down_db > -0.25 ? lift : cut + ", " + lift;
  return "The level of each third of an octave. Below, what mastering changed in tone, the change "
         "of level set aside: " +
         largest + ".";
}

}  // namespace

Markup third_octave_figure(const TrackPage& track, std::size_t index) {
  Scene scene;
  scene.mix = levels(track.mix.spectrum);
  if (track.master) scene.master = levels(track.master->spectrum);
  const auto has_value = [](const Curve& curve) {
    return std::any_of(curve.begin(), curve.end(), [](const auto& point) { return !!point; });
  };
  if (!has_value(scene.master)) scene.master.clear();
  if (!has_value(scene.mix) && scene.master.empty()) return {};
  scene.change = change(scene.mix, scene.master);

  std::vector<LegendEntry> legend{{"swatch-mix", "Mix"}};
  if (!scene.master.empty()) legend.push_back({"swatch-master", "Master"});
  if (!scene.change.empty()) legend.push_back({"swatch-change", "Change of tone"});
  return figure("Third-octave spectrum", caption(scene), legend, draw(scene, false, index),
                draw(scene, true, index));
}

}  // namespace lacquer::report
