#include <algorithm>

#include "lacquer/deliver/cd/checks.h"
#include "lacquer/deliver/digital/checks.h"
#include "lacquer/deliver/text.h"
#include "lacquer/deliver/vinyl/checks.h"
#include "lacquer/media/files.h"

namespace lacquer::deliver {

namespace fs = std::filesystem;

namespace {
bool looks_like_audio(const fs::path& path) {
  const std::string extension = upper_case(path.extension().string());
  for (const char* known :
       {".WAV", ".AIF", ".AIFF", ".FLAC", ".MP3", ".OGG", ".OPUS", ".M4A", ".RF64", ".W64"})
    if (extension == known) return true;
  return false;
}

/// The audio files of a folder and those below it, in order of name; a file is its own list.
Result<std::vector<fs::path>> audio_files(const fs::path& path) {
  std::error_code problem;
  if (!fs::is_directory(path, problem)) return std::vector<fs::path>{path};
  std::vector<fs::path> files;
  for (fs::recursive_directory_iterator entry{path, problem}, end; !problem && entry != end;
       entry.increment(problem))
    if (entry->is_regular_file(problem) && looks_like_audio(entry->path()))
      files.push_back(entry->path());
  std::sort(files.begin(), files.end());
  if (files.empty())
    return Error{ErrorKind::unusable_input, "There is no audio file in this folder.", path.string(),
                 "Name the folder the delivery is in."};
  return files;
}

std::string shown_in(const fs::path& root, const fs::path& file) {
  return file == root ? file.filename().string() : file.lexically_relative(root).string();
}

Result<Delivery> check_digital(const fs::path& path, const fs::path& data,
                               const Progress& progress) {
  TRY(const Limits limits, load_digital_limits(data));
  TRY(const auto platforms, load_platforms(data));
  TRY(const auto paths, audio_files(path));
  Delivery delivery{"digital", {}, {}};
  Checks checks;
  std::vector<std::pair<std::string, measure::Measurement>> tracks;
  for (const fs::path& file : paths) {
    TRY(auto checked, check_digital_file(checks, file, shown_in(path, file), limits, progress));
    if (checked.measured) tracks.emplace_back(checked.path, *checked.measured);
    delivery.files.push_back(std::move(checked));
  }
  preview_platforms(checks, platforms, tracks);
  delivery.checks = checks.take();
  return delivery;
}

Result<Delivery> check_cd(const fs::path& path, const fs::path& data, const Progress& progress) {
  TRY(const Limits limits, load_cd_limits(data));
  TRY(const CdImage image, open_cd_image(path));
  Delivery delivery{"cd", {}, {}};
  Checks checks;
  TRY(auto measured, check_cd_image(checks, image, {}, limits, progress));
  check_cd_text_packs(checks, image, fs::path{image.cue}.replace_extension(".cdt"), limits);
  // cdrdao looks for its image under the sheet's own name.
  const ImageFile& first = image.files.front();
  if (image.files.size() == 1 && first.type == "BINARY" && first.path.stem() == image.cue.stem()) {
    check_with_cdrdao(checks, image.cue);
  } else {
    checks.info("cdrdao", "not asked: it only takes one BINARY image named like its sheet");
  }
  for (const ImageFile& file : image.files) {
    TRY(std::string hash, media::sha256_of_file(file.path));
    delivery.files.push_back(
        {file.path.filename().string(), std::move(hash), file.bytes, "disc image", {}});
  }
  delivery.files.front().measured = std::move(measured);
  delivery.checks = checks.take();
  return delivery;
}

Result<Delivery> check_vinyl(const fs::path& path, const fs::path& data, const Progress& progress) {
  TRY(const Limits limits, load_vinyl_limits(data));
  TRY(const Plants plants, load_plants(data));
  TRY(const auto paths, audio_files(path));
  Delivery delivery{"vinyl", {}, {}};
  Checks checks;
  std::vector<measure::Measurement> sides;
  for (const fs::path& file : paths) {
    const std::string shown = shown_in(path, file);
    TRY(auto measured, check_side(checks, file, shown, limits, plants, progress));
    TRY(std::string hash, media::sha256_of_file(file));
    std::error_code ignored;
    delivery.files.push_back(
        {shown, std::move(hash), fs::file_size(file, ignored), "side", measured});
    sides.push_back(std::move(measured));
  }
  check_sides(checks, sides);
  delivery.checks = checks.take();
  return delivery;
}
}  // namespace

Result<Delivery> check_path(const fs::path& path, const std::string& medium, const fs::path& data,
                            const Progress& progress) {
  std::error_code problem;
  if (medium != "digital" && medium != "cd" && medium != "vinyl")
    return Error{ErrorKind::usage, "There is no medium \"" + medium + "\".", "",
                 "Use digital, cd or vinyl."};
  if (!fs::exists(path, problem))
    return Error{ErrorKind::unusable_input, "There is nothing here.", path.string(),
                 "Check the spelling."};
  if (medium == "digital") return check_digital(path, data, progress);
  if (medium == "cd") return check_cd(path, data, progress);
  return check_vinyl(path, data, progress);
}

}  // namespace lacquer::deliver
