#include "bench/music.h"

#include <algorithm>
#include <cmath>

#include "lacquer/evaluate/programmes.h"
#include "lacquer/media/audio_file.h"
#include "lacquer/media/rate_converter.h"

namespace lacquer::bench {
namespace {

namespace fs = std::filesystem;

constexpr double rate_hz = 44100.0;
constexpr double shortest_song_s = 60.0;
constexpr double fade_s = 0.05;

Result<SourcePointer> at_our_rate(const fs::path& file) {
  TRY(auto opened, media::open_audio(file));
  return media::convert_rate(std::move(opened.source), rate_hz);
}

/// Songs in stereo, by name.
Result<std::vector<fs::path>> songs_in(const fs::path& folder) {
  TRY(const auto files, evaluate::audio_files(folder));
  std::vector<fs::path> songs;
  for (const auto& file : files)
    if (const auto opened = media::open_audio(file); opened.ok() &&
                                                     opened->info.format.channel_count == 2 &&
                                                     opened->info.duration_s() >= shortest_song_s)
      songs.push_back(file);
  return songs;
}

/// The second at which the loudest stretch of `seconds` begins.
Result<int> loudest_stretch(const fs::path& file, int seconds) {
  TRY(const auto source, at_our_rate(file));
  testkit::Signal second{2, static_cast<int>(rate_hz), rate_hz};
  std::vector<double> power_to{0.0};  // of all seconds before
  while (true) {
    TRY(const int frames, source->read(second.block()));
    if (frames == 0) break;
    double power = 0.0;
    for (int c = 0; c < 2; ++c)
      for (int f = 0; f < frames; ++f) power += second.at(c, f) * second.at(c, f);
    power_to.push_back(power_to.back() + power);
  }
  int best = 0;
  double loudest = -1.0;
  for (int first = 0; first + seconds < static_cast<int>(power_to.size()); ++first) {
    const double power = power_to[static_cast<std::size_t>(first + seconds)] -
                         power_to[static_cast<std::size_t>(first)];
    if (power <= loudest) continue;
    loudest = power;
    best = first;
  }
  return best;
}

Result<testkit::Signal> stretch_of(const fs::path& file, int first_s, double duration_s) {
  TRY(const auto source, at_our_rate(file));
  testkit::Signal second{2, static_cast<int>(rate_hz), rate_hz};
  for (int s = 0; s < first_s; ++s) TRY_DO(source->read(second.block()));
  testkit::Signal signal{2, static_cast<int>(duration_s * rate_hz), rate_hz};
  for (int filled = 0; filled < signal.frame_count();) {
    TRY(const int frames,
        source->read(signal.block().frames(filled, signal.frame_count() - filled)));
    if (frames == 0) break;
    filled += frames;
  }
  const int fade_frames = static_cast<int>(fade_s * rate_hz);  // no click where the song is cut
  for (int c = 0; c < 2; ++c)
    for (int f = 0; f < fade_frames; ++f) {
      signal.at(c, f) *= static_cast<double>(f) / fade_frames;
      signal.at(c, signal.frame_count() - 1 - f) *= static_cast<double>(f) / fade_frames;
    }
  return signal;
}

Result<Piece> loud_piece_of(const fs::path& song, double duration_s) {
  TRY(const int first_s, loudest_stretch(song, static_cast<int>(std::ceil(duration_s))));
  TRY(auto signal, stretch_of(song, first_s, duration_s));
  return Piece{song.stem().string(), std::move(signal)};
}

}  // namespace

Result<std::vector<Piece>> loud_music(const fs::path& music, int count, double duration_s) {
  std::vector<fs::path> folders;
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator{music, ignored})
    if (entry.is_directory()) folders.push_back(entry.path());
  std::sort(folders.begin(), folders.end());
  std::vector<Piece> pieces;
  for (std::size_t n = 0; n < folders.size(); ++n) {
    TRY(const auto songs, songs_in(folders[n]));
    const auto share = [&](std::size_t before) {
      return before * static_cast<std::size_t>(count) / folders.size();
    };
    const std::size_t wanted = std::min(share(n + 1) - share(n), songs.size());
    for (std::size_t i = 0; i < wanted; ++i)
      for (std::size_t at = (2 * i + 1) * songs.size() / (2 * wanted); at < songs.size(); ++at) {
        auto piece = loud_piece_of(songs[at], duration_s);
        if (!piece.ok()) continue;  // damaged: the next one
        pieces.push_back(std::move(piece).value());
        break;
      }
  }
  if (pieces.empty())
    return Error{ErrorKind::unusable_input, "There is no music to measure with.", music.string(),
                 "./dev bench quality fetches it."};
  return pieces;
}

}  // namespace lacquer::bench
