#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "lacquer/deliver/cd/cue_reader.h"
#include "lacquer/deliver/cd/disc.h"
#include "lacquer/deliver/cd/text.h"

/// Any bytes as a CUE sheet and as CD-Text packs: no crash, and what is understood is in range.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace lacquer::deliver;
  const std::string_view bytes{reinterpret_cast<const char*>(data), size};
  const CueSheet sheet = read_cue_sheet(bytes);
  for (const CueTrack& track : sheet.tracks)
    for (const CueIndex& index : track.indexes)
      if (index.sectors < 0 || index.file >= sheet.files.size()) std::abort();
  if (const auto packs = decode_cd_text(bytes); packs.ok())
    for (const auto& [type, texts] : packs.value().texts)
      if (texts.size() != static_cast<std::size_t>(packs.value().track_count) + 1) std::abort();
  return 0;
}
