#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "lacquer/base/result.h"
#include "lacquer/session/toml.h"

namespace lacquer::session {

/// Takes the keys it is asked for out of one TOML table and keeps the first mistake it meets.
/// A key nobody asked for is a mistake too: a misspelt "isrc" must not be lost in silence.
class TableReader {
 public:
  /// The table must outlive the reader; `place` names the file in errors, the line is added.
  TableReader(const toml::table& table, std::string place)
      : table_{table}, place_{std::move(place)} {}

  /// A date written without quotes is taken as its text.
  void text(std::string_view key, std::string& value);
  void number(std::string_view key, double minimum, double maximum, double& value);
  void number(std::string_view key, double minimum, double maximum, std::optional<double>& value);
  /// The texts of a list, each with its node; empty when the key is absent.
  std::vector<std::pair<std::string, const toml::node*>> texts(std::string_view key);
  const toml::table* table(std::string_view key);
  /// The tables written as [[key]]; empty when there are none.
  std::vector<const toml::table*> tables(std::string_view key);

  void mistake(const toml::node* at, std::string sentence, std::string remedy);
  /// A mistake about what is not there, at the table's own line.
  void missing(std::string sentence, std::string remedy);

  /// The first mistake, else an unknown key, else ok.
  Result<void> finish() const;

 private:
  const toml::node* find(std::string_view key);
  void wrong_type(std::string_view key, const toml::node& node, std::string_view wanted,
                  std::string remedy);
  Error error(const toml::source_region& at, std::string sentence, std::string remedy) const;

  const toml::table& table_;
  std::string place_;  // of the file
  std::vector<std::string_view> known_;
  std::optional<Error> first_;
};

}  // namespace lacquer::session
