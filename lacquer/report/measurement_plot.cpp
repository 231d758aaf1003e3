#include "lacquer/report/measurement_plot.h"

#include <algorithm>
#include <cmath>

#include "lacquer/report/markup.h"
#include "lacquer/report/spectrogram_plot.h"
#include "lacquer/report/svg.h"
#include "lacquer/report/words.h"

namespace lacquer::report {
namespace {

using measure::Maybe;
using measure::Measurement;

constexpr double width_px = 1000.0, left_px = 62.0, right_px = 18.0;
constexpr double heading_px = 62.0;
constexpr std::string_view stroke = "\u2501\u2501";  // a piece of curve in the key, as letters

// Colours hold on white and on black paper; the drawing brings its own paper all the same.
constexpr const char* style = R"css(
svg { background: #fff; font: 12px "Helvetica Neue", "Liberation Sans", "DejaVu Sans", sans-serif; }
text { fill: #5b6168; } .title { fill: #1d2126; font-size: 19px; font-weight: 600; }
.panel { fill: #1d2126; font-size: 13.5px; font-weight: 600; } .key, .note { fill: #5b6168; }
.grid { stroke: #e7e9ec; } .axis { stroke: #a9afb6; } .zero { stroke: #a9afb6; }
.first, .second, .third { fill: none; stroke-linejoin: round; }
.first { stroke: #0b5c8f; stroke-width: 2; } .second { stroke: #d4781c; stroke-width: 1.3; }
.third { stroke: #d4781c; stroke-width: 2; }
.key-first { fill: #0b5c8f; } .key-second, .key-third { fill: #d4781c; }
.key-level { fill: #2f7d4f; } .range { fill: #dbe8e1; } .level { stroke: #2f7d4f; stroke-dasharray: 3 4; }
.fail { --mark: #b3171b; } .warn { --mark: #b87503; } .info { --mark: #74808c; }
.fail rect, .warn rect, .info rect { fill: var(--mark); }
.fail line, .warn line, .info line { stroke: var(--mark); stroke-dasharray: 2 4; }
)css";

bool is_number(const Maybe& value) { return value && std::isfinite(*value); }

bool any(const std::vector<Maybe>& values) {
  return std::any_of(values.begin(), values.end(), is_number);
}

double duration_s(const Measurement& m) {
  return static_cast<double>(m.frame_count) / m.format.sample_rate_hz;
}

/// One value each second; of many in one pixel the lowest and the highest are drawn, so that hours
/// stay small and no peak is lost. `window_s` is what a value looks back over: it is drawn in the
/// middle of that.
Curve over_time(const std::vector<Maybe>& values, double step_s, double window_s) {
  const auto most = static_cast<std::size_t>(width_px);
  const std::size_t group = std::max<std::size_t>(1, (values.size() + most - 1) / most);
  Curve points;
  for (std::size_t first = 0; first < values.size(); first += group) {
    Maybe low, high;
    for (std::size_t i = first; i < std::min(first + group, values.size()); ++i)
      if (is_number(values[i])) {
        low = std::min(low.value_or(*values[i]), *values[i]);
        high = std::max(high.value_or(*values[i]), *values[i]);
      }
    const double end_s =
        step_s * (static_cast<double>(first) + 0.5 * static_cast<double>(group + 1));
    const double x = std::max(0.0, end_s - 0.5 * window_s);
    if (!low) {
      points.push_back(std::nullopt);
      continue;
    }
    points.push_back(Point{x, *low});
    if (*high > *low) points.push_back(Point{x, *high});
  }
  return points;
}

/// A panel with its title and, at the right end of the same line, the key to its curves.
struct Key {
  Markup::Piece style_class;
  std::string words;
};

class Sheet {
 public:
  void panel(const std::string& title, const std::vector<Key>& keys, const Plot& plot) {
    Markup words;
    words << "<text class=\"panel\" x=\"" << px(left_px) << "\" y=\"16\">" << text(title)
          << "</text>";
    words << "<text class=\"key\" text-anchor=\"end\" x=\"" << px(width_px - right_px)
          << "\" y=\"16\">";
    for (std::size_t i = 0; i < keys.size(); ++i)
      words << "<tspan dx=\"" << either(i == 0, "0", "22") << "\" class=\"" << keys[i].style_class
            << "\">" << text(stroke) << "</tspan><tspan dx=\"6\">" << text(keys[i].words)
            << "</tspan>";
    words << "</text>";
    place(words << "<g transform=\"translate(0 20)\">" << plot.shapes() << "</g>",
          plot.size().height_px + 34.0);
  }

  std::string finish(std::string_view title, std::string_view facts) const {
    Markup out;
    out << "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 " << px(width_px) << " "
        << px(y_px_) << "\" width=\"" << px(width_px) << "\" height=\"" << px(y_px_)
        << "\" role=\"img\"><title>" << text(title) << "</title><desc>" << text(facts)
        << "</desc><style>" << style_sheet() << "</style><rect width=\"100%\" height=\"100%\" "
        << "fill=\"#fff\"/><text class=\"title\" x=\"" << px(left_px) << "\" y=\"30\">"
        << text(title) << "</text><text x=\"" << px(left_px) << "\" y=\"50\">" << text(facts)
        << "</text>" << body_ << "</svg>\n";
    return std::move(out).html();
  }

 private:
  static Markup style_sheet() { return text(style); }

  void place(const Markup& shapes, double height_px) {
    body_ << "<g transform=\"translate(0 " << px(y_px_) << ")\">" << shapes << "</g>\n";
    y_px_ += height_px;
  }

  Markup body_;
  double y_px_ = heading_px;
};

Plot::Size size(double height_px) {
  return {.width_px = width_px,
          .height_px = height_px,
          .left_px = left_px,
          .right_px = right_px,
          .top_px = 8.0,
          .bottom_px = 42.0};
}

Plot plot_over_time(const Measurement& m, double height_px, Axis y) {
  return {size(height_px), Axis{.maximum = std::max(duration_s(m), 0.1)}, y};
}

void time_grid(Plot& plot, const Measurement& m, const std::vector<Tick>& levels,
               std::string_view y_title) {
  plot.grid(time_ticks(plot.x().maximum, 14), levels);
  plot.axis_titles(duration_s(m) >= 3600.0 ? "Time (h:min:s)" : "Time (min:s)", y_title);
}

Markup::Piece mark_class(measure::Severity severity) {
  switch (severity) {
    case measure::Severity::fail:
      return "fail";
    case measure::Severity::warn:
      return "warn";
    case measure::Severity::info:
      break;
  }
  return "info";
}

void draw_findings(Plot& plot, const std::vector<measure::Finding>& findings) {
  for (const auto& finding : findings) {
    const double from_px = plot.x().at(finding.start_s), to_px = plot.x().at(finding.end_s);
    Markup mark;
    mark << "<g class=\"" << mark_class(finding.severity) << "\"><title>"
         << text(precise_time(finding.start_s)) << " " << text(finding.message)
         << "</title><rect x=\"" << px(from_px - 1.0) << "\" y=\"" << px(plot.y().to_px - 7.0)
         << "\" width=\"" << px(std::max(to_px - from_px, 0.0) + 2.0)
         << "\" height=\"5\"/><line x1=\"" << px(from_px) << "\" y1=\"" << px(plot.y().to_px)
         << "\" x2=\"" << px(from_px) << "\" y2=\"" << px(plot.y().from_px) << "\"/></g>";
    plot.add(mark);
  }
}

void loudness_panel(Sheet& sheet, const Measurement& m) {
  const auto& series = m.series;
  if (!any(series.momentary_lufs)) return;
  std::vector<double> levels;
  for (const auto& level : series.momentary_lufs)
    if (is_number(level)) levels.push_back(*level);
  std::sort(levels.begin(), levels.end());
  Axis y;
  y.maximum = 5.0 * std::ceil((levels.back() + 1.0) / 5.0);
  // Fades would squeeze the music into a strip: the quietest 3 % may leave the plot at its foot.
  y.minimum =
      5.0 * std::floor(std::max(levels[levels.size() * 3 / 100] - 1.0, y.maximum - 50.0) / 5.0);
  Plot plot = plot_over_time(m, 230.0, y);
  time_grid(plot, m, level_ticks(y.minimum, y.maximum, 6), "LUFS");
  plot.curve(over_time(series.momentary_lufs, series.step_s, 0.4), "second");
  plot.curve(over_time(series.short_term_lufs, series.step_s, 3.0), "first");
  std::vector<Key> keys = {{"key-first", "short-term"}, {"key-second", "momentary"}};
  if (is_number(m.loudness.integrated_lufs)) {
    plot.horizontal(*m.loudness.integrated_lufs, "level");
    keys.push_back({"key-level", "integrated"});
  }
  draw_findings(plot, m.findings);
  std::string title = "Loudness over time";
  if (!m.findings.empty())
    title += ", " + count(m.findings.size(), "finding", "findings") + " marked";
  sheet.panel(title, keys, plot);
}

void spectrum_panel(Sheet& sheet, const Measurement& m, const TonalRange& range) {
  const auto& s = m.spectrum;
  if (!any(s.twelfth_octave_mid_db)) return;
  double top = -200.0;
  for (const auto* levels : {&s.twelfth_octave_mid_db, &s.twelfth_octave_side_db})
    for (const auto& level : *levels)
      if (is_number(level)) top = std::max(top, *level);
  Axis y;
  y.maximum = 10.0 * std::ceil((top + 1.0) / 10.0);
  y.minimum = y.maximum - 80.0;
  const Axis x{.minimum = s.twelfth_octave_hz.front(),
               .maximum = s.twelfth_octave_hz.back(),
               .logarithmic = true};
  Plot plot{size(290.0), x, y};
  std::vector<Key> keys;
  for (const auto& band : range.bands)
    plot.box(band.from_hz, band.low_db, band.to_hz, band.high_db, "range");
  plot.grid(frequency_ticks(x.minimum, x.maximum, false), level_ticks(y.minimum, y.maximum, 8));
  plot.axis_titles("Frequency (Hz)", "dBFS per 1/12 octave");
  const auto curve = [&](const std::vector<Maybe>& levels) {
    Curve points;
    for (std::size_t i = 0; i < levels.size(); ++i)
      points.push_back(is_number(levels[i])
                           ? std::optional{Point{s.twelfth_octave_hz[i], *levels[i]}}
                           : std::nullopt);
    return points;
  };
  const bool has_side = any(s.twelfth_octave_side_db);
  if (has_side) plot.curve(curve(s.twelfth_octave_side_db), "third");
  plot.curve(curve(s.twelfth_octave_mid_db), "first");
  keys.push_back({"key-first", has_side ? "mid" : "level"});
  if (has_side) keys.push_back({"key-third", "side"});
  std::string title = "Long-term spectrum";
  if (!range.bands.empty())
    title += "; green: the middle 80 % of " + std::to_string(range.n) + " tracks (" +
             range.population + ")";
  sheet.panel(title, keys, plot);
}

void stereo_panel(Sheet& sheet, const Measurement& m) {
  if (!any(m.series.correlation) && !any(m.series.width)) return;
  Plot plot = plot_over_time(m, 190.0, Axis{.minimum = -1.0, .maximum = 1.0});
  time_grid(plot, m, level_ticks(-1.0, 1.0, 4), "");
  plot.horizontal(0.0, "zero");
  plot.curve(over_time(m.series.width, m.series.step_s, 1.0), "second");
  plot.curve(over_time(m.series.correlation, m.series.step_s, 1.0), "first");
  sheet.panel("Stereo, second by second",
              {{"key-first", "correlation"}, {"key-second", "width (side's share of the power)"}},
              plot);
}

void spectrogram_panel(Sheet& sheet, const Measurement& m) {
  const auto& spectrogram = m.series.spectrogram;
  if (spectrogram.level_dbfs.empty() || spectrogram.hz.size() < 2) return;
  sheet.panel("Spectrogram, 1/6 octave, from " + with_unit(loudest_dbfs(spectrogram), "dBFS", 0) +
                  " (light) down by " + number(spectrogram_depth_db, 0) + " dB",
              {}, spectrogram_plot(spectrogram, duration_s(m), size(300.0)));
}

std::string facts(const Measurement& m) {
  std::string words = clock_time(duration_s(m)) + " min";
  const auto add = [&](const std::string& what, const Maybe& value, const std::string& unit) {
    if (is_number(value)) words += "  ·  " + what + " " + with_unit(value, unit);
  };
  add("integrated", m.loudness.integrated_lufs, "LUFS");
  add("range", m.loudness.range_lu, "LU");
  add("true peak", m.peak.true_dbtp, "dBTP");
  add("peak to loudness", m.dynamics.plr_lu, "LU");
  if (is_number(m.stereo.correlation))
    words += "  ·  correlation " + number(m.stereo.correlation, 2);
  return words;
}

}  // namespace

std::string measurement_svg(std::string_view title, const Measurement& m, const TonalRange& range) {
  Sheet sheet;
  loudness_panel(sheet, m);
  spectrum_panel(sheet, m, range);
  stereo_panel(sheet, m);
  spectrogram_panel(sheet, m);
  return sheet.finish(title, facts(m));
}

}  // namespace lacquer::report
