#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "lacquer/deliver/cd/image.h"
#include "lacquer/measure/meter.h"

namespace lacquer::deliver {

/// One pass over a disc: a meter for the whole of it and one for the track being played. Pauses
/// belong to no track.
class DiscMeter {
 public:
  explicit DiscMeter(const CdImage&);
  void add(AudioBlock);
  /// The whole disc; call once, then per_track() is complete.
  measure::Measurement finish();
  const std::vector<measure::Measurement>& per_track() const { return per_track_; }

 private:
  std::optional<std::size_t> track_at(std::int64_t frame) const;
  /// The next frame after this one where a track begins or ends, `limit` at most.
  std::int64_t next_border(std::int64_t frame, std::int64_t limit) const;
  void close();

  const CdImage& image_;
  measure::Meter whole_;
  std::vector<measure::Measurement> per_track_;
  std::optional<std::size_t> now_;
  std::optional<measure::Meter> meter_;
  std::int64_t position_ = 0;
};

}  // namespace lacquer::deliver
