#include "lacquer/advise/targets/population_file.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "lacquer/advise/targets/file_members.h"

namespace lacquer::advise {
namespace {

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

/// 0 to 1; genres leave it out.
double share(const Json& file, const char* key, double otherwise) {
  if (!file.contains(key)) return otherwise;
  const double value = number(member(file, key), key);
  if (!(value >= 0.0 && value <= 1.0))
    throw Malformed{std::string{"\""} + key + "\" should lie between 0 and 1."};
  return value;
}

Targets::Population population(const Json& file) {
  Targets::Population result;
  result.name = text(file, "name");
  const double n = number(member(file, "n"), "n");
  if (!(n >= 1.0 && n <= 1e9)) throw Malformed{"\"n\" should be at least 1 track."};
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
  result.certainty = share(file, "certainty", 1.0);
  result.referenced = share(file, "referenced", 0.0);
  result.files = file.value("files", std::vector<std::string>{});
  return result;
}

Json to_json(const Quantiles& quantiles) {
  Json json = Json::object();
  for (std::size_t i = 0; i < quantiles.values.size(); ++i)
    json[Json(quantiles.percents[i]).dump()] = quantiles.values[i];
  return json;
}

Json to_json(const std::vector<Quantiles>& bands) {
  Json json = Json::array();
  for (const Quantiles& band : bands) json.push_back(to_json(band));
  return json;
}

}  // namespace

Result<Targets::Population> population_from(const std::string& json, const std::string& place) {
  const char* const remedy = "Put back the one Lacquer came with, or learn it again.";
  try {
    const Json file = Json::parse(json);
    if (!file.is_object()) throw Malformed{"It should be one JSON object."};
    return population(file);
  } catch (const Malformed& malformed) {
    return Error{ErrorKind::unusable_input, "The target is damaged: " + malformed.sentence, place,
                 remedy};
  } catch (const Json::exception&) {
    return Error{ErrorKind::unusable_input, "The target is damaged: it is no JSON of this format.",
                 place, remedy};
  }
}

std::string population_text(const Targets::Population& population) {
  nlohmann::ordered_json json;
  json["kind"] = "population";
  json["name"] = population.name;
  json["n"] = population.n;
  json["source"] = population.source;
  json["date"] = population.date;
  json["grade"] = population.grade;
  if (population.certainty != 1.0) json["certainty"] = population.certainty;
  if (population.referenced != 0.0) json["referenced"] = population.referenced;
  if (!population.files.empty()) json["files"] = population.files;
  json["bands_hz"] = population.bands_hz;
  json["share_mean_db"] = population.share_mean_db;
  json["share_covariance_db2"] = population.share_covariance_db2;
  json["share_percentiles_db"] = to_json(population.share_db);
  json["side_minus_mid_percentiles_db"] = to_json(population.side_minus_mid_db);
  json["band_sd_400ms_percentiles_db"] = to_json(population.band_sd_400ms_db);
  json["band_sd_40ms_percentiles_db"] = to_json(population.band_sd_40ms_db);
  json["integrated_percentiles_lufs"] = to_json(population.integrated_lufs);
  json["range_percentiles_lu"] = to_json(population.range_lu);
  json["peak_minus_integrated_percentiles_lu"] = to_json(population.peak_minus_integrated_lu);
  return json.dump(1) + "\n";
}

}  // namespace lacquer::advise
