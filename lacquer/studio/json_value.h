#pragma once

#include <cmath>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "lacquer/studio/json.h"

/// Single values to JSON and back, for the files that write and read whole things.
namespace lacquer::studio {

// Ten significant digits: more than any meter has, and the same text on every machine.
inline Json number(double value) {
  if (!std::isfinite(value)) return nullptr;
  if (value == 0.0) return 0.0;
  const double scale = std::pow(10.0, 9.0 - std::floor(std::log10(std::abs(value))));
  const double rounded = std::round(value * scale) / scale;
  return std::isfinite(rounded) ? rounded : value;
}

inline Json number(const measure::Maybe& value) { return value ? number(*value) : Json(nullptr); }

template <typename T>
inline Json numbers(const std::vector<T>& values) {
  Json array = Json::array();
  for (const auto& value : values) array.push_back(number(value));
  return array;
}

inline measure::Maybe maybe(const Json& object, const char* key) {
  const auto found = object.find(key);
  return found == object.end() || !found->is_number() ? measure::Maybe{}
                                                      : measure::Maybe{found->get<double>()};
}

inline std::vector<measure::Maybe> maybes(const Json& object, const char* key) {
  std::vector<measure::Maybe> values;
  for (const auto& item : object.value(key, Json::array()))
    values.push_back(item.is_number() ? measure::Maybe{item.get<double>()} : measure::Maybe{});
  return values;
}

inline std::vector<double> doubles(const Json& object, const char* key) {
  std::vector<double> values;
  for (const auto& item : object.value(key, Json::array())) values.push_back(item.get<double>());
  return values;
}

inline std::string text(const Json& object, const char* key) {
  return object.value(key, std::string{});
}

inline Json part(const Json& object, const char* key) { return object.value(key, Json::object()); }

inline Json numbers(const std::map<std::string, double>& values) {
  Json object = Json::object();
  for (const auto& [name, value] : values) object[name] = number(value);
  return object;
}

inline std::map<std::string, double> values_from(const Json& object) {
  std::map<std::string, double> values;
  for (const auto& [name, value] : object.items())
    if (value.is_number()) values[name] = value.get<double>();
  return values;
}

}  // namespace lacquer::studio
