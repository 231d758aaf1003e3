#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <string_view>

#include "lacquer/session/session.h"

namespace lacquer::session {
namespace {

constexpr std::time_t end_of_year_9999 = 253402300799;

/// reproducible-builds.org: seconds since 1970 as a decimal. Anything else counts as not set.
std::optional<std::time_t> source_date_epoch() {
  const char* set = std::getenv("SOURCE_DATE_EPOCH");  // NOLINT(concurrency-mt-unsafe): read only
  if (!set) return std::nullopt;
  const std::string_view digits{set};
  std::time_t seconds = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), seconds);
  const bool whole = error == std::errc{} && end == digits.data() + digits.size();
  if (!whole || seconds < 0 || seconds > end_of_year_9999) return std::nullopt;
  return seconds;
}

}  // namespace

std::string wall_clock() {
  const std::time_t seconds = source_date_epoch().value_or(std::time(nullptr));
  std::tm utc{};
  gmtime_r(&seconds, &utc);
  char text[32];
  return {text, std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &utc)};
}

}  // namespace lacquer::session
