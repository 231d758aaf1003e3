#include "lacquer/deliver/outbox.h"

#include <gtest/gtest.h>

#include "lacquer/media/files.h"
#include "lacquer/media/test_folder.h"

using namespace lacquer;
using deliver::Outbox;

namespace {
void deliver_files(const std::filesystem::path& folder, std::initializer_list<const char*> names) {
  auto outbox = Outbox::open(folder, 0).value();
  for (const char* name : names) ASSERT_TRUE(outbox.write_text(name, name, "a text").ok());
  ASSERT_TRUE(outbox.close().ok());
}
}  // namespace

TEST(Outbox, WhatAnEarlierDeliveryWroteUnderOtherNamesIsRemoved) {
  const media::TestFolder folder;
  deliver_files(folder.path(), {"mp3/old.mp3", "both.wav"});
  deliver_files(folder.path(), {"mp3/new.mp3", "both.wav"});
  EXPECT_FALSE(std::filesystem::exists(folder.path() / "mp3/old.mp3"));
  EXPECT_TRUE(std::filesystem::exists(folder.path() / "mp3/new.mp3"));
  EXPECT_TRUE(std::filesystem::exists(folder.path() / "both.wav"));
}

TEST(Outbox, WhatAKilledDeliveryWroteIsRemovedByTheNext) {
  const media::TestFolder folder;
  {  // killed before close()
    auto outbox = Outbox::open(folder.path(), 0).value();
    ASSERT_TRUE(outbox.write_text("flac/old title.flac", "half a delivery", "").ok());
  }
  deliver_files(folder.path(), {"flac/new title.flac"});
  EXPECT_FALSE(std::filesystem::exists(folder.path() / "flac/old title.flac"));
  EXPECT_TRUE(std::filesystem::exists(folder.path() / "flac/new title.flac"));
  EXPECT_FALSE(std::filesystem::exists(folder.path() / ".lacquer-unfinished"));
}

TEST(Outbox, AFileNoDeliveryWroteIsNeverTouched) {
  const media::TestFolder folder;
  ASSERT_TRUE(media::write_file(folder.path() / "note to the plant.txt", "please").ok());
  deliver_files(folder.path(), {"a.wav"});
  deliver_files(folder.path(), {"b.wav"});
  EXPECT_TRUE(std::filesystem::exists(folder.path() / "note to the plant.txt"));
}

TEST(Outbox, AnEditedListCannotMakeItRemoveWhatLiesOutside) {
  const media::TestFolder folder;
  const auto outside = folder.path() / "mix.wav";
  ASSERT_TRUE(media::write_file(outside, "the only copy").ok());
  std::filesystem::create_directory(folder.path() / "cd");
  ASSERT_TRUE(media::write_file(folder.path() / "cd/.lacquer-unfinished",
                                "../mix.wav\n" + outside.string() + "\n")
                  .ok());
  deliver_files(folder.path() / "cd", {"a.wav"});
  EXPECT_TRUE(std::filesystem::exists(outside));
}
