#include <array>
#include <cmath>
#include <fstream>

#include "lacquer/deliver/cd/disc.h"
#include "lacquer/deliver/cd/image.h"
#include "lacquer/media/files.h"

namespace lacquer::deliver {

namespace fs = std::filesystem;

namespace {
constexpr int bytes_per_frame = 4;

class RawSource : public AudioSource {
 public:
  RawSource(const fs::path& path, std::int64_t frame_count, bool big_endian)
      : path_{path},
        file_{path, std::ios::binary},
        frame_count_{frame_count},
        big_endian_{big_endian} {}
  bool is_open() const { return file_.is_open(); }
  StreamFormat format() const override { return {cd_rate_hz, 2}; }
  std::int64_t frame_count() const override { return frame_count_; }

  Result<int> read(AudioBlock block) override {
    const int frames =
        static_cast<int>(std::min<std::int64_t>(block.frame_count(), frame_count_ - position_));
    bytes_.resize(static_cast<std::size_t>(frames) * bytes_per_frame);
    file_.read(bytes_.data(), static_cast<std::streamsize>(bytes_.size()));
    if (file_.gcount() != static_cast<std::streamsize>(bytes_.size()))
      return Error{ErrorKind::unusable_input, "The image ends before its own size says so.",
                   path_.string(), "Copy it again."};
    for (int f = 0; f < frames; ++f)
      for (int c = 0; c < 2; ++c) {
        const std::size_t at = static_cast<std::size_t>(f * bytes_per_frame + c * 2);
        const auto low = static_cast<unsigned char>(bytes_[at + (big_endian_ ? 1 : 0)]);
        const auto high = static_cast<unsigned char>(bytes_[at + (big_endian_ ? 0 : 1)]);
        block.channel(c)[f] = static_cast<std::int16_t>(high << 8 | low) / 32768.0;
      }
    position_ += frames;
    return frames;
  }

 private:
  fs::path path_;
  std::ifstream file_;
  std::int64_t frame_count_;
  bool big_endian_;
  std::int64_t position_ = 0;
  std::string bytes_;
};

class RawSink : public AudioSink {
 public:
  explicit RawSink(const fs::path& path)
      : path_{path},
        temporary_{media::temporary_name(path)},
        file_{temporary_, std::ios::binary | std::ios::trunc} {}
  ~RawSink() override {
    if (finished_) return;
    file_.close();
    std::error_code ignored;
    fs::remove(temporary_, ignored);
  }
  RawSink(const RawSink&) = delete;
  RawSink& operator=(const RawSink&) = delete;
  bool is_open() const { return file_.is_open(); }

  Result<void> write(AudioBlock block) override {
    bytes_.clear();
    for (int f = 0; f < block.frame_count(); ++f)
      for (int c = 0; c < 2; ++c) {
        const auto level = static_cast<int>(std::lround(block.channel(c)[f] * 32768.0));
        bytes_ += static_cast<char>(level & 0xFF);
        bytes_ += static_cast<char>(level >> 8 & 0xFF);
      }
    file_.write(bytes_.data(), static_cast<std::streamsize>(bytes_.size()));
    frame_count_ += block.frame_count();
    return file_ ? Result<void>{} : unwritable();
  }

  Result<void> finish() override {
    // The last sector is filled up: a disc has no fractions of them.
    const auto left_over = frame_count_ % frames_per_sector;
    if (left_over > 0) {
      const std::string zeros(
          static_cast<std::size_t>((frames_per_sector - left_over) * bytes_per_frame), '\0');
      file_.write(zeros.data(), static_cast<std::streamsize>(zeros.size()));
    }
    file_.close();
    if (!file_) return unwritable();
    TRY_DO(media::commit_file(temporary_, path_));
    finished_ = true;
    return {};
  }

 private:
  Error unwritable() const {
    return {ErrorKind::unwritable_output, "The disc image cannot be written.", path_.string(),
            "Make room on the disk."};
  }

  fs::path path_, temporary_;
  std::ofstream file_;
  std::string bytes_;
  std::int64_t frame_count_ = 0;
  bool finished_ = false;
};
}  // namespace

Result<SourcePointer> read_raw_audio(const fs::path& path, bool big_endian) {
  std::error_code problem;
  const std::uintmax_t bytes = fs::file_size(path, problem);
  auto source = std::make_unique<RawSource>(
      path, problem ? 0 : static_cast<std::int64_t>(bytes / bytes_per_frame), big_endian);
  if (problem || !source->is_open())
    return Error{ErrorKind::unusable_input, "The image file cannot be read.", path.string(),
                 "Put it beside its cue sheet."};
  return SourcePointer{std::move(source)};
}

Result<std::unique_ptr<AudioSink>> create_raw_audio(const fs::path& path) {
  auto sink = std::make_unique<RawSink>(path);
  if (!sink->is_open())
    return Error{ErrorKind::unwritable_output, "The disc image cannot be written.", path.string(),
                 "Check the folder's permissions."};
  return std::unique_ptr<AudioSink>{std::move(sink)};
}

}  // namespace lacquer::deliver
