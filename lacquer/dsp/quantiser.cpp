#include "lacquer/dsp/quantiser.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <span>

#include "lacquer/dsp/usable.h"

namespace lacquer::dsp {
namespace {

// For 44.1 kHz: quieter around 4 kHz, louder above 10 kHz; 6.6, 12.2 and 18.4 dB more in all.
// Three and nine taps: R. Wannamaker 1992, "Psychoacoustically optimal noise shaping"; five:
// S. Lipshitz, J. Vanderkooy and R. Wannamaker 1991, "Minimally audible noise shaping".
constexpr std::array three = {1.623, -0.982, 0.109};
constexpr std::array five = {2.033, -2.165, 1.959, -1.590, 0.6149};
constexpr std::array nine = {2.412, -3.370, 3.937, -4.174, 3.353, -2.205, 1.281, -0.569, 0.0847};
constexpr std::array<std::span<const double>, 4> shapers = {std::span<const double>{}, three, five,
                                                            nine};

bool shaper_fits(double sample_rate_hz) {
  return sample_rate_hz >= 44100.0 && sample_rate_hz <= 48000.0;
}

}  // namespace

void Quantiser::Random::seed(std::uint64_t seed) noexcept {
  for (std::uint64_t& word : state_) {  // splitmix64, as the authors of xoshiro advise
    seed += 0x9e3779b97f4a7c15u;
    std::uint64_t z = seed;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    word = z ^ (z >> 31);
  }
}

double Quantiser::Random::next() noexcept {
  const std::uint64_t result = std::rotl(state_[1] * 5, 7) * 9;
  const std::uint64_t shifted = state_[1] << 17;
  state_[2] ^= state_[0];
  state_[3] ^= state_[1];
  state_[1] ^= state_[2];
  state_[0] ^= state_[3];
  state_[2] ^= shifted;
  state_[3] = std::rotl(state_[3], 45);
  return static_cast<double>(result >> 11) * 0x1p-53 - 0.5;
}

void Quantiser::prepare(StreamFormat format) {
  format_ = format;
  channels_.resize(static_cast<std::size_t>(format.channel_count));
  reset();
}

void Quantiser::reset() noexcept {
  for (std::size_t c = 0; c < channels_.size(); ++c) {
    channels_[c] = {};
    channels_[c].random.seed(0x6c61637175657200u + c);
  }
}

void Quantiser::process(AudioBlock block, const Settings& settings) noexcept {
  const int bits = static_cast<int>(std::lround(std::clamp(settings.bits, 8.0, 24.0)));
  const double steps = std::ldexp(1.0, bits - 1);
  const bool dithered = settings.dither >= 0.5;
  const auto strength =
      static_cast<std::size_t>(std::lround(std::clamp(settings.shaping, 0.0, 3.0)));
  const auto shaper = shapers[shaper_fits(format_.sample_rate_hz) ? strength : 0];
  for (int c = 0; c < block.channel_count(); ++c) {
    Channel& channel = channels_[static_cast<std::size_t>(c)];
    double* samples = block.channel(c);
    for (int f = 0; f < block.frame_count(); ++f) {
      double wanted = usable(samples[f]) * steps;
      for (std::size_t k = 0; k < shaper.size(); ++k) wanted -= shaper[k] * channel.errors[k];
      const double noise = dithered ? channel.random.next() + channel.random.next() : 0.0;
      const double rounded = std::floor(wanted + noise + 0.5);
      const double written = std::clamp(rounded, -steps, steps - 1.0);
      if (!shaper.empty()) {
        std::copy_backward(channel.errors.begin(), channel.errors.end() - 1, channel.errors.end());
        // A clipped sample's error is no noise; fed back it would burst.
        channel.errors[0] = std::clamp(rounded - wanted, -2.0, 2.0);
      }
      samples[f] = written / steps;
    }
  }
}

}  // namespace lacquer::dsp
