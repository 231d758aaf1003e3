// Any bytes given as ledger.jsonl, and any bytes given as the body of an entry.

#include <cstdint>
#include <cstdlib>

#include "lacquer/media/files.h"
#include "lacquer/session/ledger.h"

using namespace lacquer;
using namespace lacquer::session;

namespace {
void insist(bool holds) {
  if (!holds) std::abort();
}
}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text{reinterpret_cast<const char*>(data), size};
  if (const auto ledger = parse_ledger(text, "fuzz.jsonl"); ledger.ok()) {
    std::string written;
    for (const Entry& entry : ledger->entries) written += line_of(entry);
    insist(written == text.substr(0, ledger->whole_bytes));
  } else {
    insist(ledger.error().place.starts_with("fuzz.jsonl:"));
  }
  // A body that is taken must make a line that is read again, with the same body.
  if (const auto body = compact_body(text); body.ok()) {
    const Entry entry{1, "t", "b", "k", *body, std::string{no_line_before}};
    const auto again = parse_ledger(line_of(entry), "fuzz.jsonl");
    insist(again.ok() && again->entries.size() == 1 && again->entries[0].body == *body);
  }
  return 0;
}
