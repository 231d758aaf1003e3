#pragma once

#include <algorithm>
#include <cmath>

#include "lacquer/base/processor.h"

namespace lacquer::dsp {

/// The settings with every value inside its range in the parameter table, and the default for what
/// is not a number: whatever the caller hands over, a processor has something to work with.
template <typename P>
typename P::Settings within_range(typename P::Settings settings) noexcept {
  typename P::Settings standard;
  for (const auto& parameter : P::parameters) {
    double& value = parameter.in(settings);
    value = std::isfinite(value) ? std::clamp(value, parameter.minimum, parameter.maximum)
                                 : parameter.in(standard);
  }
  return settings;
}

}  // namespace lacquer::dsp
