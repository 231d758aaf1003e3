#include "lacquer/deliver/text.h"

#include <cmath>
#include <cstdio>

namespace lacquer::deliver {

namespace {
constexpr char32_t replacement = 0xFFFD;

/// The code point at `at`, which moves on; `replacement` and one byte on when it is not UTF-8.
char32_t next_code_point(std::string_view text, std::size_t& at) {
  const auto byte = [&](std::size_t index) {
    return static_cast<char32_t>(static_cast<unsigned char>(text[index]));
  };
  const char32_t first = byte(at++);
  if (first < 0x80) return first;
  const int more = first >= 0xF0 ? 3 : first >= 0xE0 ? 2 : 1;
  if (first < 0xC2 || first > 0xF4) return replacement;
  if (at + static_cast<std::size_t>(more) > text.size()) return replacement;
  char32_t value = first & (0x3Fu >> more);
  for (int i = 0; i < more; ++i) {
    const char32_t continued = byte(at + static_cast<std::size_t>(i));
    if ((continued & 0xC0) != 0x80) return replacement;
    value = value << 6 | (continued & 0x3F);
  }
  const char32_t least = more == 3 ? 0x10000 : more == 2 ? 0x800 : 0x80;
  if (value < least || value > 0x10FFFF || (value >= 0xD800 && value < 0xE000)) return replacement;
  at += static_cast<std::size_t>(more);
  return value;
}

bool is_control(char32_t point) { return point < 0x20 || (point >= 0x7F && point < 0xA0); }
}  // namespace

std::vector<char32_t> code_points(std::string_view text) {
  std::vector<char32_t> points;
  for (std::size_t at = 0; at < text.size();) points.push_back(next_code_point(text, at));
  return points;
}

std::string utf8(char32_t point) {
  std::string text;
  const auto put = [&](char32_t byte) { text += static_cast<char>(byte); };
  if (point < 0x80) {
    put(point);
  } else if (point < 0x800) {
    put(0xC0 | point >> 6);
    put(0x80 | (point & 0x3F));
  } else if (point < 0x10000) {
    put(0xE0 | point >> 12);
    put(0x80 | (point >> 6 & 0x3F));
    put(0x80 | (point & 0x3F));
  } else {
    put(0xF0 | point >> 18);
    put(0x80 | (point >> 12 & 0x3F));
    put(0x80 | (point >> 6 & 0x3F));
    put(0x80 | (point & 0x3F));
  }
  return text;
}

bool is_utf8(std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t start = at;
    // U+FFFD itself, spelled out, is three bytes of good UTF-8.
    if (next_code_point(text, at) == replacement && at == start + 1) return false;
  }
  return true;
}

Result<std::string> to_latin1(std::string_view text, const std::string& field) {
  std::string latin1;
  for (const char32_t point : code_points(text)) {
    if (point > 0xFF || is_control(point)) {
      char code[16];
      std::snprintf(code, sizeof code, "U+%04X", static_cast<unsigned>(point));
      const std::string shown = is_control(point) ? code : "\"" + utf8(point) + "\" (" + code + ")";
      return Error{ErrorKind::unusable_input,
                   "The " + field + " has the character " + shown +
                       ", which CD-Text (ISO-8859-1) cannot hold.",
                   std::string{text}, "Spell it with Western European letters for the CD."};
    }
    latin1 += static_cast<char>(point);
  }
  return latin1;
}

std::string from_latin1(std::string_view latin1) {
  std::string text;
  for (const char c : latin1) text += utf8(static_cast<unsigned char>(c));
  return text;
}

std::string safe_file_name(std::string_view title) {
  constexpr std::string_view forbidden = "/\\:*?\"<>|";
  constexpr std::size_t longest_bytes = 120;
  std::string name;
  for (const char32_t point : code_points(title)) {
    const bool unsafe =
        is_control(point) || point == replacement ||
        (point < 0x80 && forbidden.find(static_cast<char>(point)) != std::string_view::npos);
    const std::string next = unsafe ? "_" : utf8(point);
    if (name.size() + next.size() > longest_bytes) break;
    name += next;
  }
  while (!name.empty() && (name.back() == ' ' || name.back() == '.')) name.pop_back();
  while (!name.empty() && name.front() == ' ') name.erase(0, 1);
  return name.empty() ? "untitled" : name;
}

std::string upper_case(std::string_view text) {
  std::string upper{text};
  for (char& c : upper)
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  return upper;
}

std::string disc_file_name(std::string_view title) {
  std::string name;
  for (const char c : upper_case(title)) {
    // Not first: programs would take the name for an option.
    const bool hyphen = c == '-' && !name.empty();
    const bool plain = (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || hyphen;
    if (plain)
      name += c;
    else if (!name.empty() && name.back() != '_')
      name += '_';
    if (name.size() == 40) break;
  }
  while (!name.empty() && name.back() == '_') name.pop_back();
  return name;
}

std::string decimals(double value, int places) {
  char text[64];
  std::snprintf(text, sizeof text, "%.*f", places, value);
  // "-0.00" would make a reader look for a difference that is not there.
  bool zero = true;
  for (const char* c = text; *c; ++c) zero = zero && (*c == '-' || *c == '0' || *c == '.');
  return zero && text[0] == '-' ? text + 1 : text;
}

std::string with_unit(std::optional<double> value, const std::string& unit, int places) {
  if (!value || !std::isfinite(*value)) return "silence";
  return decimals(*value, places) + " " + unit;
}

bool at_most(double value, double limit) {
  return std::round(value * 100.0) <= std::round(limit * 100.0);
}

std::string minutes_text(double seconds) {
  const auto milliseconds = static_cast<long long>(std::llround(seconds * 1000.0));
  char text[64];
  std::snprintf(text, sizeof text, "%lld:%02lld.%03lld", milliseconds / 60000,
                milliseconds / 1000 % 60, milliseconds % 1000);
  return text;
}

}  // namespace lacquer::deliver
