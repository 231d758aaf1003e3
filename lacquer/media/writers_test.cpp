#include "lacquer/media/writers.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/mount.h>

#include "lacquer/media/audio_file.h"
#include "lacquer/media/encoder.h"
#include "lacquer/media/files.h"
#include "lacquer/media/test_audio.h"
#include "lacquer/media/test_folder.h"
#include "testkit/files.h"

using namespace lacquer;
using namespace lacquer::media;
using testing::ElementsAre;
using testing::HasSubstr;
using testkit::Signal;

namespace {
const Tags full_tags = {.title = "Ebbe & Flut – Größe",
                        .artist = "Ünï Cødé",
                        .album = "First Light",
                        .album_artist = "Various",
                        .composer = "J. Doe",
                        .genre = "Ambient",
                        .date = "2026-03-01",
                        .isrc = "DEXXX2600001",
                        .upc = "4006381333931",
                        .label = "Own Label",
                        .comment = "a\nb",
                        .track_number = 2,
                        .track_count = 11};

Result<void> write(const std::filesystem::path& path, FileFormat kind, const Signal& signal,
                   const Tags& tags = full_tags) {
  TRY(auto sink, create_audio(path, kind, signal.format(), tags));
  TRY(auto source, testkit::open(signal)());
  TRY([[maybe_unused]] auto frames, copy(*source, *sink));
  return sink->finish();
}

struct Kind {
  FileFormat format;
  std::string name, container, codec;
  int bit_depth;
  double sample_rate_hz;
};
const std::vector<Kind> kinds = {{FileFormat::wav_16, "wav16", "WAV", "PCM", 16, 44100},
                                 {FileFormat::wav_24, "wav24", "WAV", "PCM", 24, 192000},
                                 {FileFormat::wav_float32, "float", "WAV", "float", 32, 44100},
                                 {FileFormat::wav_float64, "double", "WAV", "float", 64, 8000},
                                 {FileFormat::flac_24, "flac", "FLAC", "FLAC", 24, 96000},
                                 {FileFormat::mp3_320, "mp3", "MP3", "MP3", 0, 44100},
                                 {FileFormat::mp3_320, "mp3at48", "MP3", "MP3", 0, 48000},
                                 {FileFormat::aac_256, "aac", "MP4", "AAC", 0, 44100},
                                 {FileFormat::aac_256, "aacat48", "MP4", "AAC", 0, 48000},
                                 {FileFormat::opus_160, "opus", "Ogg", "Opus", 0, 48000}};

class EveryFormat : public testing::TestWithParam<Kind> {};
}  // namespace

TEST_P(EveryFormat, ComesBackWithExactLengthNoDelayTheSameLevelAndItsTags) {
  const auto& kind = GetParam();
  const TestFolder folder;
  for (const int channels : {1, 2})
    for (const int frames : {20011, 1152 * 20, 960}) {
      SCOPED_TRACE(testing::Message() << channels << " channels, " << frames << " frames");
      const Signal original = chirp(kind.sample_rate_hz, channels, frames);
      const auto written = write(folder / "x", kind.format, original);
      ASSERT_TRUE(written.ok()) << written.error().text();
      EXPECT_THAT(folder.names(), ElementsAre("x"));

      auto opened = open_audio(folder / "x").value();
      EXPECT_EQ(opened.info.container, kind.container);
      EXPECT_EQ(opened.info.codec, kind.codec);
      EXPECT_EQ(opened.info.bit_depth, kind.bit_depth);
      EXPECT_EQ(opened.info.format, original.format());
      EXPECT_EQ(opened.info.frame_count, frames);
      const Signal decoded = testkit::drain(*opened.source);
      ASSERT_EQ(decoded.frame_count(), frames);
      if (frames > 1000) {
        EXPECT_EQ(best_lag(original, decoded), 0);
        EXPECT_LT(difference(original, decoded), kind.bit_depth > 0 ? 1e-4 : 0.06);
      }

      Tags expected = full_tags;
      if (kind.container == "WAV")
        expected.album_artist = expected.isrc = expected.upc = expected.label = "",
        expected.track_count = 0;
      EXPECT_EQ(read_tags(folder / "x").value(), expected);
    }
}

TEST_P(EveryFormat, AnAbandonedOrFailedFileLeavesNothing) {
  const auto& kind = GetParam();
  const TestFolder folder;
  Signal signal = testkit::bursts(5, 2, 30000, 0.9, kind.sample_rate_hz);
  {
    auto sink = create_audio(folder / "x", kind.format, signal.format()).value();
    ASSERT_TRUE(sink->write(signal.block()).ok());
  }
  EXPECT_THAT(folder.names(), ElementsAre());

  const auto missing = write(folder / "none" / "x", kind.format, signal);
  ASSERT_FALSE(missing.ok());
  EXPECT_EQ(missing.error().kind, ErrorKind::unwritable_output);
  EXPECT_THAT(missing.error().sentence, HasSubstr("does not exist"));

  std::filesystem::create_directory(folder / "taken");
  const auto taken = write(folder / "taken", kind.format, signal);
  ASSERT_FALSE(taken.ok());
  EXPECT_THAT(taken.error().sentence, HasSubstr("A folder of this name"));

  std::filesystem::create_directory(folder / "disk");
  if (::mount("tmpfs", (folder / "disk").c_str(), "tmpfs", 0, "size=32k") != 0)
    GTEST_SKIP() << "mounting is not permitted here";
  const auto full = write(folder / "disk" / "x", kind.format,
                          testkit::bursts(5, 2, 200000, 0.9, kind.sample_rate_hz));
  const bool empty = std::filesystem::is_empty(folder / "disk");
  ::umount2((folder / "disk").c_str(), MNT_DETACH);
  ASSERT_FALSE(full.ok());
  EXPECT_EQ(full.error().sentence, "The disk is full.");
  EXPECT_TRUE(empty);
}

INSTANTIATE_TEST_SUITE_P(Writers, EveryFormat, testing::ValuesIn(kinds),
                         [](const auto& kind) { return kind.param.name; });

TEST(Writers, TwoRunsGiveTheSameBytesInEveryFormat) {
  const TestFolder folder;
  const auto write_all = [&](const std::string& suffix) {
    for (const auto& kind : kinds)
      ASSERT_TRUE(write(folder / (kind.name + suffix), kind.format,
                        testkit::bursts(5, 2, 30000, 0.9, kind.sample_rate_hz))
                      .ok());
  };
  write_all(".a");
  ::usleep(1'100'000);  // a clock inside would have moved on by a second
  write_all(".b");
  for (const auto& kind : kinds)
    EXPECT_EQ(sha256_of_file(folder / (kind.name + ".a")).value(),
              sha256_of_file(folder / (kind.name + ".b")).value())
        << kind.name;
}

TEST(Writers, WhatIsExactInTheFormatComesBackExactly) {
  const TestFolder folder;
  Signal signal = testkit::noise(3, 2, 5000, 1.2);
  const auto check = [&](FileFormat kind, auto exact) {
    for (int c = 0; c < 2; ++c)
      for (int f = 0; f < 5000; ++f) signal.at(c, f) = exact(signal.at(c, f));
    ASSERT_TRUE(write(folder / "x", kind, signal).ok());
    const Signal back = testkit::read(folder / "x");
    for (int c = 0; c < 2; ++c)
      for (int f = 0; f < 5000; ++f) ASSERT_EQ(back.at(c, f), signal.at(c, f));
  };
  check(FileFormat::wav_float64, [](double x) { return x; });
  check(FileFormat::wav_float32,
        [](double x) { return static_cast<double>(static_cast<float>(x)); });
  const auto in_steps = [](double steps) {
    return
        [steps](double x) { return std::clamp(std::floor(x * steps), -steps, steps - 1) / steps; };
  };
  check(FileFormat::wav_24, in_steps(8388608.0));
  check(FileFormat::flac_24, in_steps(8388608.0));
  check(FileFormat::wav_16, in_steps(32768.0));
}

TEST(Writers, OversAreClippedNeverWrapped) {
  const TestFolder folder;
  Signal signal{1, 2000, 48000.0};
  for (int f = 0; f < 2000; ++f) signal.at(0, f) = f % 2 == 0 ? 1.0 : -7.5;
  for (const auto kind : {FileFormat::wav_16, FileFormat::wav_24, FileFormat::flac_24}) {
    ASSERT_TRUE(write(folder / "x", kind, signal).ok());
    const double steps = kind == FileFormat::wav_16 ? 32768.0 : 8388608.0;
    const Signal back = testkit::read(folder / "x");
    EXPECT_EQ(back.at(0, 0), (steps - 1) / steps);
    EXPECT_EQ(back.at(0, 1), -1.0);
  }
}

TEST(Writers, LossyFilesKeepTheLevelAndOversOfTheDecodedSignal) {
  const TestFolder folder;
  for (const double level_dbfs : {-1.0, -12.0})
    for (const auto kind : {FileFormat::mp3_320, FileFormat::aac_256, FileFormat::opus_160}) {
      SCOPED_TRACE(testing::Message() << static_cast<int>(kind) << " at " << level_dbfs);
      const Signal tone = testkit::sine(997.0, level_dbfs, 1.0, 48000.0);
      ASSERT_TRUE(write(folder / "x", kind, tone).ok());
      const Signal back = testkit::read(folder / "x");
      double sum = 0.0;
      for (int f = 10000; f < 40000; ++f) sum += back.at(1, f) * back.at(1, f);
      EXPECT_NEAR(10.0 * std::log10(sum / 30000 * 2.0), level_dbfs, 0.02);
    }
  const Signal hot = testkit::bursts(2, 2, 48000, 1.0);
  ASSERT_TRUE(write(folder / "x", FileFormat::mp3_320, hot).ok());
  EXPECT_GT(testkit::read(folder / "x").peak(), 1.0);
}

TEST(Writers, TheWavHeaderIsPlainHasItsTagsBeforeTheAudioAndNothingAfterIt) {
  const TestFolder folder;
  for (const auto kind : {FileFormat::wav_16, FileFormat::wav_24}) {
    ASSERT_TRUE(write(folder / "x.wav", kind, chirp(44100, 2, 1001)).ok());
    const std::string bytes = get_bytes(folder / "x.wav");
    EXPECT_EQ(bytes.substr(0, 4), "RIFF");
    EXPECT_EQ(bytes.substr(8, 8), "WAVEfmt ");
    EXPECT_EQ(bytes.substr(20, 2), bytes_of(std::uint16_t{1}));  // WAVE_FORMAT_PCM
    const auto data = bytes.find("data");
    EXPECT_LT(bytes.find("LIST"), data);
    const std::size_t audio_bytes = 1001u * 2 * (kind == FileFormat::wav_16 ? 2 : 3);
    EXPECT_EQ(bytes.size(), data + 8 + audio_bytes);
    EXPECT_EQ(bytes.substr(4, 4), bytes_of(static_cast<std::uint32_t>(bytes.size() - 8)));
  }
  ASSERT_TRUE(write(folder / "odd.wav", FileFormat::wav_24, chirp(44100, 1, 1001)).ok());
  EXPECT_EQ(std::filesystem::file_size(folder / "odd.wav") % 2, 0u);
  EXPECT_EQ(testkit::read(folder / "odd.wav").frame_count(), 1001);
}

TEST(Writers, AWavTooLargeForItsHeaderBecomesRf64ThatOthersRead) {
  const TestFolder folder;
  Signal signal = chirp(48000, 2, 5000);
  auto file = OutputFile::create(folder / "big.wav").value();
  auto encoder = wav_encoder(file, FileFormat::wav_24, signal.format(), full_tags, 20000).value();
  std::vector<double> interleaved;
  for (int f = 0; f < 5000; ++f)
    for (int c = 0; c < 2; ++c) interleaved.push_back(signal.at(c, f));
  ASSERT_TRUE(encoder->write(interleaved.data(), 5000).ok());
  ASSERT_TRUE(encoder->close().ok());
  ASSERT_TRUE(file.commit().ok());
  EXPECT_EQ(get_bytes(folder / "big.wav").substr(0, 16), "RF64\xff\xff\xff\xffWAVEds64");
  EXPECT_EQ(open_audio(folder / "big.wav").value().info.container, "RF64");
  const Signal back = testkit::read(folder / "big.wav");
  ASSERT_EQ(back.frame_count(), 5000);
  EXPECT_LT(difference(signal, back), 1e-6);
  const auto counted = run_program(
      {"sh", "-c", "ffmpeg -v error -i \"$0\" -f s24le - | wc -c", (folder / "big.wav").string()});
  EXPECT_EQ(std::atoi(counted.value().out.c_str()), 5000 * 6);
}

TEST(Writers, OthersReadTheTagsWeWrite) {
  const TestFolder folder;
  const Signal signal = chirp(48000, 2, 9600);
  const auto probe = [&](const std::string& name, FileFormat kind) {
    EXPECT_TRUE(write(folder / name, kind, signal).ok());
    return run_program({"ffprobe", "-v", "error", "-show_entries", "format_tags:stream_tags", "-of",
                        "default=noprint_wrappers=1", (folder / name).string()})
        .value()
        .out;
  };
  for (const auto& out : {probe("x.mp3", FileFormat::mp3_320), probe("x.flac", FileFormat::flac_24),
                          probe("x.opus", FileFormat::opus_160)}) {
    EXPECT_THAT(out, HasSubstr("Ebbe & Flut – Größe"));
    EXPECT_THAT(out, HasSubstr("DEXXX2600001"));
    EXPECT_THAT(out, HasSubstr("BARCODE=4006381333931"));
    EXPECT_THAT(out, HasSubstr("2026-03-01"));
  }
  const std::string m4a = probe("x.m4a", FileFormat::aac_256);
  EXPECT_THAT(m4a, HasSubstr("TAG:track=2/11"));
  EXPECT_THAT(m4a, HasSubstr("ISRC=DEXXX2600001"));
  EXPECT_THAT(m4a, testing::Not(HasSubstr("creation_time")));
  const std::string mp3 = get_bytes(folder / "x.mp3").substr(0, 4096);
  EXPECT_EQ(mp3.substr(0, 4), std::string("ID3\x04", 4));
  for (const char* frame : {"TSRC", "TPE2", "TDRC", "TXXX", "TPUB", "TRCK"})
    EXPECT_THAT(mp3, HasSubstr(frame));
}

TEST(Writers, ARateTheCodecHasNotGotIsAWrongCallNamedWithTheOnesItHas) {
  const TestFolder folder;
  for (const auto kind : {FileFormat::mp3_320, FileFormat::aac_256, FileFormat::opus_160}) {
    const auto sink = create_audio(folder / "x", kind, {22050.0, 2});
    ASSERT_FALSE(sink.ok());
    EXPECT_EQ(sink.error().kind, ErrorKind::usage);
    EXPECT_THAT(sink.error().remedy, HasSubstr("48000"));
  }
  EXPECT_THAT(folder.names(), ElementsAre());
}

TEST(Writers, AacSaysSoWhenFfmpegIsMissing) {
  const TestFolder folder;
  const char* found = std::getenv("PATH");
  const std::string path = found ? found : "";
  ::setenv("PATH", folder.path().c_str(), 1);
  const auto sink = create_audio(folder / "x", FileFormat::aac_256, {48000.0, 2});
  ::setenv("PATH", path.c_str(), 1);
  ASSERT_FALSE(sink.ok());
  EXPECT_EQ(sink.error().kind, ErrorKind::unwritable_output);
  EXPECT_THAT(sink.error().text(), HasSubstr("\"ffmpeg\" is not installed"));
  EXPECT_THAT(folder.names(), ElementsAre());
}
