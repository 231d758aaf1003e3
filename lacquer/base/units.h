#pragma once

#include <cmath>
#include <limits>
#include <numbers>

namespace lacquer {

inline constexpr double pi = std::numbers::pi;
inline constexpr double minus_infinity = -std::numeric_limits<double>::infinity();

inline double gain_from_db(double db) noexcept { return std::pow(10.0, db / 20.0); }

/// -inf for silence; JSON and people see null or "silence" instead.
inline double db_from_gain(double gain) noexcept { return 20.0 * std::log10(std::abs(gain)); }

inline double power_from_db(double db) noexcept { return std::pow(10.0, db / 10.0); }
inline double db_from_power(double power) noexcept { return 10.0 * std::log10(power); }

}  // namespace lacquer
