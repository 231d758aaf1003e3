#pragma once

#include <cmath>
#include <cstdint>
#include <string>
#include <vector>

#include "lacquer/measure/faults/worst.h"
#include "lacquer/measure/measurement.h"

/// What detectors share when they put findings into words and order.
namespace lacquer::measure {

/// "-1.25"; `decimals` after the point.
std::string number(double value, int decimals);
/// "1 sample", "3 samples".
std::string count(std::int64_t n, const std::string& thing);
/// "The left channel", "The signal" (mono), "Channel 3" (of more than two).
std::string channel_name(int channel, int channel_count);

/// What most findings weigh; not those whose value is a level in dBFS, where less is softer.
inline double size_of_value(const Finding& finding) { return std::abs(finding.value); }

/// Appends `passages` (one kind, in order of time) to `found`. Of more than twenty only the twenty
/// that weigh most are listed one by one, after `all`, which sums up every one.
/// Where they were so many that not all were kept (faults/worst.h), `count` says how many.
void add_worst(std::vector<Finding>& found, std::vector<Finding> passages, Finding all,
               std::int64_t count = 0, double (*weight)(const Finding&) = size_of_value);

/// For those that come to light only when all is heard.
inline Worst<Finding> worst_findings() { return Worst<Finding>{size_of_value}; }

}  // namespace lacquer::measure
