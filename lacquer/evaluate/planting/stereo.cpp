#include <cmath>

#include "lacquer/base/units.h"
#include "lacquer/evaluate/interpolation.h"
#include "lacquer/evaluate/planting/place.h"
#include "lacquer/evaluate/planting/planting.h"

namespace lacquer::evaluate {
namespace {

/// A plant that needs two channels.
template <typename Work>
Plant in_stereo(Work work) {
  return [work](Clip clip, Random& random) -> Result<Planted> {
    if (clip.channel_count() != 2) return unsuited("The excerpt is mono.");
    return work(std::move(clip), random);
  };
}

Planted everywhere(Clip clip, std::vector<Truth> truths = {}) {
  return {.clip = std::move(clip), .everywhere = true, .truths = std::move(truths)};
}

void multiply(Clip& clip, int channel, double gain) {
  for (int f = 0; f < clip.frame_count(); ++f) clip.row(channel)[f] *= gain;
}

void add_noise(Clip& clip, int channel, double dbfs, Random& random) {
  const double gain = gain_from_db(dbfs);
  for (int f = 0; f < clip.frame_count(); ++f) clip.row(channel)[f] += gain * random.normal();
}

void make_mono(Clip& clip) {
  for (int f = 0; f < clip.frame_count(); ++f)
    clip.row(0)[f] = clip.row(1)[f] = 0.5 * (clip.row(0)[f] + clip.row(1)[f]);
}

/// Calls work(left, right) for every frame of a chance passage.
template <typename Work>
Result<Planted> in_passage(Clip clip, Random& random, double length_s, Work work) {
  const auto place = find_place(clip, random, length_s, -35.0);
  if (!place) return unsuited("The excerpt is too quiet or too short.");
  const int end = *place + clip.frames(length_s);
  for (int f = *place; f < end; ++f) work(clip.row(0)[f], clip.row(1)[f]);
  if (const double highest = peak(clip); highest > 0.95) scale(clip, 0.95 / highest);
  const double start_s = clip.seconds(*place), end_s = clip.seconds(end);
  return Planted{.clip = std::move(clip), .start_s = start_s, .end_s = end_s};
}

}  // namespace

Plant polarity(int channel) {
  return in_stereo([=](Clip clip, Random&) -> Result<Planted> {
    multiply(clip, channel, -1.0);
    return everywhere(std::move(clip));
  });
}

Plant channel_delay(double delay_ms) {
  return in_stereo([=](Clip clip, Random& random) -> Result<Planted> {
    delay(clip, random.below(2), delay_ms / 1000.0 * clip.sample_rate_hz());
    return everywhere(std::move(clip), {{delay_ms, "ms"}});
  });
}

Plant channel_imbalance(double difference_db) {
  return in_stereo([=](Clip clip, Random& random) -> Result<Planted> {
    multiply(clip, random.below(2), gain_from_db(-difference_db));
    return everywhere(std::move(clip), {{difference_db, "dB"}, {difference_db, "LU"}});
  });
}

Plant duplicate_channel() {
  return in_stereo([](Clip clip, Random& random) -> Result<Planted> {
    const int from = random.below(2);
    std::copy_n(clip.row(from), clip.frame_count(), clip.row(1 - from));
    return everywhere(std::move(clip));
  });
}

Plant missing_channel(std::optional<double> noise_dbfs) {
  return in_stereo([=](Clip clip, Random& random) -> Result<Planted> {
    const int channel = random.below(2);
    multiply(clip, channel, 0.0);
    if (noise_dbfs) add_noise(clip, channel, *noise_dbfs, random);
    auto planted = everywhere(std::move(clip));
    planted.channel = channel;
    return planted;
  });
}

Plant false_stereo(double difference_db, std::optional<double> noise_dbfs) {
  return in_stereo([=](Clip clip, Random& random) -> Result<Planted> {
    make_mono(clip);
    multiply(clip, random.below(2), gain_from_db(-difference_db));
    if (noise_dbfs)
      for (const int c : {0, 1}) add_noise(clip, c, *noise_dbfs, random);
    return everywhere(std::move(clip));
  });
}

Plant inverted_passage(double length_s) {
  return in_stereo([=](Clip clip, Random& random) -> Result<Planted> {
    return in_passage(std::move(clip), random, length_s,
                      [](double&, double& right) { right = -right; });
  });
}

Plant hollow_passage(double length_s, double middle_db) {
  return in_stereo([=](Clip clip, Random& random) -> Result<Planted> {
    const double middle_gain = gain_from_db(-middle_db), side_gain = gain_from_db(6.0);
    return in_passage(std::move(clip), random, length_s, [=](double& left, double& right) {
      const double middle = 0.5 * (left + right) * middle_gain;
      const double side = 0.5 * (left - right) * side_gain;
      left = middle + side;
      right = middle - side;
    });
  });
}

}  // namespace lacquer::evaluate
