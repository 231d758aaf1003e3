#pragma once

#include <string>

namespace lacquer::report {

/// The first thing wrong with the nesting of tags and the quoting of attributes of a page, event
/// handlers included; empty if nothing is. Stricter than HTML: for the report's own tests.
std::string first_flaw(const std::string& html);

}  // namespace lacquer::report
