#pragma once

#include <cstddef>
#include <vector>

namespace lacquer::measure {

/// Makes each two neighbours one, in place; a last one without a partner stays as it is. How what
/// is kept along a programme stays within bounds: full, it halves its resolution in time.
template <typename Value, typename Merged>
void halve(std::vector<Value>& values, Merged merged) {
  const std::size_t pairs = values.size() / 2;
  for (std::size_t pair = 0; pair < pairs; ++pair)
    values[pair] = merged(values[2 * pair], values[2 * pair + 1]);
  if (values.size() % 2 == 1) values[pairs] = values.back();
  values.resize(values.size() - pairs);
}

}  // namespace lacquer::measure
