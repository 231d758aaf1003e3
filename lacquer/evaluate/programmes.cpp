#include "lacquer/evaluate/programmes.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <set>

#include "lacquer/base/units.h"
#include "lacquer/media/audio_file.h"
#include "lacquer/media/files.h"

namespace lacquer::evaluate {
namespace fs = std::filesystem;

Result<std::vector<fs::path>> audio_files(const fs::path& folder) {
  static const std::set<std::string> endings = {".wav", ".w64", ".rf64", ".aif",  ".aiff", ".flac",
                                                ".mp3", ".ogg", ".oga",  ".opus", ".m4a",  ".mp4"};
  std::error_code failed;
  if (!fs::is_directory(folder, failed))
    return Error{ErrorKind::unusable_input, "There is no such folder.", folder.string(),
                 "Name a folder with music in it."};
  std::vector<fs::path> files;
  auto entry = fs::recursive_directory_iterator{
      folder, fs::directory_options::skip_permission_denied, failed};
  for (; !failed && entry != fs::recursive_directory_iterator{}; entry.increment(failed)) {
    std::string ending = entry->path().extension().string();
    std::transform(ending.begin(), ending.end(), ending.begin(),
                   [](unsigned char letter) { return std::tolower(letter); });
    std::error_code ignored;
    if (endings.contains(ending) && entry->is_regular_file(ignored)) files.push_back(entry->path());
  }
  if (failed)
    return Error{ErrorKind::unusable_input, "The folder cannot be read: " + failed.message() + ".",
                 folder.string(), ""};
  std::sort(files.begin(), files.end());
  return files;
}

Result<std::vector<KnownFault>> known_faults(const fs::path& folder) {
  const fs::path path = folder / known_faults_name;
  std::error_code ignored;
  if (!fs::exists(path, ignored)) return std::vector<KnownFault>{};
  TRY(const auto text, media::read_file(path));
  const auto json = nlohmann::json::parse(text, nullptr, false);
  const Error wrong{ErrorKind::unusable_input,
                    "This is no list of known faults (objects with a \"kind\").", path.string(),
                    "docs/evaluate.md shows one."};
  if (!json.is_array()) return wrong;
  std::vector<KnownFault> all;
  for (const auto& item : json) {
    if (!item.is_object() || !item.contains("kind")) return wrong;
    KnownFault fault;
    const auto text_of = [&](const char* key, std::string& into) {
      if (const auto at = item.find(key); at != item.end() && at->is_string()) into = *at;
    };
    const auto number_of = [&](const char* key, double& into) {
      if (const auto at = item.find(key); at != item.end() && at->is_number()) into = *at;
    };
    text_of("file", fault.file);
    text_of("kind", fault.kind);
    text_of("note", fault.note);
    number_of("start_s", fault.start_s);
    number_of("end_s", fault.end_s);
    all.push_back(fault);
  }
  return all;
}

const KnownFault* known(const std::vector<KnownFault>& all, const std::string& file,
                        const measure::Finding& finding) {
  constexpr double tolerance_s = 0.05;
  for (const auto& fault : all)
    if (fault.kind == finding.kind && (fault.file.empty() || fault.file == file) &&
        finding.start_s < fault.end_s + tolerance_s && finding.end_s > fault.start_s - tolerance_s)
      return &fault;
  return nullptr;
}

Clip excerpt_of(Clip clip) {
  constexpr double fade_in_s = 0.25, fade_out_s = 1.5, silence_s = 0.2, gain_db = -0.4;
  const int in = clip.frames(fade_in_s), out = clip.frames(fade_out_s), all = clip.frame_count();
  for (int c = 0; c < clip.channel_count(); ++c)
    for (int f = 0; f < all; ++f) {
      const double rise = std::min(1.0, static_cast<double>(f) / in);
      const double fall = std::min(1.0, static_cast<double>(all - 1 - f) / out);
      clip.row(c)[f] *= std::pow(std::sin(pi / 2.0 * rise) * std::sin(pi / 2.0 * fall), 2);
    }
  clip.surround(clip.frames(silence_s), clip.frames(silence_s));
  scale(clip, gain_from_db(gain_db));
  round_to_bits(clip, 24);
  return clip;
}

Result<Clip> read_clip(const fs::path& path, double start_s, double length_s) {
  TRY(auto opened, media::open_audio(path));
  const StreamFormat format = opened.info.format;
  const auto frame_at = [&](double seconds) {
    return std::min(opened.info.frame_count,
                    static_cast<std::int64_t>(std::llround(seconds * format.sample_rate_hz)));
  };
  const std::int64_t first = frame_at(start_s), end = frame_at(start_s + length_s);
  Clip clip{format, static_cast<int>(end - first)};
  AudioBuffer buffer{format.channel_count, block_frames};
  for (std::int64_t at = 0; at < end;) {
    // Blocks end where the excerpt begins, so that none lies half inside.
    const std::int64_t until = at < first ? first : end;
    const int wanted = static_cast<int>(std::min<std::int64_t>(block_frames, until - at));
    TRY(const int count, opened.source->read(buffer.block().frames(0, wanted)));
    if (count == 0) break;
    if (at >= first)
      for (int c = 0; c < format.channel_count; ++c)
        std::copy_n(buffer.block().channel(c), count, clip.row(c) + (at - first));
    at += count;
  }
  return clip;
}

}  // namespace lacquer::evaluate
