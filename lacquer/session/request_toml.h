#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "lacquer/session/session.h"

namespace lacquer::session {

/// album.toml from memory. `place` names the file in errors; the line is added.
Result<Request> parse_album(std::string_view text, const std::string& place);

/// session.toml: the request, and one sha256 for each of its tracks.
struct SessionFile {
  Request request;
  std::vector<std::string> mix_sha256;
};
Result<SessionFile> parse_session(std::string_view text, const std::string& place);

}  // namespace lacquer::session
