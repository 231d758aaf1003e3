#include "lacquer/advise/lined_up.h"

#include <algorithm>
#include <functional>
#include <limits>
#include <map>
#include <set>

namespace lacquer::advise {
namespace {

class Line {
 public:
  explicit Line(std::vector<Suggestion> suggestions) : all_{std::move(suggestions)} {
    // No suggestion before the first to name a measure touches it: so the mix has it.
    for (const Suggestion& one : all_)
      for (const auto& [key, value] : one.before) stands_.emplace(key, value);
  }

  std::vector<Suggestion> follow(const std::function<bool(const Suggestion&)>& counts) && {
    for (const Suggestion& one : all_)
      if (one.processor == "limiter" && counts(one)) ceiling_dbtp_ = setting(one, "ceiling_dbtp");
    for (Suggestion& one : all_) {
      if (!counts(one)) continue;
      if (one.processor == "loudness")
        turn_up(one);
      else if (one.processor == "limiter")
        limit(one);
      else
        add(one);
    }
    return std::move(all_);
  }

 private:
  static double setting(const Suggestion& one, const std::string& name) {
    const auto found = one.settings.find(name);
    return found == one.settings.end() ? 0.0 : found->second;
  }

  /// Where the suggestion speaks of the measure at all.
  void foretell(Suggestion& one, const std::string& key, double before, double after) {
    if (!one.predicted.count(key)) return;
    if (one.before.count(key)) one.before[key] = before;
    one.predicted[key] = after;
  }
  static void forget(Suggestion& one, const std::string& key) {
    one.before.erase(key);
    one.predicted.erase(key);
  }

  void add(Suggestion& one) {
    const auto proposed = one.predicted;
    for (const auto& [key, value] : proposed) {
      if (unknown_.count(key)) {
        forget(one, key);
        continue;
      }
      const auto before = one.before.find(key);
      if (before == one.before.end()) continue;
      const double now = stands_.at(key);
      stands_[key] = now + value - before->second;
      foretell(one, key, now, stands_[key]);
    }
    if (!one.foretold)
      for (const auto& [key, value] : proposed) unknown_.insert(key);
  }

  void turn_up(Suggestion& one) {
    const double target_lufs = setting(one, "integrated_lufs");
    one.foretold = true;  // any target is
    if (unknown_.count("integrated_lufs") || unknown_.count("true_dbtp")) {
      for (const char* key : {"gain_db", "true_dbtp", "plr_lu", "gain_reduction_db"})
        forget(one, key);
      unknown_.insert({"true_dbtp", "plr_lu"});
    } else if (stands_.count("integrated_lufs") && stands_.count("true_dbtp")) {
      const double before_lufs = stands_["integrated_lufs"], before_dbtp = stands_["true_dbtp"];
      const double gain_db = target_lufs - before_lufs;
      const double unlimited_dbtp = before_dbtp + gain_db;
      const double true_dbtp = std::min(unlimited_dbtp, ceiling_dbtp_);
      foretell(one, "gain_db", 0.0, gain_db);
      foretell(one, "true_dbtp", before_dbtp, true_dbtp);
      foretell(one, "plr_lu", before_dbtp - before_lufs, true_dbtp - target_lufs);
      foretell(one, "gain_reduction_db", 0.0, unlimited_dbtp - true_dbtp);
      stands_["true_dbtp"] = unlimited_dbtp;  // the ceiling speaks for itself
    }
    if (const auto before = stands_.find("integrated_lufs"); before != stands_.end())
      foretell(one, "integrated_lufs", before->second, target_lufs);
    stands_["integrated_lufs"] = target_lufs;
    unknown_.erase("integrated_lufs");
  }

  void limit(Suggestion& one) {
    one.foretold = true;  // whatever its other settings, it keeps its ceiling
    if (unknown_.count("true_dbtp")) {
      forget(one, "true_dbtp");
      forget(one, "gain_reduction_db");
      return;
    }
    if (!stands_.count("true_dbtp")) return;
    const double before_dbtp = stands_["true_dbtp"];
    const double true_dbtp = std::min(before_dbtp, ceiling_dbtp_);
    foretell(one, "true_dbtp", before_dbtp, true_dbtp);
    foretell(one, "gain_reduction_db", 0.0, before_dbtp - true_dbtp);
    stands_["true_dbtp"] = true_dbtp;
  }

  std::vector<Suggestion> all_;
  std::map<std::string, double> stands_;
  std::set<std::string> unknown_;  // moved by settings that nobody foretold
  double ceiling_dbtp_ = std::numeric_limits<double>::infinity();
};

}  // namespace

void line_up(std::vector<Suggestion>& suggestions) {
  const auto with_taken = Line{suggestions}.follow(is_taken);
  const auto with_open = Line{suggestions}.follow(
      [](const Suggestion& one) { return is_taken(one) || one.state == State::proposed; });
  for (std::size_t i = 0; i < suggestions.size(); ++i) {
    if (is_taken(suggestions[i])) suggestions[i] = with_taken[i];
    if (suggestions[i].state == State::proposed) suggestions[i] = with_open[i];
  }
}

std::vector<std::string> answered(const std::vector<Suggestion>& suggestions, std::size_t index) {
  std::vector<std::string> keys;
  if (!is_taken(suggestions[index])) return keys;
  for (const auto& prediction : suggestions[index].predicted) {
    const std::string& key = prediction.first;
    if (std::none_of(
            suggestions.begin() + static_cast<std::ptrdiff_t>(index) + 1, suggestions.end(),
            [&](const Suggestion& later) { return is_taken(later) && later.predicted.count(key); }))
      keys.push_back(key);
  }
  return keys;
}

}  // namespace lacquer::advise
