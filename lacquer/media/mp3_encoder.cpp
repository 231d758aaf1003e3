#include <lame/lame.h>

#include "lacquer/media/encoder.h"

namespace lacquer::media {
namespace {
void say_nothing(const char*, va_list) {}

class Mp3Encoder : public Encoder {
 public:
  explicit Mp3Encoder(OutputFile& file) : file_{file}, lame_{lame_init()} {}
  ~Mp3Encoder() override { lame_close(lame_); }

  Result<void> open(StreamFormat format, const Tags& tags) {
    if (!lame_) return failed("out of memory");
    channel_count_ = format.channel_count;
    lame_set_errorf(lame_, say_nothing);
    lame_set_debugf(lame_, say_nothing);
    lame_set_msgf(lame_, say_nothing);
    lame_set_num_channels(lame_, channel_count_);
    lame_set_mode(lame_, channel_count_ == 1 ? MONO : JOINT_STEREO);
    lame_set_in_samplerate(lame_, static_cast<int>(format.sample_rate_hz));
    lame_set_out_samplerate(lame_, static_cast<int>(format.sample_rate_hz));
    lame_set_scale(lame_, 1.0f);
    lame_set_VBR(lame_, vbr_off);
    lame_set_brate(lame_, 320);
    lame_set_quality(lame_, 2);
    lame_set_write_id3tag_automatic(lame_, 0);
    lame_set_bWriteVbrTag(lame_, 1);  // the tag carries delay and padding: exact length
    if (lame_init_params(lame_) < 0) return failed("it refuses these settings");
    const std::string tag = id3v2_bytes(tags);
    info_frame_at_ = tag.size();
    return file_.write(tag.data(), tag.size());
  }

  Result<void> write(const double* interleaved, int frames) override {
    const auto count = static_cast<std::size_t>(frames);
    left_.resize(count);
    right_.resize(count);
    const std::size_t right = channel_count_ == 1 ? 0 : 1;
    // Integers of 32 bits, the lower eight zero: LAME takes them as they are.
    for (std::size_t i = 0; i < count; ++i, interleaved += channel_count_) {
      left_[i] = to_integer(interleaved[0], 24) * 256;
      right_[i] = to_integer(interleaved[right], 24) * 256;
    }
    bytes_.resize(count * 5 / 4 + 7200);  // lame.h's bound
    return put(lame_encode_buffer_int(lame_, left_.data(), right_.data(), frames, bytes_.data(),
                                      static_cast<int>(bytes_.size())));
  }

  Result<void> close() override {
    bytes_.resize(7200);
    TRY_DO(put(lame_encode_flush(lame_, bytes_.data(), static_cast<int>(bytes_.size()))));
    bytes_.resize(lame_get_lametag_frame(lame_, nullptr, 0));
    bytes_.resize(lame_get_lametag_frame(lame_, bytes_.data(), bytes_.size()));
    if (bytes_.empty()) return failed("it gives no Info frame");
    TRY_DO(file_.seek(info_frame_at_));
    return file_.write(bytes_.data(), bytes_.size());
  }

 private:
  Result<void> put(int count) {
    if (count < 0) return failed("code " + std::to_string(count));
    return file_.write(bytes_.data(), static_cast<std::size_t>(count));
  }
  Error failed(const std::string& why) const { return encoder_failed(file_, "MP3", why); }

  OutputFile& file_;
  lame_t lame_;
  int channel_count_ = 2;
  std::uint64_t info_frame_at_ = 0;
  std::vector<int> left_, right_;
  std::vector<unsigned char> bytes_;
};
}  // namespace

Result<EncoderPointer> mp3_encoder(OutputFile& file, StreamFormat format, const Tags& tags) {
  TRY_DO(require_rate(file, format, "MP3 at 320 kbit/s", {32000, 44100, 48000}));
  auto encoder = std::make_unique<Mp3Encoder>(file);
  TRY_DO(encoder->open(format, tags));
  return EncoderPointer{std::move(encoder)};
}

}  // namespace lacquer::media
