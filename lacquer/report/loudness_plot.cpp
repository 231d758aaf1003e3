#include <algorithm>
#include <cmath>

#include "lacquer/base/units.h"
#include "lacquer/report/plots.h"
#include "lacquer/report/svg.h"
#include "lacquer/report/words.h"

namespace lacquer::report {
namespace {

using measure::Maybe;
using measure::Measurement;

constexpr double absolute_gate_lufs = -70.0;  // BS.1770-4, annex 1
constexpr double relative_gate_lu = -10.0;

bool is_number(const Maybe& value) { return value && std::isfinite(*value); }

struct Scene {
  const Measurement& mix;
  const Measurement* master = nullptr;
  Maybe target_lufs, gate_lufs;
  std::vector<ListedFinding> findings;
  double end_s = 0.0;
};

double end_of(const Measurement& one) {
  const double by_series =
      one.series.step_s * static_cast<double>(one.series.short_term_lufs.size());
  const double by_frames = static_cast<double>(one.frame_count) / one.format.sample_rate_hz;
  return std::max(by_series, std::isfinite(by_frames) ? by_frames : 0.0);
}

/// The relative gate of the integrated loudness, from the momentary values at hand.
Maybe relative_gate(const Measurement& one) {
  double power = 0.0;
  int blocks = 0;
  for (const Maybe& momentary : one.series.momentary_lufs)
    if (is_number(momentary) && *momentary > absolute_gate_lufs) {
      power += power_from_db(*momentary);
      ++blocks;
    }
  if (blocks == 0) return {};
  return db_from_power(power / blocks) + relative_gate_lu;
}

/// A value is known when its three seconds are over; it is drawn in their middle.
double middle_s(const Measurement& one, std::size_t value) {
  return std::max(one.series.step_s * static_cast<double>(value + 1) - 1.5, 0.0);
}

/// At most two points a pixel, the lowest and the highest in it, so that hours stay small and no
/// peak is lost.
Curve thinned(const Measurement& one, double width_px) {
  const auto& values = one.series.short_term_lufs;
  const auto wanted = static_cast<std::size_t>(std::max(width_px, 1.0));
  const std::size_t group = std::max<std::size_t>(1, (values.size() + wanted - 1) / wanted);
  Curve points;
  for (std::size_t first = 0; first < values.size(); first += group) {
    std::optional<std::size_t> low, high;
    bool has_gap = false;
    for (std::size_t i = first; i < std::min(first + group, values.size()); ++i) {
      if (!is_number(values[i])) {
        has_gap = true;
        continue;
      }
      if (!low || *values[i] < *values[*low]) low = i;
      if (!high || *values[i] > *values[*high]) high = i;
    }
    const auto push = [&](std::size_t i) { points.push_back(Point{middle_s(one, i), *values[i]}); };
    if (low) push(std::min(*low, *high));
    if (low && *low != *high) push(std::max(*low, *high));
    if (has_gap) points.push_back(std::nullopt);
  }
  return points;
}

Axis level_axis(const Scene& scene) {
  std::vector<double> values;
  for (const Measurement* one : {&scene.mix, scene.master})
    if (one)
      for (const Maybe& lufs : one->series.short_term_lufs)
        if (is_number(lufs)) values.push_back(*lufs);
  std::sort(values.begin(), values.end());
  double top = values.back();
  // Fades would squeeze the music into a strip: the quietest 3 % may leave the plot at its foot.
  double bottom = values[values.size() * 3 / 100];
  for (const Maybe& level : {scene.target_lufs, scene.gate_lufs})
    if (level) {
      top = std::max(top, *level);
      bottom = std::min(bottom, *level);
    }
  Axis axis;
  axis.maximum = 5.0 * std::ceil((top + 1.0) / 5.0);
  axis.minimum = 5.0 * std::floor((std::max(bottom, top - 45.0) - 1.0) / 5.0);
  return axis;
}

Markup::Piece mark_class(measure::Severity severity) {
  switch (severity) {
    case measure::Severity::fail:
      return "mark-fail";
    case measure::Severity::warn:
      return "mark-warn";
    case measure::Severity::info:
      return "mark-info";
  }
  return "mark-info";
}

/// Numbered marks in a strip above the plot, with the time each finding lasts.
void draw_findings(Plot& plot, const std::vector<ListedFinding>& findings) {
  double free_from_px = 0.0;
  for (const ListedFinding& listed : findings) {
    const measure::Finding& finding = *listed.finding;
    const double start_px = plot.x().at(finding.start_s), end_px = plot.x().at(finding.end_s);
    const Markup::Piece style = mark_class(finding.severity);
    Markup mark;
    mark << "<g class=\"" << style << "\"><title>" << text(std::to_string(listed.number)) << ". "
         << text(finding.message) << "</title><rect class=\"span\" x=\"" << px(start_px - 1.0)
         << "\" y=\"20\" width=\"" << px(std::max(end_px - start_px, 0.0) + 2.0)
         << "\" height=\"4\" rx=\"1\"/><line x1=\"" << px(start_px) << "\" y1=\"24\" x2=\""
         << px(start_px) << "\" y2=\"" << px(plot.y().from_px) << "\"/>";
    const std::string digits = std::to_string(listed.number);
    const double half_width_px = 4.0 + 3.6 * static_cast<double>(digits.size());
    if (start_px - half_width_px >= free_from_px) {
      mark << "<rect class=\"flag\" x=\"" << px(start_px - half_width_px) << "\" y=\"1\" width=\""
           << px(2.0 * half_width_px) << "\" height=\"17\" rx=\"3\"/><text x=\"" << px(start_px)
           << "\" y=\"13.5\" text-anchor=\"middle\">" << text(digits) << "</text>";
      free_from_px = start_px + half_width_px + 2.0;
    }
    mark << "</g>";
    plot.add(mark);
  }
}

Markup draw(const Scene& scene, Plot::Size size, bool narrow, std::string_view id,
            std::string_view description) {
  if (!scene.findings.empty()) size.top_px = 28.0;
  Axis x;
  x.maximum = scene.end_s;
  Plot plot{size, x, level_axis(scene)};
  plot.grid(time_ticks(scene.end_s, narrow ? 5 : 12),
            level_ticks(plot.y().minimum, plot.y().maximum, 6));
  if (scene.gate_lufs) plot.box(0.0, plot.y().minimum, scene.end_s, *scene.gate_lufs, "gated");
  const double width_px = plot.x().to_px - plot.x().from_px;
  if (scene.master) plot.curve(thinned(*scene.master, width_px), "master");
  plot.curve(thinned(scene.mix, width_px), "mix");
  if (scene.target_lufs) {
    plot.horizontal(*scene.target_lufs, "target");
    plot.label(plot.x().to_px - 4.0, plot.y().at(*scene.target_lufs) - 5.0, "end",
               "target " + with_unit(*scene.target_lufs, "LUFS"), "note");
  }
  if (scene.gate_lufs)
    plot.label(plot.x().from_px + 6.0, plot.y().at(*scene.gate_lufs) + 13.0, "start",
               "below the gate", "note");
  draw_findings(plot, scene.findings);
  plot.axis_titles(scene.end_s >= 3600.0 ? "Time (h:min:s)" : "Time (min:s)",
                   "Short-term loudness (LUFS)");
  return plot.finish(id, "Loudness over time", description);
}

std::string caption(const Scene& scene) {
  const Measurement& shown = scene.master ? *scene.master : scene.mix;
  const auto& values = shown.series.short_term_lufs;
  const auto loudest = std::max_element(
      values.begin(), values.end(),
      [](const Maybe& a, const Maybe& b) { return is_number(b) && (!is_number(a) || *a < *b); });
  std::string words = "Each point is the loudness of three seconds.";
  if (loudest != values.end() && is_number(*loudest))
    words += std::string{" The loudest passage of the "} + (scene.master ? "master" : "mix") +
             " is around " +
             clock_time(middle_s(shown, static_cast<std::size_t>(loudest - values.begin()))) +
             ", " + with_unit(**loudest, "LUFS") + ".";
  if (!scene.findings.empty()) words += " The numbered marks are the findings listed below.";
  return words;
}

}  // namespace

Markup loudness_figure(const TrackPage& track, std::size_t index) {
  const auto has_value = [](const Measurement& one) {
    return std::any_of(one.series.short_term_lufs.begin(), one.series.short_term_lufs.end(),
                       is_number);
  };
  const bool has_master = track.master && has_value(*track.master);
  if (!has_value(track.mix) && !has_master) return {};

  Scene scene{track.mix, has_master ? &*track.master : nullptr, target_lufs(track),
              relative_gate(has_master ? *track.master : track.mix), listed_findings(track)};
  scene.end_s = end_of(track.mix);
  if (has_master) scene.end_s = std::max(scene.end_s, end_of(*track.master));
  if (!(scene.end_s > 0.0)) return {};

  std::vector<LegendEntry> legend{{"swatch-mix", "Mix"}};
  if (has_master) legend.push_back({"swatch-master", "Master"});
  if (scene.target_lufs) legend.push_back({"swatch-target", "Target for the whole track"});
  if (scene.gate_lufs)
    legend.push_back({"swatch-gated", has_master
                                          ? "Below the master\u2019s gate: too quiet to count"
                                          : "Below the gate: too quiet to count"});
  const std::string description = caption(scene);
  const double extra_px = scene.findings.empty() ? 0.0 : 16.0;
  Plot::Size wide{1000.0, 300.0 + extra_px}, narrow{350.0, 270.0 + extra_px};
  return figure("Loudness over time", description, legend,
                draw(scene, wide, false, figure_id(index, "loudness", false), description),
                draw(scene, narrow, true, figure_id(index, "loudness", true), description));
}

}  // namespace lacquer::report
