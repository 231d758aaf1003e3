#include <cmath>
#include <cstdlib>
#include <cstring>
#include <map>
#include <sstream>

#include "lacquer/media/child_process.h"
#include "lacquer/media/deinterleave.h"
#include "lacquer/media/program.h"
#include "lacquer/media/reader.h"

namespace lacquer::media {
namespace {
/// What keeps a file from reaching beyond itself: its kind is fixed, so that no playlist is
/// followed, only plain files are opened, and the absolute "file:" path can be no option.
std::vector<std::string> guarded(const std::string& program, const ByteFile& file) {
  return {program,
          "-v",
          "error",
          "-protocol_whitelist",
          "file,pipe",
          "-f",
          "mov",
          "-i",
          "file:" + std::filesystem::absolute(file.path()).string()};
}

template <typename... Text>
std::vector<std::string> with(std::vector<std::string> arguments, Text... more) {
  (arguments.emplace_back(more), ...);
  return arguments;
}

Error undecodable(const std::filesystem::path& path, const std::string& why) {
  return {ErrorKind::unusable_input,
          "ffmpeg cannot decode this file: " + (why.empty() ? "it gave no reason" : why) + ".",
          path.string(), "Export the mix as WAV, AIFF or FLAC."};
}

/// ffprobe's lines "key=value".
std::map<std::string, std::string> parse_lines(const std::string& text) {
  std::map<std::string, std::string> values;
  std::istringstream lines{text};
  for (std::string line; std::getline(lines, line);)
    if (const auto at = line.find('='); at != std::string::npos)
      values[line.substr(0, at)] = line.substr(at + 1);
  return values;
}

/// Frames after encoder delay and padding. iTunes counts them in the fourth field of iTunSMPB;
/// others cut the track to its edit list, which is what ffprobe gives as its duration.
std::int64_t frame_count_of(const std::map<std::string, std::string>& values,
                            double sample_rate_hz) {
  const auto text = [&](const char* key) {
    const auto found = values.find(key);
    return found == values.end() ? std::string{} : found->second;
  };
  std::istringstream fields{text("TAG:iTunSMPB")};
  std::uint64_t zero = 0, delay = 0, padding = 0, frames = 0;
  if (fields >> std::hex >> zero >> delay >> padding >> frames && frames > 0 &&
      frames < (std::uint64_t{1} << 48))
    return static_cast<std::int64_t>(frames);
  double numerator = 0.0, denominator = 0.0;
  char slash = 0;
  std::istringstream base{text("time_base")};
  if (!(base >> numerator >> slash >> denominator) || denominator <= 0.0) return 0;
  const double ticks = std::strtod(text("duration_ts").c_str(), nullptr);
  const double frames_exact = ticks * numerator / denominator * sample_rate_hz;
  return frames_exact > 0.0 && frames_exact < 1e14 ? std::llround(frames_exact) : 0;
}

class FfmpegReader : public Reader {
 public:
  FfmpegReader(std::filesystem::path path, FileInfo info, ChildProcess child)
      : path_{std::move(path)},
        info_{std::move(info)},
        child_{std::move(child)},
        interleaved_(static_cast<std::size_t>(block_frames * info_.format.channel_count)) {}

  const FileInfo& info() const override { return info_; }

  Result<int> read(AudioBlock block) override {
    const auto frame_bytes = sizeof(double) * static_cast<std::size_t>(info_.format.channel_count);
    const auto count = child_.read({reinterpret_cast<char*>(interleaved_.data()),
                                    frame_bytes * static_cast<std::size_t>(block.frame_count())});
    const int got = static_cast<int>(count.value_or(0) / frame_bytes);
    deinterleave(interleaved_.data(), block.frames(0, got));
    position_ += got;
    if (got < block.frame_count() && child_.wait() != 0)
      return damaged(path_, info_, position_, last_line(child_.error_text()));
    return got;
  }

 private:
  std::filesystem::path path_;
  FileInfo info_;
  ChildProcess child_;
  std::vector<double> interleaved_;
  std::int64_t position_ = 0;
};
}  // namespace

Result<ReaderPointer> open_with_ffmpeg(const ByteFile& file, int most_channels) {
  for (const std::string program : {"ffprobe", "ffmpeg"})
    if (!program_exists(program))
      return Error{
          ErrorKind::unusable_input,
          "M4A files are decoded by the program \"" + program + "\", which is not installed.",
          file.path().string(),
          "Install it (on Debian: apt-get install ffmpeg), or export WAV or FLAC."};
  TRY(const auto probe,
      run_program(
          with(guarded("ffprobe", file), "-select_streams", "a:0", "-show_entries",
               "stream=codec_name,sample_rate,channels,channel_layout,duration_ts,time_base,"
               "bits_per_raw_sample:format_tags=iTunSMPB",
               "-of", "default=noprint_wrappers=1")));
  if (probe.exit_code != 0) return undecodable(file.path(), probe.last_line());
  auto values = parse_lines(probe.out);

  const bool is_alac = values["codec_name"] == "alac";
  if (!is_alac && values["codec_name"] != "aac")
    return Error{ErrorKind::unusable_input,
                 values["codec_name"].empty() ? "There is no audio in this MP4 file."
                                              : "The MP4 file holds " + values["codec_name"] +
                                                    " audio, which Lacquer does not read.",
                 file.path().string(), "Export the mix as WAV, AIFF or FLAC."};
  const double sample_rate_hz = std::strtod(values["sample_rate"].c_str(), nullptr);
  FileInfo info{.format = {sample_rate_hz, std::atoi(values["channels"].c_str())},
                .frame_count = frame_count_of(values, sample_rate_hz),
                .container = "MP4",
                .codec = is_alac ? "ALAC" : "AAC",
                .bit_depth = is_alac ? std::atoi(values["bits_per_raw_sample"].c_str()) : 0};
  TRY_DO(require_usable(info.format, most_channels, file.path()));
  // ffmpeg decodes to its own order, which for these layouts is ours.
  const std::string layout = values["channel_layout"];
  if (info.format.channel_count > 2 && layout != "5.0" && layout != "5.0(side)" &&
      layout != "5.1" && layout != "5.1(side)")
    return unknown_layout(info.format.channel_count, file.path());

  auto arguments =
      with(guarded("ffmpeg", file), "-map", "0:a:0", "-c:a", "pcm_f64le", "-f", "f64le", "pipe:1");
  arguments.insert(arguments.begin() + 1, {"-nostdin", "-threads", "1", "-xerror"});
  TRY(auto child, ChildProcess::start(arguments, ChildProcess::Input::none));
  return ReaderPointer{new FfmpegReader{file.path(), std::move(info), std::move(child)}};
}

}  // namespace lacquer::media
