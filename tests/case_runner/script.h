#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "lacquer/base/result.h"

namespace lacquer::cases {

/// One line of a .case file, as docs/formats/cases.md describes them.
struct Instruction {
  int line = 0;
  std::vector<std::string> words;  ///< without quotes and comment, $SOURCE and $FOLDER put in
  std::string text;                ///< what stood between <<END and END
};

struct Variables {
  std::string source;  ///< the source tree
  std::string folder;  ///< the case's own folder
};

/// Error (usage): a quote or bracket left open, a <<END without its END; names file and line.
Result<std::vector<Instruction>> parse_script(const std::string& text, const std::string& file,
                                              const Variables&);

}  // namespace lacquer::cases
