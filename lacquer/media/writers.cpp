#include "lacquer/media/writers.h"

#include <cmath>

#include "lacquer/media/encoder.h"
#include "lacquer/media/files.h"

namespace lacquer::media {
namespace {
/// What every file needs, whoever encodes it.
class FileSink : public AudioSink {
 public:
  FileSink(OutputFile file, StreamFormat format) : file_{std::move(file)}, format_{format} {}

  Result<void> open(FileFormat kind, const Tags& tags) {
    TRY(encoder_, start(kind, tags));
    return {};
  }

  Result<void> write(AudioBlock block) override {
    assert(encoder_ && block.channel_count() == format_.channel_count);
    interleaved_.resize(static_cast<std::size_t>(block.frame_count() * block.channel_count()));
    double* sample = interleaved_.data();
    for (int f = 0; f < block.frame_count(); ++f)
      for (int c = 0; c < block.channel_count(); ++c) {
        assert(std::isfinite(block.channel(c)[f]));
        *sample++ = block.channel(c)[f];
      }
    return encoder_->write(interleaved_.data(), block.frame_count());
  }

  Result<void> finish() override {
    assert(encoder_);
    const auto encoder = std::move(encoder_);
    TRY_DO(encoder->close());
    return file_.commit();
  }

 private:
  Result<EncoderPointer> start(FileFormat kind, const Tags& tags) {
    switch (kind) {
      case FileFormat::wav_16:
      case FileFormat::wav_24:
      case FileFormat::wav_float32:
      case FileFormat::wav_float64:
        return wav_encoder(file_, kind, format_, tags);
      case FileFormat::flac_24:
        return flac_encoder(file_, format_, tags);
      case FileFormat::mp3_320:
        return mp3_encoder(file_, format_, tags);
      case FileFormat::aac_256:
        return aac_encoder(file_, format_, tags);
      case FileFormat::opus_160:
        return opus_encoder(file_, format_, tags);
    }
    return Error{ErrorKind::usage, "There is no such file format.", {}, {}};
  }

  OutputFile file_;  // outlives the encoder, which writes into it
  StreamFormat format_;
  EncoderPointer encoder_;
  std::vector<double> interleaved_;
};
}  // namespace

std::int32_t to_integer(double sample, int bits) {
  const double full_scale = static_cast<double>(std::int64_t{1} << (bits - 1));
  return static_cast<std::int32_t>(
      std::clamp(std::nearbyint(sample * full_scale), -full_scale, full_scale - 1.0));
}

Result<void> require_rate(const OutputFile& file, StreamFormat format, const char* codec,
                          const std::vector<int>& rates_hz) {
  std::string list;
  for (const int rate_hz : rates_hz) {
    if (format.sample_rate_hz == rate_hz) return {};
    list += (list.empty() ? "" : ", ") + std::to_string(rate_hz);
  }
  return Error{ErrorKind::usage,
               std::string{codec} + " has no sample rate of " +
                   std::to_string(std::lround(format.sample_rate_hz)) + " Hz.",
               file.final_name().string(), "Convert to one of: " + list + " Hz."};
}

Error encoder_failed(const OutputFile& file, const std::string& codec, const std::string& why) {
  return {ErrorKind::unwritable_output,
          "The " + codec + " encoder failed" + (why.empty() ? "." : ": " + why + "."),
          file.final_name().string(), "Check the disk and run the same command again."};
}

Result<std::unique_ptr<AudioSink>> create_audio(const std::filesystem::path& path, FileFormat kind,
                                                StreamFormat format, const Tags& tags) {
  assert(format.channel_count >= 1 && format.channel_count <= 2);
  TRY(auto file, OutputFile::create(path));
  auto sink = std::make_unique<FileSink>(std::move(file), format);
  TRY_DO(sink->open(kind, tags));
  return std::unique_ptr<AudioSink>{std::move(sink)};
}

Result<std::int64_t> copy(AudioSource& source, AudioSink& sink) {
  AudioBuffer buffer{source.format().channel_count, block_frames};
  std::int64_t frames = 0;
  for (;;) {
    TRY(const int count, source.read(buffer.block()));
    if (count == 0) return frames;
    TRY_DO(sink.write(buffer.block().frames(0, count)));
    frames += count;
  }
}

}  // namespace lacquer::media
