#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "lacquer/evaluate/clip.h"
#include "lacquer/measure/measurement.h"

namespace lacquer::evaluate {

/// Every file below the folder that might be audio, by its name's ending, in the order of names.
/// Error (unusable_input): no such folder.
Result<std::vector<std::filesystem::path>> audio_files(const std::filesystem::path& folder);

/// A fault that a clean programme is known to have: deliberate, or true of the material.
struct KnownFault {
  std::string file;  ///< relative to the folder; empty: any
  std::string kind;
  double start_s = 0.0;
  double end_s = 1e9;
  std::string note;
};

inline constexpr const char* known_faults_name = "known-faults.json";

/// The folder's known-faults.json (docs/evaluate.md); empty if there is none.
/// Error (unusable_input): it is there and cannot be read.
Result<std::vector<KnownFault>> known_faults(const std::filesystem::path& folder);

/// The entry that covers this finding, or null.
const KnownFault* known(const std::vector<KnownFault>&, const std::string& file,
                        const measure::Finding&);

/// How a piece of a programme is made fit to be planted in: it fades in and out and stands between
/// short silences, so that no cut of ours looks like a fault; it is turned down by 0.4 dB, so that
/// no grid of the file is left; and it is rounded to 24 bits, as every planted clip is.
Clip excerpt_of(Clip);

/// `length_s` seconds (or all, if that is less) from `start_s`, not yet made fit.
/// Errors: those of media::open_audio, and unusable_input for samples that are no numbers.
Result<Clip> read_clip(const std::filesystem::path&, double start_s, double length_s);

}  // namespace lacquer::evaluate
