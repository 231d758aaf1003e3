#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "lacquer/session/session.h"
#include "lacquer/studio/studio.h"

/// Whether what is asked for now is what a session was made from.
namespace lacquer::studio {

/// Where a file is, whatever the path that led there.
std::filesystem::path real_path(const std::filesystem::path&);

/// The first thing in which the order is not what the session was made from; empty if it is.
/// Options the order does not name are the session's.
std::string differing_option(const Order&, const session::Request& then);

/// What album.toml says now against what it said when the session was made of it.
std::string differing_album(const session::Request& now, const session::Request& then);

/// A reference as session.toml has it: its file as the session's folder sees it.
Result<std::string> relative_to(const std::filesystem::path& base, const std::string& reference);

/// References on the command line, against those the session has.
Result<bool> same_references(const std::filesystem::path& session,
                             const std::vector<std::string>& now,
                             const std::vector<std::string>& then);

}  // namespace lacquer::studio
