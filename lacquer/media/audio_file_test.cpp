#include "lacquer/media/audio_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <limits>

#include "lacquer/media/test_audio.h"
#include "lacquer/media/test_folder.h"

using namespace lacquer;
using namespace lacquer::media;
using testing::HasSubstr;
using testkit::Signal;

namespace {
Signal read_all(const std::filesystem::path& path) {
  auto opened = open_audio(path);
  EXPECT_TRUE(opened.ok()) << opened.error().text();
  return testkit::drain(*opened.value().source);
}

Error error_of(const std::filesystem::path& path) {
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

void expect_refusal(const std::filesystem::path& path, const std::string& sentence) {
  const Error error = error_of(path);
  EXPECT_EQ(error.kind, ErrorKind::unusable_input);
  EXPECT_THAT(error.sentence, HasSubstr(sentence));
  EXPECT_EQ(error.place, path.string());
  EXPECT_FALSE(error.remedy.empty());
}

void expect_same(const Signal& a, const Signal& b) {
  ASSERT_EQ(a.frame_count(), b.frame_count());
  ASSERT_EQ(a.format(), b.format());
  for (int c = 0; c < a.channel_count(); ++c)
    for (int f = 0; f < a.frame_count(); ++f) ASSERT_EQ(a.at(c, f), b.at(c, f)) << f;
}

void cut(const std::filesystem::path& from, const std::filesystem::path& to, double part) {
  const std::string bytes = get_bytes(from);
  put_bytes(to,
            bytes.substr(0, static_cast<std::size_t>(static_cast<double>(bytes.size()) * part)));
}
}  // namespace

TEST(AudioFile, IntegersBecomeExactFractionsOfFullScale) {
  const TestFolder folder;
  for (const int bits : {8, 16, 24, 32}) {
    SCOPED_TRACE(bits);
    const std::int64_t full = std::int64_t{1} << (bits - 1);
    std::vector<std::int64_t> values = {0, 1, -1, full - 1, -full, full / 3, -full / 7};
    std::string data;
    for (const auto value : values)  // 8-bit WAV is unsigned, the rest signed
      data += bytes_of(bits == 8 ? value + 128 : value, static_cast<std::size_t>(bits / 8));
    put_bytes(folder / "x.wav", wav_bytes(data, 1, bits, 1, 44100));
    const auto info = open_audio(folder / "x.wav").value().info;
    EXPECT_EQ(info.codec, "PCM");
    EXPECT_EQ(info.bit_depth, bits);
    const Signal signal = read_all(folder / "x.wav");
    ASSERT_EQ(signal.frame_count(), 7);
    for (std::size_t i = 0; i < values.size(); ++i)
      EXPECT_EQ(signal.at(0, static_cast<int>(i)),
                static_cast<double>(values[i]) / static_cast<double>(full));
  }
}

TEST(AudioFile, FloatsArriveAsStoredEvenBeyondFullScale) {
  const TestFolder folder;
  const std::vector<double> values = {0.0, 1.5, -3.25, 1e-30, 0.1};
  std::string as_float, as_double;
  for (const double value : values) {
    as_float += bytes_of(static_cast<float>(value));
    as_double += bytes_of(value);
  }
  put_bytes(folder / "f.wav", wav_bytes(as_float, 3, 32, 1, 48000));
  put_bytes(folder / "d.wav", wav_bytes(as_double, 3, 64, 1, 48000));
  const Signal floats = read_all(folder / "f.wav"), doubles = read_all(folder / "d.wav");
  for (int i = 0; i < 5; ++i) {
    EXPECT_EQ(floats.at(0, i),
              static_cast<double>(static_cast<float>(values[static_cast<std::size_t>(i)])));
    EXPECT_EQ(doubles.at(0, i), values[static_cast<std::size_t>(i)]);
  }
  EXPECT_EQ(open_audio(folder / "d.wav").value().info.bit_depth, 64);
}

struct Kind {
  std::string name, container, codec;
  int bit_depth;
  std::vector<std::string> options;  // for ffmpeg
  double highest_rate_hz = 192000.0;
  bool lossless = true;
  double lowest_rate_hz = 8000.0;
};

class EveryKind : public testing::TestWithParam<Kind> {};

TEST_P(EveryKind, OpensAtEveryRateMonoAndStereoWithExactLengthAndNoDelay) {
  const auto& kind = GetParam();
  const TestFolder folder;
  for (const double rate_hz : {8000.0, 22050.0, 44100.0, 48000.0, 96000.0, 192000.0})
    for (const int channels : {1, 2}) {
      if (rate_hz > kind.highest_rate_hz || rate_hz < kind.lowest_rate_hz) continue;
      if (channels == 1 && rate_hz != 48000.0) continue;
      SCOPED_TRACE(testing::Message() << rate_hz << " Hz, " << channels << " channels");
      const Signal original = chirp(rate_hz, channels, 20011);
      put_wav(folder / "from.wav", original, kind.bit_depth == 16 ? 16 : 24);
      std::vector<std::string> command = {
          "ffmpeg", "-nostdin", "-v", "error", "-y", "-i", (folder / "from.wav").string()};
      command.insert(command.end(), kind.options.begin(), kind.options.end());
      if (kind.container == "MP4")
        command.insert(command.end(), {"-movie_timescale", std::to_string(std::lround(rate_hz))});
      command.push_back((folder / ("-x;$HOME ü." + kind.name)).string());
      run_tool(command);

      auto opened = open_audio(command.back());
      ASSERT_TRUE(opened.ok()) << opened.error().text();
      const FileInfo& info = opened.value().info;
      EXPECT_EQ(info.container, kind.container);
      EXPECT_EQ(info.codec, kind.codec);
      EXPECT_EQ(info.bit_depth, kind.bit_depth);
      EXPECT_EQ(info.format, (StreamFormat{rate_hz, channels}));
      EXPECT_EQ(info.frame_count, 20011);
      const Signal decoded = testkit::drain(*opened.value().source);
      ASSERT_EQ(decoded.frame_count(), 20011);
      if (kind.lossless) {
        expect_same(decoded, read_all(folder / "from.wav"));
      } else {
        EXPECT_EQ(best_lag(original, decoded), 0);
        EXPECT_LT(difference(original, decoded), 0.1 * 0.35);
        EXPECT_NEAR(decoded.at(channels - 1, 9000), decoded.at(0, 9000) / channels, 0.05);
      }
    }
}

INSTANTIATE_TEST_SUITE_P(
    AudioFile, EveryKind,
    testing::Values(
        Kind{"wav16", "WAV", "PCM", 16, {"-c:a", "pcm_s16le", "-f", "wav"}},
        Kind{"wav24", "WAV", "PCM", 24, {"-c:a", "pcm_s24le", "-f", "wav"}},  // EXTENSIBLE
        Kind{"wav32", "WAV", "PCM", 32, {"-c:a", "pcm_s32le", "-f", "wav"}},
        Kind{"wavfloat", "WAV", "float", 32, {"-c:a", "pcm_f32le", "-f", "wav"}},
        Kind{"wavdouble", "WAV", "float", 64, {"-c:a", "pcm_f64le", "-f", "wav"}},
        Kind{"rf64", "RF64", "PCM", 24, {"-c:a", "pcm_s24le", "-rf64", "always", "-f", "wav"}},
        Kind{"aiff", "AIFF", "PCM", 24, {"-c:a", "pcm_s24be", "-f", "aiff"}},
        Kind{"aifc", "AIFF", "PCM", 16, {"-c:a", "pcm_s16le", "-f", "aiff"}},
        Kind{"aifcfloat", "AIFF", "float", 32, {"-c:a", "pcm_f32be", "-f", "aiff"}},
        Kind{"flac16", "FLAC", "FLAC", 16, {"-c:a", "flac", "-f", "flac"}},
        Kind{"flac24", "FLAC", "FLAC", 24, {"-c:a", "flac", "-strict", "-2", "-f", "flac"}},
        Kind{"alac16", "MP4", "ALAC", 16, {"-c:a", "alac", "-f", "ipod"}},
        Kind{"alac24", "MP4", "ALAC", 24, {"-c:a", "alac", "-f", "ipod"}},
        Kind{"mp3",
             "MP3",
             "MP3",
             0,
             {"-c:a", "libmp3lame", "-q:a", "0", "-f", "mp3"},
             48000.0,
             false},
        Kind{"ogg",
             "Ogg",
             "Vorbis",
             0,
             {"-c:a", "libvorbis", "-q:a", "8", "-f", "ogg"},
             192000.0,
             false},
        Kind{"opus",
             "Ogg",
             "Opus",
             0,
             {"-c:a", "libopus", "-b:a", "192k", "-f", "opus"},
             48000.0,
             false,
             48000.0},
        Kind{
            "aac", "MP4", "AAC", 0, {"-c:a", "aac", "-b:a", "192k", "-f", "ipod"}, 96000.0, false}),
    [](const auto& kind) { return kind.param.name; });

TEST(AudioFile, AStreamWithoutALengthInItsHeaderIsCounted) {
  const TestFolder folder;
  const Signal original = chirp(44100, 2, 30001);
  put_wav(folder / "from.wav", original);
  const std::string from = (folder / "from.wav").string();
  const auto piped = [&](const std::string& options, const std::string& to) {
    run_tool({"sh", "-c", "ffmpeg -v error -nostdin -i \"$0\" " + options + " - | cat > \"$1\"",
              from, (folder / to).string()});
    return read_all(folder / to);
  };
  expect_same(piped("-c:a pcm_s24le -f wav", "piped.wav"), read_all(from));
  expect_same(piped("-c:a flac -f flac", "piped.flac"), read_all(from));
  // Without a Xing header nobody says how much delay there is: 1105 + padding stay in.
  EXPECT_EQ(piped("-b:a 192k -write_xing 0 -f mp3", "piped.mp3").frame_count() % 1152, 0);
}

TEST(AudioFile, TheContentDecidesNotTheName) {
  const TestFolder folder;
  put_wav(folder / "liar.mp3", chirp(48000, 2, 1000));
  EXPECT_EQ(open_audio(folder / "liar.mp3").value().info.container, "WAV");
}

TEST(AudioFile, EveryPassReadsTheSameAndBlockLengthsDoNotMatter) {
  const TestFolder folder;
  put_wav(folder / "x.wav", chirp(48000, 2, 10000));
  const OpenSource open = opener(folder / "x.wav");
  auto first = open().value(), second = open().value();
  const Signal whole = testkit::drain(*first);
  AudioBuffer buffer{2, 9000};
  ASSERT_EQ(second->read(buffer.block().frames(0, 7)).value(), 7);
  EXPECT_EQ(buffer.block().channel(1)[6], whole.at(1, 6));
  ASSERT_EQ(second->read(buffer.block()).value(), 9000);
  EXPECT_EQ(buffer.block().channel(0)[8999], whole.at(0, 9006));
  EXPECT_EQ(second->read(buffer.block()).value(), 993);
  EXPECT_EQ(second->read(buffer.block()).value(), 0);
}

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

namespace {

/// WAVE_FORMAT_EXTENSIBLE, 16 bit, one frame in which channel k is k + 1 steps, then a second of
/// nothing. `mask` says which loudspeakers the channels are.
std::string wav_with_mask(int channel_count, std::uint32_t mask) {
  std::string data;
  for (int f = 0; f < 48000; ++f)
    for (int c = 0; c < channel_count; ++c)
      data += bytes_of(static_cast<std::int16_t>(f == 0 ? c + 1 : 0));
  const int frame_bytes = 2 * channel_count;
  const std::string pcm{"\x01\x00\x00\x00\x00\x00\x10\x00\x80\x00\x00\xaa\x00\x38\x9b\x71", 16};
  return "RIFF" + bytes_of(static_cast<std::uint32_t>(60 + data.size())) + "WAVEfmt " +
         bytes_of(std::uint32_t{40}) + bytes_of(std::uint16_t{0xFFFE}) +
         bytes_of(static_cast<std::uint16_t>(channel_count)) + bytes_of(std::uint32_t{48000}) +
         bytes_of(static_cast<std::uint32_t>(48000 * frame_bytes)) +
         bytes_of(static_cast<std::uint16_t>(frame_bytes)) + bytes_of(std::uint16_t{16}) +
         bytes_of(std::uint16_t{22}) + bytes_of(std::uint16_t{16}) + bytes_of(mask) + pcm + "data" +
         bytes_of(static_cast<std::uint32_t>(data.size())) + data;
}

/// The first frame, in steps.
std::vector<double> first_frame(const std::filesystem::path& path) {
  auto opened = open_audio(path, {.most_channels = 6});
  EXPECT_TRUE(opened.ok()) << (opened.ok() ? "" : opened.error().text());
  if (!opened.ok()) return {};
  const Signal all = testkit::drain(*opened->source);
  std::vector<double> frame;
  for (int c = 0; c < all.channel_count(); ++c) frame.push_back(all.at(c, 0) * 32768.0);
  return frame;
}

}  // namespace

TEST(AudioFile, SurroundArrivesInOneOrderWhereItIsWantedAndIsRefusedElsewhere) {
  const TestFolder folder;
  const auto put = [&](const char* name, int channels, std::uint32_t mask) {
    put_bytes(folder / name, wav_with_mask(channels, mask));
    return folder / name;
  };
  const std::vector<double> as_stored{1, 2, 3, 4, 5, 6};
  EXPECT_EQ(first_frame(put("side.wav", 6, 0x60F)), as_stored);  // FL FR FC LFE SL SR
  EXPECT_EQ(first_frame(put("back.wav", 6, 0x3F)), as_stored);   // FL FR FC LFE BL BR
  EXPECT_EQ(first_frame(put("five.wav", 5, 0x37)), (std::vector<double>{1, 2, 3, 4, 5}));
  put_bytes(folder / "plain.wav", wav_bytes(std::string(1200, 'x'), 1, 16, 6, 48000));
  EXPECT_EQ(first_frame(folder / "plain.wav").size(), 6u);
  expect_refusal(folder / "side.wav", "Lacquer masters mono and stereo");

  const auto why = [&](const std::filesystem::path& path) {
    const auto opened = open_audio(path, {.most_channels = 6});
    return opened.ok() ? "opened" : opened.error().sentence;
  };
  EXPECT_NE(why(put("other.wav", 6, 0x13F - 0x10)).find("not those of 5.1"), std::string::npos);
  EXPECT_NE(why(put("quad.wav", 4, 0x33)).find("4 channels; Lacquer measures"), std::string::npos);
  EXPECT_NE(why(put("eight.wav", 8, 0x63F)).find("8 channels"), std::string::npos);
}

TEST(AudioFile, ACutFileIsCalledTruncatedInEveryFormat) {
  const TestFolder folder;
  put_wav(folder / "whole.wav", testkit::bursts(1, 2, 100000, 0.5));
  const std::string from = (folder / "whole.wav").string();
  for (const std::string name :
       {"x.wav", "x.aiff", "x.flac", "x.mp3", "x.ogg", "x.opus", "x.m4a"}) {
    run_tool({"ffmpeg", "-nostdin", "-v", "error", "-y", "-i", from, (folder / name).string()});
    // ffmpeg rounds the length of an MP4 to a millisecond unless told otherwise.
    ASSERT_NEAR(read_all(folder / name).frame_count(), 100000, 24) << name;
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
