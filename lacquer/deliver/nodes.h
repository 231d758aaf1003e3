#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "lacquer/base/audio.h"
#include "lacquer/base/progress.h"

/// The small stages deliveries are made of: each takes a source and is one.
namespace lacquer::deliver {

/// One channel becomes two equal ones; two pass untouched.
SourcePointer as_stereo(SourcePointer);
SourcePointer with_gain(SourcePointer, double gain);

/// Audio with silence before it; opened when its turn comes.
struct Part {
  OpenSource open;
  std::int64_t silence_before_frames = 0;
  std::int64_t frame_count = 0;
};
/// The parts one after the other, nothing between them but their silence.
/// read() reports (unusable_input) a part that gives another format or length than promised.
SourcePointer joined(StreamFormat, std::vector<Part>);

/// What happened on the way to integers; read it when the source is drained.
struct QuantiserReport {
  std::int64_t clipped_samples = 0;
};
/// The house's quantiser (dsp/quantiser.h), flat triangular dither or none, at the end of a stream.
SourcePointer quantised(SourcePointer, int bits, bool dither,
                        std::shared_ptr<QuantiserReport> report = nullptr);

/// True when every sample stands on the grid of `bits` already: then dither would only add noise.
Result<bool> is_on_grid(AudioSource&, int bits, const Progress&, const std::string& stage);

/// Copies all of the source, tells where it is, stops when asked; does not finish the sink.
Result<void> pump(AudioSource&, AudioSink&, const Progress&, const std::string& stage);

/// Calls `take` with block after block.
template <typename Take>
Result<void> for_each_block(AudioSource& source, const Progress& progress, const std::string& stage,
                            Take take) {
  AudioBuffer buffer{source.format().channel_count, block_frames};
  std::int64_t done = 0;
  const std::int64_t total = source.frame_count();
  for (int count = 0;; ++count) {
    if (progress.cancelled()) return Error{ErrorKind::cancelled, "Stopped as asked.", "", ""};
    if (count % 16 == 0)
      progress.at(stage, total == 0 ? 1.0 : static_cast<double>(done) / static_cast<double>(total));
    TRY(const int frames, source.read(buffer.block()));
    if (frames == 0) break;
    TRY_DO(take(buffer.block().frames(0, frames)));
    done += frames;
  }
  progress.at(stage, 1.0);
  return {};
}

}  // namespace lacquer::deliver
