#include "lacquer/deliver/cd/disc_meter.h"

#include <algorithm>

#include "lacquer/deliver/cd/disc.h"

namespace lacquer::deliver {

namespace {
constexpr StreamFormat cd_format{cd_rate_hz, 2};
constexpr measure::Parts parts_of(bool peak) {
  measure::Parts parts = measure::Parts::none();
  parts.loudness = true;
  parts.peak = peak;
  return parts;
}
constexpr measure::Parts whole_parts = parts_of(true);
constexpr measure::Parts track_parts = parts_of(false);
}  // namespace

DiscMeter::DiscMeter(const CdImage& image)
    : image_{image}, whole_{cd_format, whole_parts}, per_track_(image.tracks.size()) {}

std::optional<std::size_t> DiscMeter::track_at(std::int64_t frame) const {
  for (std::size_t t = 0; t < image_.tracks.size(); ++t)
    if (frame >= image_.tracks[t].index01 * frames_per_sector &&
        frame < image_.tracks[t].end * frames_per_sector)
      return t;
  return std::nullopt;
}

std::int64_t DiscMeter::next_border(std::int64_t frame, std::int64_t limit) const {
  for (const ImageTrack& track : image_.tracks)
    for (const std::int64_t sector : {track.index01, track.end})
      if (sector * frames_per_sector > frame) limit = std::min(limit, sector * frames_per_sector);
  return limit;
}

void DiscMeter::add(AudioBlock block) {
  whole_.add(block);
  const std::int64_t end = position_ + block.frame_count();
  for (std::int64_t here = position_; here < end;) {
    const auto playing = track_at(here);
    if (playing != now_) close();
    now_ = playing;
    const std::int64_t next = next_border(here, end);
    if (playing) {
      if (!meter_) meter_.emplace(cd_format, track_parts);
      meter_->add(block.frames(static_cast<int>(here - position_), static_cast<int>(next - here)));
    }
    here = next;
  }
  position_ = end;
}

void DiscMeter::close() {
  if (meter_ && now_) per_track_[*now_] = meter_->finish();
  meter_.reset();
}

measure::Measurement DiscMeter::finish() {
  close();
  return whole_.finish();
}

}  // namespace lacquer::deliver
