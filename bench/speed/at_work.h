#pragma once

#include <string>

#include "lacquer/chain/recipe.h"
#include "testkit/signal.h"

namespace lacquer::bench {

/// Settings with which a processor has everything to do on noise that peaks at -6 dBFS; empty for
/// those that have by default.
chain::Values settings_at_work(const std::string& processor);

/// A second of stereo at 44.1 kHz: noise that peaks at -6 dBFS, and for repairs what is broken.
testkit::Signal signal_at_work(const std::string& processor);

}  // namespace lacquer::bench
