#include "testkit/signal.h"

#include <cmath>
#include <random>

#include "lacquer/base/units.h"

namespace lacquer::testkit {

Signal::Signal(int channel_count, int frame_count, double sample_rate_hz)
    : channel_count_{channel_count},
      frame_count_{frame_count},
      sample_rate_hz_{sample_rate_hz},
      buffer_{channel_count, frame_count} {}

Signal::Signal(const Signal& other)
    : Signal{other.channel_count_, other.frame_count_, other.sample_rate_hz_} {
  for (int c = 0; c < channel_count_; ++c)
    for (int f = 0; f < frame_count_; ++f) at(c, f) = other.at(c, f);
}

Signal& Signal::operator=(const Signal& other) { return *this = Signal{other}; }

double Signal::peak() const {
  double peak = 0.0;
  for (int c = 0; c < channel_count_; ++c)
    for (int f = 0; f < frame_count_; ++f) peak = std::max(peak, std::abs(at(c, f)));
  return peak;
}

Signal sine(double frequency_hz, double peak_dbfs, double duration_s, double sample_rate_hz,
            int channel_count, double phase) {
  Signal signal{channel_count, static_cast<int>(std::lround(duration_s * sample_rate_hz)),
                sample_rate_hz};
  const double gain = gain_from_db(peak_dbfs);
  for (int f = 0; f < signal.frame_count(); ++f) {
    const double value = gain * std::sin(2.0 * pi * frequency_hz * f / sample_rate_hz + phase);
    for (int c = 0; c < channel_count; ++c) signal.at(c, f) = value;
  }
  return signal;
}

Signal noise(std::uint32_t seed, int channel_count, int frame_count, double gain,
             double sample_rate_hz) {
  std::mt19937 engine{seed};
  Signal signal{channel_count, frame_count, sample_rate_hz};
  for (int f = 0; f < frame_count; ++f)
    for (int c = 0; c < channel_count; ++c)
      signal.at(c, f) = gain * (static_cast<double>(engine()) / 2147483647.5 - 1.0);
  return signal;
}

Signal bursts(std::uint32_t seed, int channel_count, int frame_count, double gain,
              double sample_rate_hz) {
  std::mt19937 engine{seed + 77};
  Signal signal = noise(seed, channel_count, frame_count, gain, sample_rate_hz);
  double level = 1.0;
  int left = 0;
  for (int f = 0; f < frame_count; ++f) {
    if (left-- == 0) {
      left = 20 + static_cast<int>(engine() % 900);
      level = gain_from_db(-static_cast<double>(engine() % 40));
    }
    for (int c = 0; c < channel_count; ++c) signal.at(c, f) *= level;
  }
  return signal;
}

Signal concatenate(const std::vector<Signal>& parts) {
  int frames = 0;
  for (const auto& part : parts) frames += part.frame_count();
  Signal all{parts.front().channel_count(), frames, parts.front().format().sample_rate_hz};
  int at = 0;
  for (const auto& part : parts) {
    for (int c = 0; c < all.channel_count(); ++c)
      for (int f = 0; f < part.frame_count(); ++f) all.at(c, at + f) = part.at(c, f);
    at += part.frame_count();
  }
  return all;
}

namespace {
class SignalSource : public AudioSource {
 public:
  explicit SignalSource(std::shared_ptr<const Signal> signal) : signal_{std::move(signal)} {}
  StreamFormat format() const override { return signal_->format(); }
  std::int64_t frame_count() const override { return signal_->frame_count(); }
  Result<int> read(AudioBlock block) override {
    const int frames = std::min(block.frame_count(), signal_->frame_count() - position_);
    for (int c = 0; c < block.channel_count(); ++c)
      for (int f = 0; f < frames; ++f) block.channel(c)[f] = signal_->at(c, position_ + f);
    position_ += frames;
    return frames;
  }

 private:
  std::shared_ptr<const Signal> signal_;
  int position_ = 0;
};
}  // namespace

OpenSource open(Signal signal) {
  auto shared = std::make_shared<const Signal>(std::move(signal));
  return [shared]() -> Result<SourcePointer> { return SourcePointer{new SignalSource{shared}}; };
}

Signal drain(AudioSource& source) {
  std::vector<Signal> parts;
  for (;;) {
    Signal part{source.format().channel_count, 1000, source.format().sample_rate_hz};
    const int frames = source.read(part.block()).value();
    if (frames == 0) break;
    Signal cut{part.channel_count(), frames, source.format().sample_rate_hz};
    for (int c = 0; c < cut.channel_count(); ++c)
      for (int f = 0; f < frames; ++f) cut.at(c, f) = part.at(c, f);
    parts.push_back(std::move(cut));
  }
  if (parts.empty()) return {source.format().channel_count, 0, source.format().sample_rate_hz};
  return concatenate(parts);
}

}  // namespace lacquer::testkit
