#include "cli/rows.h"

#include <cmath>
#include <cstdio>

namespace lacquer::cli {

std::string fixed(double value, int digits) {
  char text[48];
  const double least = 0.5 * std::pow(10.0, -digits);
  std::snprintf(text, sizeof text, "%.*f", digits, std::abs(value) < least ? 0.0 : value);
  return text;
}

std::string without_zeros(double value) {
  std::string text = fixed(value, 3);
  while (text.back() == '0') text.pop_back();
  if (text.back() == '.') text.pop_back();
  return text;
}

std::string with_unit(const measure::Maybe& value, const std::string& unit, int digits) {
  if (!value) return "none";
  return fixed(*value, digits) + (unit.empty() ? "" : " " + unit);
}

std::string clock_time(double seconds) {
  const int minutes = static_cast<int>(seconds / 60.0);
  char text[48];
  std::snprintf(text, sizeof text, "%d:%06.3f", minutes, seconds - 60.0 * minutes);
  return text;
}

void row(std::ostream& out, const std::string& name, const std::string& value) {
  out << "  " << name << std::string(name.size() < 22 ? 22 - name.size() : 1, ' ') << value << "\n";
}

}  // namespace lacquer::cli
