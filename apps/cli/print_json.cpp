#include <nlohmann/json.hpp>

#include "cli/print.h"
#include "lacquer/studio/json.h"

namespace lacquer::cli {
namespace {

using studio::Json;

Json document(const studio::MeasuredFile& file, const measure::Parts& parts) {
  Json json = {
      {"file", file.file}, {"sha256", file.sha256}, {"format", studio::to_json(file.info)}};
  json.update(studio::to_json(file.measurement, parts));
  if (file.standing) json["spectrum"]["principal_components"] = studio::to_json(*file.standing);
  return json;
}

Json suggestions(const report::TrackPage& track) {
  Json list = Json::array();
  for (const auto& suggestion : track.suggestions) {
    list.push_back(studio::to_json(suggestion));
    list.back()["missed"] = advise::missed_predictions(suggestion);
  }
  return list;
}

// Paths are relative to the session, a delivery's own are relative to its folder.
Json from_the_session(deliver::Delivery delivery) {
  const std::string folder = "deliveries/" + delivery.medium + "/";
  for (auto& file : delivery.files) file.path = folder + file.path;
  for (auto& check : delivery.checks)
    if (!check.file.empty()) check.file = folder + check.file;
  return studio::to_json(delivery);
}

// A file name may hold bytes that are no UTF-8; JSON may not.
std::string print(const Json& json) {
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace

std::string to_json(const studio::MeasuredFile& file, const measure::Parts& parts) {
  return print(document(file, parts));
}

std::string to_json(const std::vector<studio::MeasuredFile>& files, const measure::Parts& parts) {
  Json list = Json::array();
  for (const auto& file : files) list.push_back(document(file, parts));
  return print(list);
}

std::string series_json(const std::vector<studio::MeasuredFile>& files) {
  Json list = Json::array();
  for (const auto& file : files) {
    Json json = {{"file", file.file}, {"sha256", file.sha256}};
    json.update(studio::series_json(file.measurement.series));
    list.push_back(json);
  }
  return print(list.size() == 1 ? list[0] : list);
}

std::string to_json(const studio::Overview& overview) {
  Json tracks = Json::array(), deliveries = Json::array();
  for (std::size_t i = 0; i < overview.mixes.size(); ++i) {
    const auto& page = overview.page.tracks[i];
    tracks.push_back(
        {{"title", page.track.title},
         {"mix", document(overview.mixes[i], {})},
         {"master", overview.masters[i] ? document(*overview.masters[i], {}) : Json(nullptr)},
         {"suggestions", suggestions(page)},
         {"mentions", page.mentions},
         {"left_alone", page.left_alone},
         {"standing", page.standing},
         {"binding", page.binding ? Json(*page.binding) : Json(nullptr)},
         {"limiting", studio::to_json(page.limiting)},
         {"edit", studio::to_json(page.track.edit)},
         {"brief", Json::array()}});
  }
  for (const auto& delivery : overview.page.deliveries)
    deliveries.push_back(from_the_session(delivery));
  const auto& signer = overview.page.signed_by;
  return print({{"session", overview.session.string()},
                {"tracks", tracks},
                {"deliveries", deliveries},
                {"outdated", overview.outdated},
                {"signed_by", signer.empty() ? Json(nullptr) : Json(signer)},
                {"report", "report.html"}});
}

std::string suggestions_json(const studio::Overview& overview) {
  Json tracks = Json::array();
  for (const auto& page : overview.page.tracks)
    tracks.push_back({{"title", page.track.title},
                      {"suggestions", suggestions(page)},
                      {"mentions", page.mentions},
                      {"left_alone", page.left_alone},
                      {"standing", page.standing}});
  return print({{"session", overview.session.string()}, {"tracks", tracks}});
}

std::string to_json(const deliver::Delivery& delivery) { return print(studio::to_json(delivery)); }

std::string to_json(const std::vector<session::Entry>& entries) {
  Json list = Json::array();
  for (const auto& entry : entries)
    list.push_back({{"n", entry.number},
                    {"time", entry.time},
                    {"by", entry.by},
                    {"kind", entry.kind},
                    {"body", Json::parse(entry.body)},
                    {"previous", entry.previous}});
  return print(list);
}

}  // namespace lacquer::cli
