#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cmath>
#include <limits>

#include "lacquer/media/audio_file.h"
#include "lacquer/media/test_audio.h"
#include "lacquer/media/test_folder.h"
#include "lacquer/media/test_refusal.h"
#include "testkit/files.h"

using namespace lacquer;
using namespace lacquer::media;
using testing::HasSubstr;
using testkit::Signal;

namespace {
void cut(const std::filesystem::path& from, const std::filesystem::path& to, double part) {
  const std::string bytes = get_bytes(from);
  put_bytes(to,
            bytes.substr(0, static_cast<std::size_t>(static_cast<double>(bytes.size()) * part)));
}
}  // namespace

TEST(AudioFile, WhatIsNotAFileOfAudioIsRefusedWithItsPlaceAndARemedy) {
  const TestFolder folder;
  expect_refusal(folder / "none.wav", "no such file");
  expect_refusal(folder.path(), "folder");
  ASSERT_EQ(::mkfifo((folder / "pipe").c_str(), 0600), 0);
  expect_refusal(folder / "pipe", "pipe");
  put_bytes(folder / "empty.wav", "");
  expect_refusal(folder / "empty.wav", "empty (0 bytes)");
  put_bytes(folder / "text.wav", std::string(5000, 'x'));
  expect_refusal(folder / "text.wav", "not an audio file");
  put_bytes(folder / "zero.wav", std::string(5000, '\0'));
  expect_refusal(folder / "zero.wav", "not an audio file");
  put_bytes(folder / "notes.wav", "MThd" + std::string(100, 'x'));
  expect_refusal(folder / "notes.wav", "MIDI");
  put_bytes(folder / "none.wav", wav_bytes("", 1, 16, 2, 44100));
  expect_refusal(folder / "none.wav", "0 frames");
}

TEST(AudioFile, ChannelsAndRatesBeyondOurReachAreRefused) {
  const TestFolder folder;
  put_bytes(folder / "six.wav", wav_bytes(std::string(1200, 'x'), 1, 16, 6, 48000));
  expect_refusal(folder / "six.wav", "6 channels");
  put_bytes(folder / "three.wav", wav_bytes(std::string(1200, 'x'), 1, 16, 3, 48000));
  expect_refusal(folder / "three.wav", "3 channels");
  put_bytes(folder / "slow.wav", wav_bytes(std::string(1200, 'x'), 1, 16, 2, 7999));
  expect_refusal(folder / "slow.wav", "7999 Hz");
  put_bytes(folder / "fast.wav", wav_bytes(std::string(1200, 'x'), 1, 16, 2, 384000));
  expect_refusal(folder / "fast.wav", "384000 Hz");
  put_bytes(folder / "law.wav", wav_bytes(std::string(1200, 'x'), 7, 8, 2, 48000));
  expect_refusal(folder / "law.wav", "coding");
}

TEST(AudioFile, ACutFileIsCalledTruncatedInEveryFormat) {
  const TestFolder folder;
  put_wav(folder / "whole.wav", testkit::bursts(1, 2, 100000, 0.5));
  const std::string from = (folder / "whole.wav").string();
  for (const std::string name :
       {"x.wav", "x.aiff", "x.flac", "x.mp3", "x.ogg", "x.opus", "x.m4a"}) {
    run_tool({"ffmpeg", "-nostdin", "-v", "error", "-y", "-i", from, (folder / name).string()});
    // ffmpeg rounds the length of an MP4 to a millisecond unless told otherwise.
    ASSERT_NEAR(testkit::read(folder / name).frame_count(), 100000, 24) << name;
    for (const double part : {0.3, 0.7, 0.98}) {
      SCOPED_TRACE(testing::Message() << name << " " << part);
      cut(folder / name, folder / ("cut-" + name), part);
      expect_refusal(folder / ("cut-" + name), "truncated");
    }
  }
  run_tool({"ffmpeg", "-nostdin", "-v", "error", "-y", "-i", from, "-rf64", "always",
            (folder / "rf.wav").string()});
  cut(folder / "rf.wav", folder / "cut.wav", 0.5);
  expect_refusal(folder / "cut.wav", "truncated");
  run_tool({"ffmpeg", "-nostdin", "-v", "error", "-y", "-i", from, "-write_xing", "0",
            (folder / "plain.mp3").string()});
  cut(folder / "plain.mp3", folder / "cut.mp3", 0.5);
  expect_refusal(folder / "cut.mp3", "truncated");
  run_tool({"ffmpeg", "-nostdin", "-v", "error", "-y", "-i", from, "-movflags", "+faststart",
            (folder / "fast.m4a").string()});
  cut(folder / "fast.m4a", folder / "cut.m4a", 0.5);
  expect_refusal(folder / "cut.m4a", "truncated");
  put_bytes(folder / "head.wav", get_bytes(folder / "whole.wav").substr(0, 30));
  expect_refusal(folder / "head.wav", "ends before its audio begins");
}

TEST(AudioFile, DamageInsideIsReportedWithItsTime) {
  const TestFolder folder;
  put_wav(folder / "from.wav", testkit::bursts(1, 2, 200000, 0.5));
  for (const std::string name : {"x.flac", "x.m4a"}) {
    SCOPED_TRACE(name);
    run_tool({"ffmpeg", "-nostdin", "-v", "error", "-y", "-i", (folder / "from.wav").string(),
              "-c:a", name == "x.m4a" ? "alac" : "flac", (folder / name).string()});
    std::string bytes = get_bytes(folder / name);
    bytes.replace(bytes.size() / 2, 30000, 30000, '\xff');
    put_bytes(folder / name, bytes);
    expect_refusal(folder / name, "The file is damaged after 00:0");
  }
}

TEST(AudioFile, NotANumberAndInfinityAreRefusedWithTheirTimeOrKeptOnRequest) {
  const TestFolder folder;
  std::string data;
  for (int i = 0; i < 96000 * 2; ++i) {
    float value = 0.25f;
    if (i == 72000 * 2 + 1) value = std::numeric_limits<float>::quiet_NaN();
    if (i == 80000 * 2) value = -std::numeric_limits<float>::infinity();
    data += bytes_of(value);
  }
  put_bytes(folder / "nan.wav", wav_bytes(data, 3, 32, 2, 48000));
  expect_refusal(folder / "nan.wav", "right sample at 00:01.500 is not a number (NaN)");
  auto kept = open_audio(folder / "nan.wav", {.non_finite = NonFinite::keep}).value();
  const Signal signal = testkit::drain(*kept.source);
  ASSERT_EQ(signal.frame_count(), 96000);
  EXPECT_TRUE(std::isnan(signal.at(1, 72000)));
  EXPECT_TRUE(std::isinf(signal.at(0, 80000)));
}

TEST(AudioFile, M4aSaysSoWhenFfmpegIsMissingOrNotAllowed) {
  const TestFolder folder;
  put_wav(folder / "from.wav", chirp(48000, 2, 5000));
  run_tool({"ffmpeg", "-nostdin", "-v", "error", "-y", "-i", (folder / "from.wav").string(),
            (folder / "x.m4a").string()});
  const auto refused = open_audio(folder / "x.m4a", {.may_run_programs = false});
  ASSERT_FALSE(refused.ok());
  EXPECT_THAT(refused.error().sentence, HasSubstr("not allowed"));
  const std::string path = std::getenv("PATH");
  ::setenv("PATH", folder.path().c_str(), 1);
  const auto missing = open_audio(folder / "x.m4a");
  ::setenv("PATH", path.c_str(), 1);
  ASSERT_FALSE(missing.ok());
  EXPECT_THAT(missing.error().text(), HasSubstr("\"ffprobe\", which is not installed"));
}
