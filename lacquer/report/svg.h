#pragma once

#include <optional>
#include <string>
#include <vector>

#include "lacquer/report/markup.h"

namespace lacquer::report {

/// One direction of a plot: values to pixels, linear or logarithmic.
struct Axis {
  double minimum = 0.0;
  double maximum = 1.0;
  bool logarithmic = false;  ///< minimum above 0
  double from_px = 0.0;      ///< where the minimum stands
  double to_px = 1.0;        ///< where the maximum stands

  /// Values beyond the ends stand at the ends: nothing is drawn outside the plot.
  double at(double value) const noexcept;
};

struct Tick {
  double value = 0.0;
  std::string label;  ///< empty: a line without a number
};

/// Multiples of 1, 2 or 5 times a power of ten inside [minimum, maximum], about `wanted` of them.
std::vector<Tick> level_ticks(double minimum, double maximum, int wanted);
/// Hours, minutes and seconds as people count them.
std::vector<Tick> time_ticks(double end_s, int wanted);
/// 20 50 100 ... as far as they lie inside.
std::vector<Tick> frequency_ticks(double minimum_hz, double maximum_hz, bool sparse);

struct Point {
  double x = 0.0;
  double y = 0.0;
};
/// A gap where there is no value.
using Curve = std::vector<std::optional<Point>>;

/// An SVG drawing with one pair of axes, in the page's own style classes. Coordinates carry one
/// decimal; nothing depends on locale or platform.
class Plot {
 public:
  struct Size {
    double width_px = 480.0;
    double height_px = 320.0;
    double left_px = 46.0, right_px = 10.0, top_px = 12.0, bottom_px = 42.0;
  };

  /// Axes' pixels are set from the size.
  Plot(Size, Axis x, Axis y);

  const Axis& x() const noexcept { return x_; }
  const Axis& y() const noexcept { return y_; }
  const Size& size() const noexcept { return size_; }

  void grid(const std::vector<Tick>& x_ticks, const std::vector<Tick>& y_ticks);
  void axis_titles(std::string_view x_title, std::string_view y_title);

  void curve(const Curve&, Markup::Piece style_class);
  void box(double x0, double y0, double x1, double y1, Markup::Piece style_class);
  void horizontal(double y, Markup::Piece style_class);
  void vertical(double x, double from_y_px, double to_y_px, Markup::Piece style_class);
  void dot(Point, double radius_px, Markup::Piece style_class);
  /// In pixels, for what belongs to no axis. `anchor` is start, middle or end.
  void label(double x_px, double y_px, Markup::Piece anchor, std::string_view words,
             Markup::Piece style_class);
  void add(const Markup& shape) { body_ << shape; }

  /// What was drawn so far, for a drawing of several plots.
  const Markup& shapes() const noexcept { return body_; }

  /// The <svg>, with a title and a description for people who hear it. `id` is unique in the page.
  Markup finish(std::string_view id, std::string_view title, std::string_view description) const;

 private:
  Size size_;
  Axis x_, y_;
  Markup body_;
};

/// A coordinate for an attribute: one decimal, never anything but digits.
Markup px(double value);

}  // namespace lacquer::report
