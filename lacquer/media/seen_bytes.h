#pragma once

#include <sndfile.h>

#include "lacquer/media/byte_file.h"
#include "lacquer/media/file_hash.h"

namespace lacquer::media {

/// The bytes of a file as libsndfile asks for them, each piece shown to a hash on its way.
class SeenBytes {
 public:
  SeenBytes(const ByteFile& file, FileHash& hash)
      : descriptor_{file.open_again()}, size_{static_cast<sf_count_t>(file.size())}, hash_{hash} {}

  /// Null as sf_open has it. `this` outlives the handle and stays where it is.
  SNDFILE* open(SF_INFO& info);

 private:
  sf_count_t seek(sf_count_t offset, int whence);
  sf_count_t read(void* to, sf_count_t count);

  Descriptor descriptor_;
  sf_count_t size_, position_ = 0;
  FileHash& hash_;
};

}  // namespace lacquer::media
