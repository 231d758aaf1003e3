#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "lacquer/media/output_file.h"
#include "lacquer/media/writers.h"

namespace lacquer::media {

/// One codec's way to write; writers.cpp puts around it what is common to all.
class Encoder {
 public:
  virtual ~Encoder() = default;
  virtual Result<void> write(const double* interleaved, int frames) = 0;
  /// Everything is in the file when this returns, tags included.
  virtual Result<void> close() = 0;
};

using EncoderPointer = std::unique_ptr<Encoder>;

/// 4 GiB less a header: where a WAV becomes RF64; tests choose a smaller number.
inline constexpr std::uint64_t largest_wav_data_bytes = 0xffff0000;

Result<EncoderPointer> wav_encoder(OutputFile&, FileFormat, StreamFormat, const Tags&,
                                   std::uint64_t largest_data_bytes = largest_wav_data_bytes);
Result<EncoderPointer> flac_encoder(OutputFile&, StreamFormat, const Tags&);
Result<EncoderPointer> mp3_encoder(OutputFile&, StreamFormat, const Tags&);
Result<EncoderPointer> opus_encoder(OutputFile&, StreamFormat, const Tags&);
/// Through the ffmpeg program, which writes under the temporary name itself.
Result<EncoderPointer> aac_encoder(OutputFile&, StreamFormat, const Tags&);

/// The nearest step of `bits`, clipped at full scale.
std::int32_t to_integer(double sample, int bits);

/// An Error usage unless the codec has this rate.
Result<void> require_rate(const OutputFile&, StreamFormat, const char* codec,
                          const std::vector<int>& rates_hz);

/// Error (unwritable_output): what an encoder said of itself.
Error encoder_failed(const OutputFile&, const std::string& codec, const std::string& why);

}  // namespace lacquer::media
