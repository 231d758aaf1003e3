#include "testkit/figure.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

namespace lacquer::testkit {
namespace {

constexpr double width = 760.0, height = 400.0;
constexpr double left = 66.0, right = 564.0, top = 44.0, bottom = 348.0;
constexpr double legend_left = 582.0, legend_step = 21.0;
constexpr double most_apart_px = 0.75;
// M. Okabe and K. Ito 2008, "Color universal design": told apart by colour-blind readers.
constexpr const char* colours[] = {"#0072b2", "#d55e00", "#009e73",
                                   "#cc79a7", "#e69f00", "#56b4e9"};

std::string number(double value, int digits) {
  if (std::abs(value) < 0.5 * std::pow(10.0, -digits)) value = 0.0;  // no -0
  char text[64];
  const auto end = std::to_chars(text, std::end(text), value, std::chars_format::fixed, digits).ptr;
  return {text, end};
}
std::string px(double value) { return number(value, 1); }

std::string escaped(const std::string& words) {
  std::string out;
  for (const char c : words) out += c == '&' ? "&amp;" : c == '<' ? "&lt;" : std::string{c};
  return out;
}

/// 20, 500, 2k, 0.25: as few digits as say it.
std::string tick_label(double value) {
  const bool thousands = std::abs(value) >= 1000.0;
  std::string text = number(thousands ? value / 1000.0 : value, 3);
  text.erase(text.find_last_not_of('0') + 1);
  if (text.back() == '.') text.pop_back();
  return text + (thousands ? "k" : "");
}

double position(const Figure::Axis& axis, double value) {
  if (!axis.logarithmic) return (value - axis.from) / (axis.to - axis.from);
  return std::log(std::max(value, 1e-300) / axis.from) / std::log(axis.to / axis.from);
}

std::vector<double> chosen_ticks(const Figure::Axis& axis) {
  if (!axis.ticks.empty()) return axis.ticks;
  std::vector<double> ticks;
  if (axis.logarithmic) {
    for (double decade = std::pow(10.0, std::floor(std::log10(axis.from))); decade <= axis.to;
         decade *= 10.0)
      for (const double digit : {1.0, 2.0, 5.0})
        if (digit * decade >= 0.999 * axis.from && digit * decade <= 1.001 * axis.to)
          ticks.push_back(digit * decade);
    return ticks;
  }
  const double span = axis.to - axis.from, rough = span / 6.0;
  const double decade = std::pow(10.0, std::floor(std::log10(rough)));
  double step = decade;
  for (const double digit : {1.0, 2.0, 5.0, 10.0})
    if (digit * decade <= 1.2 * rough) step = digit * decade;
  for (double k = std::ceil(axis.from / step - 1e-9); k * step <= axis.to + 1e-9 * span; ++k)
    ticks.push_back(k * step);
  return ticks;
}

std::string text(double x, double y, const char* anchor, const std::string& words,
                 const std::string& more = "") {
  return "<text x=\"" + px(x) + "\" y=\"" + px(y) + "\" text-anchor=\"" + anchor + "\"" + more +
         ">" + escaped(words) + "</text>\n";
}

std::string line(double x0, double y0, double x1, double y1, const std::string& more) {
  return "<path d=\"M" + px(x0) + " " + px(y0) + "L" + px(x1) + " " + px(y1) + "\" " + more +
         "/>\n";
}

std::string stroke(const char* colour, Figure::Line style) {
  std::string dashes;
  if (style == Figure::Line::dashed) dashes = " stroke-dasharray=\"7 4\"";
  if (style == Figure::Line::dotted) dashes = " stroke-dasharray=\"2 3\"";
  return std::string{"fill=\"none\" stroke=\""} + colour + "\" stroke-width=\"1.8\"" + dashes;
}

/// Where a number begins, it is read; -1 characters: there is none.
std::ptrdiff_t read_number(const char* from, const char* end, double& value) {
  const auto result = std::from_chars(from, end, value, std::chars_format::fixed);
  return result.ec == std::errc{} ? result.ptr - from : -1;
}

/// The same characters, but numbers may differ a little.
bool alike(const std::string& a, const std::string& b) {
  const char *at_a = a.data(), *end_a = at_a + a.size();
  const char *at_b = b.data(), *end_b = at_b + b.size();
  while (at_a < end_a && at_b < end_b) {
    double value_a = 0.0, value_b = 0.0;
    const auto used_a = read_number(at_a, end_a, value_a);
    const auto used_b = read_number(at_b, end_b, value_b);
    if (used_a > 0 && used_b > 0) {
      if (std::abs(value_a - value_b) > most_apart_px) return false;
      at_a += used_a;
      at_b += used_b;
    } else if (*at_a++ != *at_b++) {
      return false;
    }
  }
  return at_a == end_a && at_b == end_b;
}

}  // namespace

Figure::Figure(std::string title, Axis x, Axis y)
    : title_{std::move(title)}, x_{std::move(x)}, y_{std::move(y)} {}

void Figure::curve(std::string name, Points points, Line style, int like) {
  const std::size_t colour =
      like >= 0 ? curves_[static_cast<std::size_t>(like)].colour : colours_++ % std::size(colours);
  curves_.push_back({std::move(name), std::move(points), style, colour});
}

std::string Figure::svg() const {
  const auto x_at = [&](double value) { return left + position(x_, value) * (right - left); };
  const auto y_at = [&](double value) { return bottom - position(y_, value) * (bottom - top); };
  std::string out = "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 " + px(width) + " " +
                    px(height) + "\" width=\"" + px(width) + "\" height=\"" + px(height) +
                    "\" role=\"img\" font-family=\"system-ui, sans-serif\" font-size=\"12\" "
                    "fill=\"#333333\">\n<title>" +
                    escaped(title_) + "</title>\n";
  out += "<rect width=\"100%\" height=\"100%\" rx=\"6\" fill=\"#ffffff\"/>\n";
  out += text(left, 26.0, "start", title_, " font-size=\"14\" font-weight=\"600\"");
  for (const double tick : chosen_ticks(x_)) {
    out += line(x_at(tick), top, x_at(tick), bottom, "stroke=\"#e3e3e3\"");
    out += text(x_at(tick), bottom + 17.0, "middle", tick_label(tick));
  }
  for (const double tick : chosen_ticks(y_)) {
    out += line(left, y_at(tick), right, y_at(tick), "stroke=\"#e3e3e3\"");
    out += text(left - 7.0, y_at(tick) + 4.0, "end", tick_label(tick));
  }
  out += text(0.5 * (left + right), height - 14.0, "middle", x_.title);
  const double middle = 0.5 * (top + bottom);
  out += text(18.0, middle, "middle", y_.title,
              " transform=\"rotate(-90 " + px(18.0) + " " + px(middle) + ")\"");
  out += "<clipPath id=\"plot\"><rect x=\"" + px(left) + "\" y=\"" + px(top) + "\" width=\"" +
         px(right - left) + "\" height=\"" + px(bottom - top) + "\"/></clipPath>\n";

  double legend_y = top + 12.0;
  std::string legend;
  out += "<g clip-path=\"url(#plot)\">\n";
  for (const Curve& curve : curves_) {
    const std::string style = stroke(colours[curve.colour], curve.line);
    std::string path;
    for (const auto& [x, y] : curve.points)
      path += (path.empty() ? "M" : "L") + px(x_at(x)) + " " +
              px(std::clamp(y_at(y), top - 40.0, bottom + 40.0));
    out += "<path d=\"" + path + "\" " + style + " stroke-linejoin=\"round\"/>\n";
    if (curve.name.empty()) continue;
    legend += line(legend_left, legend_y - 4.0, legend_left + 24.0, legend_y - 4.0, style);
    legend += text(legend_left + 31.0, legend_y, "start", curve.name);
    legend_y += legend_step;
  }
  out += "</g>\n";
  out += "<rect x=\"" + px(left) + "\" y=\"" + px(top) + "\" width=\"" + px(right - left) +
         "\" height=\"" + px(bottom - top) + "\" fill=\"none\" stroke=\"#8a8a8a\"/>\n";
  return out + legend + "</svg>\n";
}

std::vector<double> frequencies(double low_hz, double high_hz, int count) {
  std::vector<double> all;
  for (int i = 0; i < count; ++i)
    all.push_back(low_hz * std::pow(high_hz / low_hz, i / (count - 1.0)));
  return all;
}

void expect_figure(std::string_view name, const Figure& figure) {
  const auto path =
      std::filesystem::path{LACQUER_SOURCE_DIR} / "docs/figures" / (std::string{name} + ".svg");
  const std::string drawn = figure.svg();
  if (std::getenv("LACQUER_DRAW_FIGURES")) {
    std::filesystem::create_directories(path.parent_path());
    std::ofstream file{path, std::ios::binary};
    file << drawn;
    EXPECT_TRUE(file.flush()) << path << " cannot be written.";
    return;
  }
  std::ifstream file{path, std::ios::binary};
  const std::string kept{std::istreambuf_iterator<char>{file}, {}};
  EXPECT_TRUE(alike(kept, drawn)) << "docs/figures/" << name
                                  << ".svg no longer shows what the code does. Draw it anew with "
                                     "./dev figures, look at it, and "
                                     "commit it if it is right.";
}

}  // namespace lacquer::testkit
