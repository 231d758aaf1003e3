// Any bytes at all, opened and read as audio: an error or samples, never a crash, a leak or a hang.
// cmake --preset fuzz && cmake --build build/fuzz --target audio_file_fuzz
// build/fuzz/tests/audio_file_fuzz -max_len=65536 -rss_limit_mb=2048 CORPUS
#include <sys/mman.h>
#include <unistd.h>

#include <cmath>
#include <cstdlib>
#include <string>

#include "lacquer/media/audio_file.h"
#include "lacquer/media/file_hash.h"
#include "lacquer/media/files.h"

namespace {
const int file = ::memfd_create("fuzz", 0);
const std::string path = "/proc/self/fd/" + std::to_string(file);

void require(bool holds) {
  if (!holds) std::abort();
}
}  // namespace

/// libsndfile 1.2.0 forgets these when the second Vorbis header is damaged.
extern "C" const char* __lsan_default_suppressions() {  // NOLINT: the sanitizer's name
  return "leak:vorbis_info_init\nleak:vorbis_comment_init\nleak:vorbis_synthesis_headerin\n";
}

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* bytes, std::size_t count) {
  using namespace lacquer;
  require(::ftruncate(file, 0) == 0);
  require(::pwrite(file, bytes, count, 0) == static_cast<ssize_t>(count));
  // M4A is ffmpeg's to decode, in a process of its own; starting one for each input is no fuzzing.
  media::FileHash hash{path};
  auto opened =
      media::open_audio(path, {.may_run_programs = false, .most_channels = 6, .hash = &hash});
  if (!opened.ok()) {
    require(!opened.error().sentence.empty() && !opened.error().remedy.empty());
    return 0;
  }
  const auto& info = opened.value().info;
  auto& source = *opened.value().source;
  require(info.frame_count > 0 && info.format == source.format());
  AudioBuffer buffer{info.format.channel_count, 5000};
  std::int64_t frames = 0;
  for (int i = 0; i < 20; ++i) {
    const auto got = source.read(buffer.block());
    if (!got.ok()) break;
    frames += got.value();
    for (int c = 0; c < info.format.channel_count; ++c)
      for (int f = 0; f < got.value(); ++f) require(std::isfinite(buffer.block().channel(c)[f]));
    require(frames <= info.frame_count);
    if (got.value() < 5000) {
      require(frames == info.frame_count);
      break;
    }
  }
  // However the reader went about it, the bytes it was shown make the hash of the file.
  require(hash.finish().value() == media::sha256_of_file(path).value());
  return 0;
}
