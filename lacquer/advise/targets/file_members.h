#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

/// Reading one member of a target's JSON; what is wrong there is thrown as Malformed, and caught
/// by the functions that read whole files.
namespace lacquer::advise {

using Json = nlohmann::json;

/// The place within a file, and what is wrong there. Never leaves this room.
struct Malformed {
  std::string sentence;
};

const Json& member(const Json& object, const char* key);
double number(const Json& value, const std::string& where);
std::string text(const Json& object, const char* key);
/// As many as `count`.
std::vector<double> numbers(const Json& array, const std::string& where, std::size_t count);

}  // namespace lacquer::advise
