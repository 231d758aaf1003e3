#include "lacquer/evaluate/bars.h"

#include <algorithm>

namespace lacquer::evaluate {
namespace {

constexpr double most_false_fails_an_hour = 1.0;

void count(Alarms& alarms, measure::Severity severity) {
  switch (severity) {
    case measure::Severity::fail:
      ++alarms.fail;
      break;
    case measure::Severity::warn:
      ++alarms.warn;
      break;
    case measure::Severity::info:
      ++alarms.info;
      break;
  }
}

}  // namespace

Alarms false_alarms(const std::vector<CleanFinding>& findings, const std::string& kind) {
  Alarms alarms;
  for (const auto& one : findings)
    if (one.known.empty() && (kind.empty() || one.finding.kind == kind))
      count(alarms, one.finding.severity);
  return alarms;
}

std::vector<Bar> bars_of(const FaultReport& report) {
  std::vector<Bar> bars;
  for (const auto& fault : report.faults)
    if (fault.least_recall)
      bars.push_back({"recall of " + fault.kind, fault.score.recall(), *fault.least_recall, true});
  bars.push_back({"false fails an hour", report.an_hour(false_alarms(report.clean).fail),
                  most_false_fails_an_hour, false});
  return bars;
}

bool FaultReport::passes() const {
  return std::all_of(bars.begin(), bars.end(), [](const Bar& bar) { return bar.reached(); });
}

}  // namespace lacquer::evaluate
