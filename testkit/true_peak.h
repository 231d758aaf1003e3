#pragma once

#include "testkit/signal.h"

namespace lacquer::testkit {

/// True peak by brute force: 32 values a sample, each a sinc of 128 samples under a Blackman
/// window. Shares nothing with the meters and limiters it judges. -inf for silence.
double true_peak_dbtp(const Signal&);

}  // namespace lacquer::testkit
