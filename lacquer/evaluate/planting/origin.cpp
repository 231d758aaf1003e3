#include <cmath>

#include "lacquer/evaluate/planting/place.h"
#include "lacquer/evaluate/planting/planting.h"
#include "lacquer/evaluate/scratch_folder.h"
#include "lacquer/media/audio_file.h"
#include "lacquer/media/program.h"
#include "lacquer/media/rate_converter.h"
#include "lacquer/media/writers.h"

namespace lacquer::evaluate {
namespace {

struct Encoder {
  const char* file;
  std::vector<std::string> options;
};

Encoder encoder(Codec codec, int rate) {
  const std::string kbps = std::to_string(rate) + "k";
  switch (codec) {
    case Codec::mp3:
      return {"coded.mp3", {"-c:a", "libmp3lame", "-b:a", kbps}};
    case Codec::aac:
      return {"coded.m4a", {"-c:a", "aac", "-b:a", kbps}};
    case Codec::vorbis:
      return {"coded.ogg", {"-c:a", "libvorbis", "-q:a", std::to_string(rate)}};
    case Codec::opus:
      break;
  }
  return {"coded.opus", {"-c:a", "libopus", "-b:a", kbps, "-ar", "48000"}};
}

Result<Clip> at_rate(Clip clip, double rate_hz) {
  TRY(auto source, media::convert_rate(source_of(std::move(clip)), rate_hz));
  return drain(*source);
}

}  // namespace

Plant lossy(Codec codec, int rate) {
  return [=](Clip clip, Random& random) -> Result<Planted> {
    if (clip.sample_rate_hz() > 48000.0) {
      TRY(clip, at_rate(std::move(clip), 48000.0));
    }
    TRY(const auto folder, ScratchFolder::make());
    const auto coder = encoder(codec, rate);
    TRY(auto sink,
        media::create_audio(folder / "clean.wav", media::FileFormat::wav_24, clip.format()));
    TRY([[maybe_unused]] const auto frames, media::copy(*source_of(std::move(clip)), *sink));
    TRY_DO(sink->finish());
    std::vector<std::string> words{"ffmpeg", "-nostdin", "-v",
                                   "error",  "-i",       "file:" + (folder / "clean.wav").string()};
    words.insert(words.end(), coder.options.begin(), coder.options.end());
    words.insert(words.end(), {"-threads", "1", "-y", "file:" + (folder / coder.file).string()});
    TRY(const auto output, media::run_program(words));
    if (output.exit_code != 0)
      return Error{ErrorKind::unusable_input, "ffmpeg could not encode: " + output.last_line(), "",
                   "Lossy history is planted with ffmpeg's libmp3lame, aac, libvorbis, libopus."};
    TRY(auto opened, media::open_audio(folder / coder.file));
    TRY(auto decoded, drain(*opened.source));
    constexpr int longest_block = 2048;
    const int cut = random.below(longest_block);
    decoded.keep(cut, decoded.frame_count() - cut);
    return Planted{.clip = std::move(decoded), .everywhere = true};
  };
}

Plant upsampled(double from_hz, double to_hz) {
  return [=](Clip clip, Random&) -> Result<Planted> {
    if (clip.sample_rate_hz() < from_hz) return unsuited("The excerpt's own rate is lower.");
    TRY(auto low, at_rate(std::move(clip), from_hz));
    TRY(auto high, at_rate(std::move(low), to_hz));
    if (const double highest = peak(high); highest > 0.97) scale(high, 0.97 / highest);
    return Planted{.clip = std::move(high), .everywhere = true, .truths = {{from_hz / 2.0, "Hz"}}};
  };
}

Plant padded(int bits, bool dithered) {
  return [=](Clip clip, Random& random) -> Result<Planted> {
    const double step = std::ldexp(1.0, 1 - bits);
    if (dithered)
      for (int c = 0; c < clip.channel_count(); ++c)
        for (int f = 0; f < clip.frame_count(); ++f)
          clip.row(c)[f] += step * (random.uniform() - random.uniform());
    round_to_bits(clip, bits);
    return Planted{.clip = std::move(clip),
                   .everywhere = true,
                   .truths = {{static_cast<double>(bits), "bits"}},
                   .needs_file = true};
  };
}

}  // namespace lacquer::evaluate
