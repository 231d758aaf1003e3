#include "testkit/files.h"

#include <gtest/gtest.h>

#include "lacquer/media/audio_file.h"
#include "lacquer/media/test_audio.h"
#include "lacquer/media/test_folder.h"

namespace lacquer::testkit {

Signal read(const std::filesystem::path& path) {
  const auto opened = media::open_audio(path);
  EXPECT_TRUE(opened.ok()) << opened.error().text();
  return drain(*opened.value().source);
}

Signal coded(const Signal& signal, const std::string& encoder, const std::string& extension,
             int kbps, const std::vector<std::string>& after) {
  const media::TestFolder folder;
  const auto from = folder / "from.wav", lossy = folder / ("lossy." + extension);
  const auto to = folder / "to.wav";
  media::put_wav(from, signal, 16);
  const std::vector<std::string> ffmpeg{"ffmpeg", "-nostdin", "-v", "error", "-i"};
  auto encode = ffmpeg, decode = ffmpeg;
  for (const std::string& word : {from.string(), std::string{"-c:a"}, encoder, std::string{"-b:a"},
                                  std::to_string(kbps) + "k", lossy.string()})
    encode.push_back(word);
  decode.push_back(lossy.string());
  decode.insert(decode.end(), after.begin(), after.end());
  decode.insert(decode.end(), {"-c:a", "pcm_s16le", to.string()});
  media::run_tool(encode);
  media::run_tool(decode);
  return read(to);
}

}  // namespace lacquer::testkit
