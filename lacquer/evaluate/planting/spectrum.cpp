#include <cmath>

#include "lacquer/base/units.h"
#include "lacquer/evaluate/planting/place.h"
#include "lacquer/evaluate/planting/planting.h"

namespace lacquer::evaluate {
namespace {

/// A second-order filter of the Audio EQ Cookbook (R. Bristow-Johnson), not the house's own design.
class Filter {
 public:
  static Filter bell(double frequency_hz, double q, double gain_db, double sample_rate_hz) {
    const double a = std::pow(10.0, gain_db / 40.0);
    const Turn w{frequency_hz, q, sample_rate_hz};
    return {1 + w.alpha * a, -2 * w.cosine, 1 - w.alpha * a,
            1 + w.alpha / a, -2 * w.cosine, 1 - w.alpha / a};
  }
  static Filter band(double frequency_hz, double q, double sample_rate_hz) {
    const Turn w{frequency_hz, q, sample_rate_hz};
    return {w.alpha, 0.0, -w.alpha, 1 + w.alpha, -2 * w.cosine, 1 - w.alpha};
  }

  double operator()(double x) {
    const double y = b0_ * x + s1_;
    s1_ = b1_ * x - a1_ * y + s2_;
    s2_ = b2_ * x - a2_ * y;
    return y;
  }

 private:
  struct Turn {
    Turn(double frequency_hz, double q, double sample_rate_hz)
        : cosine{std::cos(2.0 * pi * frequency_hz / sample_rate_hz)},
          alpha{std::sin(2.0 * pi * frequency_hz / sample_rate_hz) / (2.0 * q)} {}
    double cosine, alpha;
  };
  Filter(double b0, double b1, double b2, double a0, double a1, double a2)
      : b0_{b0 / a0}, b1_{b1 / a0}, b2_{b2 / a0}, a1_{a1 / a0}, a2_{a2 / a0} {}
  double b0_, b1_, b2_, a1_, a2_;
  double s1_ = 0.0, s2_ = 0.0;
};

/// `noise` scaled to this RMS.
std::vector<double> at_level(std::vector<double> noise, double level) {
  double sum = 0.0;
  for (const double value : noise) sum += value * value;
  const double gain = level / std::sqrt(sum / static_cast<double>(noise.size()));
  for (double& value : noise) value *= gain;
  return noise;
}

void add(Clip& clip, int channel, int first, const std::vector<double>& what) {
  double* samples = clip.row(channel) + first;
  for (const double value : what) *samples++ += value;
}

std::vector<double> filtered_noise(int count, Random& random, std::vector<Filter> filters) {
  std::vector<double> noise;
  noise.reserve(static_cast<std::size_t>(count));
  for (int f = 0; f < count; ++f) {
    double value = random.normal();
    for (auto& filter : filters) value = filter(value);
    noise.push_back(value);
  }
  return noise;
}

Planted everywhere(Clip clip, std::vector<Truth> truths) {
  if (const double highest = peak(clip); highest > 0.97) scale(clip, 0.97 / highest);
  return {.clip = std::move(clip), .everywhere = true, .truths = std::move(truths)};
}

}  // namespace

Plant dc(double dbfs, std::optional<double> passage_s) {
  return [=](Clip clip, Random& random) -> Result<Planted> {
    constexpr double ramp_s = 0.02;
    const int channel = random.below(clip.channel_count());
    const int length = passage_s ? clip.frames(*passage_s) : clip.frame_count();
    const int room = clip.frame_count() - length;
    if (room < 0) return unsuited("The excerpt is too short.");
    const int first = room > 0 ? random.below(room) : 0;
    const double offset = random.sign() * gain_from_db(dbfs), ramp = ramp_s * clip.sample_rate_hz();
    for (int f = 0; f < length; ++f) {
      const double in = passage_s ? std::min({1.0, f / ramp, (length - f) / ramp}) : 1.0;
      clip.row(channel)[first + f] += offset * in;
    }
    const double start_s = clip.seconds(first), end_s = clip.seconds(first + length);
    return Planted{.clip = std::move(clip),
                   .start_s = start_s,
                   .end_s = end_s,
                   .everywhere = !passage_s,
                   .channel = channel,
                   .truths = {{dbfs, "dBFS"}}};
  };
}

Plant hum(double mains_hz, HumSeries series, double dbfs) {
  return [=](Clip clip, Random& random) -> Result<Planted> {
    constexpr int partial_count = 8;
    const double exact_hz =
        mains_hz * (1.0 + 4e-4 * random.between(-1.0, 1.0));  // as the grid has it
    std::vector<double> wave(static_cast<std::size_t>(clip.frame_count()));
    for (int n = 1; n <= partial_count; ++n) {
      const int order = series == HumSeries::all ? n : series == HumSeries::odd ? 2 * n - 1 : 2 * n;
      const double turn = 2.0 * pi * exact_hz * order / clip.sample_rate_hz();
      const double phase = random.between(0.0, 2.0 * pi);
      for (std::size_t f = 0; f < wave.size(); ++f)
        wave[f] += std::sin(turn * static_cast<double>(f) + phase) / n;
    }
    wave = at_level(std::move(wave), gain_from_db(dbfs));
    for (int c = 0; c < clip.channel_count(); ++c) add(clip, c, 0, wave);
    return everywhere(std::move(clip), {{dbfs, "dBFS"}, {exact_hz, "Hz"}});
  };
}

Plant hiss(double dbfs) {
  return [=](Clip clip, Random& random) -> Result<Planted> {
    for (int c = 0; c < clip.channel_count(); ++c)
      add(clip, c, 0, at_level(filtered_noise(clip.frame_count(), random, {}), gain_from_db(dbfs)));
    return everywhere(std::move(clip), {{dbfs, "dBFS"}});
  };
}

Plant resonance(double gain_db) {
  return [=](Clip clip, Random& random) -> Result<Planted> {
    constexpr double q = 30.0;
    const double frequency_hz = 400.0 * std::pow(3000.0 / 400.0, random.uniform());
    for (int c = 0; c < clip.channel_count(); ++c) {
      Filter bell = Filter::bell(frequency_hz, q, gain_db, clip.sample_rate_hz());
      for (int f = 0; f < clip.frame_count(); ++f) clip.row(c)[f] = bell(clip.row(c)[f]);
    }
    return everywhere(std::move(clip), {{frequency_hz, "Hz"}, {gain_db, "dB"}});
  };
}

Plant sibilance(double over_local_rms_db) {
  return [=](Clip clip, Random& random) -> Result<Planted> {
    constexpr double passage_s = 8.0, between_s = 0.5;
    const auto place = find_place(clip, random, passage_s, -35.0);
    if (!place) return unsuited("The excerpt is too quiet or too short.");
    const Filter band = Filter::band(7000.0, 2.0, clip.sample_rate_hz());
    for (double at_s = 0.0; at_s + between_s <= passage_s; at_s += between_s) {
      const int length = clip.frames(random.between(0.07, 0.13));
      const int first = *place + clip.frames(at_s + random.between(0.0, 0.3));
      double level = 0.0;
      for (int c = 0; c < clip.channel_count(); ++c)
        level = std::max(level, rms(clip, c, first, length));
      auto ess = at_level(filtered_noise(length, random, {band, band}),
                          level * gain_from_db(over_local_rms_db));
      for (int f = 0; f < length; ++f)
        ess[static_cast<std::size_t>(f)] *= std::sin(pi * (f + 0.5) / length);
      for (int c = 0; c < clip.channel_count(); ++c) add(clip, c, first, ess);
    }
    if (const double highest = peak(clip); highest > 0.97) scale(clip, 0.97 / highest);
    const double start_s = clip.seconds(*place);
    return Planted{
        .clip = std::move(clip), .start_s = start_s, .end_s = start_s + passage_s, .truths = {}};
  };
}

Plant rumble(double dbfs) {
  return [=](Clip clip, Random& random) -> Result<Planted> {
    const Filter band = Filter::band(12.6, 1.0, clip.sample_rate_hz());
    const auto noise =
        at_level(filtered_noise(clip.frame_count(), random, {band, band}), gain_from_db(dbfs));
    for (int c = 0; c < clip.channel_count(); ++c) add(clip, c, 0, noise);
    return everywhere(std::move(clip), {{dbfs, "dBFS"}});
  };
}

}  // namespace lacquer::evaluate
