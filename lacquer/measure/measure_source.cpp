#include "lacquer/measure/meter.h"

namespace lacquer::measure {

Result<Measurement> measure(AudioSource& source, Parts parts, const Progress& progress,
                            const std::string& stage, int word_length_bits) {
  const std::int64_t frame_count = source.frame_count();
  Meter meter{source.format(), parts};
  meter.declare_word_length(word_length_bits);
  for (std::int64_t done = 0;;) {
    if (progress.cancelled())
      return Error{ErrorKind::cancelled, "The measurement was cancelled.", "", ""};
    TRY(const int frames, source.read(meter.space()));
    if (frames == 0) break;
    meter.add_written(frames);
    done += frames;
    if (frame_count > 0)
      progress.at(stage, static_cast<double>(done) / static_cast<double>(frame_count));
  }
  return meter.finish();
}

}  // namespace lacquer::measure
