#include "lacquer/report/svg.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "lacquer/report/words.h"

namespace lacquer::report {
namespace {

// Lines that fall on whole pixels would be two pixels of half the ink.
double crisp(double px_position) { return std::floor(px_position) + 0.5; }

void line(Markup& out, double x0, double y0, double x1, double y1, Markup::Piece style_class) {
  out << "<line x1=\"" << px(x0) << "\" y1=\"" << px(y0) << "\" x2=\"" << px(x1) << "\" y2=\""
      << px(y1) << "\" class=\"" << style_class << "\"/>";
}

}  // namespace

Markup px(double value) {
  const double tame = std::isfinite(value) ? std::clamp(value, -1e5, 1e5) : 0.0;
  const auto tenths = static_cast<long>(std::lround(tame * 10.0));
  std::string digits = tenths < 0 ? "-" : "";
  digits += std::to_string(std::labs(tenths) / 10);
  if (tenths % 10 != 0) digits.append(".").append(std::to_string(std::labs(tenths) % 10));
  return text(digits);
}

double Axis::at(double value) const noexcept {
  const double tame = std::clamp(value, minimum, maximum);
  const double fraction = logarithmic ? std::log(tame / minimum) / std::log(maximum / minimum)
                                      : (tame - minimum) / (maximum - minimum);
  return from_px + fraction * (to_px - from_px);
}

std::vector<Tick> level_ticks(double minimum, double maximum, int wanted) {
  const double raw_step = (maximum - minimum) / std::max(wanted, 1);
  const double power = std::pow(10.0, std::floor(std::log10(raw_step)));
  double step = 10.0 * power;
  for (const double factor : {5.0, 2.0, 1.0})
    if (factor * power >= raw_step * 0.999) step = factor * power;
  std::vector<Tick> ticks;
  const int decimals = step < 1.0 ? 1 : 0;
  for (double i = std::ceil(minimum / step - 1e-9); i * step <= maximum + step * 1e-9; ++i)
    ticks.push_back({i * step, number(i * step, decimals)});
  return ticks;
}

std::vector<Tick> time_ticks(double end_s, int wanted) {
  constexpr std::array steps_s = {0.1,    0.2,    0.5,    1.0,     2.0,     5.0,    10.0,
                                  15.0,   30.0,   60.0,   120.0,   300.0,   600.0,  900.0,
                                  1800.0, 3600.0, 7200.0, 14400.0, 36000.0, 86400.0};
  double step_s = steps_s.back();
  for (std::size_t i = steps_s.size(); i-- > 0;)
    if (end_s / steps_s[i] <= wanted) step_s = steps_s[i];
  std::vector<Tick> ticks;
  for (int i = 0; i * step_s <= end_s * 1.0001 && ticks.size() < 100; ++i)
    ticks.push_back({i * step_s, step_s < 1.0 ? precise_time(i * step_s) : clock_time(i * step_s)});
  return ticks;
}

std::vector<Tick> frequency_ticks(double minimum_hz, double maximum_hz, bool sparse) {
  std::vector<Tick> ticks;
  for (const double decade : {10.0, 100.0, 1000.0, 10000.0})
    for (int i = 1; i < 10; ++i) {
      const double hz = decade * i;
      if (hz < minimum_hz * 0.999 || hz > maximum_hz * 1.001) continue;
      const bool labelled =
          sparse ? i == 1 || hz == 20.0 || hz == 20000.0 : i == 1 || i == 2 || i == 5;
      std::string words = hz >= 1000.0 ? number(hz / 1000.0, 0) + "k" : number(hz, 0);
      ticks.push_back({hz, labelled ? std::move(words) : std::string{}});
    }
  return ticks;
}

Plot::Plot(Size size, Axis x, Axis y) : size_{size}, x_{x}, y_{y} {
  x_.from_px = size.left_px;
  x_.to_px = size.width_px - size.right_px;
  y_.from_px = size.height_px - size.bottom_px;
  y_.to_px = size.top_px;
}

void Plot::grid(const std::vector<Tick>& x_ticks, const std::vector<Tick>& y_ticks) {
  for (const Tick& tick : y_ticks) {
    const double y_px = crisp(y_.at(tick.value));
    line(body_, x_.from_px, y_px, x_.to_px, y_px, "grid");
    if (!tick.label.empty()) label(x_.from_px - 7.0, y_px + 4.0, "end", tick.label, "tick");
  }
  for (const Tick& tick : x_ticks) {
    const double x_px = crisp(x_.at(tick.value));
    if (tick.label.empty()) {
      line(body_, x_px, y_.from_px, x_px, y_.from_px - 4.0, "axis");
    } else {
      line(body_, x_px, y_.from_px, x_px, y_.to_px, "grid");
      line(body_, x_px, y_.from_px, x_px, y_.from_px + 4.0, "axis");
      const bool is_at_end = x_px > x_.to_px - 14.0 && tick.label.size() > 4;
      label(is_at_end ? size_.width_px - 2.0 : x_px, y_.from_px + 17.0,
            either(is_at_end, "end", "middle"), tick.label, "tick");
    }
  }
  line(body_, x_.from_px, crisp(y_.from_px), x_.to_px, crisp(y_.from_px), "axis");
}

void Plot::axis_titles(std::string_view x_title, std::string_view y_title) {
  label((x_.from_px + x_.to_px) / 2.0, size_.height_px - 6.0, "middle", x_title, "unit");
  const double middle_px = (y_.from_px + y_.to_px) / 2.0;
  body_ << "<text transform=\"translate(11 " << px(middle_px)
        << ") rotate(-90)\" text-anchor=\"middle\" class=\"unit\">" << text(y_title) << "</text>";
}

void Plot::curve(const Curve& points, Markup::Piece style_class) {
  Markup path;
  bool pen_is_down = false;
  for (std::size_t i = 0; i < points.size(); ++i) {
    // Below the foot of the plot the line ends instead of creeping along the axis.
    const auto is_below = [&](std::size_t at) {
      return at >= points.size() || !points[at] || points[at]->y < y_.minimum;
    };
    if (!points[i] || (is_below(i) && (i == 0 || is_below(i - 1)) && is_below(i + 1))) {
      pen_is_down = false;
      continue;
    }
    const double x_px = x_.at(points[i]->x), y_px = y_.at(points[i]->y);
    // A lone value between two gaps would be invisible: it becomes a short dash.
    const bool is_lone = !pen_is_down && (i + 1 == points.size() || !points[i + 1]);
    path << either(pen_is_down, "L", "M") << px(is_lone ? x_px - 3.0 : x_px) << " " << px(y_px);
    if (is_lone) path << "h6";
    pen_is_down = true;
  }
  if (!path.empty()) body_ << "<path d=\"" << path << "\" class=\"" << style_class << "\"/>";
}

void Plot::box(double x0, double y0, double x1, double y1, Markup::Piece style_class) {
  const double left_px = x_.at(std::min(x0, x1)), right_px = x_.at(std::max(x0, x1));
  const double top_px = y_.at(std::max(y0, y1)), bottom_px = y_.at(std::min(y0, y1));
  body_ << "<rect x=\"" << px(left_px + 1.0) << "\" y=\"" << px(top_px) << "\" width=\""
        << px(std::max(right_px - left_px - 2.0, 0.5)) << "\" height=\""
        << px(std::max(bottom_px - top_px, 0.5)) << "\" rx=\"2\" class=\"" << style_class << "\"/>";
}

void Plot::horizontal(double y, Markup::Piece style_class) {
  const double y_px = crisp(y_.at(y));
  line(body_, x_.from_px, y_px, x_.to_px, y_px, style_class);
}

void Plot::vertical(double x, double from_y_px, double to_y_px, Markup::Piece style_class) {
  line(body_, x_.at(x), from_y_px, x_.at(x), to_y_px, style_class);
}

void Plot::dot(Point point, double radius_px, Markup::Piece style_class) {
  body_ << "<circle cx=\"" << px(x_.at(point.x)) << "\" cy=\"" << px(y_.at(point.y)) << "\" r=\""
        << px(radius_px) << "\" class=\"" << style_class << "\"/>";
}

void Plot::label(double x_px, double y_px, Markup::Piece anchor, std::string_view words,
                 Markup::Piece style_class) {
  body_ << "<text x=\"" << px(x_px) << "\" y=\"" << px(y_px) << "\" text-anchor=\"" << anchor
        << "\" class=\"" << style_class << "\">" << text(words) << "</text>";
}

Markup Plot::finish(std::string_view id, std::string_view title,
                    std::string_view description) const {
  Markup out;
  out << "<svg viewBox=\"0 0 " << px(size_.width_px) << " " << px(size_.height_px)
      << "\" role=\"img\" aria-labelledby=\"" << text(id) << "-title " << text(id)
      << "-desc\"><title id=\"" << text(id) << "-title\">" << text(title) << "</title><desc id=\""
      << text(id) << "-desc\">" << text(description) << "</desc>" << body_ << "</svg>\n";
  return out;
}

}  // namespace lacquer::report
