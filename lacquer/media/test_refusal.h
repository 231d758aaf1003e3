#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <string>

#include "lacquer/media/audio_file.h"

namespace lacquer::media {

/// What opening the file, or reading it to its end, fails with. For tests only.
inline Error error_of(const std::filesystem::path& path) {
  auto opened = open_audio(path);
  if (!opened.ok()) return opened.error();
  auto& source = *opened.value().source;
  AudioBuffer buffer{source.format().channel_count, 1000};
  for (;;) {
    const auto count = source.read(buffer.block());
    if (!count.ok()) return count.error();
    if (count.value() == 0) break;
  }
  ADD_FAILURE() << path << " was read without an error";
  return {};
}

/// The file is refused with that sentence, its place and a remedy.
inline void expect_refusal(const std::filesystem::path& path, const std::string& sentence) {
  const Error error = error_of(path);
  EXPECT_EQ(error.kind, ErrorKind::unusable_input);
  EXPECT_THAT(error.sentence, testing::HasSubstr(sentence));
  EXPECT_EQ(error.place, path.string());
  EXPECT_FALSE(error.remedy.empty());
}

}  // namespace lacquer::media
