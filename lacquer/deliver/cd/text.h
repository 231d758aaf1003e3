#pragma once

#include <array>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "lacquer/base/result.h"

namespace lacquer::deliver {

/// The texts in a disc's lead-in, one language block, ISO-8859-1.
/// Layout after T. Schmitt's description in libcdio, cd-text-format.texi, checked against the
/// packs that cue2ddp 1.1 writes.
struct CdText {
  enum Type : int {
    title = 0x80,
    performer,
    songwriter,
    composer,
    arranger,
    message,
    codes = 0x8E
  };

  /// For every type present the disc's text first, then one a track; an empty text is allowed.
  std::map<int, std::vector<std::string>> texts;
  int track_count = 0;
  int language_code = 0x09;  ///< 0x09 English
};

/// The code of an ISO 639-1 language ("en"), 0 (unknown) where we have no source for one.
int cd_text_language(std::string_view iso_639_1);

/// Packs of 18 bytes without the header that drives put before them: the content of a .cdt file
/// and of CDTEXT.BIN. Error (unusable_input): more than 253 packs of text.
Result<std::string> encode_cd_text(const CdText&);

/// Block 0 of such packs. Errors (unusable_input): not whole packs, a checksum or sequence number
/// that is wrong, sizes that contradict the packs; names the pack.
Result<CdText> decode_cd_text(std::string_view packs);

}  // namespace lacquer::deliver
