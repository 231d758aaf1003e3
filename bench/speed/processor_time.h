#pragma once

#include <vector>

namespace lacquer::bench {

/// Processor time so far, user and system: of this process, and of the programs it has run and
/// waited for.
double own_processor_s();
double programs_processor_s();

/// From here on this process and the programs it runs share one core.
void stay_on_one_core();

double median(std::vector<double>);

}  // namespace lacquer::bench
