#include "tests/case_runner/audio.h"

#include <sndfile.h>

#include <charconv>
#include <cmath>
#include <cstring>
#include <fstream>
#include <limits>
#include <optional>
#include <random>

#include "lacquer/base/units.h"
#include "testkit/signal.h"
#include "tests/case_runner/process.h"

namespace lacquer::cases {
namespace {
namespace fs = std::filesystem;
using testkit::Signal;

/// What the words of `make` say; levels are peaks.
struct Wanted {
  std::string generator;
  std::uint32_t seed = 1;
  double frequency_hz = 1000.0;
  double level_dbfs = -12.0;
  double duration_s = 5.0;
  double sample_rate_hz = 48000.0;
  int channel_count = 2;
  int bits = 24;
  int kbit_per_s = 256;  // of lossy formats
  bool as_float = false;
  double dc = 0.0;
  std::optional<double> nan_at_s, infinity_at_s;

  double frames() const { return std::round(duration_s * sample_rate_hz); }
};

Error nonsense(const std::string& sentence) {
  return {ErrorKind::usage, sentence, "", "docs/formats/cases.md lists what make understands."};
}

std::optional<double> number(const std::string& word) {
  double value = 0.0;
  const char* end = word.data() + word.size();
  const auto [stop, error] = std::from_chars(word.data(), end, value);
  return error == std::errc{} && stop == end ? std::optional{value} : std::nullopt;
}

/// "nan at 1.5 s", "inf at 2 s", "dc 0.05": what is wrong with the signal. Returns words used.
std::size_t read_fault(const std::vector<std::string>& words, std::size_t at, Wanted& wanted) {
  const auto value_at = [&](std::size_t i) {
    return i < words.size() ? number(words[i]) : std::nullopt;
  };
  if (words[at] == "dc" && value_at(at + 1)) {
    wanted.dc = *value_at(at + 1);
    return 2;
  }
  if ((words[at] == "nan" || words[at] == "inf") && at + 3 < words.size() &&
      words[at + 1] == "at" && value_at(at + 2) && words[at + 3] == "s") {
    (words[at] == "nan" ? wanted.nan_at_s : wanted.infinity_at_s) = value_at(at + 2);
    return 4;
  }
  return 0;
}

Result<Wanted> read_wanted(const std::vector<std::string>& words) {
  if (words.empty()) return nonsense("make wants a generator.");
  Wanted wanted;
  wanted.generator = words[0];
  std::size_t at = 1;
  if (wanted.generator == "noise" || wanted.generator == "bursts" || wanted.generator == "music") {
    const auto seed = words.size() > 1 ? number(words[1]) : std::nullopt;
    if (!seed) return nonsense(wanted.generator + " wants a seed.");
    wanted.seed = static_cast<std::uint32_t>(*seed);
    at = 2;
  } else if (wanted.generator != "sine" && wanted.generator != "silence") {
    return nonsense("There is no generator " + wanted.generator + ".");
  }
  bool has_frequency = wanted.generator != "sine";
  while (at < words.size()) {
    if (words[at] == "float") {
      wanted.as_float = true;
      ++at;
    } else if (const std::size_t used = read_fault(words, at, wanted)) {
      at += used;
    } else {
      const auto value = number(words[at]);
      if (!value || at + 1 == words.size()) return nonsense("What is \"" + words[at] + "\"?");
      const std::string& unit = words[at + 1];
      if (unit == "Hz" && !has_frequency) {
        wanted.frequency_hz = *value;
        has_frequency = true;
      } else if (unit == "Hz") {
        wanted.sample_rate_hz = *value;
      } else if (unit == "dBFS") {
        wanted.level_dbfs = *value;
      } else if (unit == "s") {
        wanted.duration_s = *value;
      } else if (unit == "ch") {
        wanted.channel_count = static_cast<int>(*value);
      } else if (unit == "kbit/s") {
        wanted.kbit_per_s = static_cast<int>(*value);
      } else if (unit == "bits") {
        wanted.bits = static_cast<int>(*value);
      } else {
        return nonsense("What is \"" + words[at] + " " + unit + "\"?");
      }
      at += 2;
    }
  }
  if (wanted.channel_count < 1 || wanted.channel_count > 64 || wanted.duration_s < 0 ||
      wanted.sample_rate_hz < 1)
    return nonsense("No file can be like that.");
  return wanted;
}

/// A stereo programme with what meters and suggestions look at: a bass line, chords, a noisy beat,
/// quiet and loud sections of four seconds, width that grows with pitch.
Signal music(const Wanted& wanted, int frames) {
  std::mt19937 engine{wanted.seed};
  const auto pick = [&](std::uint32_t count) { return static_cast<int>(engine() % count); };
  Signal signal{wanted.channel_count, frames, wanted.sample_rate_hz};
  const int beat_frames = static_cast<int>(wanted.sample_rate_hz / 2);
  const int root = 33 + pick(8);  // MIDI note number
  constexpr std::array degrees = {0, 5, 7, 9};
  double section_gain = 1.0;
  int chord = 0;
  for (int start = 0, beat = 0; start < frames; start += beat_frames, ++beat) {
    if (beat % 8 == 0) section_gain = gain_from_db(beat % 16 == 0 ? -14.0 : 0.0 - pick(4));
    if (beat % 4 == 0) chord = degrees[static_cast<std::size_t>(pick(4))];
    struct Voice {
      double frequency_hz, gain, decay_s, pan;
    };
    std::vector<Voice> voices;
    const auto add = [&](int note, double gain, double decay_s, double pan) {
      const double frequency_hz = 440.0 * std::pow(2.0, (note - 69) / 12.0);
      for (int harmonic = 1; harmonic <= 6; ++harmonic)
        if (harmonic * frequency_hz < 0.45 * wanted.sample_rate_hz)
          voices.push_back(
              {harmonic * frequency_hz, gain / (harmonic * harmonic), decay_s / harmonic, pan});
    };
    add(root + chord, 0.5, 0.6, 0.0);
    for (const int third : {12, 16, 19, 24})
      add(root + chord + third, 0.15, 0.8, pick(200) / 100.0 - 1.0);
    const double hit = beat % 2 ? 0.3 : 0.08;
    for (int f = 0; f < std::min(beat_frames, frames - start); ++f) {
      const double time_s = f / wanted.sample_rate_hz;
      double left = 0.0, right = 0.0;
      for (const Voice& voice : voices) {
        const double value = voice.gain * std::exp(-time_s / voice.decay_s) *
                             std::sin(2.0 * pi * voice.frequency_hz * time_s);
        left += value * (1.0 - 0.5 * voice.pan);
        right += value * (1.0 + 0.5 * voice.pan);
      }
      const double envelope = hit * std::exp(-time_s / 0.04);
      left += envelope * (static_cast<double>(engine()) / 2147483647.5 - 1.0);
      right += envelope * (static_cast<double>(engine()) / 2147483647.5 - 1.0);
      for (int c = 0; c < wanted.channel_count; ++c)
        signal.at(c, start + f) = section_gain * (c % 2 ? right : left);
    }
  }
  const double gain = signal.peak() > 0.0 ? gain_from_db(wanted.level_dbfs) / signal.peak() : 0.0;
  for (int c = 0; c < signal.channel_count(); ++c)
    for (int f = 0; f < frames; ++f) signal.at(c, f) *= gain;
  return signal;
}

Signal generate(const Wanted& wanted) {
  const int frames = static_cast<int>(wanted.frames());
  const double gain = gain_from_db(wanted.level_dbfs);
  Signal signal = [&] {
    if (wanted.generator == "sine")
      return testkit::sine(wanted.frequency_hz, wanted.level_dbfs, wanted.duration_s,
                           wanted.sample_rate_hz, wanted.channel_count);
    if (wanted.generator == "noise")
      return testkit::noise(wanted.seed, wanted.channel_count, frames, gain, wanted.sample_rate_hz);
    if (wanted.generator == "bursts")
      return testkit::bursts(wanted.seed, wanted.channel_count, frames, gain,
                             wanted.sample_rate_hz);
    if (wanted.generator == "music") return music(wanted, frames);
    return Signal{wanted.channel_count, frames, wanted.sample_rate_hz};
  }();
  for (int c = 0; c < signal.channel_count() && wanted.dc != 0.0; ++c)
    for (int f = 0; f < frames; ++f) signal.at(c, f) += wanted.dc;
  const auto put = [&](const std::optional<double>& at_s, double value) {
    if (!at_s) return;
    const auto frame = static_cast<int>(*at_s * wanted.sample_rate_hz);
    if (frame < frames) signal.at(0, frame) = value;
  };
  put(wanted.nan_at_s, std::numeric_limits<double>::quiet_NaN());
  put(wanted.infinity_at_s, std::numeric_limits<double>::infinity());
  return signal;
}

/// Hours of silence as a hole in the file: 16-bit WAV, whatever the bits asked for.
Result<void> write_sparse_silence(const fs::path& path, const Wanted& wanted) {
  const auto frame_bytes = static_cast<std::uint32_t>(2 * wanted.channel_count);
  const double data_bytes = wanted.frames() * frame_bytes;
  if (data_bytes > 4.2e9) return nonsense("A WAV file ends at 4 GiB; take a lower rate.");
  const auto data = static_cast<std::uint32_t>(data_bytes);
  const auto rate = static_cast<std::uint32_t>(wanted.sample_rate_hz);
  std::string header;
  const auto u16 = [&](std::uint32_t v) {
    header += {static_cast<char>(v), static_cast<char>(v >> 8)};
  };
  const auto u32 = [&](std::uint32_t v) { u16(v & 0xFFFF), u16(v >> 16); };
  header += "RIFF", u32(data + 36), header += "WAVEfmt ", u32(16);
  u16(1), u16(frame_bytes / 2), u32(rate), u32(rate * frame_bytes), u16(frame_bytes), u16(16);
  header += "data", u32(data);
  std::ofstream{path, std::ios::binary} << header;
  std::error_code code;
  fs::resize_file(path, header.size() + data, code);
  if (code) return Error{ErrorKind::unwritable_output, code.message(), path.string(), ""};
  return {};
}

int subformat(const Wanted& wanted) {
  if (wanted.as_float) return wanted.bits == 64 ? SF_FORMAT_DOUBLE : SF_FORMAT_FLOAT;
  return wanted.bits == 16   ? SF_FORMAT_PCM_16
         : wanted.bits == 32 ? SF_FORMAT_PCM_32
                             : SF_FORMAT_PCM_24;
}

Result<void> write_by_sndfile(const fs::path& path, int format, const Wanted& wanted) {
  SF_INFO info{};
  info.samplerate = static_cast<int>(wanted.sample_rate_hz);
  info.channels = wanted.channel_count;
  info.format = format;
  SNDFILE* file = sf_open(path.c_str(), SFM_WRITE, &info);
  if (!file) return Error{ErrorKind::unwritable_output, sf_strerror(nullptr), path.string(), ""};
  sf_command(file, SFC_SET_CLIPPING, nullptr, SF_TRUE);
  const Signal signal = generate(wanted);
  std::vector<double> frame(static_cast<std::size_t>(wanted.channel_count));
  bool whole = true;
  for (int f = 0; whole && f < signal.frame_count(); ++f) {
    for (std::size_t c = 0; c < frame.size(); ++c) frame[c] = signal.at(static_cast<int>(c), f);
    whole = sf_writef_double(file, frame.data(), 1) == 1;
  }
  whole = sf_close(file) == 0 && whole;
  if (!whole) return Error{ErrorKind::unwritable_output, "libsndfile failed.", path.string(), ""};
  return {};
}

Result<void> write_by_ffmpeg(const fs::path& path, const Wanted& wanted) {
  const fs::path wav = path.string() + ".wav";
  TRY_DO(write_by_sndfile(wav, SF_FORMAT_WAV | SF_FORMAT_DOUBLE, wanted));
  TRY(auto ffmpeg,
      Process::start({"ffmpeg", "-v", "error", "-nostdin", "-y", "-i", wav.string(), "-bitexact",
                      "-b:a", std::to_string(wanted.kbit_per_s) + "k", path.string()},
                     std::nullopt));
  const Outcome outcome = ffmpeg.wait(std::nullopt, std::chrono::seconds{60});
  fs::remove(wav);
  if (outcome.exit_code != 0)
    return Error{ErrorKind::unwritable_output, "ffmpeg failed: " + outcome.err, path.string(), ""};
  return {};
}

}  // namespace

Result<void> make_audio(const fs::path& path, const std::vector<std::string>& words) {
  TRY(const Wanted wanted, read_wanted(words));
  const std::string extension = path.extension().string();
  const bool plain = !wanted.as_float && wanted.dc == 0.0 && !wanted.nan_at_s;
  if (extension == ".wav" && wanted.generator == "silence" && wanted.duration_s > 600.0 && plain)
    return write_sparse_silence(path, wanted);
  if (wanted.frames() * wanted.channel_count > 2e8)
    return nonsense("Only silence as WAV may be that long.");
  const int bits = subformat(wanted);
  if (extension == ".wav") return write_by_sndfile(path, SF_FORMAT_WAV | bits, wanted);
  if (extension == ".rf64") return write_by_sndfile(path, SF_FORMAT_RF64 | bits, wanted);
  if (extension == ".aiff" || extension == ".aif")
    return write_by_sndfile(path, SF_FORMAT_AIFF | bits, wanted);
  if (extension == ".flac") return write_by_sndfile(path, SF_FORMAT_FLAC | bits, wanted);
  if (extension == ".ogg") return write_by_sndfile(path, SF_FORMAT_OGG | SF_FORMAT_VORBIS, wanted);
  if (extension == ".mp3" || extension == ".m4a" || extension == ".opus")
    return write_by_ffmpeg(path, wanted);
  return nonsense("make writes wav, rf64, aiff, flac, ogg, mp3, m4a and opus.");
}

}  // namespace lacquer::cases
