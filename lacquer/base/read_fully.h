#pragma once

#include "lacquer/base/audio.h"
#include "lacquer/base/result.h"

namespace lacquer {

/// As many frames as there are, up to all of the block: sources may give less at a time.
inline Result<int> read_fully(AudioSource& source, AudioBlock block) {
  int filled = 0;
  while (filled < block.frame_count()) {
    TRY(const int frames, source.read(block.frames(filled, block.frame_count() - filled)));
    if (frames == 0) break;
    filled += frames;
  }
  return filled;
}

}  // namespace lacquer
