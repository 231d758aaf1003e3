#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace lacquer::deliver {

struct CueIndex {
  int number = 0;
  std::int64_t sectors = 0;  ///< within its file
  std::size_t file = 0;      ///< which of CueSheet::files
  int line = 0;
};

struct CueTrack {
  int number = 0;
  std::string mode;  ///< "AUDIO"
  std::string title, performer, songwriter, isrc;
  std::vector<std::string> flags;
  std::vector<CueIndex> indexes;
  std::int64_t pregap_sectors = 0;  ///< silence the sheet asks for that is in no file
  int line = 0;
};

struct CueFile {
  std::string name;
  std::string type;  ///< "BINARY", "MOTOROLA", "WAVE", ...
  int line = 0;
};

/// Something in the sheet that readers stumble over.
struct CueProblem {
  int line = 0;
  std::string sentence;
};

/// A CUE sheet as it stands in the text, whoever wrote it. Texts are UTF-8.
struct CueSheet {
  std::string catalog, title, performer, songwriter;
  std::vector<CueFile> files;
  std::vector<CueTrack> tracks;
  std::vector<CueProblem> problems;
};

/// Takes any bytes; what cannot be understood becomes a problem with its line. UTF-8 (with or
/// without a byte order mark) or ISO-8859-1; line ends of any kind.
/// Commands after GNU ccd2cue's manual; the order rules are those of FLAC's cue sheet parser.
CueSheet read_cue_sheet(std::string_view text);

}  // namespace lacquer::deliver
