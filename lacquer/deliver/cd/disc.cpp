#include "lacquer/deliver/cd/disc.h"

#include <algorithm>
#include <cassert>
#include <cstdio>

#include "lacquer/deliver/identifiers.h"
#include "lacquer/deliver/text.h"

namespace lacquer::deliver {

namespace {
std::string two_digits(std::size_t number) {
  char text[32];
  std::snprintf(text, sizeof text, "%02zu", number);
  return text;
}

std::string quoted_for_cue(std::string text) {
  std::replace(text.begin(), text.end(), '"', '\'');
  return "\"" + text + "\"";
}

/// cdrdao's string syntax: backslash and quote escaped, other bytes than ASCII in octal.
std::string quoted_for_toc(const std::string& latin1) {
  std::string text = "\"";
  for (const char c : latin1) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      text += '\\';
      text += c;
    } else if (byte > 0x7E) {
      char octal[8];
      std::snprintf(octal, sizeof octal, "\\%03o", byte);
      text += octal;
    } else {
      text += c;
    }
  }
  return text + "\"";
}

/// A text as the programme has it, kept from breaking the sheet's lines.
std::string on_one_line(const std::string& text) {
  std::string line;
  for (const char32_t point : code_points(text)) line += point < 0x20 ? " " : utf8(point);
  return line.empty() ? "-" : line;
}

/// Column width counts characters, not bytes.
std::string padded(std::string text, std::size_t width) {
  const std::size_t length = code_points(text).size();
  if (length < width) text.append(width - length, ' ');
  return text;
}
}  // namespace

std::string msf(std::int64_t sectors) {
  char text[48];
  std::snprintf(text, sizeof text, "%02lld:%02lld:%02lld",
                static_cast<long long>(sectors / (60 * sectors_per_s)),
                static_cast<long long>(sectors / sectors_per_s % 60),
                static_cast<long long>(sectors % sectors_per_s));
  return text;
}

std::optional<std::int64_t> sectors_from_msf(std::string_view text) {
  std::int64_t fields[3] = {0, 0, 0};
  std::size_t at = 0;
  for (int field = 0; field < 3; ++field) {
    const std::size_t start = at;
    while (at < text.size() && text[at] >= '0' && text[at] <= '9' && at - start < 4)
      fields[field] = fields[field] * 10 + (text[at++] - '0');
    if (at == start) return std::nullopt;
    if (field < 2 && (at >= text.size() || text[at++] != ':')) return std::nullopt;
  }
  if (at != text.size() || fields[1] >= 60 || fields[2] >= sectors_per_s) return std::nullopt;
  return (fields[0] * 60 + fields[1]) * sectors_per_s + fields[2];
}

bool Disc::has_texts() const {
  return !title.empty() || !performer.empty() ||
         std::any_of(tracks.begin(), tracks.end(), [](const DiscTrack& track) {
           return !track.title.empty() || !track.performer.empty() || !track.composer.empty();
         });
}

std::string cue_sheet(const Disc& disc, const std::string& bin_name) {
  std::string cue;
  if (!disc.upc.empty()) cue += "CATALOG " + disc.upc + "\n";
  if (!disc.title.empty()) cue += "TITLE " + quoted_for_cue(disc.title) + "\n";
  if (!disc.performer.empty()) cue += "PERFORMER " + quoted_for_cue(disc.performer) + "\n";
  cue += "FILE " + quoted_for_cue(bin_name) + " BINARY\n";
  for (std::size_t t = 0; t < disc.tracks.size(); ++t) {
    const DiscTrack& track = disc.tracks[t];
    cue += "  TRACK " + two_digits(t + 1) + " AUDIO\n";
    if (!track.title.empty()) cue += "    TITLE " + quoted_for_cue(track.title) + "\n";
    if (!track.performer.empty()) cue += "    PERFORMER " + quoted_for_cue(track.performer) + "\n";
    if (!track.composer.empty()) cue += "    SONGWRITER " + quoted_for_cue(track.composer) + "\n";
    if (!track.isrc.empty()) cue += "    ISRC " + track.isrc + "\n";
    if (track.index00) cue += "    INDEX 00 " + msf(*track.index00) + "\n";
    cue += "    INDEX 01 " + msf(track.index01) + "\n";
  }
  return cue;
}

std::string cdrdao_toc(const Disc& disc, const std::string& bin_name) {
  const bool any_composer = std::any_of(disc.tracks.begin(), disc.tracks.end(),
                                        [](const auto& track) { return !track.composer.empty(); });
  const bool any_text = disc.has_texts();
  // cdrdao wants a field it finds anywhere given for the disc and every track.
  const auto texts = [&](const std::string& title, const std::string& performer,
                         const std::string& composer) {
    std::string text =
        " TITLE " + quoted_for_toc(title) + " PERFORMER " + quoted_for_toc(performer);
    if (any_composer) text += " COMPOSER " + quoted_for_toc(composer);
    return text;
  };
  std::string toc =
      "// The image is little-endian: cdrdao write --swap FILE.toc\n"
      "CD_DA\n";
  if (!disc.upc.empty()) toc += "CATALOG \"" + disc.upc + "\"\n";
  if (any_text)
    toc += "CD_TEXT { LANGUAGE_MAP { 0 : EN } LANGUAGE 0 {" +
           texts(disc.title, disc.performer, "") + " } }\n";
  for (std::size_t t = 0; t < disc.tracks.size(); ++t) {
    const DiscTrack& track = disc.tracks[t];
    const std::int64_t begin = track.index00.value_or(track.index01);
    toc += "\nTRACK AUDIO\nNO COPY\nNO PRE_EMPHASIS\nTWO_CHANNEL_AUDIO\n";
    if (!track.isrc.empty()) toc += "ISRC \"" + track.isrc + "\"\n";
    if (any_text)
      toc +=
          "CD_TEXT { LANGUAGE 0 {" + texts(track.title, track.performer, track.composer) + " } }\n";
    toc += "FILE " + quoted_for_toc(bin_name) + " " + msf(begin) + " " +
           msf(disc.end_of(t) - begin) + "\n";
    if (track.index00) toc += "START " + msf(track.index01 - begin) + "\n";
  }
  return toc;
}

std::string pq_sheet(const Disc& disc, const Programme& programme) {
  assert(disc.tracks.size() == programme.tracks.size());
  std::string sheet = "PQ sheet\n\n";
  sheet += "Title      " + on_one_line(programme.title) + "\n";
  sheet += "Performer  " + on_one_line(programme.artist) + "\n";
  sheet += "UPC/EAN    " + on_one_line(disc.upc) + "\n";
  sheet += "Tracks     " + std::to_string(disc.tracks.size()) + "\n";
  sheet += "Total      " + msf(disc.lead_out) + "\n\n";
  sheet +=
      "Times are minutes:seconds:sectors (1/75 s) from the start of the image;\n"
      "on the disc every time is 00:02:00 later (the pregap of track 1).\n\n";
  sheet += "No  Index  Time      Length    ISRC             Title\n";
  for (std::size_t t = 0; t < disc.tracks.size(); ++t) {
    const DiscTrack& track = disc.tracks[t];
    const Track& written = programme.tracks[t];
    if (track.index00)
      sheet += two_digits(t + 1) + "  00     " + msf(*track.index00) + "  " +
               msf(track.index01 - *track.index00) + "  pause\n";
    sheet += two_digits(t + 1) + "  01     " + msf(track.index01) + "  " +
             msf(disc.end_of(t) - track.index01) + "  " +
             padded(track.isrc.empty() ? "-" : isrc_for_people(track.isrc), 15) + "  " +
             on_one_line(written.title) + "\n";
    const std::string& performer = programme.artist_of(written);
    std::string people;
    if (!performer.empty() && performer != programme.artist) people += on_one_line(performer);
    if (!written.composer.empty())
      people += (people.empty() ? "" : "; ") + std::string{"composed by "} +
                on_one_line(written.composer);
    if (!people.empty()) sheet += std::string(48, ' ') + people + "\n";
  }
  sheet += "AA  01     " + msf(disc.lead_out) + "            lead-out\n";
  return sheet;
}

}  // namespace lacquer::deliver
