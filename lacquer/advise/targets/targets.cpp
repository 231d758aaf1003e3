#include "lacquer/advise/targets/targets.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <system_error>

namespace lacquer::advise {
namespace {

using Json = nlohmann::json;

/// Thrown and caught in this file only: the place within a file, and what is wrong there.
struct Malformed {
  std::string sentence;
};

const Json& member(const Json& object, const char* key) {
  const auto found = object.find(key);
  if (found == object.end()) throw Malformed{std::string{"\""} + key + "\" is missing."};
  return *found;
}

double number(const Json& value, const std::string& where) {
  if (!value.is_number()) throw Malformed{"\"" + where + "\" should hold numbers."};
  return value.get<double>();
}

std::string text(const Json& object, const char* key) {
  const Json& value = member(object, key);
  if (!value.is_string()) throw Malformed{std::string{"\""} + key + "\" should be a text."};
  return value.get<std::string>();
}

std::vector<double> numbers(const Json& array, const std::string& where, std::size_t count) {
  if (!array.is_array() || (count != 0 && array.size() != count))
    throw Malformed{"\"" + where + "\" should be a list of " + std::to_string(count) + " numbers."};
  std::vector<double> values;
  for (const Json& value : array) values.push_back(number(value, where));
  return values;
}

Quantiles quantiles(const Json& object, const std::string& where) {
  if (!object.is_object() || object.size() < 2)
    throw Malformed{"\"" + where + "\" should map at least two percents to values."};
  std::vector<std::pair<double, double>> points;
  for (const auto& [key, value] : object.items()) {
    std::size_t used = 0;
    double percent = -1.0;
    try {
      percent = std::stod(key, &used);
    } catch (const std::exception&) {
    }
    if (used != key.size() || !(percent >= 0.0 && percent <= 100.0))
      throw Malformed{"\"" + where + "\" has \"" + key + "\" where a percent should be."};
    points.emplace_back(percent, number(value, where));
  }
  std::sort(points.begin(), points.end());
  Quantiles result;
  for (const auto& [percent, value] : points) {
    if (!result.values.empty() && value < result.values.back())
      throw Malformed{"\"" + where + "\" falls where the percents rise."};
    result.percents.push_back(percent);
    result.values.push_back(value);
  }
  return result;
}

std::vector<Quantiles> quantiles_per_band(const Json& file, const char* key, std::size_t bands) {
  const Json& array = member(file, key);
  if (!array.is_array() || array.size() != bands)
    throw Malformed{std::string{"\""} + key + "\" should have " + std::to_string(bands) +
                    " entries, one a band."};
  std::vector<Quantiles> result;
  for (const Json& entry : array) result.push_back(quantiles(entry, key));
  return result;
}

std::vector<std::vector<double>> covariance(const Json& file, std::size_t bands) {
  const char* const key = "share_covariance_db2";
  const Json& array = member(file, key);
  if (!array.is_array() || array.size() != bands)
    throw Malformed{std::string{"\""} + key + "\" should have " + std::to_string(bands) + " rows."};
  std::vector<std::vector<double>> rows;
  for (const Json& row : array) rows.push_back(numbers(row, key, bands));
  for (std::size_t i = 0; i < bands; ++i) {
    if (rows[i][i] <= 0.0) throw Malformed{std::string{"\""} + key + "\" has a variance of 0."};
    for (std::size_t j = 0; j < i; ++j)
      if (std::abs(rows[i][j] - rows[j][i]) > 1e-9)
        throw Malformed{std::string{"\""} + key + "\" is not symmetric."};
  }
  return rows;
}

Targets::Population population(const Json& file) {
  Targets::Population result;
  result.name = text(file, "name");
  const double n = number(member(file, "n"), "n");
  if (!(n >= 2.0 && n <= 1e9)) throw Malformed{"\"n\" should be at least 2 tracks."};
  result.n = static_cast<int>(n);
  result.source = text(file, "source");
  result.date = text(file, "date");
  result.grade = text(file, "grade");
  result.bands_hz = numbers(member(file, "bands_hz"), "bands_hz", 10);
  if (!(result.bands_hz.front() > 0.0) ||
      std::adjacent_find(result.bands_hz.begin(), result.bands_hz.end(), std::greater_equal<>()) !=
          result.bands_hz.end())
    throw Malformed{"\"bands_hz\" should rise from edge to edge."};
  const std::size_t bands = result.bands_hz.size() - 1;
  result.share_mean_db = numbers(member(file, "share_mean_db"), "share_mean_db", bands);
  result.share_covariance_db2 = covariance(file, bands);
  result.share_db = quantiles_per_band(file, "share_percentiles_db", bands);
  result.side_minus_mid_db = quantiles_per_band(file, "side_minus_mid_percentiles_db", bands);
  result.band_sd_400ms_db = quantiles_per_band(file, "band_sd_400ms_percentiles_db", bands);
  result.band_sd_40ms_db = quantiles_per_band(file, "band_sd_40ms_percentiles_db", bands);
  const auto whole = [&](const char* key) { return quantiles(member(file, key), key); };
  result.integrated_lufs = whole("integrated_percentiles_lufs");
  result.range_lu = whole("range_percentiles_lu");
  result.peak_minus_integrated_lu = whole("peak_minus_integrated_percentiles_lu");
  return result;
}

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

}  // namespace

double percentile(const Quantiles& quantiles, double value) {
  const auto& [percents, values] = quantiles;
  assert(values.size() >= 2 && percents.size() == values.size());
  if (value <= values.front()) return percents.front();
  if (value >= values.back()) return percents.back();
  const auto above = static_cast<std::size_t>(
      std::upper_bound(values.begin(), values.end(), value) - values.begin());
  const double share = (value - values[above - 1]) / (values[above] - values[above - 1]);
  return std::lerp(percents[above - 1], percents[above], share);
}

double quantile(const Quantiles& quantiles, double percent) {
  const auto& [percents, values] = quantiles;
  assert(values.size() >= 2 && percents.size() == values.size());
  if (percent <= percents.front()) return values.front();
  if (percent >= percents.back()) return values.back();
  const auto above = static_cast<std::size_t>(
      std::upper_bound(percents.begin(), percents.end(), percent) - percents.begin());
  const double share = (percent - percents[above - 1]) / (percents[above] - percents[above - 1]);
  return std::lerp(values[above - 1], values[above], share);
}

Result<Targets> Targets::load(const std::filesystem::path& folder) {
  std::error_code failed;
  std::vector<std::filesystem::path> paths;
  for (std::filesystem::directory_iterator entry{folder, failed}, end; !failed && entry != end;
       entry.increment(failed))
    if (entry->path().extension() == ".json") paths.push_back(entry->path());
  if (failed)
    return unusable(folder, "The folder with the targets cannot be read.", take_shipped_one);
  std::sort(paths.begin(), paths.end());

  Targets targets;
  bool has_ceiling = false;
  for (const auto& path : paths) {
    std::ifstream stream{path};
    if (!stream) return unusable(path, "The target cannot be read.", take_shipped_one);
    const std::string json{std::istreambuf_iterator<char>{stream}, {}};
    try {
      const Json file = Json::parse(json);
      if (!file.is_object()) throw Malformed{"It should be one JSON object."};
      const std::string kind = text(file, "kind");
      if (kind == "population") {
        targets.populations_.push_back(population(file));
        if (targets.populations_.back().name != path.stem().string())
          throw Malformed{"\"name\" should be the file's own, \"" + path.stem().string() + "\"."};
      } else if (kind == "ceiling") {
        targets.ceiling_ = ceiling_from(file);
        has_ceiling = true;
      } else {
        throw Malformed{"\"kind\" should be \"population\" or \"ceiling\"."};
      }
    } catch (const Malformed& malformed) {
      return unusable(path, "The target is damaged: " + malformed.sentence, take_shipped_one);
    } catch (const Json::parse_error& error) {
      return unusable(
          path,
          "The target is damaged: it stops being JSON at byte " + std::to_string(error.byte) + ".",
          take_shipped_one);
    }
  }
  if (!targets.find("all") || !has_ceiling)
    return unusable(folder, "The folder has no all.json and ceiling.json.", take_shipped_one);
  return targets;
}

std::vector<std::string> Targets::names() const {
  std::vector<std::string> result;
  for (const Population& population : populations_) result.push_back(population.name);
  return result;
}

const Targets::Population* Targets::find(const std::string& name) const {
  const std::string& wanted = name == "auto" ? "all" : name;
  const auto found = std::find_if(populations_.begin(), populations_.end(),
                                  [&](const Population& one) { return one.name == wanted; });
  return found == populations_.end() ? nullptr : &*found;
}

}  // namespace lacquer::advise
