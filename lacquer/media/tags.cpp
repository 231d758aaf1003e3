#include "lacquer/media/tags.h"

#include <aifffile.h>
#include <flacfile.h>
#include <id3v2tag.h>
#include <mp4file.h>
#include <mpegfile.h>
#include <opusfile.h>
#include <tpropertymap.h>
#include <vorbisfile.h>
#include <wavfile.h>
#include <xiphcomment.h>

#include <cstdlib>

#include "lacquer/media/file_kind.h"
#include "lacquer/media/files.h"

namespace lacquer::media {
namespace {
constexpr bool without_audio_properties = false;

/// TagLib's PropertyMap names fields alike in every format; only the track total differs.
TagLib::PropertyMap to_properties(const Tags& tags) {
  TagLib::PropertyMap properties;
  for (const auto& [name, value] : vorbis_comments(tags))
    properties.insert(name, TagLib::StringList{{value, TagLib::String::UTF8}});
  return properties;
}

/// ID3 and MP4 keep both numbers in one field.
TagLib::PropertyMap with_joined_track_numbers(TagLib::PropertyMap properties) {
  if (properties.contains("TRACKTOTAL")) {
    const auto number = properties["TRACKNUMBER"].toString();
    properties.replace("TRACKNUMBER", (number.isEmpty() ? "0" : number) + "/" +
                                          properties["TRACKTOTAL"].toString());
    properties.erase("TRACKTOTAL");
  }
  return properties;
}

Tags from_properties(const TagLib::PropertyMap& properties) {
  const auto text = [&](const char* name) {
    const auto found = properties.find(name);
    if (found == properties.end() || found->second.isEmpty()) return std::string{};
    return found->second.front().to8Bit(true);
  };
  Tags tags{.title = text("TITLE"),
            .artist = text("ARTIST"),
            .album = text("ALBUM"),
            .album_artist = text("ALBUMARTIST"),
            .composer = text("COMPOSER"),
            .genre = text("GENRE"),
            .date = text("DATE"),
            .isrc = text("ISRC"),
            .upc = text("BARCODE"),
            .label = text("LABEL"),
            .comment = text("COMMENT")};
  const std::string track = text("TRACKNUMBER");
  tags.track_number = std::atoi(track.c_str());
  const auto slash = track.find('/');
  tags.track_count = std::atoi(slash == std::string::npos ? text("TRACKTOTAL").c_str()
                                                          : track.c_str() + slash + 1);
  return tags;
}

Tags read_wav(const std::filesystem::path& path) {
  const TagLib::RIFF::WAV::File file{path.c_str(), without_audio_properties};
  if (file.hasID3v2Tag()) return from_properties(file.properties());
  Tags tags;
  if (!file.hasInfoTag()) return tags;
  const auto field = [&](const char* id) { return file.InfoTag()->fieldText(id).to8Bit(true); };
  tags.title = field("INAM");
  tags.artist = field("IART");
  tags.album = field("IPRD");
  tags.composer = field("IMUS");
  tags.genre = field("IGNR");
  tags.date = field("ICRD");
  tags.comment = field("ICMT");
  tags.track_number = std::atoi(field("ITRK").c_str());
  return tags;
}

template <typename File>
Tags read_as(const std::filesystem::path& path) {
  const File file{path.c_str(), without_audio_properties};
  return file.isValid() ? from_properties(file.properties()) : Tags{};
}

Result<void> check_saved(bool saved, const std::filesystem::path& path, const Tags& tags) {
  // TagLib does not look at what the system says of its writes: we read what is there.
  if (saved)
    if (const auto found = read_tags(path); found.ok() && found.value() == tags) return {};
  return Error{ErrorKind::unwritable_output, "The tags could not be written.", path.string(),
               "Check the space on the disk and run the same command again."};
}

constexpr std::uintmax_t room_for_tags_bytes = 1u << 20;
}  // namespace

std::vector<std::pair<std::string, std::string>> vorbis_comments(const Tags& tags) {
  std::vector<std::pair<std::string, std::string>> comments;
  const auto add = [&](const char* name, const std::string& value) {
    if (!value.empty()) comments.emplace_back(name, value);
  };
  const auto number = [](int value) { return value > 0 ? std::to_string(value) : std::string{}; };
  add("TITLE", tags.title);
  add("ARTIST", tags.artist);
  add("ALBUM", tags.album);
  add("ALBUMARTIST", tags.album_artist);
  add("COMPOSER", tags.composer);
  add("GENRE", tags.genre);
  add("DATE", tags.date);
  add("TRACKNUMBER", number(tags.track_number));
  add("TRACKTOTAL", number(tags.track_count));
  add("ISRC", tags.isrc);
  add("BARCODE", tags.upc);
  add("LABEL", tags.label);
  add("COMMENT", tags.comment);
  return comments;
}

std::string id3v2_bytes(const Tags& tags) {
  TagLib::ID3v2::Tag tag;
  tag.setProperties(with_joined_track_numbers(to_properties(tags)));
  if (tag.isEmpty()) return {};
  const TagLib::ByteVector bytes = tag.render(TagLib::ID3v2::v4);
  return {bytes.data(), bytes.size()};
}

Result<void> tag_flac(const std::filesystem::path& path, const Tags& tags) {
  if (tags == Tags{}) return {};
  TRY_DO(require_space(path.parent_path(), room_for_tags_bytes));
  bool saved = false;
  {
    TagLib::FLAC::File file{path.c_str(), without_audio_properties};
    file.xiphComment(true)->setProperties(to_properties(tags));
    saved = file.save();
  }
  return check_saved(saved, path, tags);
}

Result<void> tag_mp4(const std::filesystem::path& path, const Tags& tags) {
  if (tags == Tags{}) return {};
  TRY_DO(require_space(path.parent_path(), room_for_tags_bytes));
  bool saved = false;
  {
    TagLib::MP4::File file{path.c_str(), without_audio_properties};
    file.setProperties(with_joined_track_numbers(to_properties(tags)));
    saved = file.save();
  }
  return check_saved(saved, path, tags);
}

Result<Tags> read_tags(const std::filesystem::path& path) {
  TRY(const auto file, ByteFile::open(path));
  TRY(const auto kind, detect_kind(file));
  switch (kind) {
    case FileKind::wav:
    case FileKind::rf64:
      return read_wav(path);
    case FileKind::aiff:
      return read_as<TagLib::RIFF::AIFF::File>(path);
    case FileKind::flac:
      return read_as<TagLib::FLAC::File>(path);
    case FileKind::mp3:
      return read_as<TagLib::MPEG::File>(path);
    case FileKind::mp4:
      return read_as<TagLib::MP4::File>(path);
    case FileKind::ogg:
      return Header<36>{file, 0}.has(28, "OpusHead") ? read_as<TagLib::Ogg::Opus::File>(path)
                                                     : read_as<TagLib::Ogg::Vorbis::File>(path);
  }
  return Tags{};
}

}  // namespace lacquer::media
