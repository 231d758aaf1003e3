#include <sndfile.h>

#include "lacquer/media/encoder.h"

namespace lacquer::media {
namespace {
namespace callbacks {
OutputFile& file_of(void* user) { return *static_cast<OutputFile*>(user); }

sf_count_t length(void* user) { return static_cast<sf_count_t>(file_of(user).size()); }
sf_count_t tell(void* user) { return static_cast<sf_count_t>(file_of(user).position()); }
sf_count_t read(void* bytes, sf_count_t count, void* user) {
  return static_cast<sf_count_t>(file_of(user).read(bytes, static_cast<std::size_t>(count)));
}
sf_count_t write(const void* bytes, sf_count_t count, void* user) {
  return file_of(user).write(bytes, static_cast<std::size_t>(count)).ok() ? count : 0;
}
sf_count_t seek(sf_count_t offset, int whence, void* user) {
  const sf_count_t from = whence == SEEK_SET ? 0 : whence == SEEK_CUR ? tell(user) : length(user);
  if (!file_of(user).seek(static_cast<std::uint64_t>(from + offset)).ok()) return -1;
  return tell(user);
}
}  // namespace callbacks

/// libsndfile writes through our callbacks, so that an error while it closes is not lost.
class FlacEncoder : public Encoder {
 public:
  FlacEncoder(OutputFile& file, const Tags& tags) : file_{file}, tags_{tags} {}
  ~FlacEncoder() override {
    if (handle_) sf_close(handle_);
  }

  Result<void> open(StreamFormat format) {
    SF_INFO info{};
    info.samplerate = static_cast<int>(format.sample_rate_hz);
    info.channels = format.channel_count;
    info.format = SF_FORMAT_FLAC | SF_FORMAT_PCM_24;
    SF_VIRTUAL_IO io{callbacks::length, callbacks::seek, callbacks::read, callbacks::write,
                     callbacks::tell};
    handle_ = sf_open_virtual(&io, SFM_WRITE, &info, &file_);
    channel_count_ = static_cast<std::size_t>(format.channel_count);
    if (!handle_) return failed();
    return {};
  }

  Result<void> write(const double* interleaved, int frames) override {
    integers_.resize(static_cast<std::size_t>(frames) * channel_count_);
    // libsndfile takes the upper 24 of 32 bits.
    for (std::size_t i = 0; i < integers_.size(); ++i)
      integers_[i] = to_integer(interleaved[i], 24) * 256;
    if (sf_writef_int(handle_, integers_.data(), frames) != frames) return failed();
    return check();
  }

  Result<void> close() override {
    const int code = sf_close(std::exchange(handle_, nullptr));
    if (code != 0) return failed();
    TRY_DO(check());
    return tag_flac(file_.temporary(), tags_);
  }

 private:
  Result<void> check() const {
    if (file_.failure()) return *file_.failure();
    return {};
  }
  Error failed() const {
    return file_.failure() ? *file_.failure() : encoder_failed(file_, "FLAC", sf_strerror(handle_));
  }

  OutputFile& file_;
  Tags tags_;
  SNDFILE* handle_ = nullptr;
  std::size_t channel_count_ = 0;
  std::vector<std::int32_t> integers_;
};
}  // namespace

Result<EncoderPointer> flac_encoder(OutputFile& file, StreamFormat format, const Tags& tags) {
  auto encoder = std::make_unique<FlacEncoder>(file, tags);
  TRY_DO(encoder->open(format));
  return EncoderPointer{std::move(encoder)};
}

}  // namespace lacquer::media
