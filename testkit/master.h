#pragma once

#include "lacquer/chain/recipe.h"

namespace lacquer::testkit {

/// What a master passes, for those who measure what that costs: tone, four dynamic bands, glue,
/// bass, level, limiter. Dither comes behind.
chain::Recipe whole_master();

}  // namespace lacquer::testkit
