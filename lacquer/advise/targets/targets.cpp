#include "lacquer/advise/targets/targets.h"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <system_error>

#include "lacquer/advise/targets/file_members.h"
#include "lacquer/advise/targets/population_file.h"

namespace lacquer::advise {
namespace {

Targets::Ceiling ceiling_from(const Json& file) {
  Targets::Ceiling result;
  result.true_peak_dbtp = number(member(file, "true_peak_dbtp"), "true_peak_dbtp");
  if (!(result.true_peak_dbtp <= 0.0 && result.true_peak_dbtp >= -20.0))
    throw Malformed{"\"true_peak_dbtp\" should lie between -20 and 0."};
  result.date = text(file, "date");
  const Json& sources = member(file, "sources");
  if (!sources.is_array() || sources.empty())
    throw Malformed{"\"sources\" should list who asks for this ceiling."};
  for (const Json& source : sources)
    result.sources.push_back({text(source, "name"), text(source, "says"), text(source, "grade")});
  return result;
}

Error unusable(const std::filesystem::path& place, std::string sentence, std::string remedy) {
  return {ErrorKind::unusable_input, std::move(sentence), place.string(), std::move(remedy)};
}

const char* const take_shipped_one = "Put back the one Lacquer came with.";

/// The JSON files of a folder in alphabetical order.
Result<std::vector<std::filesystem::path>> files_in(const std::filesystem::path& folder) {
  std::error_code failed;
  std::vector<std::filesystem::path> paths;
  for (std::filesystem::directory_iterator entry{folder, failed}, end; !failed && entry != end;
       entry.increment(failed))
    if (entry->path().extension() == ".json") paths.push_back(entry->path());
  if (failed)
    return unusable(folder, "The folder with the targets cannot be read.", take_shipped_one);
  std::sort(paths.begin(), paths.end());
  return paths;
}

}  // namespace

Result<void> Targets::add(const std::filesystem::path& path, bool own) {
  std::ifstream stream{path};
  if (!stream) return unusable(path, "The target cannot be read.", take_shipped_one);
  const std::string json{std::istreambuf_iterator<char>{stream}, {}};
  try {
    const Json file = Json::parse(json);
    if (!file.is_object()) throw Malformed{"It should be one JSON object."};
    const std::string kind = text(file, "kind");
    if (kind == "population") {
      TRY(auto population, population_from(json, path.string()));
      if (population.name != path.stem().string())
        throw Malformed{"\"name\" should be the file's own, \"" + path.stem().string() + "\"."};
      if (own && find(population.name))
        throw Malformed{"Lacquer has a target of this name itself."};
      population.own = own;
      populations_.push_back(std::move(population));
    } else if (kind == "ceiling" && !own) {
      ceiling_ = ceiling_from(file);
    } else {
      throw Malformed{own ? "\"kind\" should be \"population\"."
                          : "\"kind\" should be \"population\" or \"ceiling\"."};
    }
  } catch (const Malformed& malformed) {
    return unusable(path, "The target is damaged: " + malformed.sentence,
                    own ? "Remove it, or learn it again." : take_shipped_one);
  } catch (const Json::parse_error& error) {
    return unusable(
        path,
        "The target is damaged: it stops being JSON at byte " + std::to_string(error.byte) + ".",
        own ? "Remove it, or learn it again." : take_shipped_one);
  }
  return {};
}

Result<Targets> Targets::load(const std::filesystem::path& folder,
                              const std::filesystem::path& own_folder) {
  Targets targets;
  TRY(const auto paths, files_in(folder));
  for (const auto& path : paths) TRY_DO(targets.add(path, false));
  if (!targets.find("all") || targets.ceiling_.sources.empty())
    return unusable(folder, "The folder has no all.json and ceiling.json.", take_shipped_one);
  std::error_code ignored;
  if (!own_folder.empty() && std::filesystem::is_directory(own_folder, ignored)) {
    TRY(const auto own, files_in(own_folder));
    for (const auto& path : own) TRY_DO(targets.add(path, true));
  }
  std::sort(targets.populations_.begin(), targets.populations_.end(),
            [](const Population& a, const Population& b) { return a.name < b.name; });
  return targets;
}

std::vector<std::string> Targets::names() const {
  std::vector<std::string> result;
  for (const Population& population : populations_) result.push_back(population.name);
  return result;
}

const Targets::Population* Targets::find(const std::string& name) const {
  const auto found = std::find_if(populations_.begin(), populations_.end(),
                                  [&](const Population& one) { return one.name == name; });
  return found == populations_.end() ? nullptr : &*found;
}

}  // namespace lacquer::advise
