#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "lacquer/session/session.h"

namespace lacquer::session {

/// ledger.jsonl as read from memory, its chain verified.
struct Ledger {
  std::vector<Entry> entries;
  std::size_t whole_bytes = 0;  ///< up to the last newline; what follows was cut by a kill
  std::string last_hash;        ///< what the next line's "previous" must be
};

/// Errors (unusable_input): a line that is no entry, a number out of order, a broken chain; each
/// names `place` and the line that was changed, as far as the chain can tell.
Result<Ledger> parse_ledger(std::string_view text, const std::string& place);

/// The line as it stands in the file, newline included.
std::string line_of(const Entry&);

/// The body on one line. Error usage: not a JSON object, or nested over 64 deep.
Result<std::string> compact_body(std::string_view body);

/// The chain's start: what the first line calls the line before.
inline constexpr std::string_view no_line_before =
    "0000000000000000000000000000000000000000000000000000000000000000";

}  // namespace lacquer::session
