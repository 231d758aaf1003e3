#include "lacquer/studio/studio.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "lacquer/media/files.h"
#include "lacquer/studio/workshop.h"

namespace lacquer::studio {
namespace fs = std::filesystem;

bool Overview::passes() const {
  for (const auto& delivery : page.deliveries)
    if (!delivery.passes()) return false;
  return std::none_of(page.tracks.begin(), page.tracks.end(),
                      [](const auto& track) { return track.binding.has_value(); });
}

Result<Overview> decide(const fs::path& folder, const DecisionOrder& order, const Room& room) {
  TRY(auto session, session::Session::open(folder, room.clock));
  TRY_DO(append_decision(session, order));
  return finish(session, room);
}

Result<Overview> render(const fs::path& folder, const Room& room) {
  TRY(auto session, session::Session::open(folder, room.clock));
  TRY_DO(suggest_all(session, room, false));
  TRY_DO(render_all(session, room));
  return finish(session, room);
}

Result<Overview> deliver(const fs::path& folder,
                         const std::optional<std::vector<std::string>>& media, const Room& room) {
  TRY(auto session, session::Session::open(folder, room.clock));
  TRY_DO(suggest_all(session, room, false));
  TRY_DO(render_all(session, room));
  return deliver_and_finish(session, media ? *media : session.request().media, room);
}

Result<std::vector<session::Entry>> history(const fs::path& folder) {
  return session::read_ledger(folder);
}

Result<deliver::Delivery> check(const fs::path& path, const std::string& medium, const Room& room) {
  return deliver::check_path(path, medium, room.data, room.progress);
}

}  // namespace lacquer::studio
