#pragma once

#include <filesystem>
#include <optional>

#include "lacquer/advise/targets/reference.h"
#include "lacquer/base/progress.h"
#include "lacquer/evaluate/clip.h"

namespace lacquer::evaluate {

/// Where in a file to listen.
struct Stretch {
  double start_s = 0.0;
  double length_s = 0.0;
};

/// The loudest `length_s` seconds (mean power, in steps of a second), or all of it if that is
/// shorter; `length_s` 0 asks for all. Reads the file once, in constant memory.
/// Errors: those of media::open_audio and of reading.
Result<Stretch> loudest_stretch(const std::filesystem::path&, double length_s);

/// What suggestions are made of. Error: cancelled.
Result<measure::Measurement> measured(const Clip&, const Progress&);

/// What the assistant needs to know of a recording with references: the whole, and each 15 s of it
/// as a loud passage, for the clip was chosen as one. Error: cancelled.
Result<advise::Heard> heard(const Clip&, const Progress&);

}  // namespace lacquer::evaluate
