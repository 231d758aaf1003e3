#include "lacquer/advise/targets/file_members.h"

#include <nlohmann/json.hpp>

namespace lacquer::advise {

const Json& member(const Json& object, const char* key) {
  const auto found = object.find(key);
  if (found == object.end()) throw Malformed{std::string{"\""} + key + "\" is missing."};
  return *found;
}

double number(const Json& value, const std::string& where) {
  if (!value.is_number()) throw Malformed{"\"" + where + "\" should hold numbers."};
  return value.get<double>();
}

std::string text(const Json& object, const char* key) {
  const Json& value = member(object, key);
  if (!value.is_string()) throw Malformed{std::string{"\""} + key + "\" should be a text."};
  return value.get<std::string>();
}

std::vector<double> numbers(const Json& array, const std::string& where, std::size_t count) {
  if (!array.is_array() || (count != 0 && array.size() != count))
    throw Malformed{"\"" + where + "\" should be a list of " + std::to_string(count) + " numbers."};
  std::vector<double> values;
  for (const Json& value : array) values.push_back(number(value, where));
  return values;
}

}  // namespace lacquer::advise
