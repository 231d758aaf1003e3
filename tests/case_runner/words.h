#pragma once

#include <optional>
#include <string>
#include <vector>

#include "lacquer/base/result.h"

/// The words of an instruction, and the sentences a case fails with.
namespace lacquer::cases {

/// A number that is the whole word, else nothing.
std::optional<double> number(const std::string& word);

/// The words from `first` on, a space between each.
std::string joined(const std::vector<std::string>& words, std::size_t first);

/// In quotation marks, at most 1500 bytes of it; an empty text is "nothing".
std::string in_marks(std::string text);

Error failure(std::string sentence);
/// No instruction is written like this.
Error wrong_words();

}  // namespace lacquer::cases
