#include "lacquer/media/audio_file.h"

#include <gtest/gtest.h>

#include "lacquer/media/file_hash.h"
#include "lacquer/media/files.h"
#include "lacquer/media/test_audio.h"
#include "lacquer/media/test_folder.h"
#include "testkit/files.h"

using namespace lacquer;
using namespace lacquer::media;
using testkit::Signal;

namespace {

void expect_same(const Signal& a, const Signal& b) {
  ASSERT_EQ(a.frame_count(), b.frame_count());
  ASSERT_EQ(a.format(), b.format());
  for (int c = 0; c < a.channel_count(); ++c)
    for (int f = 0; f < a.frame_count(); ++f) ASSERT_EQ(a.at(c, f), b.at(c, f)) << f;
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
    const Signal signal = testkit::read(folder / "x.wav");
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
  const Signal floats = testkit::read(folder / "f.wav"), doubles = testkit::read(folder / "d.wav");
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
        expect_same(decoded, testkit::read(folder / "from.wav"));
      } else {
        EXPECT_EQ(best_lag(original, decoded), 0);
        EXPECT_LT(difference(original, decoded), 0.1 * 0.35);
        EXPECT_NEAR(decoded.at(channels - 1, 9000), decoded.at(0, 9000) / channels, 0.05);
      }

      FileHash hash{command.back()};
      auto hashed = open_audio(command.back(), {.hash = &hash});
      ASSERT_TRUE(hashed.ok()) << hashed.error().text();
      expect_same(testkit::drain(*hashed.value().source), decoded);
      EXPECT_EQ(hash.finish().value(), sha256(get_bytes(command.back())));
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
    return testkit::read(folder / to);
  };
  expect_same(piped("-c:a pcm_s24le -f wav", "piped.wav"), testkit::read(from));
  expect_same(piped("-c:a flac -f flac", "piped.flac"), testkit::read(from));
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
