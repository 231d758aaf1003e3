#pragma once

#include <ostream>
#include <string>

#include "lacquer/measure/measurement.h"

/// Numbers and rows as the terminal shows them.
namespace lacquer::cli {

/// What rounds to nothing has no sign.
std::string fixed(double value, int digits);
/// Three decimals at most: "44.1".
std::string without_zeros(double value);
/// "none" where there is no value; no space after it where there is no unit.
std::string with_unit(const measure::Maybe& value, const std::string& unit, int digits = 1);
/// "3:07.250"
std::string clock_time(double seconds);
/// A line of two columns, a little to the right.
void row(std::ostream& out, const std::string& name, const std::string& value);

}  // namespace lacquer::cli
