#include <cmath>
#include <limits>

#include "lacquer/chain/recipe.h"
#include "lacquer/evaluate/interpolation.h"
#include "lacquer/evaluate/planting/place.h"
#include "lacquer/evaluate/planting/planting.h"

namespace lacquer::evaluate {
namespace {

constexpr double full_scale = 1.0 - 0x1p-23;  // the largest 24-bit sample
constexpr int least_runs = 3;

struct Runs {
  int count = 0;
  int first = 0, end = 0;  // frames of the first and after the last
};

/// Runs of `least` frames and more at or beyond `level` on one side, within [begin, end).
Runs runs_beyond(const Clip& clip, double level, int least, bool one_sided, int begin, int end) {
  Runs runs{0, end, begin};
  for (int c = 0; c < clip.channel_count(); ++c) {
    const double* samples = clip.row(c);
    for (const double sign : {1.0, -1.0}) {
      if (one_sided && sign < 0.0) continue;
      int length = 0;
      for (int f = begin; f <= end; ++f) {
        if (f < end && sign * samples[f] >= level) {
          ++length;
          continue;
        }
        if (length >= least) {
          ++runs.count;
          runs.first = std::min(runs.first, f - length);
          runs.end = std::max(runs.end, f);
        }
        length = 0;
      }
    }
  }
  return runs;
}

double peak_within(const Clip& clip, int begin, int end) {
  double largest = 0.0;
  for (int c = 0; c < clip.channel_count(); ++c)
    for (int f = begin; f < end; ++f) largest = std::max(largest, std::abs(clip.row(c)[f]));
  return largest;
}

double bent(Curve curve, double x) {
  switch (curve) {
    case Curve::cubic:
      return std::abs(x) < 1.5 ? x - 4.0 / 27.0 * x * x * x : std::copysign(1.0, x);
    case Curve::arctan:
      return std::atan(x);
    case Curve::tanh:
      break;
  }
  return std::tanh(x);
}

}  // namespace

Plant clipping(Clipping how) {
  return [how](Clip clip, Random& random) -> Result<Planted> {
    int begin = 0, end = clip.frame_count();
    if (how.one_section) {
      constexpr double section_s = 3.0;
      const auto place = find_place(clip, random, section_s);
      if (!place) return unsuited("The excerpt is too quiet.");
      begin = *place;
      end = begin + clip.frames(section_s);
    }
    // The highest level that leaves enough runs of this length: the lightest clipping there is.
    constexpr double step_db = 0.1, deepest_db = 12.0;
    const double highest = peak_within(clip, begin, end);
    double level = 0.0;
    Runs runs;
    for (double down_db = step_db; down_db <= deepest_db && runs.count < least_runs;
         down_db += step_db) {
      level = highest * gain_from_db(-down_db);
      runs = runs_beyond(clip, level, how.run_frames, how.one_sided, begin, end);
    }
    if (runs.count < least_runs) return unsuited("The excerpt has no broad peaks to clip.");
    for (int c = 0; c < clip.channel_count(); ++c)
      for (int f = begin; f < end; ++f)
        clip.row(c)[f] = std::clamp(clip.row(c)[f], how.one_sided ? -highest : -level, level);
    if (!how.one_section) scale(clip, full_scale * gain_from_db(how.level_dbfs) / peak(clip));
    const double start_s = clip.seconds(runs.first), end_s = clip.seconds(runs.end);
    return Planted{.clip = std::move(clip), .start_s = start_s, .end_s = end_s};
  };
}

Plant soft_clipping(Curve curve, double drive_db) {
  return [=](Clip clip, Random&) -> Result<Planted> {
    const double highest = peak(clip), drive = gain_from_db(drive_db) / highest;
    for (int c = 0; c < clip.channel_count(); ++c)
      for (int f = 0; f < clip.frame_count(); ++f)
        clip.row(c)[f] = 0.97 * bent(curve, drive * clip.row(c)[f]) / bent(curve, drive * highest);
    return Planted{.clip = std::move(clip), .everywhere = true};
  };
}

Plant inter_sample_over(double dbtp) {
  return [dbtp](Clip clip, Random& random) -> Result<Planted> {
    constexpr double length_s = 0.02, music_peak_dbfs = -24.0;
    const auto place = find_place(clip, random, length_s);
    if (!place) return unsuited("The excerpt is too quiet.");
    scale(clip, gain_from_db(music_peak_dbfs) / peak(clip));
    // A quarter of the rate at 45 degrees: every sample reads 3 dB low (EBU Tech 3341, case 15).
    const int length = clip.frames(length_s), channel = random.below(clip.channel_count());
    const double size = gain_from_db(dbtp);
    double* samples = clip.row(channel) + *place;
    for (int f = 0; f < length; ++f) {
      const double window = 0.5 - 0.5 * std::cos(2.0 * pi * (f + 0.5) / length);
      samples[f] += size * window * std::sin(pi / 2.0 * f + pi / 4.0);
    }
    const double reached = true_peak(clip, channel, *place, length);
    // The music underneath has moved the peak; bring the whole to where it should be.
    scale(clip, size / reached);
    const double start_s = clip.seconds(*place);
    return Planted{.clip = std::move(clip),
                   .start_s = start_s,
                   .end_s = start_s + length_s,
                   .channel = channel,
                   .truths = {{dbtp, "dBTP"}}};
  };
}

Plant limited(double drive_db) {
  return [drive_db](Clip clip, Random&) -> Result<Planted> {
    scale(clip, gain_from_db(drive_db - 1.0) / peak(clip));
    const chain::Recipe recipe{{{"limiter", {{"ceiling_dbtp", -1.0}}}}};
    TRY(auto source, chain::process(recipe, source_of(std::move(clip))));
    TRY(auto loud, drain(*source));
    return Planted{.clip = std::move(loud), .everywhere = true};
  };
}

Plant invalid_samples(Invalid kind, int run_frames) {
  return [=](Clip clip, Random& random) -> Result<Planted> {
    const int place = random.below(clip.frame_count() - run_frames);
    const int channel = random.below(clip.channel_count());
    std::fill_n(clip.row(channel) + place, run_frames,
                kind == Invalid::nan ? std::numeric_limits<double>::quiet_NaN()
                                     : random.sign() * std::numeric_limits<double>::infinity());
    const double start_s = clip.seconds(place), end_s = clip.seconds(place + run_frames);
    return Planted{.clip = std::move(clip),
                   .start_s = start_s,
                   .end_s = end_s,
                   .channel = channel,
                   .truths = {{static_cast<double>(run_frames), "samples"}},
                   .bits = 0};
  };
}

}  // namespace lacquer::evaluate
