#include "lacquer/session/table_reader.h"

#include <algorithm>
#include <sstream>

#include "lacquer/base/wording.h"

namespace lacquer::session {
namespace {

std::string name_of(toml::node_type type) {
  switch (type) {
    case toml::node_type::table:
      return "a table";
    case toml::node_type::array:
      return "a list";
    case toml::node_type::string:
      return "a text";
    case toml::node_type::integer:
      return "a whole number";
    case toml::node_type::floating_point:
      return "a number";
    case toml::node_type::boolean:
      return "true or false";
    default:
      return "a date or time";
  }
}

std::string plain(double value) {
  std::ostringstream out;
  out << value;
  return out.str();
}

}  // namespace

void TableReader::text(std::string_view key, std::string& value) {
  const toml::node* node = find(key);
  if (!node) return;
  if (const auto* text = node->as_string()) {
    value = text->get();
  } else if (const auto* date = node->as_date()) {
    std::ostringstream out;
    out << date->get();
    value = out.str();
  } else {
    wrong_type(key, *node, "a text", "Put it in double quotes.");
  }
}

void TableReader::number(std::string_view key, double minimum, double maximum, double& value) {
  const toml::node* node = find(key);
  if (!node) return;
  const auto number = node->is_number() ? node->value<double>() : std::nullopt;
  if (!number) return wrong_type(key, *node, "a number", "Write it without quotes and unit.");
  if (!(*number >= minimum && *number <= maximum))  // also refuses nan
    return mistake(node, in_quotes(key) + " is out of range.",
                   "It runs from " + plain(minimum) + " to " + plain(maximum) + ".");
  value = *number;
}

void TableReader::number(std::string_view key, double minimum, double maximum,
                         std::optional<double>& value) {
  if (!table_.contains(key)) {
    known_.push_back(key);
    return;
  }
  number(key, minimum, maximum, value.emplace());
}

std::vector<std::pair<std::string, const toml::node*>> TableReader::texts(std::string_view key) {
  std::vector<std::pair<std::string, const toml::node*>> all;
  const toml::node* node = find(key);
  if (!node) return all;
  const auto* list = node->as_array();
  if (!list) {
    wrong_type(key, *node, "a list of texts", "Write " + std::string{key} + " = [\"...\"].");
    return all;
  }
  for (const toml::node& item : *list) {
    if (const auto* text = item.as_string())
      all.emplace_back(text->get(), &item);
    else
      wrong_type(key, item, "a list of texts", "Put each in double quotes.");
  }
  return all;
}

const toml::table* TableReader::table(std::string_view key) {
  const toml::node* node = find(key);
  if (!node) return nullptr;
  if (!node->is_table())
    wrong_type(key, *node, "a table", "Write [" + std::string{key} + "] on a line of its own.");
  return node->as_table();
}

std::vector<const toml::table*> TableReader::tables(std::string_view key) {
  std::vector<const toml::table*> all;
  const toml::node* node = find(key);
  if (!node) return all;
  const auto* list = node->as_array();
  const std::string remedy = "Write [[" + std::string{key} + "]] above each.";
  if (!list) wrong_type(key, *node, "a list of tables", remedy);
  for (std::size_t i = 0; list && i < list->size(); ++i) {
    if (const auto* table = list->get(i)->as_table())
      all.push_back(table);
    else
      wrong_type(key, *list->get(i), "a list of tables", remedy);
  }
  return all;
}

void TableReader::mistake(const toml::node* at, std::string sentence, std::string remedy) {
  if (!first_) first_ = error(at->source(), std::move(sentence), std::move(remedy));
}

void TableReader::missing(std::string sentence, std::string remedy) {
  mistake(&table_, std::move(sentence), std::move(remedy));
}

Result<void> TableReader::finish() const {
  if (first_) return *first_;
  for (auto&& [key, node] : table_) {
    if (std::find(known_.begin(), known_.end(), key.str()) != known_.end()) continue;
    return error(key.source(), "There is no key " + in_quotes(key.str()) + " here.",
                 "Did you mean " + in_quotes(nearest(key.str(), known_)) + "?");
  }
  return {};
}

const toml::node* TableReader::find(std::string_view key) {
  known_.push_back(key);
  return table_.get(key);
}

void TableReader::wrong_type(std::string_view key, const toml::node& node, std::string_view wanted,
                             std::string remedy) {
  mistake(&node,
          in_quotes(key) + " is " + name_of(node.type()) + ", not " + std::string{wanted} + ".",
          std::move(remedy));
}

Error TableReader::error(const toml::source_region& at, std::string sentence,
                         std::string remedy) const {
  const auto line = std::max<toml::source_index>(1, at.begin.line);  // the root has none
  return {ErrorKind::unusable_input, std::move(sentence), place_ + ":" + std::to_string(line),
          std::move(remedy)};
}

}  // namespace lacquer::session
