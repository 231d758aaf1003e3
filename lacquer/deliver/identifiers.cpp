#include "lacquer/deliver/identifiers.h"

#include <algorithm>

namespace lacquer::deliver {

namespace {
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return c >= 'A' && c <= 'Z'; }
}  // namespace

bool is_isrc_on_disc(std::string_view text) {
  if (text.size() != 12) return false;
  return std::all_of(text.begin(), text.begin() + 5,
                     [](char c) { return is_letter(c) || is_digit(c); }) &&
         std::all_of(text.begin() + 5, text.end(), is_digit);
}

bool is_isrc(std::string_view text) {
  return is_isrc_on_disc(text) && is_letter(text[0]) && is_letter(text[1]);
}

std::string isrc_for_people(std::string_view isrc) {
  if (isrc.size() != 12) return std::string{isrc};
  const std::string text{isrc};
  return text.substr(0, 2) + "-" + text.substr(2, 3) + "-" + text.substr(5, 2) + "-" +
         text.substr(7);
}

std::optional<char> ean13_check_digit(std::string_view digits) {
  if (digits.size() < 12) return std::nullopt;
  int sum = 0;
  for (std::size_t i = 0; i < 12; ++i) {
    if (!is_digit(digits[i])) return std::nullopt;
    sum += (digits[i] - '0') * (i % 2 == 0 ? 1 : 3);
  }
  return static_cast<char>('0' + (10 - sum % 10) % 10);
}

bool is_13_digits(std::string_view text) {
  return text.size() == 13 && std::all_of(text.begin(), text.end(), is_digit);
}

bool is_ean13(std::string_view text) {
  return is_13_digits(text) && ean13_check_digit(text) == text[12];
}

}  // namespace lacquer::deliver
