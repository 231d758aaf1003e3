#include <cmath>
#include <functional>

#include "lacquer/media/files.h"
#include "tests/case_runner/case.h"
#include "tests/case_runner/words.h"

// The instructions that look into a JSON document.
namespace lacquer::cases {
namespace {

/// What every JSON value that a path leads to is held against.
struct Wanted {
  std::string path;
  std::function<bool(const Json&)> holds;
};

std::optional<Wanted> wanted_of(const std::vector<std::string>& words) {
  const auto for_number = [](const std::string& path, std::function<bool(double)> holds) {
    return Wanted{path, [holds = std::move(holds)](const Json& value) {
                    return value.is_number() && holds(value.get<double>());
                  }};
  };
  const std::string& verb = words[0];
  const auto last = number(words.back());
  if (verb == "null" && words.size() == 2)
    return Wanted{words[1], [](const Json& value) { return value.is_null(); }};
  if (verb == "equal" && words.size() >= 3) {
    const std::string text = joined(words, 2);
    return Wanted{words[1], [text, json = Json::parse(text, nullptr, false)](const Json& value) {
                    return value == Json(text) || (!json.is_discarded() && value == json);
                  }};
  }
  if (words.size() != 4 || !last) return std::nullopt;
  if (const auto middle = number(words[2]); middle && verb == "near")
    return for_number(words[1],
                      [m = *middle, t = *last](double v) { return std::abs(v - m) <= t; });
  if (verb == "at" && words[1] == "most")
    return for_number(words[2], [limit = *last](double v) { return v <= limit; });
  if (verb == "at" && words[1] == "least")
    return for_number(words[2], [limit = *last](double v) { return v >= limit; });
  return std::nullopt;
}

}  // namespace

Result<void> Case::document_is_there() {
  if (document_) return {};
  if (!last_) return failure("nothing has run yet");
  auto parsed = Json::parse(last_->out, nullptr, false);
  if (parsed.is_discarded())
    return failure("stdout is not one JSON document but " + in_marks(last_->out));
  document_ = std::move(parsed);
  return {};
}

Result<std::vector<Json>> Case::values(const std::string& path) {
  TRY_DO(document_is_there());
  return cases::follow(*document_, path);
}

std::optional<Result<void>> Case::json(const Words& words) {
  const std::string& verb = words[0];
  if (verb == "read" && words.size() == 2) {
    const auto text = media::read_file(words[1]);
    if (!text.ok()) return text.error();
    document_ = Json::parse(*text, nullptr, false);
    if (!document_->is_discarded()) return Result<void>{};
    document_.reset();
    return failure("the file is not one JSON document");
  }
  if (verb == "count" && words.size() == 3 && number(words[2])) {
    const auto found = values(words[1]);
    if (!found.ok()) return found.error();
    const bool list = found->size() == 1 && found->front().is_array() && words[1].back() != ']';
    const std::size_t size = list ? found->front().size() : found->size();
    if (static_cast<double>(size) != *number(words[2]))
      return failure("there are " + std::to_string(size));
    return Result<void>{};
  }
  if ((verb == "missing" || verb == "some") && words.size() == 2) {
    if (auto there = document_is_there(); !there.ok()) return there;
    const auto found = cases::follow(*document_, words[1]);
    const bool some = found.ok() && !found->empty();
    if (some == (verb == "some")) return Result<void>{};
    return failure(some         ? "it is " + shown(found->front())
                   : found.ok() ? "nothing matches"
                                : found.error().text());
  }
  const auto wanted = wanted_of(words);
  if (!wanted) return std::nullopt;
  const auto found = values(wanted->path);
  if (!found.ok()) return found.error();
  if (found->empty()) return failure("nothing matches");
  for (const Json& value : *found)
    if (!wanted->holds(value)) return failure("it is " + shown(value));
  return Result<void>{};
}

}  // namespace lacquer::cases
