#include "lacquer/report/target_plot.h"

#include <algorithm>
#include <cassert>

#include "lacquer/report/svg.h"

namespace lacquer::report {
namespace {

constexpr double width_px = 720.0, height_px = 380.0, heading_px = 58.0;

constexpr char style[] = R"css(
svg { font: 12px system-ui, sans-serif; } text { fill: #3b4046; }
.title { fill: #1d2126; font-size: 17px; font-weight: 600; }
.grid { stroke: #e7e9ec; } .axis { stroke: #a9afb6; }
.outer { fill: #dbe8e1; } .inner { fill: #a9cdb9; }
.median { fill: none; stroke: #2f7d4f; stroke-width: 2; }
)css";

}  // namespace

std::string target_svg(const PopulationBand& band, const std::vector<double>& edges_hz) {
  assert(!band.p50_db.empty() && edges_hz.size() == band.p50_db.size() + 1);
  const double low_db = *std::min_element(band.p10_db.begin(), band.p10_db.end());
  const double high_db = *std::max_element(band.p90_db.begin(), band.p90_db.end());
  const Axis x{.minimum = edges_hz.front(), .maximum = edges_hz.back(), .logarithmic = true};
  const Axis y{.minimum = low_db - 2.0, .maximum = high_db + 2.0};
  Plot plot{{.width_px = width_px, .height_px = height_px, .left_px = 52.0}, x, y};
  plot.grid(frequency_ticks(x.minimum, x.maximum, false), level_ticks(y.minimum, y.maximum, 6));
  for (std::size_t i = 0; i < band.p50_db.size(); ++i) {
    plot.box(edges_hz[i], band.p10_db[i], edges_hz[i + 1], band.p90_db[i], "outer");
    plot.box(edges_hz[i], band.p25_db[i], edges_hz[i + 1], band.p75_db[i], "inner");
    plot.curve({Point{edges_hz[i], band.p50_db[i]}, Point{edges_hz[i + 1], band.p50_db[i]}},
               "median");
  }
  plot.axis_titles("Frequency (Hz)", "Share of the sound (dB)");

  const std::string facts = std::to_string(band.n) + (band.n == 1 ? " track" : " tracks") +
                            "; the middle half dark, the middle 80 % light, the median a line";
  Markup out;
  out << "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 " << px(width_px) << " "
      << px(height_px + heading_px) << "\" width=\"" << px(width_px) << "\" height=\""
      << px(height_px + heading_px) << "\" role=\"img\"><title>" << text(band.name)
      << "</title><desc>" << text(facts) << "</desc><style>" << text(style)
      << "</style><rect width=\"100%\" height=\"100%\" fill=\"#fff\"/><text class=\"title\" "
      << "x=\"52\" y=\"28\">" << text(band.name) << "</text><text x=\"52\" y=\"48\">" << text(facts)
      << "</text><g transform=\"translate(0 " << px(heading_px) << ")\">" << plot.shapes()
      << "</g></svg>\n";
  return std::move(out).html();
}

}  // namespace lacquer::report
