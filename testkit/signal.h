#pragma once

#include <cstdint>
#include <vector>

#include "lacquer/base/audio.h"

/// What tests share: signals made from a formula or a seed, never from a file.
namespace lacquer::testkit {

/// A copyable buffer with the few questions tests ask.
class Signal {
 public:
  Signal(int channel_count, int frame_count, double sample_rate_hz = 48000.0);
  Signal(const Signal&);
  Signal& operator=(const Signal&);
  Signal(Signal&&) = default;
  Signal& operator=(Signal&&) = default;

  StreamFormat format() const { return {sample_rate_hz_, channel_count_}; }
  int channel_count() const { return channel_count_; }
  int frame_count() const { return frame_count_; }
  double& at(int channel, int frame) { return buffer_.block().channel(channel)[frame]; }
  double at(int channel, int frame) const { return buffer_.block().channel(channel)[frame]; }
  AudioBlock block() { return buffer_.block(); }
  double peak() const;

 private:
  int channel_count_, frame_count_;
  double sample_rate_hz_;
  AudioBuffer buffer_;
};

Signal sine(double frequency_hz, double peak_dbfs, double duration_s,
            double sample_rate_hz = 48000.0, int channel_count = 2, double phase = 0.0);
/// Uniform white noise in [-gain, gain], channels independent.
Signal noise(std::uint32_t seed, int channel_count, int frame_count, double gain,
             double sample_rate_hz = 48000.0);
/// Noise whose level jumps by up to `range_db` in short bursts; peaks reach `gain`.
Signal bursts(std::uint32_t seed, int channel_count, int frame_count, double gain,
              double sample_rate_hz = 48000.0);
/// One after the other; formats must agree.
Signal concatenate(const std::vector<Signal>&);

/// The signal as something to pull, any number of times.
OpenSource open(Signal);
/// Everything a source gives.
Signal drain(AudioSource&);

}  // namespace lacquer::testkit
