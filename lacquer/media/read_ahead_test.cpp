#include "lacquer/media/read_ahead.h"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <thread>

#include "testkit/signal.h"

using namespace lacquer;

namespace {

/// The frames of a signal, in whatever lengths they are asked for, then an error if there is one.
class FromSignal final : public AudioSource {
 public:
  explicit FromSignal(const testkit::Signal& signal, const Error* error = nullptr,
                      std::atomic<int>* reads = nullptr)
      : signal_{signal}, error_{error}, reads_{reads} {}

  StreamFormat format() const override { return signal_.format(); }
  std::int64_t frame_count() const override { return signal_.frame_count(); }
  Result<int> read(AudioBlock block) override {
    if (reads_) ++*reads_;
    const int count = std::min(block.frame_count(), signal_.frame_count() - at_);
    if (count == 0 && error_) return *error_;
    for (int c = 0; c < block.channel_count(); ++c)
      for (int f = 0; f < count; ++f) block.channel(c)[f] = signal_.at(c, at_ + f);
    at_ += count;
    return count;
  }

 private:
  const testkit::Signal& signal_;
  const Error* error_;
  std::atomic<int>* reads_;
  int at_ = 0;
};

}  // namespace

TEST(ReadAhead, GivesTheSameFramesForAnyBlockLengthAndThenNothingMore) {
  const auto signal = testkit::noise(3, 2, 150001, 0.5, 44100.0);
  for (const int length : {1000, 4096, 16384, 50000}) {
    const auto source = media::read_ahead(std::make_unique<FromSignal>(signal));
    EXPECT_EQ(source->frame_count(), signal.frame_count());
    EXPECT_EQ(source->format(), signal.format());
    AudioBuffer buffer{2, length};
    int done = 0;
    for (int count; (count = source->read(buffer.block()).value()) > 0; done += count) {
      ASSERT_EQ(count, std::min(length, signal.frame_count() - done));
      for (int c = 0; c < 2; ++c)
        for (int f = 0; f < count; ++f)
          ASSERT_EQ(buffer.block().channel(c)[f], signal.at(c, done + f));
    }
    EXPECT_EQ(done, signal.frame_count());
    EXPECT_EQ(source->read(buffer.block()).value(), 0);
  }
}

TEST(ReadAhead, AnErrorComesAfterTheFramesBeforeItAndStays) {
  const auto signal = testkit::noise(3, 1, 70000, 0.5, 44100.0);
  const Error damage{ErrorKind::unusable_input, "Damaged.", "at 1.6 s", "Export it again."};
  const auto source = media::read_ahead(std::make_unique<FromSignal>(signal, &damage));
  AudioBuffer buffer{1, 4096};
  int done = 0;
  for (;;) {
    const auto count = source->read(buffer.block());
    if (!count.ok()) break;
    ASSERT_GT(*count, 0);
    done += *count;
  }
  EXPECT_EQ(done, signal.frame_count());
  for (int again = 0; again < 2; ++again)
    EXPECT_EQ(source->read(buffer.block()).error().place, "at 1.6 s");
}

TEST(ReadAhead, ReadsOnlySoFarAheadAndStopsWhenGivenUp) {
  const auto signal = testkit::noise(3, 1, 4000000, 0.5, 44100.0);
  std::atomic<int> reads{0};
  {
    const auto source = media::read_ahead(std::make_unique<FromSignal>(signal, nullptr, &reads));
    AudioBuffer buffer{1, 100};
    ASSERT_EQ(source->read(buffer.block()).value(), 100);
    // Long enough for all of the signal, if nothing held it back.
    std::this_thread::sleep_for(std::chrono::milliseconds{100});
    EXPECT_LE(reads, 4);
  }
  EXPECT_LE(reads, 5);
}
