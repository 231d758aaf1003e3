#include <cmath>

#include "lacquer/base/units.h"
#include "lacquer/evaluate/planting/place.h"
#include "lacquer/evaluate/planting/planting.h"

namespace lacquer::evaluate {
namespace {

constexpr double local_s = 0.01;  // what "local level" is taken over

/// The shape of a click with peak 1.
std::vector<double> click_shape(Click kind, double sample_rate_hz, Random& random) {
  if (kind == Click::one_sample) return {1.0};
  if (kind == Click::step)
    return std::vector<double>(4 + static_cast<std::size_t>(random.below(9)), 1.0);
  const double ring_hz = random.between(1500.0, 4000.0), decay_s = random.between(2e-4, 6e-4);
  std::vector<double> shape;
  double largest = 0.0;
  for (double t = 0.0; t < 6.0 * decay_s; t += 1.0 / sample_rate_hz) {
    shape.push_back(std::exp(-t / decay_s) * std::cos(2.0 * pi * ring_hz * t));
    largest = std::max(largest, std::abs(shape.back()));
  }
  for (double& value : shape) value /= largest;
  return shape;
}

/// With a place.
Planted placed(Clip clip, int first, int end, std::optional<int> channel = {}) {
  const double start_s = clip.seconds(first), end_s = clip.seconds(end);
  return {.clip = std::move(clip), .start_s = start_s, .end_s = end_s, .channel = channel};
}

}  // namespace

Plant click(Click kind, double over_local_rms_db) {
  return [=](Clip clip, Random& random) -> Result<Planted> {
    const auto shape = click_shape(kind, clip.sample_rate_hz(), random);
    const int length = static_cast<int>(shape.size()), around = clip.frames(local_s);
    const double gain = gain_from_db(over_local_rms_db);
    for (int attempt = 0; attempt < 100; ++attempt) {
      const auto place = find_place(clip, random, clip.seconds(length), -50.0);
      if (!place) break;
      const int channel = random.below(clip.channel_count());
      const double size = gain * rms(clip, channel, *place + length / 2 - around / 2, around);
      double highest = 0.0;
      for (int f = 0; f < length; ++f)
        highest = std::max(highest, std::abs(clip.row(channel)[*place + f]) + size);
      if (highest > 0.99) continue;  // it would clip: another fault
      const double sign = random.sign();
      for (int f = 0; f < length; ++f)
        clip.row(channel)[*place + f] += sign * size * shape[static_cast<std::size_t>(f)];
      auto planted = placed(std::move(clip), *place, *place + length, channel);
      planted.truths = {{over_local_rms_db, "dB"}, {db_from_gain(size), "dBFS"}};
      return planted;
    }
    return unsuited("The excerpt leaves no room for such a click.");
  };
}

Plant splice(double jump_over_local_rms_db) {
  return [=](Clip clip, Random& random) -> Result<Planted> {
    constexpr double shortest_s = 0.005, longest_s = 0.08, within_db = 1.0;
    const int around = clip.frames(local_s);
    for (int attempt = 0; attempt < 20; ++attempt) {
      const auto place = find_place(clip, random, longest_s);
      if (!place) break;
      for (int trial = 0; trial < 2000; ++trial) {
        const int at = *place + random.below(clip.frames(0.05));
        const int skip = clip.frames(random.between(shortest_s, longest_s));
        for (int c = 0; c < clip.channel_count(); ++c) {
          const double* samples = clip.row(c);
          const double jump = std::abs(samples[at + skip] - samples[at - 1]);
          const double local = 0.5 * (rms(clip, c, at - around / 2, around / 2) +
                                      rms(clip, c, at + skip, around / 2));
          if (std::abs(db_from_gain(jump / local) - jump_over_local_rms_db) > within_db) continue;
          Clip spliced{clip.format(), clip.frame_count() - skip};
          for (int row = 0; row < clip.channel_count(); ++row) {
            std::copy_n(clip.row(row), at, spliced.row(row));
            std::copy_n(clip.row(row) + at + skip, clip.frame_count() - at - skip,
                        spliced.row(row) + at);
          }
          return placed(std::move(spliced), at, at + 1);
        }
      }
    }
    return unsuited("The excerpt has no two places that lie so far apart.");
  };
}

Plant dropout(double length_s) {
  return [=](Clip clip, Random& random) -> Result<Planted> {
    constexpr double fade_s = 0.001, floor_db = -60.0;
    const auto place = find_place(clip, random, length_s, -35.0);
    if (!place) return unsuited("The excerpt is too quiet.");
    const int length = clip.frames(length_s);
    const double fade = fade_s * clip.sample_rate_hz(), floor = gain_from_db(floor_db);
    for (int c = 0; c < clip.channel_count(); ++c)
      for (int f = 0; f < length; ++f) {
        const double from_end = std::min(f, length - 1 - f) / fade;
        const double down = 0.5 - 0.5 * std::cos(pi * std::min(from_end, 1.0));
        clip.row(c)[*place + f] *= 1.0 - (1.0 - floor) * down;
      }
    auto planted = placed(std::move(clip), *place, *place + length);
    planted.truths = {{length_s * 1000.0, "ms"}, {length_s, "s"}};
    return planted;
  };
}

Plant digital_gap(double length_s) {
  return [=](Clip clip, Random& random) -> Result<Planted> {
    const auto place = find_place(clip, random, length_s, -35.0);
    if (!place) return unsuited("The excerpt is too quiet.");
    const int length = clip.frames(length_s);
    for (int c = 0; c < clip.channel_count(); ++c) std::fill_n(clip.row(c) + *place, length, 0.0);
    auto planted = placed(std::move(clip), *place, *place + length);
    planted.truths = {{length_s * 1000.0, "ms"}, {length_s, "s"}};
    return planted;
  };
}

Plant stutter(double buffer_s, int repeats) {
  return [=](Clip clip, Random& random) -> Result<Planted> {
    const auto place = find_place(clip, random, buffer_s * (repeats + 1), -35.0);
    if (!place) return unsuited("The excerpt is too quiet.");
    const int length = clip.frames(buffer_s);
    for (int c = 0; c < clip.channel_count(); ++c)
      for (int r = 1; r <= repeats; ++r)
        std::copy_n(clip.row(c) + *place, length, clip.row(c) + *place + r * length);
    return placed(std::move(clip), *place, *place + (repeats + 1) * length);
  };
}

Plant level_jump(double gain_db, double ramp_s, bool one_channel) {
  return [=](Clip clip, Random& random) -> Result<Planted> {
    constexpr double margin_s = 6.0;
    if (one_channel && clip.channel_count() != 2) return unsuited("The excerpt is mono.");
    const auto place = find_place(clip, random, ramp_s, -35.0, margin_s);
    if (!place) return unsuited("The excerpt is too quiet or too short.");
    const double ramp = std::max(ramp_s * clip.sample_rate_hz(), 1.0);
    const int only = one_channel ? random.below(2) : -1;
    for (int c = 0; c < clip.channel_count(); ++c)
      for (int f = *place; (only < 0 || c == only) && f < clip.frame_count(); ++f)
        clip.row(c)[f] *= gain_from_db(gain_db * std::min((f - *place) / ramp, 1.0));
    if (const double highest = peak(clip); highest > 0.95) scale(clip, 0.95 / highest);
    auto planted = placed(std::move(clip), *place, *place + static_cast<int>(ramp));
    planted.truths = {{gain_db, "dB"}, {gain_db, "LU"}};
    return planted;
  };
}

}  // namespace lacquer::evaluate
