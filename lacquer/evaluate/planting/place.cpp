#include "lacquer/evaluate/planting/place.h"

#include "lacquer/base/units.h"

namespace lacquer::evaluate {

std::optional<int> find_place(const Clip& clip, Random& random, double length_s, double least_dbfs,
                              double margin_s) {
  constexpr int attempts = 400;
  const int around = clip.frames(0.05), length = clip.frames(length_s);
  const int first = clip.frames(margin_s);
  const int room = clip.frame_count() - 2 * first - length;
  if (room <= 0) return std::nullopt;
  for (int attempt = 0; attempt < attempts; ++attempt) {
    const int place = first + random.below(room);
    bool music = true;
    for (int c = 0; c < clip.channel_count(); ++c)
      music = music && rms(clip, c, place - around, around) > gain_from_db(least_dbfs) &&
              rms(clip, c, place + length, around) > gain_from_db(least_dbfs);
    if (music) return place;
  }
  return std::nullopt;
}

}  // namespace lacquer::evaluate
