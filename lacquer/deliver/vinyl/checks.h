#pragma once

#include <filesystem>

#include "lacquer/base/progress.h"
#include "lacquer/deliver/checks.h"
#include "lacquer/deliver/vinyl/groove_meter.h"

namespace lacquer::deliver {

Result<Limits> load_vinyl_limits(const std::filesystem::path& data);

/// The meter that the checks below use.
GrooveMeter groove_meter(StreamFormat, const Limits&);

/// Verdicts on the WAV of one side, ours or not.
/// Errors (unusable_input): not an audio file; cancelled.
Result<measure::Measurement> check_side(Checks&, const std::filesystem::path&,
                                        const std::string& shown, const Limits&, const Plants&,
                                        const Progress&);

/// Verdicts on the sides together, and the sentence about what no file can tell.
void check_sides(Checks&, const std::vector<measure::Measurement>& sides);

}  // namespace lacquer::deliver
