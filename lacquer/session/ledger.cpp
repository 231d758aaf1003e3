#include "lacquer/session/ledger.h"

#include <nlohmann/json.hpp>

#include "lacquer/media/files.h"

namespace lacquer::session {
namespace {

using Json = nlohmann::ordered_json;  // keys stay in the order they were written

constexpr int deepest = 64;  // dump() recurses

/// Null and no exception for anything that is no JSON of reasonable depth.
std::optional<Json> parse_json(std::string_view text) {
  bool too_deep = false;
  const auto watch = [&](int depth, Json::parse_event_t, Json&) {
    too_deep = too_deep || depth > deepest;
    return !too_deep;
  };
  Json json = Json::parse(text, watch, false);
  if (too_deep || json.is_discarded()) return std::nullopt;
  return json;
}

Error broken(const std::string& place, std::size_t line, std::string sentence) {
  return {ErrorKind::unusable_input, std::move(sentence), place + ":" + std::to_string(line),
          "Put ledger.jsonl back from a copy: lacquer does not mend a record of decisions."};
}

/// The entry, or nothing when the line is not exactly what line_of() would write.
std::optional<Entry> entry_from(std::string_view line) {
  const auto json = parse_json(line);
  if (!json || !json->is_object()) return std::nullopt;
  const auto text = [&](const char* key) -> std::optional<std::string> {
    const auto found = json->find(key);
    if (found == json->end() || !found->is_string()) return std::nullopt;
    return found->get<std::string>();
  };
  const auto number = json->find("n");
  const auto body = json->find("body");
  const auto time = text("time"), by = text("by"), kind = text("kind"), previous = text("previous");
  if (number == json->end() || !number->is_number_integer() || body == json->end() ||
      !body->is_object() || !time || !by || !kind || !previous)
    return std::nullopt;
  Entry entry{number->get<std::int64_t>(), *time, *by, *kind, body->dump(), *previous};
  const std::string written = line_of(entry);
  if (std::string_view{written}.substr(0, written.size() - 1) != line) return std::nullopt;
  return entry;
}

/// Which line of a broken link to name. Line k+1 remembers line k: when they disagree, either may
/// have been changed. A change to k+1 also breaks its own link to k+2, so that one tells.
std::size_t culprit(const std::vector<bool>& link_holds, std::size_t first_broken) {
  const std::size_t next = first_broken + 1;
  return next < link_holds.size() && !link_holds[next] ? first_broken + 1 : first_broken;
}

}  // namespace

Result<std::string> compact_body(std::string_view body) {
  const auto json = parse_json(body);
  if (!json || !json->is_object())
    return Error{ErrorKind::usage, "The body of a ledger entry is not a JSON object.", "", ""};
  return json->dump();
}

std::string line_of(const Entry& entry) {
  const auto text = [](const std::string& value) { return Json(value).dump(); };
  return "{\"n\":" + std::to_string(entry.number) + ",\"time\":" + text(entry.time) +
         ",\"by\":" + text(entry.by) + ",\"kind\":" + text(entry.kind) + ",\"body\":" + entry.body +
         ",\"previous\":" + text(entry.previous) + "}\n";
}

Result<Ledger> parse_ledger(std::string_view text, const std::string& place) {
  Ledger ledger;
  ledger.last_hash = no_line_before;
  std::vector<bool> link_holds;  // [i]: line i + 1 remembers line i rightly; line 0 is the start
  for (std::size_t end = 0;
       (end = text.find('\n', ledger.whole_bytes)) != std::string_view::npos;) {
    const std::string_view line = text.substr(ledger.whole_bytes, end - ledger.whole_bytes);
    const std::size_t number = ledger.entries.size() + 1;
    auto entry = entry_from(line);
    if (!entry)
      return broken(place, number, "This line is not a ledger entry as lacquer writes it.");
    if (entry->number != static_cast<std::int64_t>(number))
      return broken(place, number,
                    "Entry " + std::to_string(number) + " is missing or out of order.");
    link_holds.push_back(entry->previous == ledger.last_hash);
    ledger.last_hash = media::sha256(line);
    ledger.entries.push_back(std::move(*entry));
    ledger.whole_bytes = end + 1;
  }
  if (ledger.entries.empty()) return broken(place, 1, "The ledger has no entry.");
  for (std::size_t i = 0; i < link_holds.size(); ++i)
    if (!link_holds[i])
      return broken(place, std::max<std::size_t>(1, culprit(link_holds, i)),
                    "This line was changed after it was written: the chain of hashes breaks here.");
  return ledger;
}

}  // namespace lacquer::session
