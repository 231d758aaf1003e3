#pragma once

#include <cstdint>

namespace lacquer::testkit {

/// How often this program has called operator new so far. Whoever asks links a counting one.
std::int64_t allocations() noexcept;

}  // namespace lacquer::testkit
