#include <cmath>

#include "lacquer/base/units.h"
#include "lacquer/evaluate/planting/place.h"
#include "lacquer/evaluate/planting/planting.h"

namespace lacquer::evaluate {
namespace {

constexpr double loud_dbfs = -30.0;  // music that was going on where it is cut
constexpr double end_s = 0.01;

/// A place where the music is loud right at the cut, not only around it.
std::optional<int> find_loud_place(const Clip& clip, Random& random, bool before) {
  const int near = clip.frames(end_s);
  for (int attempt = 0; attempt < 200; ++attempt) {
    const auto place = find_place(clip, random, 0.0, loud_dbfs, 2.0);
    if (!place) return std::nullopt;
    if (rms(clip, 0, before ? *place - near : *place, near) > gain_from_db(loud_dbfs)) return place;
  }
  return std::nullopt;
}

}  // namespace

Plant cut_start() {
  return [](Clip clip, Random& random) -> Result<Planted> {
    const auto place = find_loud_place(clip, random, false);
    if (!place) return unsuited("The excerpt is too quiet.");
    const double shift_s = -clip.seconds(*place);
    clip.keep(*place, clip.frame_count() - *place);
    return Planted{.clip = std::move(clip), .start_s = 0.0, .end_s = end_s, .shift_s = shift_s};
  };
}

Plant cut_end() {
  return [](Clip clip, Random& random) -> Result<Planted> {
    const auto place = find_loud_place(clip, random, true);
    if (!place) return unsuited("The excerpt is too quiet.");
    clip.keep(0, *place);
    const double duration_s = clip.duration_s();
    return Planted{.clip = std::move(clip), .start_s = duration_s - end_s, .end_s = duration_s};
  };
}

Plant truncated_fade(double depth_db) {
  return [=](Clip clip, Random& random) -> Result<Planted> {
    constexpr double fade_s = 4.0;
    const auto place = find_place(clip, random, 0.0, -35.0, fade_s + 2.0);
    if (!place) return unsuited("The excerpt is too quiet or too short.");
    clip.keep(0, *place);
    const int length = clip.frames(fade_s), first = clip.frame_count() - length;
    for (int c = 0; c < clip.channel_count(); ++c)
      for (int f = 0; f < length; ++f)
        clip.row(c)[first + f] *= gain_from_db(-depth_db * f / length);
    const double duration_s = clip.duration_s();
    const double left_dbfs =
        db_from_gain(rms(clip, 0, clip.frame_count() - clip.frames(0.05), clip.frames(0.05)));
    return Planted{.clip = std::move(clip),
                   .start_s = duration_s - end_s,
                   .end_s = duration_s,
                   .truths = {{left_dbfs, "dBFS"}}};
  };
}

Plant silence_head(double length_s) {
  return [=](Clip clip, Random&) -> Result<Planted> {
    clip.surround(clip.frames(length_s), 0);
    return Planted{.clip = std::move(clip),
                   .start_s = 0.0,
                   .end_s = length_s,
                   .truths = {{length_s, "s"}},
                   .shift_s = length_s};
  };
}

Plant silence_tail(double length_s) {
  return [=](Clip clip, Random&) -> Result<Planted> {
    clip.surround(0, clip.frames(length_s));
    const double duration_s = clip.duration_s();
    return Planted{.clip = std::move(clip),
                   .start_s = duration_s - length_s,
                   .end_s = duration_s,
                   .truths = {{length_s, "s"}}};
  };
}

}  // namespace lacquer::evaluate
