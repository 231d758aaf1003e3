#include "lacquer/chain/hand_out.h"

#include <gtest/gtest.h>

#include <atomic>
#include <vector>

#include "testkit/signal.h"

using namespace lacquer;

namespace {

/// Ends with an error after so many frames.
class Broken : public AudioSource {
 public:
  explicit Broken(int frames) : left_{frames} {}
  StreamFormat format() const override { return {48000.0, 1}; }
  std::int64_t frame_count() const override { return 1000000; }
  Result<int> read(AudioBlock block) override {
    if (left_ == 0) return Error{ErrorKind::unusable_input, "It ends here.", "", ""};
    const int frames = std::min(left_, block.frame_count());
    for (int f = 0; f < frames; ++f) block.channel(0)[f] = 0.0;
    left_ -= frames;
    return frames;
  }

 private:
  int left_;
};

}  // namespace

TEST(HandOut, EveryListenerHearsEveryFrameInOrderHoweverManyThreads) {
  for (const int frames : {0, 1, 16384, 16385, 100000})
    for (const int threads : {1, 2, 7}) {
      const auto signal = testkit::noise(3, 2, frames, 1.0);
      std::vector<double> heard[3];
      std::vector<chain::Listener> listeners;
      for (auto& one : heard)
        listeners.push_back([&one](AudioBlock block) {
          for (int f = 0; f < block.frame_count(); ++f) one.push_back(block.channel(1)[f]);
        });
      const auto source = testkit::open(signal)().value();
      ASSERT_TRUE(chain::hand_out(*source, listeners, {}, threads).ok());
      for (const auto& one : heard) {
        ASSERT_EQ(one.size(), static_cast<std::size_t>(frames));
        for (int f = 0; f < frames; ++f)
          ASSERT_EQ(one[static_cast<std::size_t>(f)], signal.at(1, f)) << f;
      }
    }
}

TEST(HandOut, AnErrorOfTheSourceIsHandedOnAndACancelStops) {
  for (const int threads : {1, 3}) {
    Broken broken{40000};
    const auto failed = chain::hand_out(broken, {[](AudioBlock) {}}, {}, threads);
    ASSERT_FALSE(failed.ok());
    EXPECT_EQ(failed.error().kind, ErrorKind::unusable_input);

    std::atomic<bool> cancel{false};
    const auto source = testkit::open(testkit::Signal{1, 200000})().value();
    int parcels = 0;
    const auto stopped = chain::hand_out(*source, {[&](AudioBlock) {
      ++parcels;
      cancel = true;
    }},
                                         Progress{nullptr, &cancel}, threads);
    ASSERT_FALSE(stopped.ok());
    EXPECT_EQ(stopped.error().kind, ErrorKind::cancelled);
    EXPECT_LE(parcels, 2);
  }
}
