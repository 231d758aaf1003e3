#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lacquer/base/result.h"

/// Texts and numbers as the delivered files and their checks show them.
namespace lacquer::deliver {

/// Unicode code points; a byte that is not UTF-8 comes back as U+FFFD.
std::vector<char32_t> code_points(std::string_view utf8);
std::string utf8(char32_t);
bool is_utf8(std::string_view);

/// ISO-8859-1, as CD-Text wants it. Error (unusable_input): the first character that has no place
/// there, control characters included; `field` ("title of track 3") says where it stands. Nothing
/// is transliterated: the artist decides how a name is spelled.
Result<std::string> to_latin1(std::string_view utf8, const std::string& field);
std::string from_latin1(std::string_view);

/// A title as a file name every system takes: / \ : * ? " < > | and control characters become _.
std::string safe_file_name(std::string_view title);
/// A-Z 0-9 - _ only, at most 40 characters: names inside a disc set.
std::string disc_file_name(std::string_view title);

std::string decimals(double value, int places);
/// "-1.02 dBTP"; "silence" where there is no value.
std::string with_unit(std::optional<double> value, const std::string& unit, int places = 2);
/// Equal or below, at the two decimals people read.
bool at_most(double value, double limit);

/// "3:05.250"
std::string minutes_text(double seconds);

std::string upper_case(std::string_view);  ///< ASCII only

}  // namespace lacquer::deliver
