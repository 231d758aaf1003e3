#include <bit>

#include "lacquer/media/encoder.h"

namespace lacquer::media {
namespace {
// The bytes are laid out as RIFF and EBU Tech 3306 / BS.2088 describe. We write them ourselves, so
// that the header is plain (tag 0x0001, no EXTENSIBLE), holds no clock, keeps the tags before the
// audio and has room to become RF64, which needs "ds64" as its first chunk: a chunk "JUNK" of the
// same size stands last in a small file's header.
constexpr std::uint32_t ds64_bytes = 28;
constexpr std::uint32_t see_ds64 = 0xffffffff;

std::string little(std::uint64_t number, int bytes) {
  std::string text;
  for (int i = 0; i < bytes; ++i) text += static_cast<char>(number >> (8 * i) & 0xff);
  return text;
}

std::string chunk(const std::string& id, std::string content) {
  const std::string size = little(content.size(), 4);
  if (content.size() % 2 != 0) content += '\0';
  return id + size + content;
}

std::string info_chunk(const Tags& tags) {
  std::string fields;
  const auto add = [&](const char* id, const std::string& text) {
    if (!text.empty()) fields += chunk(id, text + '\0');
  };
  add("INAM", tags.title);
  add("IART", tags.artist);
  add("IPRD", tags.album);
  add("IMUS", tags.composer);
  add("IGNR", tags.genre);
  add("ICRD", tags.date);
  add("ITRK", tags.track_number > 0 ? std::to_string(tags.track_number) : "");
  add("ICMT", tags.comment);
  return fields.empty() ? "" : chunk("LIST", "INFO" + fields);
}

class WavEncoder : public Encoder {
 public:
  WavEncoder(OutputFile& file, FileFormat kind, StreamFormat format, const Tags& tags,
             std::uint64_t largest_data_bytes)
      : file_{file},
        is_float_{kind == FileFormat::wav_float32 || kind == FileFormat::wav_float64},
        bits_{kind == FileFormat::wav_16        ? 16
              : kind == FileFormat::wav_24      ? 24
              : kind == FileFormat::wav_float32 ? 32
                                                : 64},
        format_{format},
        info_{info_chunk(tags)},
        largest_data_bytes_{largest_data_bytes} {}

  Result<void> write_header() {
    const std::string text = header();
    TRY_DO(file_.seek(0));
    return file_.write(text.data(), text.size());
  }

  Result<void> write(const double* interleaved, int frames) override {
    const std::size_t samples =
        static_cast<std::size_t>(frames) * static_cast<std::size_t>(format_.channel_count);
    bytes_.clear();
    for (std::size_t i = 0; i < samples; ++i) append(interleaved[i]);
    data_bytes_ += bytes_.size();
    return file_.write(bytes_.data(), bytes_.size());
  }

  Result<void> close() override {
    if (data_bytes_ % 2 != 0) TRY_DO(file_.write("", 1));
    return write_header();
  }

 private:
  void append(double sample) {
    std::uint64_t bits = 0;
    if (!is_float_)
      bits = static_cast<std::uint32_t>(to_integer(sample, bits_));
    else if (bits_ == 32)
      bits = std::bit_cast<std::uint32_t>(static_cast<float>(sample));
    else
      bits = std::bit_cast<std::uint64_t>(sample);
    for (int i = 0; i < bits_; i += 8) bytes_.push_back(static_cast<char>(bits >> i & 0xff));
  }

  std::string format_chunk() const {
    const auto rate = static_cast<std::uint64_t>(format_.sample_rate_hz);
    const auto channels = static_cast<std::uint64_t>(format_.channel_count);
    const std::uint64_t frame_bytes = channels * static_cast<std::uint64_t>(bits_) / 8;
    return chunk("fmt ", little(is_float_ ? 3 : 1, 2) + little(channels, 2) + little(rate, 4) +
                             little(rate * frame_bytes, 4) + little(frame_bytes, 2) +
                             little(static_cast<std::uint64_t>(bits_), 2) +
                             (is_float_ ? little(0, 2) : ""));
  }

  std::string header() const {
    const std::uint64_t frames =
        data_bytes_ * 8 / static_cast<std::uint64_t>(bits_ * format_.channel_count);
    const bool is_rf64 = data_bytes_ > largest_data_bytes_;
    std::string chunks = format_chunk();
    // Formats other than integers say their length in frames as well.
    if (is_float_) chunks += chunk("fact", little(is_rf64 ? see_ds64 : frames, 4));
    chunks += info_;
    const std::uint64_t riff_bytes =
        4 + chunks.size() + 8 + ds64_bytes + 8 + data_bytes_ + data_bytes_ % 2;
    if (!is_rf64)
      return "RIFF" + little(riff_bytes, 4) + "WAVE" + chunks +
             chunk("JUNK", std::string(ds64_bytes, '\0')) + "data" + little(data_bytes_, 4);
    return "RF64" + little(see_ds64, 4) + "WAVE" +
           chunk("ds64", little(riff_bytes, 8) + little(data_bytes_, 8) + little(frames, 8) +
                             little(0, 4)) +
           chunks + "data" + little(see_ds64, 4);
  }

  OutputFile& file_;
  bool is_float_;
  int bits_;
  StreamFormat format_;
  std::string info_;
  std::uint64_t largest_data_bytes_;
  std::uint64_t data_bytes_ = 0;
  std::vector<char> bytes_;
};
}  // namespace

Result<EncoderPointer> wav_encoder(OutputFile& file, FileFormat kind, StreamFormat format,
                                   const Tags& tags, std::uint64_t largest_data_bytes) {
  auto encoder = std::make_unique<WavEncoder>(file, kind, format, tags, largest_data_bytes);
  TRY_DO(encoder->write_header());
  return EncoderPointer{std::move(encoder)};
}

}  // namespace lacquer::media
