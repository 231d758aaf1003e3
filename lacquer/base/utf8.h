#pragma once

#include <cstddef>
#include <string_view>

namespace lacquer {

/// Bytes from the start that are well-formed UTF-8 (RFC 3629): the whole size when all are.
std::size_t valid_utf8_bytes(std::string_view) noexcept;

}  // namespace lacquer
