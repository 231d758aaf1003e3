#include "lacquer/deliver/limits.h"

#include <nlohmann/json.hpp>

#include "lacquer/media/files.h"

namespace lacquer::deliver {

namespace {
using Json = nlohmann::json;

/// Reads data/media/NAME.json and hands it to `reader`; a missing or mistyped key becomes an Error.
template <typename T, typename Reader>
Result<T> read_json(const std::filesystem::path& data, const std::string& name, Reader reader) {
  const auto path = data / "media" / (name + ".json");
  TRY(const std::string text, media::read_file(path));
  try {
    return reader(Json::parse(text));
  } catch (const Json::exception& problem) {
    return Error{ErrorKind::unusable_input,
                 std::string{"The facts cannot be read: "} + problem.what() + ".", path.string(),
                 "Restore the file from the program's data folder."};
  }
}

std::string clause_of(const Json& row) {
  return row.at("source").get<std::string>() + " [" + row.at("grade").get<std::string>() + ", " +
         row.at("date").get<std::string>() + "]";
}

std::optional<double> optional_number(const Json& row, const char* key) {
  if (!row.contains(key)) return std::nullopt;
  return row.at(key).get<double>();
}
}  // namespace

Result<Limits> Limits::load(const std::filesystem::path& data, const std::string& medium,
                            const std::vector<std::string>& names) {
  return read_json<Limits>(data, medium, [&](const Json& json) {
    Limits limits;
    for (const std::string& name : names) {
      const Json& row = json.at("facts").at(name);
      limits.facts_[name] = {row.at("value").get<double>(), clause_of(row)};
    }
    return limits;
  });
}

Result<std::vector<Platform>> load_platforms(const std::filesystem::path& data) {
  return read_json<std::vector<Platform>>(data, "platforms", [](const Json& json) {
    std::vector<Platform> platforms;
    for (const Json& row : json.at("platforms"))
      platforms.push_back({row.at("name").get<std::string>(), row.at("target_lufs").get<double>(),
                           row.at("direction").get<std::string>() == "both",
                           optional_number(row, "quiet_peak_dbtp"),
                           row.at("grade").get<std::string>() != "P", clause_of(row)});
    return platforms;
  });
}

const SideLimit* Plant::find(const std::string& format) const {
  for (const SideLimit& side : sides)
    if (side.format == format) return &side;
  return nullptr;
}

Result<Plants> load_plants(const std::filesystem::path& data) {
  return read_json<Plants>(data, "vinyl", [](const Json& json) {
    Plants plants{json.at("format").get<std::string>(), json.at("plant").get<std::string>(), {}};
    for (const Json& row : json.at("plants")) {
      const std::string name = row.at("name").get<std::string>();
      Plant plant{name,
                  name + "'s own page [" + row.at("grade").get<std::string>() + ", " +
                      row.at("date").get<std::string>() + "]",
                  {}};
      for (const Json& side : row.at("sides"))
        plant.sides.push_back({side.at("format").get<std::string>(),
                               optional_number(side, "optimum_s"), side.at("max_s").get<double>()});
      plants.plants.push_back(std::move(plant));
    }
    return plants;
  });
}

}  // namespace lacquer::deliver
