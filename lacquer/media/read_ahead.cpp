#include "lacquer/media/read_ahead.h"

#include <array>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <thread>

namespace lacquer::media {
namespace {

constexpr int frames_of_parcel = 4 * block_frames;
constexpr std::size_t parcel_count = 4;

class ReadAhead final : public AudioSource {
 public:
  explicit ReadAhead(SourcePointer source) : source_{std::move(source)} {
    for (Parcel& parcel : parcels_)
      parcel.audio = AudioBuffer{source_->format().channel_count, frames_of_parcel};
    thread_ = std::thread{[this] { fetch(); }};
  }
  ReadAhead(const ReadAhead&) = delete;
  ReadAhead& operator=(const ReadAhead&) = delete;
  ~ReadAhead() override {
    {
      const std::lock_guard lock{mutex_};
      given_up_ = true;
    }
    emptied_.notify_one();
    thread_.join();
  }

  StreamFormat format() const override { return source_->format(); }
  std::int64_t frame_count() const override { return source_->frame_count(); }

  Result<int> read(AudioBlock block) override {
    int written = 0;
    while (written < block.frame_count()) {
      wait_for_parcel();
      const Parcel& parcel = parcels_[emptied_count_ % parcel_count];
      if (parcel.frame_count == 0) {  // stays where it is, for whoever asks again
        if (parcel.error && written == 0) return *parcel.error;
        break;
      }
      const int count = std::min(block.frame_count() - written, parcel.frame_count - taken_);
      for (int c = 0; c < block.channel_count(); ++c)
        std::copy_n(parcel.audio.block().channel(c) + taken_, count, block.channel(c) + written);
      written += count;
      taken_ += count;
      if (taken_ == parcel.frame_count) give_back();
    }
    return written;
  }

 private:
  /// Frames, and what stopped the reading after them; none and no error is the end.
  struct Parcel {
    AudioBuffer audio;
    int frame_count = 0;
    std::optional<Error> error;
  };

  void wait_for_parcel() {
    std::unique_lock lock{mutex_};
    filled_.wait(lock, [this] { return filled_count_ > emptied_count_; });
  }
  void give_back() {
    taken_ = 0;
    {
      const std::lock_guard lock{mutex_};
      ++emptied_count_;
    }
    emptied_.notify_one();
  }

  void fetch() {
    for (;;) {
      Parcel* parcel = nullptr;
      {
        std::unique_lock lock{mutex_};
        emptied_.wait(
            lock, [this] { return given_up_ || filled_count_ - emptied_count_ < parcel_count; });
        if (given_up_) return;
        parcel = &parcels_[filled_count_ % parcel_count];
      }
      const auto frames = source_->read(parcel->audio.block());
      parcel->frame_count = frames.ok() ? *frames : 0;
      if (!frames.ok()) parcel->error = frames.error();
      const bool last = parcel->frame_count == 0;
      {
        const std::lock_guard lock{mutex_};
        ++filled_count_;
      }
      filled_.notify_one();
      if (last) return;
    }
  }

  SourcePointer source_;
  std::array<Parcel, parcel_count> parcels_;
  std::mutex mutex_;  // guards the two counts and the flag
  std::condition_variable filled_, emptied_;
  std::size_t filled_count_ = 0, emptied_count_ = 0;
  bool given_up_ = false;
  int taken_ = 0;  // of the parcel being emptied; the reader's own
  std::thread thread_;
};

}  // namespace

SourcePointer read_ahead(SourcePointer source) {
  return std::make_unique<ReadAhead>(std::move(source));
}

}  // namespace lacquer::media
