#include "lacquer/deliver/cd/text.h"

#include <algorithm>
#include <cassert>
#include <cstdint>

namespace lacquer::deliver {

namespace {
constexpr std::size_t pack_bytes = 18, text_bytes = 12;
constexpr std::size_t most_text_packs = 253;
constexpr int size_info = 0x8F;

using Pack = std::array<unsigned char, pack_bytes>;

/// CRC-16, polynomial 0x1021, start 0, inverted at the end.
std::uint16_t checksum(const unsigned char* bytes, std::size_t count) {
  std::uint16_t crc = 0;
  for (std::size_t i = 0; i < count; ++i) {
    crc = static_cast<std::uint16_t>(crc ^ (bytes[i] << 8));
    for (int bit = 0; bit < 8; ++bit)
      crc = static_cast<std::uint16_t>(crc & 0x8000 ? (crc << 1) ^ 0x1021 : crc << 1);
  }
  return static_cast<std::uint16_t>(~crc);
}

Pack pack_of(int type, std::size_t track, std::size_t position) {
  Pack pack{};
  pack[0] = static_cast<unsigned char>(type);
  pack[1] = static_cast<unsigned char>(track);
  pack[3] = static_cast<unsigned char>(std::min<std::size_t>(position, 15));
  return pack;
}

/// The texts of one type flow through as many packs as they need. A pack names the track its first
/// byte belongs to and how much of that text went before.
void append_texts(std::vector<Pack>& packs, int type, const std::vector<std::string>& texts) {
  std::size_t used = text_bytes;
  for (std::size_t track = 0; track < texts.size(); ++track) {
    const std::string& text = texts[track];
    for (std::size_t at = 0; at <= text.size(); ++at) {
      if (used == text_bytes) {
        packs.push_back(pack_of(type, track, at));
        used = 0;
      }
      // The byte after the last character is the terminating zero.
      packs.back()[4 + used++] = at < text.size() ? static_cast<unsigned char>(text[at]) : 0;
    }
  }
}

Error damaged(std::size_t pack, const std::string& what) {
  return {ErrorKind::unusable_input, "CD-Text pack " + std::to_string(pack) + " " + what, "",
          "Write the CD-Text again."};
}
}  // namespace

int cd_text_language(std::string_view language) {
  // The codes cd-text-format.texi names; others exist but we have seen no source for them.
  if (language == "en") return 0x09;
  if (language == "de") return 0x08;
  if (language == "fr") return 0x0F;
  if (language == "es") return 0x0A;
  if (language == "it") return 0x15;
  if (language == "nl") return 0x1D;
  if (language == "ja") return 0x69;
  return 0;
}

Result<std::string> encode_cd_text(const CdText& cd_text) {
  std::vector<Pack> packs;
  std::array<unsigned char, 3 * text_bytes> sizes{};
  for (const auto& [type, texts] : cd_text.texts) {
    assert(texts.size() == static_cast<std::size_t>(cd_text.track_count) + 1);
    const std::size_t before = packs.size();
    append_texts(packs, type, texts);
    if (packs.size() > most_text_packs)
      return Error{ErrorKind::unusable_input,
                   "The titles and names are longer than CD-Text can hold (253 packs of 12 "
                   "characters).",
                   "", "Shorten them."};
    sizes[static_cast<std::size_t>(4 + type - CdText::title)] =
        static_cast<unsigned char>(packs.size() - before);
  }
  sizes[0] = 0x00;  // ISO-8859-1
  sizes[1] = 1;     // first track
  sizes[2] = static_cast<unsigned char>(cd_text.track_count);
  sizes[4 + size_info - CdText::title] = 3;
  sizes[20] = static_cast<unsigned char>(packs.size() + 2);  // last sequence number of block 0
  sizes[28] = static_cast<unsigned char>(cd_text.language_code);
  for (std::size_t part = 0; part < 3; ++part) {
    Pack pack = pack_of(size_info, part, 0);
    std::copy_n(sizes.begin() + static_cast<std::ptrdiff_t>(part * text_bytes), text_bytes,
                pack.begin() + 4);
    packs.push_back(pack);
  }

  std::string bytes;
  for (std::size_t sequence = 0; sequence < packs.size(); ++sequence) {
    Pack& pack = packs[sequence];
    pack[2] = static_cast<unsigned char>(sequence);
    const std::uint16_t crc = checksum(pack.data(), 16);
    pack[16] = static_cast<unsigned char>(crc >> 8);
    pack[17] = static_cast<unsigned char>(crc & 0xFF);
    bytes.append(reinterpret_cast<const char*>(pack.data()), pack.size());
  }
  return bytes;
}

Result<CdText> decode_cd_text(std::string_view bytes) {
  if (bytes.empty() || bytes.size() % pack_bytes != 0)
    return Error{ErrorKind::unusable_input,
                 "CD-Text is made of packs of 18 bytes; these are " + std::to_string(bytes.size()) +
                     " bytes.",
                 "", "Remove the header some programs put before the packs."};
  CdText cd_text;
  std::map<int, std::string> flows;
  std::string sizes;
  std::map<int, std::size_t> counts;
  const std::size_t pack_count = bytes.size() / pack_bytes;
  for (std::size_t index = 0; index < pack_count; ++index) {
    const auto* pack = reinterpret_cast<const unsigned char*>(bytes.data()) + index * pack_bytes;
    if (checksum(pack, 16) != (pack[16] << 8 | pack[17]))
      return damaged(index, "has a wrong checksum.");
    if ((pack[3] >> 4 & 7) != 0) continue;  // another language
    if (pack[3] & 0x80) return damaged(index, "holds double-byte text, which we do not read.");
    if (pack[2] != index % 256) return damaged(index, "is out of sequence.");
    ++counts[pack[0]];
    const std::string_view text = bytes.substr(index * pack_bytes + 4, text_bytes);
    if (pack[0] == size_info)
      sizes += text;
    else if (pack[0] >= CdText::title && (pack[0] <= CdText::message || pack[0] == CdText::codes))
      flows[pack[0]] += text;
  }
  if (sizes.size() != 3 * text_bytes) return damaged(pack_count - 1, "comes without size packs.");
  const auto size_at = [&](std::size_t at) { return static_cast<unsigned char>(sizes[at]); };
  for (const auto& [type, flow] : flows)
    if (size_at(static_cast<std::size_t>(4 + type - CdText::title)) != counts[type])
      return damaged(pack_count - 1, "names another number of packs than there are.");
  if (size_at(1) < 1 || size_at(2) > 99 || size_at(2) < size_at(1))
    return damaged(pack_count - 1, "names track numbers that no disc has.");
  cd_text.track_count = size_at(2) - size_at(1) + 1;
  cd_text.language_code = size_at(28);
  for (const auto& [type, flow] : flows) {
    auto& texts = cd_text.texts[type];
    std::size_t at = 0;
    for (int track = 0; track <= cd_text.track_count; ++track) {
      const std::size_t end = std::min(flow.find('\0', at), flow.size());
      if (at >= flow.size()) return damaged(pack_count - 1, "leaves a track without its text.");
      std::string text = flow.substr(at, end - at);
      // A lone TAB repeats the text before it.
      if (text == "\t" && !texts.empty()) text = std::string{texts.back()};
      texts.push_back(std::move(text));
      at = end + 1;
    }
  }
  return cd_text;
}

}  // namespace lacquer::deliver
