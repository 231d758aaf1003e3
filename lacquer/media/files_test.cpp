#include "lacquer/media/files.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/mount.h>
#include <sys/resource.h>

#include <csignal>
#include <fstream>

#include "lacquer/media/file_hash.h"
#include "lacquer/media/test_folder.h"

using namespace lacquer;
using namespace lacquer::media;
using testing::ElementsAre;
using testing::HasSubstr;

namespace {
void put(const std::filesystem::path& path, const std::string& text) {
  std::ofstream{path, std::ios::binary} << text;
}

/// While it lives, no file of this process may grow beyond `bytes`.
class SizeLimit {
 public:
  explicit SizeLimit(rlim_t bytes) : handler_{std::signal(SIGXFSZ, SIG_IGN)} {
    ::getrlimit(RLIMIT_FSIZE, &before_);
    const rlimit limit{bytes, before_.rlim_max};
    ::setrlimit(RLIMIT_FSIZE, &limit);
  }
  ~SizeLimit() {
    ::setrlimit(RLIMIT_FSIZE, &before_);
    std::signal(SIGXFSZ, handler_);
  }
  SizeLimit(const SizeLimit&) = delete;
  SizeLimit& operator=(const SizeLimit&) = delete;

 private:
  rlimit before_{};
  void (*handler_)(int);
};

/// A tiny disk of its own, where the system lets us mount one.
class TinyDisk {
 public:
  TinyDisk(const std::filesystem::path& at, unsigned long flags) : at_{at} {
    std::filesystem::create_directory(at);
    mounted_ = ::mount("tmpfs", at.c_str(), "tmpfs", flags, "size=64k") == 0;
  }
  ~TinyDisk() {
    if (mounted_) ::umount2(at_.c_str(), MNT_DETACH);
  }
  TinyDisk(const TinyDisk&) = delete;
  TinyDisk& operator=(const TinyDisk&) = delete;
  bool mounted() const { return mounted_; }

 private:
  std::filesystem::path at_;
  bool mounted_ = false;
};
}  // namespace

TEST(Files, WhatIsWrittenIsReadBackAndNothingElseIsLeftInTheFolder) {
  const TestFolder folder;
  const std::string bytes{"a\0b\n\xff", 5};
  ASSERT_TRUE(write_file(folder / "x.json", bytes).ok());
  EXPECT_EQ(read_file(folder / "x.json").value(), bytes);
  ASSERT_TRUE(write_file(folder / "x.json", "new").ok());
  EXPECT_EQ(read_file(folder / "x.json").value(), "new");
  EXPECT_THAT(folder.names(), ElementsAre("x.json"));
}

TEST(Files, ANameOfTheGreatestLengthCanBeWritten) {
  const TestFolder folder;
  EXPECT_TRUE(write_file(folder / std::string(255, 'n'), "x").ok());
}

TEST(Files, AWriteThatFailsLeavesTheOldFileAndNothingElse) {
  const TestFolder folder;
  ASSERT_TRUE(write_file(folder / "ledger", "old").ok());
  {
    const SizeLimit limit{100'000};
    const auto written = write_file(folder / "ledger", std::string(200'000, 'x'));
    ASSERT_FALSE(written.ok());
    EXPECT_EQ(written.error().kind, ErrorKind::unwritable_output);
  }
  EXPECT_EQ(read_file(folder / "ledger").value(), "old");
  EXPECT_THAT(folder.names(), ElementsAre("ledger"));
}

TEST(Files, AFullDiskIsCalledFullAndAReadOnlyOneReadOnly) {
  const TestFolder folder;
  const TinyDisk disk{folder / "disk", 0};
  if (!disk.mounted()) GTEST_SKIP() << "mounting is not permitted here";
  const auto written = write_file(folder / "disk" / "big", std::string(200'000, 'x'));
  ASSERT_FALSE(written.ok());
  EXPECT_EQ(written.error().sentence, "The disk is full.");
  EXPECT_TRUE(std::filesystem::is_empty(folder / "disk"));

  const TinyDisk sealed{folder / "sealed", MS_RDONLY};
  const auto refused = write_file(folder / "sealed" / "file", "x");
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().sentence, "The disk is read-only.");
}

TEST(Files, AMissingFolderAFileInItsPlaceAndAFolderInTheWayAreToldApart) {
  const TestFolder folder;
  put(folder / "file", "x");
  std::filesystem::create_directory(folder / "taken");
  const auto sentence = [&](const std::filesystem::path& path) {
    return write_file(path, "x").error().sentence;
  };
  EXPECT_THAT(sentence(folder / "none" / "x"), HasSubstr("none\" does not exist"));
  EXPECT_THAT(sentence(folder / "file" / "x"), HasSubstr("file\" is a file where a folder"));
  EXPECT_THAT(sentence(folder / "taken"), HasSubstr("A folder of this name is in the way"));
  EXPECT_EQ(std::size_t{2}, folder.names().size());
}

TEST(Files, ErrorsOfTheSystemBecomeSentences) {
  EXPECT_EQ(write_error("x", EACCES).sentence, "No permission to write here.");
  EXPECT_EQ(write_error("x", ENOSPC).sentence, "The disk is full.");
  EXPECT_EQ(read_error("x", EACCES).sentence, "No permission to read this file.");
  EXPECT_EQ(read_error("x", EACCES).kind, ErrorKind::unusable_input);
}

TEST(Files, ReadingSaysWhatIsThereInsteadOfAFile) {
  const TestFolder folder;
  EXPECT_EQ(read_file(folder / "none").error().sentence, "There is no such file.");
  EXPECT_EQ(read_file(folder.path()).error().sentence, "This is a folder, not a file.");
  ASSERT_EQ(::mkfifo((folder / "pipe").c_str(), 0600), 0);
  EXPECT_THAT(read_file(folder / "pipe").error().sentence, HasSubstr("a pipe"));
  std::filesystem::resize_file((put(folder / "big", ""), folder / "big"), (64u << 20) + 1);
  EXPECT_THAT(read_file(folder / "big").error().sentence, HasSubstr("64 MiB"));
}

TEST(Files, SweepingRemovesWhatAKillLeftBehindAndNothingElse) {
  const TestFolder folder;
  std::filesystem::create_directories(folder / "a" / "b");
  put(folder / "a" / "b" / "song.wav", "kept");
  put(folder / "a" / ".hidden", "kept");
  put(temporary_name(folder / "a" / "b" / "song.wav"), "half");
  put(temporary_name(folder / "report.html"), "half");
  sweep_temporaries(folder.path());
  EXPECT_THAT(folder.names(), ElementsAre("a"));
  EXPECT_TRUE(std::filesystem::exists(folder / "a" / "b" / "song.wav"));
  EXPECT_TRUE(std::filesystem::exists(folder / "a" / ".hidden"));
  EXPECT_FALSE(std::filesystem::exists(temporary_name(folder / "a" / "b" / "song.wav")));
  sweep_temporaries(folder / "not there");
}

TEST(Files, FoldersAreMadeWithTheirParentsOrTheFileInTheWayIsNamed) {
  const TestFolder folder;
  EXPECT_TRUE(make_folder(folder / "a" / "b" / "c").ok());
  EXPECT_TRUE(make_folder(folder / "a" / "b" / "c").ok());
  EXPECT_TRUE(std::filesystem::is_directory(folder / "a" / "b" / "c"));
  put(folder / "file", "x");
  for (const auto& path : {folder / "file", folder / "file" / "deeper"}) {
    const auto made = make_folder(path);
    ASSERT_FALSE(made.ok());
    EXPECT_EQ(made.error().kind, ErrorKind::unwritable_output);
    EXPECT_THAT(made.error().sentence, HasSubstr("file\" is a file where a folder should be"));
  }
}

TEST(Files, SpaceIsRefusedWithTheBytesMissing) {
  const TestFolder folder;
  EXPECT_TRUE(require_space(folder.path(), 1).ok());
  const auto refused = require_space(folder.path(), std::uintmax_t{1} << 62);
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().kind, ErrorKind::unwritable_output);
  EXPECT_THAT(refused.error().sentence, HasSubstr("are missing"));
  EXPECT_THAT(require_space(folder / "none", 1).error().sentence, HasSubstr("does not exist"));
}

TEST(Files, HashesAreThoseOfFips180) {
  // FIPS 180-4, the example "abc", and the empty message.
  EXPECT_EQ(sha256("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  const TestFolder folder;
  put(folder / "empty", "");
  EXPECT_EQ(sha256_of_file(folder / "empty").value(),
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  const std::string million(1'000'000, 'a');
  put(folder / "a", million);
  EXPECT_EQ(sha256_of_file(folder / "a").value(), sha256(million));
  EXPECT_EQ(sha256(million), "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
  EXPECT_EQ(sha256_of_file(folder / "none").error().kind, ErrorKind::unusable_input);
  EXPECT_THAT(sha256_of_file(folder.path()).error().sentence, HasSubstr("folder"));
}

TEST(Files, AHashOfBytesSeenOnTheWayIsThatOfTheFile) {
  const TestFolder folder;
  std::string text;
  for (unsigned i = 0; i < 100'000; ++i) text += static_cast<char>(i * i % 251);
  put(folder / "a", text);
  const auto* bytes = reinterpret_cast<const unsigned char*>(text.data());
  const auto see = [&](FileHash& hash, std::size_t from, std::size_t count) {
    hash.see(from, {bytes + from, count});
  };
  FileHash hash{folder / "a"};
  see(hash, 90'000, 10'000);  // a look at the end
  see(hash, 0, 12);           // a header
  see(hash, 4, 4);
  see(hash, 8, 40'000);    // overlaps what is known
  see(hash, 50'000, 100);  // leaves a gap, which finish() fills
  EXPECT_EQ(hash.finish().value(), sha256(text));
}
