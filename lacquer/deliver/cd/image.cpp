#include "lacquer/deliver/cd/image.h"

#include <algorithm>

#include "lacquer/deliver/cd/disc.h"
#include "lacquer/deliver/nodes.h"
#include "lacquer/deliver/text.h"
#include "lacquer/media/audio_file.h"
#include "lacquer/media/files.h"

namespace lacquer::deliver {

namespace fs = std::filesystem;

namespace {
Error unusable(const fs::path& place, const std::string& sentence, const std::string& remedy) {
  return {ErrorKind::unusable_input, sentence, place.string(), remedy};
}

Result<fs::path> find_cue(const fs::path& path) {
  std::error_code problem;
  if (!fs::is_directory(path, problem)) return path;
  std::vector<fs::path> cues;
  for (fs::directory_iterator entry{path, problem}, end; !problem && entry != end;
       entry.increment(problem))
    if (upper_case(entry->path().extension().string()) == ".CUE") cues.push_back(entry->path());
  if (cues.size() == 1) return cues.front();
  return unusable(path,
                  cues.empty() ? "There is no cue sheet in this folder."
                               : "There are several cue sheets in this folder.",
                  "Name the .cue file itself.");
}

Result<ImageFile> open_image_file(const CueFile& entry, const fs::path& cue) {
  ImageFile file;
  file.path = cue.parent_path() / fs::path{entry.name};
  file.type = entry.type;
  std::error_code problem;
  if (!fs::is_regular_file(file.path, problem))
    return unusable(cue.string() + ":" + std::to_string(entry.line),
                    "The image \"" + entry.name + "\" is not there.",
                    "Put it beside the cue sheet.");
  file.bytes = fs::file_size(file.path, problem);
  if (file.type == "WAVE" || file.type == "AIFF") {
    TRY(const auto opened, media::open_audio(file.path));
    file.format = opened.info.format;
    file.bit_depth = opened.info.bit_depth;
    file.frame_count = opened.info.frame_count;
  } else if (file.type == "BINARY" || file.type == "MOTOROLA") {
    file.frame_count = static_cast<std::int64_t>(file.bytes / 4);
  } else {
    return unusable(cue.string() + ":" + std::to_string(entry.line),
                    "Files of type \"" + entry.type + "\" cannot be put on a disc as they are.",
                    "Use BINARY, MOTOROLA, WAVE or AIFF.");
  }
  return file;
}

/// Where each track lies; times in the sheet count from the start of their file.
void place_tracks(CdImage& image) {
  const auto on_disc = [&](const CueIndex& index) {
    return image.files[index.file].first_sector + index.sectors;
  };
  for (const CueTrack& track : image.sheet.tracks) {
    ImageTrack place;
    if (!track.indexes.empty()) {
      place.begin = on_disc(track.indexes.front());
      place.index01 = place.begin;
    }
    for (const CueIndex& index : track.indexes)
      if (index.number == 1) place.index01 = on_disc(index);
    image.tracks.push_back(place);
  }
  for (std::size_t t = 0; t < image.tracks.size(); ++t)
    image.tracks[t].end = t + 1 < image.tracks.size() ? image.tracks[t + 1].begin : image.lead_out;
}
}  // namespace

Result<CdImage> open_cd_image(const fs::path& cue_or_folder) {
  CdImage image;
  TRY(image.cue, find_cue(cue_or_folder));
  TRY(const std::string text, media::read_file(image.cue));
  image.sheet = read_cue_sheet(text);
  if (image.sheet.files.empty() || image.sheet.tracks.empty())
    return unusable(image.cue, "This is not a cue sheet: it names no image or no track.",
                    "Name the .cue file of a disc image.");
  for (const CueFile& entry : image.sheet.files) {
    TRY(ImageFile file, open_image_file(entry, image.cue));
    file.first_sector = image.lead_out;
    image.frame_count += file.frame_count;
    image.lead_out += (file.frame_count + frames_per_sector - 1) / frames_per_sector;
    image.files.push_back(std::move(file));
  }
  place_tracks(image);
  return image;
}

Result<SourcePointer> read_cd_image(const CdImage& image) {
  std::vector<Part> parts;
  for (const ImageFile& file : image.files) {
    if (file.format.sample_rate_hz != cd_rate_hz)
      return unusable(file.path, "A disc plays 44.1 kHz, this file has another sample rate.",
                      "Convert it first.");
    Part part;
    part.frame_count = file.frame_count;
    part.open = [file]() -> Result<SourcePointer> {
      if (file.type == "BINARY" || file.type == "MOTOROLA")
        return read_raw_audio(file.path, file.type == "MOTOROLA");
      TRY(auto opened, media::open_audio(file.path));
      return as_stereo(std::move(opened.source));
    };
    parts.push_back(std::move(part));
  }
  return joined({cd_rate_hz, 2}, std::move(parts));
}

}  // namespace lacquer::deliver
