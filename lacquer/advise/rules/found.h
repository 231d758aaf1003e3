#pragma once

#include <string>
#include <vector>

#include "lacquer/measure/measurement.h"

/// What rules ask of the findings.
namespace lacquer::advise {

/// The places of one kind, the gravest and surest first; without the line that sums them up where
/// they are too many to be listed (measure/faults/listing.h).
std::vector<const measure::Finding*> found(const measure::Measurement&, const std::string& kind);

/// How many of one kind are more than a note (severity warn or fail).
double grave_findings(const measure::Measurement&, const std::string& kind);

/// One channel is inverted from beginning to end, beyond doubt: only then may a machine turn it
/// over. Null where it is not.
const measure::Finding* sure_inversion(const measure::Measurement&);

}  // namespace lacquer::advise
