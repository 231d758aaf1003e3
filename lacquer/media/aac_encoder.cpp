#include <cmath>

#include "lacquer/media/child_process.h"
#include "lacquer/media/encoder.h"
#include "lacquer/media/files.h"

namespace lacquer::media {
namespace {
class AacEncoder : public Encoder {
 public:
  AacEncoder(OutputFile& file, StreamFormat format, const Tags& tags, ChildProcess child)
      : file_{file},
        tags_{tags},
        channel_count_{static_cast<std::size_t>(format.channel_count)},
        child_{std::move(child)} {}

  Result<void> write(const double* interleaved, int frames) override {
    integers_.resize(static_cast<std::size_t>(frames) * channel_count_);
    for (std::size_t i = 0; i < integers_.size(); ++i)
      integers_[i] = to_integer(interleaved[i], 24) * 256;
    if (child_.write({reinterpret_cast<const char*>(integers_.data()),
                      integers_.size() * sizeof(std::int32_t)}))
      return {};
    child_.wait();
    return failed();
  }

  Result<void> close() override {
    // ffmpeg 5.1 meets a full disk, says so and still ends with 0.
    if (child_.wait() != 0 || !child_.error_text().empty()) return failed();
    return tag_mp4(file_.temporary(), tags_);
  }

 private:
  Error failed() const {
    const std::string& said = child_.error_text();
    if (said.find("No space left") != std::string::npos)
      return write_error(file_.final_name(), ENOSPC);
    if (said.find("File too large") != std::string::npos)
      return write_error(file_.final_name(), EFBIG);
    return encoder_failed(file_, "AAC", last_line(said));
  }

  OutputFile& file_;
  Tags tags_;
  std::size_t channel_count_;
  ChildProcess child_;
  std::vector<std::int32_t> integers_;
};
}  // namespace

Result<EncoderPointer> aac_encoder(OutputFile& file, StreamFormat format, const Tags& tags) {
  TRY_DO(
      require_rate(file, format, "AAC at 256 kbit/s", {32000, 44100, 48000, 64000, 88200, 96000}));
  const std::string rate = std::to_string(std::lround(format.sample_rate_hz));
  // bitexact and no metadata: nothing of the clock or the version gets in. The movie's own clock
  // runs at the sample rate, or its length would be rounded to milliseconds.
  auto child = ChildProcess::start({"ffmpeg",
                                    "-nostdin",
                                    "-v",
                                    "error",
                                    "-protocol_whitelist",
                                    "file,pipe",
                                    "-f",
                                    "s32le",
                                    "-ar",
                                    rate,
                                    "-ac",
                                    std::to_string(format.channel_count),
                                    "-i",
                                    "pipe:0",
                                    "-map_metadata",
                                    "-1",
                                    "-c:a",
                                    "aac",
                                    "-b:a",
                                    "256k",
                                    "-threads",
                                    "1",
                                    "-fflags",
                                    "+bitexact",
                                    "-flags:a",
                                    "+bitexact",
                                    "-movie_timescale",
                                    rate,
                                    "-f",
                                    "ipod",
                                    "-y",
                                    "file:" + std::filesystem::absolute(file.temporary()).string()},
                                   ChildProcess::Input::pipe);
  if (!child.ok())
    return Error{ErrorKind::unwritable_output, "AAC needs ffmpeg: " + child.error().sentence,
                 file.final_name().string(), child.error().remedy};
  return EncoderPointer{std::make_unique<AacEncoder>(file, format, tags, std::move(child).value())};
}

}  // namespace lacquer::media
