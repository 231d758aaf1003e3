#include "lacquer/media/seen_bytes.h"

#include <unistd.h>

#include <cerrno>
#include <cstdio>

namespace lacquer::media {

SNDFILE* SeenBytes::open(SF_INFO& info) {
  static constexpr auto self = [](void* data) { return static_cast<SeenBytes*>(data); };
  static SF_VIRTUAL_IO calls = {
      .get_filelen = [](void* data) { return self(data)->size_; },
      .seek = [](sf_count_t offset, int whence,
                 void* data) { return self(data)->seek(offset, whence); },
      .read = [](void* to, sf_count_t count, void* data) { return self(data)->read(to, count); },
      .write = [](const void*, sf_count_t, void*) { return sf_count_t{0}; },
      .tell = [](void* data) { return self(data)->position_; }};
  return sf_open_virtual(&calls, SFM_READ, &info, this);
}

sf_count_t SeenBytes::seek(sf_count_t offset, int whence) {
  const sf_count_t from = whence == SEEK_SET ? 0 : whence == SEEK_CUR ? position_ : size_;
  if (offset < -from) return -1;  // libsndfile tries places before the file
  return position_ = from + offset;
}

sf_count_t SeenBytes::read(void* to, sf_count_t count) {
  auto* const bytes = static_cast<unsigned char*>(to);
  sf_count_t filled = 0;
  while (filled < count) {
    const ssize_t got = ::pread(descriptor_.number(), bytes + filled,
                                static_cast<std::size_t>(count - filled), position_ + filled);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) break;
    filled += got;
  }
  hash_.see(static_cast<std::uint64_t>(position_), {bytes, static_cast<std::size_t>(filled)});
  position_ += filled;
  return filled;
}

}  // namespace lacquer::media
