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
/// kill left behind. The same name for the same file throughout this process.
std::filesystem::path temporary_name(const std::filesystem::path& final_name);
/// Flushes `temporary` to disk and renames it over `final_name`. Error (unwritable_output), and
/// then `temporary` is gone.
Result<void> commit_file(const std::filesystem::path& temporary,
                         const std::filesystem::path& final_name);
/// Recursive; call it while nobody else writes below `folder` (a session's lock sees to that).
void sweep_temporaries(const std::filesystem::path& folder);

/// Makes the folder and its parents. Error (unwritable_output).
Result<void> make_folder(const std::filesystem::path&);

/// Error (unwritable_output) with the bytes missing when the disk cannot take `bytes` more.
Result<void> require_space(const std::filesystem::path& folder, std::uintmax_t bytes);

/// The sentence and remedy for the `errno` of a failed read (unusable_input) or write
/// (unwritable_output).
Error read_error(const std::filesystem::path&, int error_number);
Error write_error(const std::filesystem::path&, int error_number);

/// Lower-case hex. sha256_of_file reads in constant memory; see also FileHash.
std::string sha256(std::string_view bytes);
Result<std::string> sha256_of_file(const std::filesystem::path&);

}  // namespace lacquer::media
