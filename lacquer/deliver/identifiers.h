#pragma once

#include <optional>
#include <string>
#include <string_view>

/// ISRC (ISO 3901) and EAN-13, the numbers a shop and a collecting society pay by.
namespace lacquer::deliver {

/// Two letters, three letters or digits, two digits of year, five of designation; no hyphens.
bool is_isrc(std::string_view);
/// The form cdrdao and CD-Text put up with: digits may stand for the first two letters.
bool is_isrc_on_disc(std::string_view);
std::string isrc_for_people(std::string_view isrc);  ///< "GB-AAA-24-00001"

/// The 13th digit that belongs to the first twelve; empty unless there are at least twelve digits.
std::optional<char> ean13_check_digit(std::string_view digits);
bool is_13_digits(std::string_view);
bool is_ean13(std::string_view);

}  // namespace lacquer::deliver
