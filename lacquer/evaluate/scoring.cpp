#include "lacquer/evaluate/scoring.h"

#include <algorithm>
#include <cmath>

namespace lacquer::evaluate {
namespace {

using measure::Finding;

bool contains(const std::vector<std::string>& all, const std::string& one) {
  return std::find(all.begin(), all.end(), one) != all.end();
}

bool says_so(const Fault& fault, const std::string& kind) {
  return kind == fault.kind || contains(fault.accepted, kind);
}

bool near(const Finding& finding, double start_s, double end_s, double tolerance_s) {
  return finding.start_s <= end_s + tolerance_s && finding.end_s >= start_s - tolerance_s;
}

bool hears(const Fault& fault, const Planted& planted, const Finding& finding) {
  if (!says_so(fault, finding.kind)) return false;
  if (planted.channel && finding.channel && *planted.channel != *finding.channel) return false;
  if (planted.everywhere) return true;
  const double all_s = planted.clip.duration_s();
  if (planted.end_s - planted.start_s < all_s / 4 && finding.end_s - finding.start_s > all_s / 2)
    return false;
  return near(finding, planted.start_s, planted.end_s, fault.tolerance_s);
}

/// Raised on the clean excerpt too. A place may have moved a little, and a finding that was there
/// before may have grown.
bool was_there(const Finding& finding, const std::vector<Finding>& clean, double shift_s) {
  constexpr double tolerance_s = 0.5;
  return std::any_of(clean.begin(), clean.end(), [&](const Finding& before) {
    return before.kind == finding.kind &&
           near(before, finding.start_s - shift_s, finding.end_s - shift_s, tolerance_s);
  });
}

}  // namespace

bool already_there(const Fault& fault, const Planted& planted, const std::vector<Finding>& clean) {
  return std::any_of(clean.begin(), clean.end(), [&](const Finding& finding) {
    return says_so(fault, finding.kind) &&
           (planted.everywhere || near(finding, planted.start_s, planted.end_s, fault.tolerance_s));
  });
}

Trial judge(const Fault& fault, const Planted& planted, const std::vector<Finding>& clean,
            const std::vector<Finding>& found) {
  Trial trial{.outcome = Outcome::missed, .place_error_s = {}, .value_error = {}, .cross_talk = {}};
  if (already_there(fault, planted, clean)) {
    trial.outcome = Outcome::already_there;
    return trial;
  }
  const Finding* best = nullptr;
  for (const Finding& finding : found)
    if (hears(fault, planted, finding)) {
      const auto distance_s = [&](const Finding& f) {
        return std::abs(f.start_s - planted.start_s);
      };
      if (!best || distance_s(finding) < distance_s(*best)) best = &finding;
    }
  if (best) {
    trial.outcome = Outcome::heard;
    if (!planted.everywhere) trial.place_error_s = std::abs(best->start_s - planted.start_s);
    // A sign says which channel or direction; the amount is what is compared.
    for (const Truth& truth : planted.truths)
      if (truth.unit == best->unit && !trial.value_error) {
        const bool level = truth.unit.starts_with("dBFS") || truth.unit.starts_with("dBTP");
        trial.value_error =
            Truth{level ? best->value - truth.value : std::abs(best->value) - std::abs(truth.value),
                  truth.unit};
      }
  }
  for (const Finding& finding : found)
    if (finding.severity != measure::Severity::info && !says_so(fault, finding.kind) &&
        !contains(fault.related, finding.kind) && !contains(trial.cross_talk, finding.kind) &&
        !was_there(finding, clean, planted.shift_s))
      trial.cross_talk.push_back(finding.kind);
  return trial;
}

void Score::add(const Trial& trial) {
  switch (trial.outcome) {
    case Outcome::heard:
      ++heard;
      break;
    case Outcome::missed:
      ++missed;
      break;
    case Outcome::already_there:
      ++already_there;
      break;
    case Outcome::unsuited:
      ++unsuited;
      break;
  }
}

std::optional<double> Score::recall() const {
  return trials() > 0 ? std::optional{static_cast<double>(heard) / trials()} : std::nullopt;
}

std::optional<double> median(std::vector<double> values) {
  if (values.empty()) return std::nullopt;
  std::sort(values.begin(), values.end());
  const std::size_t middle = values.size() / 2;
  return values.size() % 2 == 1 ? values[middle] : 0.5 * (values[middle - 1] + values[middle]);
}

}  // namespace lacquer::evaluate
