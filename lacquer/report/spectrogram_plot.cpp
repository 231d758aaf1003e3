#include "lacquer/report/spectrogram_plot.h"

#include <algorithm>
#include <array>
#include <cassert>
#include <cmath>

#include "lacquer/report/words.h"

namespace lacquer::report {
namespace {

constexpr double lowest_dbfs = -120.0;
constexpr int shades = 20;

/// Dark for soft to light for loud, even steps to the eye and to those who see no colours.
std::string colour(double share) {
  constexpr std::array<std::array<double, 3>, 6> stops = {
      {{13, 14, 28}, {46, 28, 92}, {125, 36, 115}, {205, 70, 80}, {244, 148, 66}, {252, 236, 164}}};
  const double at = std::clamp(share, 0.0, 1.0) * (stops.size() - 1.0);
  const auto left = std::min(static_cast<std::size_t>(at), stops.size() - 2);
  std::string hex = "#";
  for (std::size_t i = 0; i < 3; ++i) {
    const auto value = static_cast<unsigned>(
        std::lround(std::lerp(stops[left][i], stops[left + 1][i], at - static_cast<double>(left))));
    for (const unsigned digit : {value / 16, value % 16}) hex += "0123456789abcdef"[digit];
  }
  return hex;
}

}  // namespace

double loudest_dbfs(const measure::Spectrogram& spectrogram) {
  double top = lowest_dbfs;
  for (const auto& column : spectrogram.level_dbfs)
    for (const double level : column) top = std::max(top, level);
  return top;
}

Plot spectrogram_plot(const measure::Spectrogram& s, double duration_s, Plot::Size size) {
  assert(!s.level_dbfs.empty() && s.hz.size() >= 2);
  const double top = loudest_dbfs(s);
  const double half_row = std::sqrt(s.hz[1] / s.hz[0]);
  Plot plot{size, Axis{.maximum = std::max(duration_s, 0.1)},
            Axis{.minimum = s.hz.front() / half_row,
                 .maximum = s.hz.back() * half_row,
                 .logarithmic = true}};
  // One path a shade: runs of equal shade in a row are one bar.
  std::array<Markup, shades> bars;
  const auto shade_of = [&](std::size_t column, std::size_t row) {
    const double share = 1.0 - (top - s.level_dbfs[column][row]) / spectrogram_depth_db;
    return std::clamp(static_cast<int>(share * shades), 0, shades - 1);
  };
  const auto edge_px = [&](std::size_t column) {
    const double edge_s = s.first_s + s.step_s * (static_cast<double>(column) - 0.5);
    return plot.x().at(column == 0 ? 0.0 : edge_s);
  };
  for (std::size_t row = 0; row < s.hz.size(); ++row) {
    const double high_px = plot.y().at(s.hz[row] * half_row);
    const double low_px = plot.y().at(s.hz[row] / half_row);
    for (std::size_t column = 0; column < s.level_dbfs.size();) {
      const int shade = shade_of(column, row);
      std::size_t end = column + 1;
      while (end < s.level_dbfs.size() && shade_of(end, row) == shade) ++end;
      const double from_px = edge_px(column);
      const double to_px = end == s.level_dbfs.size() ? plot.x().to_px : edge_px(end);
      if (shade > 0)  // the darkest is the ground
        bars[static_cast<std::size_t>(shade)] << "M" << px(from_px) << " " << px(high_px) << "H"
                                              << px(to_px) << "V" << px(low_px) << "H"
                                              << px(from_px) << "z";
      column = end;
    }
  }
  Markup picture;
  picture << "<g shape-rendering=\"crispEdges\"><rect x=\"" << px(plot.x().from_px) << "\" y=\""
          << px(plot.y().to_px) << "\" width=\"" << px(plot.x().to_px - plot.x().from_px)
          << "\" height=\"" << px(plot.y().from_px - plot.y().to_px) << "\" fill=\""
          << text(colour(0.0)) << "\"/>";
  for (std::size_t shade = 1; shade < bars.size(); ++shade)
    if (!bars[shade].empty())
      picture << "<path fill=\"" << text(colour(static_cast<double>(shade) / (shades - 1)))
              << "\" d=\"" << bars[shade] << "\"/>";
  picture << "</g>";
  auto frequencies = frequency_ticks(plot.y().minimum, plot.y().maximum, false);
  std::erase_if(frequencies, [](const Tick& tick) { return tick.label.empty(); });
  plot.grid(time_ticks(plot.x().maximum, 14), frequencies);
  plot.add(picture);
  plot.axis_titles(duration_s >= 3600.0 ? "Time (h:min:s)" : "Time (min:s)", "Hz");
  return plot;
}

}  // namespace lacquer::report
