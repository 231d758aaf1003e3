#pragma once

#include "lacquer/deliver/checks.h"
#include "lacquer/deliver/digital/file.h"

namespace lacquer::deliver {

Result<Limits> load_digital_limits(const std::filesystem::path& data);

/// Verdicts on one delivered file of ours.
void check_encoded_file(Checks&, const TrackInput&, const DigitalFormat&, const EncodedFile&,
                        const std::filesystem::path&, const media::Tags&, const Limits&);

/// What each service would do to this loudness: information, never a verdict.
void preview_platforms(Checks&, const std::vector<Platform>&,
                       const std::vector<std::pair<std::string, measure::Measurement>>& tracks);

/// Verdicts on any audio file for shops and streaming.
/// Errors (unusable_input): not an audio file; cancelled.
Result<DeliveredFile> check_digital_file(Checks&, const std::filesystem::path&,
                                         const std::string& shown, const Limits&, const Progress&);

}  // namespace lacquer::deliver
