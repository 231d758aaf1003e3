#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "lacquer/base/result.h"

namespace lacquer::media {

/// The whole file. Error (unusable_input): missing, a folder, unreadable, over 64 MiB.
Result<std::string> read_file(const std::filesystem::path&);

/// Temporary name, write, flush to disk, rename: a stop at any instant leaves the old file or the
/// new one. Error (unwritable_output).
Result<void> write_file(const std::filesystem::path&, std::string_view contents);

/// A name beside `final_name` that no reader takes for a result; sweep_temporaries removes what a
/// kill left behind.
std::filesystem::path temporary_name(const std::filesystem::path& final_name);
/// Flushes `temporary` to disk and renames it over `final_name`. Error (unwritable_output).
Result<void> commit_file(const std::filesystem::path& temporary,
                         const std::filesystem::path& final_name);
void sweep_temporaries(const std::filesystem::path& folder);  ///< recursive

/// Makes the folder and its parents. Error (unwritable_output).
Result<void> make_folder(const std::filesystem::path&);

/// Error (unwritable_output) with the bytes missing when the disk cannot take `bytes` more.
Result<void> require_space(const std::filesystem::path& folder, std::uintmax_t bytes);

/// Lower-case hex. sha256_of_file reads in constant memory.
std::string sha256(std::string_view bytes);
Result<std::string> sha256_of_file(const std::filesystem::path&);

}  // namespace lacquer::media
