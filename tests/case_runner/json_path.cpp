#include "tests/case_runner/json_path.h"

#include <algorithm>

namespace lacquer::cases {
namespace {

/// "a.b[c=d.e].0" -> "a", "b", "[c=d.e", "0"
std::vector<std::string> steps_of(const std::string& path) {
  std::vector<std::string> steps;
  std::string step;
  bool selecting = false;
  const auto end_step = [&] {
    if (!step.empty()) steps.push_back(std::exchange(step, ""));
  };
  for (const char c : path) {
    if (selecting ? c == ']' : c == '.') {
      end_step();
      selecting = false;
    } else {
      if (c == '[' && !selecting) end_step(), selecting = true;
      step += c;
    }
  }
  end_step();
  return steps;
}

std::string plain(const Json& value) {
  return value.is_string() ? value.get<std::string>() : value.dump();
}

bool matches(const Json& element, const std::string& selection) {
  if (selection == "[*") return true;
  const std::size_t equals = selection.find('=');
  if (equals == std::string::npos || !element.is_object()) return false;
  const auto found = element.find(selection.substr(1, equals - 1));
  return found != element.end() && plain(*found) == selection.substr(equals + 1);
}

std::string what_is_there(const Json& value) {
  if (!value.is_object()) return shown(value);
  std::string names;
  for (const auto& [name, ignored] : value.items()) names += (names.empty() ? "" : ", ") + name;
  return "an object with " + (names.empty() ? "nothing in it" : names);
}

Error not_there(const std::string& path, const std::string& step, const Json& value) {
  return {ErrorKind::usage, "there is no " + step + " in " + what_is_there(value), path, ""};
}

}  // namespace

std::string shown(const Json& value) {
  std::string text = value.dump(-1, ' ', false, Json::error_handler_t::replace);
  if (text.size() > 300) text = text.substr(0, 300) + "...";
  return text;
}

Result<std::vector<Json>> follow(const Json& document, const std::string& path) {
  std::vector<Json> at = {document};
  for (const std::string& step : steps_of(path)) {
    std::vector<Json> next;
    for (const Json& value : at) {
      if (step.front() == '[') {
        if (!value.is_array()) return not_there(path, "list", value);
        std::copy_if(value.begin(), value.end(), std::back_inserter(next),
                     [&](const Json& element) { return matches(element, step); });
      } else if (value.is_object() && value.contains(step)) {
        next.push_back(value[step]);
      } else if (value.is_array() && step.find_first_not_of("0123456789") == std::string::npos &&
                 step.size() < 9 && std::stoul(step) < value.size()) {
        next.push_back(value[std::stoul(step)]);
      } else {
        return not_there(path, step, value);
      }
    }
    at = std::move(next);
  }
  return at;
}

}  // namespace lacquer::cases
