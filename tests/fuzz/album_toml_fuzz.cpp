// Any bytes given as album.toml or session.toml: read or refused with a place, never a crash; and
// what is read is written and read again as the same.

#include <cstdint>
#include <cstdlib>

#include "lacquer/base/utf8.h"
#include "lacquer/session/request_toml.h"

using namespace lacquer;
using namespace lacquer::session;

namespace {

void insist(bool holds) {
  if (!holds) std::abort();
}

void check_error(const Error& error) {
  insist(error.kind == ErrorKind::unusable_input && error.place.starts_with("fuzz.toml:"));
  insist(!error.sentence.empty() && !error.remedy.empty());
  insist(valid_utf8_bytes(error.text()) == error.text().size());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text{reinterpret_cast<const char*>(data), size};
  if (const auto album = parse_album(text, "fuzz.toml"); album.ok()) {
    const std::vector<std::string> hashes(album->programme.tracks.size(), std::string(64, '0'));
    const std::string written = write_request(*album, hashes);
    const auto again = parse_session(written, "fuzz.toml");
    insist(again.ok() && write_request(again->request, again->mix_sha256) == written);
  } else {
    check_error(album.error());
  }
  if (const auto session = parse_session(text, "fuzz.toml"); !session.ok())
    check_error(session.error());
  return 0;
}
