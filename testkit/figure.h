#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// The plots of docs/: drawn by the tests that prove what they show.
namespace lacquer::testkit {

/// One diagram with a legend, as an SVG that stands alone: the same characters for the same
/// numbers, its own light background, colours that colour-blind readers can tell apart.
class Figure {
 public:
  struct Axis {
    std::string title;  ///< with its unit
    double from = 0.0, to = 1.0;
    bool logarithmic = false;
    std::vector<double> ticks = {};  ///< empty: chosen
  };
  enum class Line { solid, dashed, dotted };
  using Points = std::vector<std::pair<double, double>>;

  Figure(std::string title, Axis x, Axis y);

  /// Points beyond the axes are cut off at them. Curves take the colours in turn; `like` repeats
  /// that of an earlier curve, counted from 0.
  void curve(std::string name, Points, Line = Line::solid, int like = -1);

  std::string svg() const;

 private:
  struct Curve {
    std::string name;
    Points points;
    Line line;
    std::size_t colour;
  };
  std::string title_;
  Axis x_, y_;
  std::vector<Curve> curves_;
  std::size_t colours_ = 0;
};

/// Frequencies evenly spaced to the ear, ends included.
std::vector<double> frequencies(double low_hz, double high_hz, int count);

/// Fails unless docs/figures/NAME.svg shows the same, to three quarters of a pixel, so that another
/// C library does not matter. With LACQUER_DRAW_FIGURES in the environment (./dev figures) draws
/// it.
void expect_figure(std::string_view name, const Figure&);

}  // namespace lacquer::testkit
