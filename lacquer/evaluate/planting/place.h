#pragma once

#include <optional>

#include "lacquer/evaluate/clip.h"
#include "lacquer/evaluate/random.h"

namespace lacquer::evaluate {

/// The clip cannot carry this fault.
inline Error unsuited(const char* sentence) { return {ErrorKind::refused, sentence, "", ""}; }

/// A chance frame, `margin_s` from either end at least, with music on both sides of the `length_s`
/// that begin there: 50 ms above `least_dbfs` RMS in every channel. Empty: there is none.
std::optional<int> find_place(const Clip&, Random&, double length_s, double least_dbfs = -40.0,
                              double margin_s = 1.0);

}  // namespace lacquer::evaluate
