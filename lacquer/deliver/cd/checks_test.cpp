#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "lacquer/deliver/cd/test_disc.h"
#include "lacquer/deliver/test_album.h"
#include "lacquer/media/files.h"

using namespace lacquer;
using namespace lacquer::deliver;

namespace {
void replace_in(const std::filesystem::path& path, const std::string& from, const std::string& to) {
  std::string text = contents(path);
  ASSERT_NE(text.find(from), std::string::npos);
  text.replace(text.find(from), from.size(), to);
  std::ofstream{path, std::ios::binary} << text;
}

Delivery check_disc(const TestAlbum& album) {
  return check_path(album.job.folder, "cd", album.job.data).value();
}
}  // namespace

TEST(CdCheck, FindsWhatOthersDidWrong) {
  TestAlbum album{{piece(220, 4.2), piece(330, 4.4)}};
  ASSERT_TRUE(deliver_cd(album.job).ok());
  const auto cue = album.file(std::string{stem} + ".cue");
  const auto bin = album.file(std::string{stem} + ".bin");
  const std::string good_cue = contents(cue);
  EXPECT_EQ(failures(check_disc(album)), std::vector<std::string>{});

  replace_in(cue, "GBAAA2600002", "GBAAA26OOOO2");  // letters for zeros
  const Delivery typo = check_disc(album);
  ASSERT_TRUE(any_fails(typo, "ISRC"));
  EXPECT_NE(failures(typo)[0].find("line"), std::string::npos);
  EXPECT_TRUE(any_fails(typo, "cdrdao"));
  std::ofstream{cue, std::ios::binary} << good_cue;

  replace_in(cue, "GBAAA2600002", "GBAAA2600001");
  EXPECT_TRUE(any_fails(check_disc(album), "duplicate ISRC"));
  std::ofstream{cue, std::ios::binary} << good_cue;

  replace_in(cue, "CATALOG 4006381333931", "CATALOG 4006381333913");
  EXPECT_TRUE(any_fails(check_disc(album), "barcode"));
  std::ofstream{cue, std::ios::binary} << good_cue;

  replace_in(cue, "Song 2", "Song Two");
  EXPECT_TRUE(any_fails(check_disc(album), "CD-Text packs"));
  std::ofstream{cue, std::ios::binary} << good_cue;

  replace_in(cue, "  TRACK 02", "  TRCK 02");
  EXPECT_TRUE(any_fails(check_disc(album), "cue sheet"));
  std::ofstream{cue, std::ios::binary} << good_cue;

  std::ofstream{bin, std::ios::binary | std::ios::app} << "x";
  EXPECT_TRUE(any_fails(check_disc(album), "sector alignment"));

  std::filesystem::resize_file(bin, 2352 * 75 * 5);
  EXPECT_TRUE(any_fails(check_disc(album), "track start"));

  std::filesystem::remove(bin);
  const auto missing = check_path(album.job.folder, "cd", album.job.data);
  ASSERT_FALSE(missing.ok());
  EXPECT_NE(missing.error().place.find(".cue:"), std::string::npos);
}

TEST(CdCheck, RefusesWhatIsNoDiscWithASentence) {
  media::TestFolder folder;
  EXPECT_FALSE(check_path(folder.path(), "cd", test_data()).ok());
  EXPECT_FALSE(check_path(folder / "nothing.cue", "cd", test_data()).ok());
  ASSERT_TRUE(media::write_file(folder / "empty.cue", "").ok());
  EXPECT_FALSE(check_path(folder / "empty.cue", "cd", test_data()).ok());
  EXPECT_EQ(check_path(folder.path(), "cassette", test_data()).error().kind, ErrorKind::usage);
}
