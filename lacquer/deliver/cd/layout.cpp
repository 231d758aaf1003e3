#include "lacquer/deliver/cd/layout.h"

#include <cmath>

#include "lacquer/deliver/cd/disc.h"

namespace lacquer::deliver {

CdLayout lay_out_cd(const std::vector<TrackLength>& lengths, double sample_rate_hz) {
  const auto frame_of = [&](std::int64_t sector) {
    return static_cast<std::int64_t>(
        std::llround(static_cast<double>(sector) * sample_rate_hz / sectors_per_s));
  };
  const auto sectors_of = [&](double frame) { return frame * sectors_per_s / sample_rate_hz; };
  // Whole sectors that hold a frame position; the small slack swallows the division's rounding.
  const auto ceiling = [&](double frame) {
    return static_cast<std::int64_t>(std::ceil(sectors_of(frame) - 1e-6));
  };

  CdLayout layout;
  std::int64_t position = 0;
  for (std::size_t t = 0; t < lengths.size(); ++t) {
    TrackPlace place;
    const double gap_frames = t == 0 ? 0.0 : lengths[t].gap_s * sample_rate_hz;
    const double ideal = static_cast<double>(position) + gap_frames;
    place.index01 = std::llround(sectors_of(ideal));
    place.start_frame = position;
    if (gap_frames > 0.0) {
      if (frame_of(place.index01) < position)
        place.index01 = ceiling(static_cast<double>(position));
      place.start_frame = frame_of(place.index01);
      const std::int64_t pause = ceiling(static_cast<double>(position));
      if (pause < place.index01) place.index00 = pause;
    }
    place.silence_before_frames = place.start_frame - position;
    place.shift_ms =
        (static_cast<double>(frame_of(place.index01)) - ideal) / sample_rate_hz * 1000.0;
    position = place.start_frame + lengths[t].frame_count;
    layout.tracks.push_back(place);
  }
  layout.frame_count = position;
  layout.lead_out = ceiling(static_cast<double>(position));
  return layout;
}

}  // namespace lacquer::deliver
