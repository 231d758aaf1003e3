#include "lacquer/report/well_formed.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <set>
#include <vector>

namespace lacquer::report {
namespace {

bool is_name(const std::string& words) {
  for (const char c : words)
    if (!std::isalnum(static_cast<unsigned char>(c)) && c != '-') return false;
  return !words.empty() && std::isalpha(static_cast<unsigned char>(words[0]));
}

/// "/p", "line x1=\"4\" class=\"grid\"/": names, quoted values, no event handlers.
bool is_well_formed(std::string tag) {
  if (tag.starts_with('/')) return is_name(tag.substr(1));
  if (tag.ends_with('/')) tag.pop_back();
  std::size_t at = std::min(tag.find_first_of(" \n"), tag.size());
  if (!is_name(tag.substr(0, at))) return false;
  for (at = tag.find_first_not_of(" \n", at); at != std::string::npos;
       at = tag.find_first_not_of(" \n", at)) {
    const auto opening = tag.find("=\"", at);
    if (opening == std::string::npos || !is_name(tag.substr(at, opening - at))) return false;
    if (tag.compare(at, 2, "on") == 0) return false;
    const auto closing = tag.find('"', opening + 2);
    if (closing == std::string::npos) return false;
    at = closing + 1;
    if (at < tag.size() && tag[at] != ' ' && tag[at] != '\n') return false;
  }
  return true;
}

}  // namespace

std::string first_flaw(const std::string& html) {
  const std::set<std::string> void_elements = {"meta", "br"};
  std::vector<std::string> open;
  for (auto at = html.find('<'); at != std::string::npos; at = html.find('<', at + 1)) {
    if (html.compare(at, 9, "<!DOCTYPE") == 0) continue;
    const auto end = html.find('>', at);
    if (end == std::string::npos) return "a tag is not closed";
    const std::string tag = html.substr(at + 1, end - at - 1);
    if (tag.empty() || tag.find('<') != std::string::npos) return "stray < before: " + tag;
    if (!is_well_formed(tag)) return "malformed tag: " + tag;
    const std::string element =
        tag.substr(tag[0] == '/', tag.find_first_of(" \n/", 1) - (tag[0] == '/'));
    if (tag[0] == '/') {
      if (open.empty() || open.back() != element) return "unexpected </" + element + ">";
      open.pop_back();
    } else if (tag.back() != '/' && void_elements.count(element) == 0) {
      open.push_back(element);
    }
    if (element == "style" && tag[0] != '/') at = html.find("</style>", at) - 1;
  }
  return open.empty() ? "" : "never closed: " + open.back();
}

}  // namespace lacquer::report

using lacquer::report::first_flaw;

TEST(WellFormed, TheCheckSeesWhatItIsFor) {
  EXPECT_EQ(first_flaw("<p class=\"a\">x<br>y</p>"), "");
  EXPECT_NE(first_flaw("<p><b>x</p></b>"), "");
  EXPECT_NE(first_flaw("<p>x"), "");
  EXPECT_NE(first_flaw("<p class=a>x</p>"), "");
  EXPECT_NE(first_flaw("<p class=\"a\"b\"\">x</p>"), "");
  EXPECT_NE(first_flaw("<p onclick=\"x\">x</p>"), "");
  EXPECT_NE(first_flaw("<p>a < b</p>"), "");
}
