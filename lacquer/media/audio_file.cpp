#include "lacquer/media/audio_file.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "lacquer/media/reader.h"

namespace lacquer::media {
namespace {
constexpr double lowest_rate_hz = 8000.0, highest_rate_hz = 192000.0;

/// What every file owes us, whoever decodes it: as many frames as it promised, all of them numbers.
class CheckedSource : public AudioSource {
 public:
  CheckedSource(std::filesystem::path path, ReaderPointer reader, NonFinite non_finite)
      : path_{std::move(path)},
        reader_{std::move(reader)},
        info_{reader_->info()},
        non_finite_{non_finite} {}

  StreamFormat format() const override { return info_.format; }
  std::int64_t frame_count() const override { return info_.frame_count; }

  Result<int> read(AudioBlock block) override {
    assert(block.channel_count() == info_.format.channel_count);
    const int wanted = static_cast<int>(
        std::min<std::int64_t>(block.frame_count(), info_.frame_count - position_));
    for (int done = 0; done < wanted;) {
      const int piece = std::min(wanted - done, block_frames);
      if (failure_) return *failure_;
      auto count = reader_->read(block.frames(done, piece));
      if (!count.ok()) return fail(std::move(count).error());
      TRY_DO(accept(block.frames(done, *count)));
      if (*count < piece && !ends_within_a_codec_block()) return fail(ends_early());
      const AudioBlock missing = block.frames(done + *count, piece - *count);
      for (int c = 0; c < missing.channel_count(); ++c)
        std::fill_n(missing.channel(c), missing.frame_count(), 0.0);
      position_ += missing.frame_count();
      done += piece;
    }
    return wanted;
  }

 private:
  Error fail(Error error) {
    failure_ = error;
    return error;
  }

  Result<void> accept(AudioBlock block) {
    if (non_finite_ == NonFinite::refuse && reader_->may_be_non_finite())
      for (int f = 0; f < block.frame_count(); ++f)
        for (int c = 0; c < block.channel_count(); ++c)
          if (!std::isfinite(block.channel(c)[f]))
            return fail(not_a_number(position_ + f, c, block.channel(c)[f]));
    position_ += block.frame_count();
    return {};
  }

  Error not_a_number(std::int64_t frame, int channel, double sample) const {
    const std::string side = info_.format.channel_count == 1 ? "The sample"
                             : info_.format.channel_count > 2
                                 ? "Channel " + std::to_string(channel + 1)
                             : channel == 0 ? "The left sample"
                                            : "The right sample";
    return {ErrorKind::unusable_input,
            side + " at " + clock_time(frame, info_.format.sample_rate_hz) +
                (std::isnan(sample) ? " is not a number (NaN)." : " is infinite."),
            path_.string(), "A plug-in of the mix has failed there: render that passage again."};
  }

  // Some Vorbis encoders promise a few samples more than their last block holds. That is no cut:
  // the rest is silence. A file cut short lacks whole pages.
  bool ends_within_a_codec_block() const {
    constexpr std::int64_t longest_vorbis_block = 8192;
    return info_.codec == "Vorbis" && info_.frame_count - position_ < longest_vorbis_block / 2;
  }

  Error ends_early() const {
    return {ErrorKind::unusable_input,
            "The file is truncated: its header promises " +
                clock_time(info_.frame_count, info_.format.sample_rate_hz) +
                " of audio and it ends at " + clock_time(position_, info_.format.sample_rate_hz) +
                ".",
            path_.string(), "It was cut short: copy, download or export it again."};
  }

  std::filesystem::path path_;
  ReaderPointer reader_;
  FileInfo info_;
  NonFinite non_finite_;
  std::int64_t position_ = 0;
  std::optional<Error> failure_;
};
}  // namespace

std::string clock_time(std::int64_t frame, double sample_rate_hz) {
  const auto ms = static_cast<long long>(static_cast<double>(frame) / sample_rate_hz * 1000.0);
  char text[40];
  std::snprintf(text, sizeof text, "%02lld:%02lld.%03lld", ms / 60000, ms / 1000 % 60, ms % 1000);
  return text;
}

Result<void> require_usable(const StreamFormat& format, int most_channels,
                            const std::filesystem::path& path) {
  const int count = format.channel_count;
  const std::string there = "The file has " + std::to_string(count) + " channels; ";
  if (most_channels <= 2 && (count < 1 || count > 2))
    return Error{ErrorKind::unusable_input, there + "Lacquer masters mono and stereo.",
                 path.string(), "Mix it down to stereo and export again."};
  if (count < 1 || count > most_channels || count == 3 || count == 4)
    return Error{ErrorKind::unusable_input, there + "Lacquer measures mono, stereo, 5.0 and 5.1.",
                 path.string(), "Export it in one of these layouts."};
  if (!(format.sample_rate_hz >= lowest_rate_hz && format.sample_rate_hz <= highest_rate_hz))
    return Error{ErrorKind::unusable_input,
                 "The sample rate is " + std::to_string(std::llround(format.sample_rate_hz)) +
                     " Hz; Lacquer takes 8000 to 192000 Hz.",
                 path.string(), "Export the mix at a rate in that range."};
  return {};
}

Error unknown_layout(int channel_count, const std::filesystem::path& path) {
  return {ErrorKind::unusable_input,
          "The file has " + std::to_string(channel_count) + " channels, which are not those of " +
              (channel_count == 5 ? "5.0 (L R C Ls Rs)." : "5.1 (L R C LFE Ls Rs)."),
          path.string(), "Export it in that layout, or mix it down to stereo."};
}

Error damaged(const std::filesystem::path& path, const FileInfo& info, std::int64_t frame,
              const std::string& why) {
  return {ErrorKind::unusable_input,
          "The file is damaged after " + clock_time(frame, info.format.sample_rate_hz) + ": " +
              why + (why.ends_with('.') ? "" : "."),
          path.string(), "Copy, download or export it again."};
}

Result<OpenedFile> open_audio(const std::filesystem::path& path, const OpenOptions& options) {
  TRY(const auto file, ByteFile::open(path));
  TRY(const auto kind, detect_kind(file));
  TRY_DO(require_complete(file, kind));
  if (kind == FileKind::mp4 && !options.may_run_programs)
    return Error{ErrorKind::unusable_input,
                 "M4A is decoded by a program, which is not allowed here.", path.string(),
                 "Export the mix as WAV, AIFF or FLAC."};
  TRY(auto reader, kind == FileKind::mp4
                       ? open_with_ffmpeg(file, options.most_channels)
                       : open_with_sndfile(file, kind, options.most_channels, options.hash));
  FileInfo info = reader->info();
  if (info.frame_count <= 0)
    return Error{ErrorKind::unusable_input, "The file holds no audio: it has 0 frames.",
                 path.string(), "Export the mix again."};
  SourcePointer source{new CheckedSource{path, std::move(reader), options.non_finite}};
  return OpenedFile{std::move(info), std::move(source)};
}

OpenSource opener(const std::filesystem::path& path, const OpenOptions& options) {
  return [path, options]() -> Result<SourcePointer> {
    TRY(auto opened, open_audio(path, options));
    return std::move(opened.source);
  };
}

}  // namespace lacquer::media
