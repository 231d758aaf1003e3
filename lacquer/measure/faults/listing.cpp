#include "lacquer/measure/faults/listing.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <iterator>

namespace lacquer::measure {

namespace {
constexpr std::size_t most_passages = 20;
}

std::string number(double value, int decimals) {
  char text[64];
  std::snprintf(text, sizeof text, "%.*f", decimals, value);
  return text;
}

std::string count(std::int64_t n, const std::string& thing) {
  return std::to_string(n) + " " + thing + (n == 1 ? "" : "s");
}

std::string channel_name(int channel, int channel_count) {
  if (channel_count == 1) return "The signal";
  if (channel_count == 2) return channel == 0 ? "The left channel" : "The right channel";
  return "Channel " + std::to_string(channel + 1);
}

void add_worst(std::vector<Finding>& found, std::vector<Finding> passages, Finding all,
               std::int64_t count_of_all, double (*weight)(const Finding&)) {
  if (passages.size() > most_passages) {
    all.message +=
        " The " + std::to_string(most_passages) + " worst of " +
        count(std::max(count_of_all, static_cast<std::int64_t>(passages.size())), "passage") +
        " are listed.";
    found.push_back(std::move(all));
    std::stable_sort(passages.begin(), passages.end(),
                     [&](const Finding& a, const Finding& b) { return weight(a) > weight(b); });
    passages.resize(most_passages);
    std::stable_sort(passages.begin(), passages.end(),
                     [](const Finding& a, const Finding& b) { return a.start_s < b.start_s; });
  }
  std::move(passages.begin(), passages.end(), std::back_inserter(found));
}

}  // namespace lacquer::measure
