#pragma once

#include <functional>
#include <vector>

#include "lacquer/base/audio.h"
#include "lacquer/base/progress.h"

namespace lacquer::chain {

/// Someone who wants every frame of a programme in order; must not write into the block.
using Listener = std::function<void(AudioBlock)>;

/// Reads the source to its end and hands every frame to each listener; listeners work beside each
/// other, and beside the reading of what comes next, on up to `threads` threads (0: as many as the
/// machine has). Nothing any of them hears depends on how many. Memory: 0.5 MB for two channels.
/// Errors: the source's; cancelled.
Result<void> hand_out(AudioSource&, const std::vector<Listener>&, const Progress&, int threads);

}  // namespace lacquer::chain
