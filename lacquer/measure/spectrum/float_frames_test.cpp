#include "lacquer/measure/spectrum/float_frames.h"

#include <gtest/gtest.h>

#include <random>

#include "testkit/signal.h"

using namespace lacquer;
using measure::FloatFrames;

TEST(FloatFrames, TheLastFramesStandInOnePieceWhateverTheBlocks) {
  constexpr int keep = 1000;
  auto signal = testkit::noise(5, 2, 30000, 0.5);
  std::mt19937 engine{3};
  FloatFrames frames{2, keep};
  for (int at = 0; at < signal.frame_count();) {
    const int count = std::min(static_cast<int>(engine() % (keep + 1)), signal.frame_count() - at);
    frames.add(signal.block().frames(at, count));
    at += count;
    ASSERT_EQ(frames.end(), at);
    for (int c = 0; c < 2; ++c) {
      const float* kept = frames.at(c, at - keep);
      for (int f = 0; f < keep; ++f) {
        const int frame = at - keep + f;
        ASSERT_EQ(kept[f], frame < 0 ? 0.0f : static_cast<float>(signal.at(c, frame)));
      }
    }
    ASSERT_EQ(reinterpret_cast<std::uintptr_t>(frames.at(0, (at - keep / 2) / 16 * 16)) % 64, 0u);
  }
}
