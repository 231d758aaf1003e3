#pragma once

#include "lacquer/base/audio.h"

namespace lacquer::media {

/// The same audio, read and decoded on a thread of its own while the caller works on what came
/// before. An error arrives where it happened, after all frames before it; a source given up early
/// stops reading. Keeps about 1 MB for two channels.
SourcePointer read_ahead(SourcePointer);

}  // namespace lacquer::media
