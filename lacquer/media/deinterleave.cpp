#include "lacquer/media/deinterleave.h"

#include <bit>
#include <cstring>

namespace lacquer::media {
namespace {

// Four frames at once; exact, so that the bits do not depend on how.
using Int4 = std::int32_t __attribute__((vector_size(16)));
using Pair = double __attribute__((vector_size(16)));

template <typename Sample>
void plain(const Sample* from, double scale, AudioBlock to, int first_frame) noexcept {
  for (int c = 0; c < to.channel_count(); ++c) {
    double* row = to.channel(c);
    const Sample* at = from + static_cast<std::ptrdiff_t>(first_frame) * to.channel_count() + c;
    for (int f = first_frame; f < to.frame_count(); ++f, at += to.channel_count())
      row[f] = static_cast<double>(*at) * scale;
  }
}

void write(const Int4& samples, double scale, double* to) noexcept {
  for (int half = 0; half < 2; ++half) {
    const Pair pair{static_cast<double>(samples[2 * half]),
                    static_cast<double>(samples[2 * half + 1])};
    const Pair scaled = pair * scale;
    std::memcpy(to + 2 * half, &scaled, sizeof scaled);
  }
}

}  // namespace

void deinterleave(const std::int16_t* from, AudioBlock to) noexcept {
  constexpr double scale = 1.0 / 32768.0;
  int f = 0;
  if (to.channel_count() == 2 && std::endian::native == std::endian::little) {
    double* left = to.channel(0);
    double* right = to.channel(1);
    for (; f + 4 <= to.frame_count(); f += 4) {
      Int4 frames;  // the left sample below, the right one above
      std::memcpy(&frames, from + 2 * f, sizeof frames);
      write(frames << 16 >> 16, scale, left + f);
      write(frames >> 16, scale, right + f);
    }
  }
  plain(from, scale, to, f);
}

void deinterleave(const std::int32_t* from, AudioBlock to) noexcept {
  plain(from, 1.0 / 2147483648.0, to, 0);
}

void deinterleave(const double* from, AudioBlock to) noexcept { plain(from, 1.0, to, 0); }

}  // namespace lacquer::media
