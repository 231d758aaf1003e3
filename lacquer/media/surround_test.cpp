#include <gtest/gtest.h>

#include "lacquer/media/audio_file.h"
#include "lacquer/media/test_audio.h"
#include "lacquer/media/test_folder.h"
#include "lacquer/media/test_refusal.h"

using namespace lacquer;
using namespace lacquer::media;
using testkit::Signal;

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
