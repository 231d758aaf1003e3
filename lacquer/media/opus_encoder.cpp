#include <opusenc.h>

#include "lacquer/media/encoder.h"

namespace lacquer::media {
namespace {
struct DestroyComments {
  void operator()(OggOpusComments* comments) const { ope_comments_destroy(comments); }
};

int write_page(void* user, const unsigned char* bytes, opus_int32 count) {
  return static_cast<OutputFile*>(user)->write(bytes, static_cast<std::size_t>(count)).ok() ? 0 : 1;
}
int close_nothing(void*) { return 0; }

class OpusEncoder : public Encoder {
 public:
  explicit OpusEncoder(OutputFile& file) : file_{file} {}
  ~OpusEncoder() override {
    if (encoder_) ope_encoder_destroy(encoder_);
  }

  Result<void> open(StreamFormat format, const Tags& tags) {
    channel_count_ = static_cast<std::size_t>(format.channel_count);
    const std::unique_ptr<OggOpusComments, DestroyComments> comments{ope_comments_create()};
    for (const auto& [name, value] : vorbis_comments(tags))
      ope_comments_add(comments.get(), name.c_str(), value.c_str());
    const OpusEncCallbacks callbacks{write_page, close_nothing};
    int code = OPE_OK;
    encoder_ = ope_encoder_create_callbacks(&callbacks, &file_, comments.get(), 48000,
                                            format.channel_count, 0, &code);
    if (!encoder_) return failed(code);
    // A serial number and padding of our own choice: the library's are random or a matter of taste.
    constexpr opus_int32 serial_number = 0x4c61'6371;
    for (const int result : {ope_encoder_ctl(encoder_, OPE_SET_SERIALNO(serial_number)),
                             ope_encoder_ctl(encoder_, OPE_SET_COMMENT_PADDING(0)),
                             ope_encoder_ctl(encoder_, OPUS_SET_BITRATE(160000)),
                             ope_encoder_ctl(encoder_, OPUS_SET_COMPLEXITY(10)),
                             ope_encoder_ctl(encoder_, OPUS_SET_SIGNAL(OPUS_SIGNAL_MUSIC))})
      if (result != OPE_OK) return failed(result);
    return {};
  }

  Result<void> write(const double* interleaved, int frames) override {
    floats_.resize(static_cast<std::size_t>(frames) * channel_count_);
    constexpr float step = 1.0f / (1 << 23);
    for (std::size_t i = 0; i < floats_.size(); ++i)
      floats_[i] = static_cast<float>(to_integer(interleaved[i], 24)) * step;
    return check(ope_encoder_write_float(encoder_, floats_.data(), frames));
  }

  Result<void> close() override { return check(ope_encoder_drain(encoder_)); }

 private:
  Result<void> check(int code) const {
    if (code == OPE_OK && !file_.failure()) return {};
    return failed(code);
  }
  Error failed(int code) const {
    return file_.failure() ? *file_.failure() : encoder_failed(file_, "Opus", ope_strerror(code));
  }

  OutputFile& file_;
  OggOpusEnc* encoder_ = nullptr;
  std::size_t channel_count_ = 0;
  std::vector<float> floats_;
};
}  // namespace

Result<EncoderPointer> opus_encoder(OutputFile& file, StreamFormat format, const Tags& tags) {
  TRY_DO(require_rate(file, format, "Opus", {48000}));
  auto encoder = std::make_unique<OpusEncoder>(file);
  TRY_DO(encoder->open(format, tags));
  return EncoderPointer{std::move(encoder)};
}

}  // namespace lacquer::media
