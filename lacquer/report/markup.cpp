#include "lacquer/report/markup.h"

#include <cstdint>

namespace lacquer::report {
namespace {

constexpr std::string_view replacement = "\xEF\xBF\xBD";  // U+FFFD

struct Decoded {
  std::uint32_t code_point = 0;
  std::size_t length = 1;  // bytes; 1 for a malformed one, so that reading goes on behind it
  bool well_formed = false;
};

/// Unicode 15, table 3-7: no overlong forms, no surrogates, nothing above U+10FFFF.
Decoded decode(std::string_view bytes) {
  const auto byte = [&](std::size_t at) { return static_cast<std::uint8_t>(bytes[at]); };
  const std::uint8_t lead = byte(0);
  if (lead < 0x80) return {lead, 1, true};
  const std::size_t length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
  if (lead < 0xC2 || lead > 0xF4 || bytes.size() < length) return {};
  std::uint32_t code_point = lead & (0xFFU >> (length + 1));
  for (std::size_t at = 1; at < length; ++at) {
    if ((byte(at) & 0xC0) != 0x80) return {};
    code_point = code_point << 6 | (byte(at) & 0x3F);
  }
  const std::uint32_t smallest = length == 4 ? 0x10000 : length == 3 ? 0x800 : 0x80;
  const bool surrogate = code_point >= 0xD800 && code_point <= 0xDFFF;
  if (code_point < smallest || surrogate || code_point > 0x10FFFF) return {};
  return {code_point, length, true};
}

bool is_harmful(std::uint32_t c) {
  const bool control = (c < 0x20 && c != '\t' && c != '\n' && c != '\r') || (c >= 0x7F && c < 0xA0);
  const bool reorders = (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069);
  const bool noncharacter = (c & 0xFFFE) == 0xFFFE || (c >= 0xFDD0 && c <= 0xFDEF);
  return control || reorders || noncharacter;
}

}  // namespace

Markup text(std::string_view untrusted) {
  Markup out;
  std::string& html = out.html_;
  html.reserve(untrusted.size());
  while (!untrusted.empty()) {
    const Decoded next = decode(untrusted);
    if (!next.well_formed || is_harmful(next.code_point)) {
      html += replacement;
    } else {
      switch (next.code_point) {
        case '&':
          html += "&amp;";
          break;
        case '<':
          html += "&lt;";
          break;
        case '>':
          html += "&gt;";
          break;
        case '"':
          html += "&quot;";
          break;
        case '\'':
          html += "&#39;";
          break;
        default:
          html += untrusted.substr(0, next.length);
      }
    }
    untrusted.remove_prefix(next.length);
  }
  return out;
}

Markup name(std::string_view untrusted) {
  Markup out;
  out << "<bdi>" << text(untrusted) << "</bdi>";
  return out;
}

}  // namespace lacquer::report
