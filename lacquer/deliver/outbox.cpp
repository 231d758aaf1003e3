#include "lacquer/deliver/outbox.h"

#include <algorithm>
#include <fstream>

#include "lacquer/media/files.h"

namespace lacquer::deliver {

namespace fs = std::filesystem;

namespace {
constexpr char sums_name[] = "SHA256SUMS";
constexpr char journal_name[] = ".lacquer-unfinished";  // one name a line

/// The names in lines of "64 hex digits, two spaces, name"; other lines are not ours.
std::vector<std::string> listed_names(const std::string& sums) {
  std::vector<std::string> names;
  for (std::size_t at = 0; at < sums.size();) {
    const std::size_t end = std::min(sums.find('\n', at), sums.size());
    const std::string line = sums.substr(at, end - at);
    if (line.size() > 66 && line[64] == ' ' && line[65] == ' ') names.push_back(line.substr(66));
    at = end + 1;
  }
  return names;
}

/// What deliveries before this one wrote, and this one as far as it has come.
std::vector<std::string> written_names(const fs::path& folder) {
  std::vector<std::string> names;
  if (const auto sums = media::read_file(folder / sums_name); sums.ok())
    names = listed_names(sums.value());
  std::ifstream journal{folder / journal_name};
  for (std::string name; std::getline(journal, name);) names.push_back(name);
  return names;
}

/// Inside the folder, whatever an edited list may say.
bool stays_inside(const fs::path& relative) {
  return relative.is_relative() && std::none_of(relative.begin(), relative.end(),
                                                [](const fs::path& part) { return part == ".."; });
}
}  // namespace

Result<Outbox> Outbox::open(const fs::path& folder, std::uintmax_t bytes) {
  TRY_DO(media::make_folder(folder));
  media::sweep_temporaries(folder);
  TRY_DO(media::require_space(folder, bytes));
  return Outbox{folder};
}

Result<fs::path> Outbox::place(const std::string& relative) const {
  const fs::path path = folder_ / relative;
  TRY_DO(media::make_folder(path.parent_path()));
  std::ofstream journal{folder_ / journal_name, std::ios::app};
  if (!(journal << relative << std::endl))
    return Error{ErrorKind::unwritable_output, "The folder of the delivery cannot be written to.",
                 (folder_ / journal_name).string(), "Make room on the disk or allow writing."};
  return path;
}

Result<void> Outbox::write_text(const std::string& relative, const std::string& contents,
                                const std::string& what) {
  TRY(const fs::path path, place(relative));
  TRY_DO(media::write_file(path, contents));
  return keep(relative, what);
}

Result<void> Outbox::keep(const std::string& relative, const std::string& what,
                          std::optional<measure::Measurement> measured) {
  TRY(std::string hash, media::sha256_of_file(folder_ / relative));
  std::error_code ignored;
  files_.push_back({relative, std::move(hash), fs::file_size(folder_ / relative, ignored), what,
                    std::move(measured)});
  return {};
}

Result<std::vector<DeliveredFile>> Outbox::close() {
  const auto earlier = written_names(folder_);
  std::string sums;
  for (const DeliveredFile& file : files_) sums += file.sha256 + "  " + file.path + "\n";
  TRY_DO(media::write_file(folder_ / sums_name, sums));
  remove_stale(earlier);
  std::error_code ignored;
  fs::remove(folder_ / journal_name, ignored);
  TRY_DO(keep(sums_name, "checksums, for sha256sum -c"));
  return std::move(files_);
}

void Outbox::remove_stale(const std::vector<std::string>& earlier) const {
  for (const std::string& name : earlier) {
    const bool current = std::any_of(files_.begin(), files_.end(),
                                     [&](const auto& file) { return file.path == name; });
    if (current || name.empty() || !stays_inside(name)) continue;
    std::error_code ignored;
    fs::remove(folder_ / name, ignored);
    const fs::path parent = (folder_ / name).parent_path();
    if (parent != folder_ && fs::is_empty(parent, ignored)) fs::remove(parent, ignored);
  }
}

}  // namespace lacquer::deliver
