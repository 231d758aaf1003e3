#pragma once

#include <cmath>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <string>

#include "lacquer/base/units.h"
#include "lacquer/media/audio_file.h"
#include "testkit/signal.h"

namespace lacquer::media {

/// Little-endian bytes of a number. For tests only.
template <typename Number>
std::string bytes_of(Number number, std::size_t count = sizeof(Number)) {
  std::string bytes(sizeof number, '\0');
  std::memcpy(bytes.data(), &number, sizeof number);
  return bytes.substr(0, count);
}

inline void put_bytes(const std::filesystem::path& path, const std::string& bytes) {
  std::ofstream{path, std::ios::binary} << bytes;
}

inline std::string get_bytes(const std::filesystem::path& path) {
  std::ifstream stream{path, std::ios::binary};
  return {std::istreambuf_iterator<char>{stream}, {}};
}

/// A WAV put together by hand, so that no library of ours vouches for itself. `tag` 1: integers,
/// 3: float.
inline std::string wav_bytes(const std::string& data, int tag, int bits, int channel_count,
                             int sample_rate_hz) {
  const int frame_bytes = channel_count * bits / 8;
  return "RIFF" + bytes_of(static_cast<std::uint32_t>(36 + data.size())) + "WAVEfmt " +
         bytes_of(std::uint32_t{16}) + bytes_of(static_cast<std::uint16_t>(tag)) +
         bytes_of(static_cast<std::uint16_t>(channel_count)) +
         bytes_of(static_cast<std::uint32_t>(sample_rate_hz)) +
         bytes_of(static_cast<std::uint32_t>(sample_rate_hz * frame_bytes)) +
         bytes_of(static_cast<std::uint16_t>(frame_bytes)) +
         bytes_of(static_cast<std::uint16_t>(bits)) + "data" +
         bytes_of(static_cast<std::uint32_t>(data.size())) + data;
}

/// The signal as a 16- or 24-bit WAV.
inline void put_wav(const std::filesystem::path& path, const testkit::Signal& signal,
                    int bits = 24) {
  std::string data;
  for (int f = 0; f < signal.frame_count(); ++f)
    for (int c = 0; c < signal.channel_count(); ++c)
      data += bytes_of(
          static_cast<std::int32_t>(std::lround(signal.at(c, f) * ((1 << (bits - 1)) - 1))),
          static_cast<std::size_t>(bits / 8));
  put_bytes(path, wav_bytes(data, 1, bits, signal.channel_count(),
                            static_cast<int>(signal.format().sample_rate_hz)));
}

/// A sweep that every codec keeps and that is like itself at no other lag: 100 Hz to 9 kHz or
/// 0.3 of the rate, right channel at half the level of the left.
inline testkit::Signal chirp(double sample_rate_hz, int channel_count, int frame_count) {
  testkit::Signal signal{channel_count, frame_count, sample_rate_hz};
  const double low = 100.0, high = std::min(0.3 * sample_rate_hz, 9000.0),
               length_s = frame_count / sample_rate_hz;
  for (int f = 0; f < frame_count; ++f) {
    const double t = f / sample_rate_hz;
    const double value =
        0.5 * std::sin(2.0 * pi * (low * t + (high - low) * t * t / (2.0 * length_s)));
    for (int c = 0; c < channel_count; ++c) signal.at(c, f) = c == 0 ? value : 0.5 * value;
  }
  return signal;
}

/// The lag in frames, within +-60, at which `decoded` fits `original` best.
inline int best_lag(const testkit::Signal& original, const testkit::Signal& decoded) {
  int best = 0;
  double best_sum = -1e300;
  const int frames = std::min(original.frame_count(), decoded.frame_count());
  for (int lag = -60; lag <= 60; ++lag) {
    double sum = 0.0;
    for (int f = 60; f < frames - 60; ++f) sum += original.at(0, f) * decoded.at(0, f + lag);
    if (sum > best_sum) best_sum = sum, best = lag;
  }
  return best;
}

/// Root of the mean squared difference, left channel.
inline double difference(const testkit::Signal& a, const testkit::Signal& b) {
  double sum = 0.0;
  const int frames = std::min(a.frame_count(), b.frame_count());
  for (int f = 0; f < frames; ++f) sum += std::pow(a.at(0, f) - b.at(0, f), 2);
  return std::sqrt(sum / frames);
}

}  // namespace lacquer::media
