#include <sndfile.h>

#include <algorithm>
#include <array>
#include <vector>

#include "lacquer/media/deinterleave.h"
#include "lacquer/media/reader.h"
#include "lacquer/media/seen_bytes.h"

namespace lacquer::media {
namespace {
struct CloseSndfile {
  void operator()(SNDFILE* handle) const { sf_close(handle); }
};
using Handle = std::unique_ptr<SNDFILE, CloseSndfile>;

struct Coding {
  std::string codec;  ///< empty: not one we read
  int bit_depth = 0;
};

Coding coding_of(int format) {
  const bool is_flac = (format & SF_FORMAT_TYPEMASK) == SF_FORMAT_FLAC;
  const std::string integer = is_flac ? "FLAC" : "PCM";
  switch (format & SF_FORMAT_SUBMASK) {
    case SF_FORMAT_PCM_S8:
    case SF_FORMAT_PCM_U8:
      return {integer, 8};
    case SF_FORMAT_PCM_16:
      return {integer, 16};
    case SF_FORMAT_PCM_24:
      return {integer, 24};
    case SF_FORMAT_PCM_32:
      return {integer, 32};
    case SF_FORMAT_FLOAT:
      return {"float", 32};
    case SF_FORMAT_DOUBLE:
      return {"float", 64};
    case SF_FORMAT_VORBIS:
      return {"Vorbis", 0};
    case SF_FORMAT_OPUS:
      return {"Opus", 0};
    case SF_FORMAT_MPEG_LAYER_III:
      return {"MP3", 0};
    default:
      return {};
  }
}

std::string container_of(FileKind kind) {
  switch (kind) {
    case FileKind::wav:
      return "WAV";
    case FileKind::rf64:
      return "RF64";
    case FileKind::aiff:
      return "AIFF";
    case FileKind::flac:
      return "FLAC";
    case FileKind::mp3:
      return "MP3";
    case FileKind::ogg:
      return "Ogg";
    case FileKind::mp4:
      return "MP4";
  }
  return {};
}

Handle open_handle(const ByteFile& file, SF_INFO& info) {
  info = {};
  Descriptor descriptor = file.open_again();
  // libsndfile closes the descriptor with the handle, and also when it cannot open it.
  return Handle{sf_open_fd(descriptor.release(), SFM_READ, &info, SF_TRUE)};
}

/// Where in a frame of the file each channel of 5.0 or 5.1 stands, in our order. Empty: the
/// channels the file names are others. A file that names none has them in the order its format
/// gives them: ours in WAV, AIFF and FLAC, L C R Ls Rs LFE in Ogg (Vorbis I, 4.3.9; Opus, RFC
/// 7845, 5.1.1.2).
std::vector<std::size_t> surround_order(SNDFILE* handle, FileKind kind, int channel_count) {
  const auto count = static_cast<std::size_t>(channel_count);
  std::vector<std::size_t> order;
  std::vector<int> names(count);
  if (sf_command(handle, SFC_GET_CHANNEL_MAP_INFO, names.data(),
                 static_cast<int>(sizeof(int)) * channel_count) != SF_TRUE) {
    if (kind == FileKind::ogg && count == 5) return {0, 2, 1, 3, 4};
    if (kind == FileKind::ogg) return {0, 2, 1, 5, 3, 4};
    for (std::size_t c = 0; c < count; ++c) order.push_back(c);
    return order;
  }
  // By channel, what libsndfile may call it.
  using Names = std::array<int, 2>;
  std::vector<Names> wanted = {{SF_CHANNEL_MAP_LEFT, SF_CHANNEL_MAP_FRONT_LEFT},
                               {SF_CHANNEL_MAP_RIGHT, SF_CHANNEL_MAP_FRONT_RIGHT},
                               {SF_CHANNEL_MAP_CENTER, SF_CHANNEL_MAP_FRONT_CENTER},
                               {SF_CHANNEL_MAP_SIDE_LEFT, SF_CHANNEL_MAP_REAR_LEFT},
                               {SF_CHANNEL_MAP_SIDE_RIGHT, SF_CHANNEL_MAP_REAR_RIGHT}};
  if (count == 6) wanted.insert(wanted.begin() + 3, Names{SF_CHANNEL_MAP_LFE, SF_CHANNEL_MAP_LFE});
  for (const Names& either : wanted) {
    const auto found = std::find_first_of(names.begin(), names.end(), either.begin(), either.end());
    if (found == names.end()) return {};
    order.push_back(static_cast<std::size_t>(found - names.begin()));
  }
  return order;
}

/// One sample type of libsndfile: the one the file holds, so that nothing is converted twice.
struct Shorts {
  using Sample = short;
  static constexpr auto read = sf_readf_short;
};
struct Ints {
  using Sample = int;
  static constexpr auto read = sf_readf_int;
};
struct Doubles {
  using Sample = double;
  static constexpr auto read = sf_readf_double;
};

template <typename Type>
class SndfileReader : public Reader {
 public:
  /// `order` is empty for mono and stereo.
  SndfileReader(const ByteFile& file, std::unique_ptr<SeenBytes> bytes, Handle handle,
                FileInfo info, std::vector<std::size_t> order)
      : path_{file.path()},
        bytes_{std::move(bytes)},
        handle_{std::move(handle)},
        info_{std::move(info)},
        order_{std::move(order)},
        rows_(order_.size()),
        interleaved_(static_cast<std::size_t>(block_frames * info_.format.channel_count)) {}

  const FileInfo& info() const override { return info_; }

  bool may_be_non_finite() const override { return std::is_same_v<Type, Doubles>; }

  Result<int> read(AudioBlock block) override {
    const sf_count_t count = Type::read(handle_.get(), interleaved_.data(), block.frame_count());
    const std::int64_t start = position_;
    position_ += count;
    // Decoders go on after damage with a gap; we do not.
    if (sf_error(handle_.get()) != SF_ERR_NO_ERROR)
      return damaged(path_, info_, start, sf_strerror(handle_.get()));
    deinterleave(interleaved_.data(), in_file_order(block).frames(0, static_cast<int>(count)));
    return static_cast<int>(count);
  }

 private:
  AudioBlock in_file_order(AudioBlock block) {
    if (order_.empty()) return block;
    for (std::size_t c = 0; c < order_.size(); ++c)
      rows_[order_[c]] = block.channel(static_cast<int>(c));
    return {rows_.data(), block.channel_count(), block.frame_count()};
  }

  std::filesystem::path path_;
  std::unique_ptr<SeenBytes> bytes_;  // null: the handle reads the file itself
  Handle handle_;
  FileInfo info_;
  std::vector<std::size_t> order_;
  std::vector<double*> rows_;  // of the block being filled, in the order of the file
  std::vector<typename Type::Sample> interleaved_;
  std::int64_t position_ = 0;
};

ReaderPointer reader_of(const ByteFile& file, std::unique_ptr<SeenBytes> bytes, Handle handle,
                        FileInfo info, std::vector<std::size_t> order) {
  const bool integer = info.codec == "PCM" || info.codec == "FLAC";
  const auto make = [&]<typename Type>(Type) -> ReaderPointer {
    return std::make_unique<SndfileReader<Type>>(file, std::move(bytes), std::move(handle),
                                                 std::move(info), std::move(order));
  };
  if (!integer) return make(Doubles{});
  return info.bit_depth <= 16 ? make(Shorts{}) : make(Ints{});
}

/// Decodes once to the end, where the file does not say how long it is.
std::int64_t count_frames(const ByteFile& file) {
  SF_INFO info;
  const Handle handle = open_handle(file, info);
  if (!handle) return 0;
  std::vector<double> samples(static_cast<std::size_t>(block_frames * info.channels));
  std::int64_t frames = 0;
  while (const sf_count_t count = sf_readf_double(handle.get(), samples.data(), block_frames)) {
    if (count < 0) break;
    frames += count;
  }
  return frames;
}

/// A FLAC that was cut still says how long it was; its last frame tells.
bool has_last_frame(const ByteFile& file, std::int64_t frames) {
  SF_INFO info;
  const Handle handle = open_handle(file, info);
  if (!handle) return false;
  std::vector<double> frame(static_cast<std::size_t>(info.channels));
  return sf_seek(handle.get(), frames - 1, SEEK_SET) == frames - 1 &&
         sf_readf_double(handle.get(), frame.data(), 1) == 1;
}

/// libsndfile guesses the length of an MP3 without Xing header from its bit rate.
bool knows_its_length(const ByteFile& file, FileKind kind, std::int64_t frames) {
  if (frames == SF_COUNT_MAX) return false;
  return kind != FileKind::mp3 || has_mp3_frame_count(file);
}
}  // namespace

Result<ReaderPointer> open_with_sndfile(const ByteFile& file, FileKind kind, int most_channels,
                                        FileHash* hash) {
  const auto error = [&](std::string sentence, std::string remedy) {
    return Error{ErrorKind::unusable_input, std::move(sentence), file.path().string(),
                 std::move(remedy)};
  };
  const std::string container = container_of(kind);
  SF_INFO opened{};
  auto bytes = hash ? std::make_unique<SeenBytes>(file, *hash) : nullptr;
  Handle handle = bytes ? Handle{bytes->open(opened)} : open_handle(file, opened);
  if (!handle)
    return error("The " + container + " header is damaged: " + sf_strerror(nullptr),
                 "Export the mix again.");
  const Coding coding = coding_of(opened.format);
  if (coding.codec.empty())
    return error("The " + container + " file holds audio in a coding Lacquer does not read.",
                 "Export the mix as 24-bit or float WAV, or as FLAC.");

  FileInfo info{.format = {static_cast<double>(opened.samplerate), opened.channels},
                .frame_count = opened.frames,
                .container = container,
                .codec = coding.codec,
                .bit_depth = coding.bit_depth};
  TRY_DO(require_usable(info.format, most_channels, file.path()));
  std::vector<std::size_t> order;
  if (opened.channels > 2) {
    order = surround_order(handle.get(), kind, opened.channels);
    if (order.empty()) return unknown_layout(opened.channels, file.path());
  }
  if (!knows_its_length(file, kind, info.frame_count)) {
    info.frame_count = count_frames(file);
  } else if (kind == FileKind::flac && info.frame_count > 0 &&
             !has_last_frame(file, info.frame_count)) {
    return error("The file is truncated: its header promises " +
                     clock_time(info.frame_count, info.format.sample_rate_hz) +
                     " of audio and the last frame is not there.",
                 "It was cut short: copy, download or export it again.");
  }
  return reader_of(file, std::move(bytes), std::move(handle), std::move(info), std::move(order));
}

}  // namespace lacquer::media
