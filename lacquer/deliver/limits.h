#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "lacquer/base/result.h"

/// Facts about media, read from data/media/*.json: they age, so they are not in the code.
namespace lacquer::deliver {

struct Fact {
  double value = 0.0;
  std::string clause;  ///< "Red Book as ... [I, 2026-11-22]": source, grade, date
};

/// Facts by name. Every name asked of it was asked for when it was loaded.
class Limits {
 public:
  /// Errors (unusable_input): data/media/MEDIUM.json missing, not JSON, or without one of `names`.
  static Result<Limits> load(const std::filesystem::path& data, const std::string& medium,
                             const std::vector<std::string>& names);
  double value(const std::string& name) const { return facts_.at(name).value; }
  const std::string& clause(const std::string& name) const { return facts_.at(name).clause; }

 private:
  std::map<std::string, Fact> facts_;
};

struct Platform {
  std::string name;
  double target_lufs = 0.0;
  bool turns_up = false;
  std::optional<double> quiet_peak_dbtp;  ///< quiet music is turned up to this peak at most
  bool reported = true;                   ///< not the service's own word
  std::string clause;
};
Result<std::vector<Platform>> load_platforms(const std::filesystem::path& data);

struct SideLimit {
  std::string format;  ///< "12in 33"
  std::optional<double> optimum_s;
  double max_s = 0.0;
};
struct Plant {
  std::string name;
  std::string clause;
  std::vector<SideLimit> sides;
  const SideLimit* find(const std::string& format) const;
};
struct Plants {
  std::string format;  ///< the one pass and fail are about
  std::string plant;   ///< whose limit it is
  std::vector<Plant> plants;
};
Result<Plants> load_plants(const std::filesystem::path& data);

}  // namespace lacquer::deliver
