#include "lacquer/media/rate_converter.h"

#include <soxr.h>

#include <array>
#include <cmath>

namespace lacquer::media {
namespace {
struct DeleteSoxr {
  void operator()(soxr_t handle) const { soxr_delete(handle); }
};
using Handle = std::unique_ptr<soxr, DeleteSoxr>;

/// Of the lower rate's half. At 44.1 kHz: 0.004 dB down at 21.25 kHz, 3 dB at 21.6 kHz, more than
/// 180 dB from 22.05 kHz on (docs/media.md has the table); soxr's own 0.913 is 3.6 dB down at 21
/// kHz.
constexpr double passband_end = 0.96;

class ConvertedSource : public AudioSource {
 public:
  ConvertedSource(SourcePointer source, double sample_rate_hz, Handle handle)
      : source_{std::move(source)},
        format_{sample_rate_hz, source_->format().channel_count},
        frame_count_{std::llround(static_cast<double>(source_->frame_count()) * sample_rate_hz /
                                  source_->format().sample_rate_hz)},
        handle_{std::move(handle)},
        input_{format_.channel_count, block_frames} {}

  StreamFormat format() const override { return format_; }
  std::int64_t frame_count() const override { return frame_count_; }

  Result<int> read(AudioBlock block) override {
    assert(block.channel_count() == format_.channel_count);
    const int wanted =
        static_cast<int>(std::min<std::int64_t>(block.frame_count(), frame_count_ - position_));
    int done = 0;
    while (done < wanted) {
      if (used_ == filled_ && !ended_) TRY_DO(refill());
      TRY(const int made, step(block.frames(done, wanted - done)));
      done += made;
      // soxr's own count may end a frame early by rounding; the length we gave is kept.
      if (made == 0 && ended_) {
        for (int c = 0; c < format_.channel_count; ++c)
          std::fill_n(block.channel(c) + done, wanted - done, 0.0);
        done = wanted;
      }
    }
    position_ += wanted;
    return wanted;
  }

 private:
  Result<void> refill() {
    TRY(filled_, source_->read(input_.block()));
    used_ = 0;
    ended_ = filled_ == 0;
    return {};
  }

  /// Hands soxr what is left of the input and takes what it gives.
  Result<int> step(AudioBlock out) {
    std::array<const double*, 2> in{};
    std::array<double*, 2> to{};
    const AudioBlock rest = input_.block().frames(used_, filled_ - used_);
    for (int c = 0; c < format_.channel_count; ++c) {
      in[static_cast<std::size_t>(c)] = rest.channel(c);
      to[static_cast<std::size_t>(c)] = out.channel(c);
    }
    std::size_t taken = 0, made = 0;
    const soxr_error_t error = soxr_process(
        handle_.get(), ended_ ? nullptr : in.data(), static_cast<std::size_t>(rest.frame_count()),
        &taken, to.data(), static_cast<std::size_t>(out.frame_count()), &made);
    if (error)
      return Error{ErrorKind::usage, std::string{"Rate conversion failed: "} + error + ".", {}, {}};
    used_ += static_cast<int>(taken);
    return static_cast<int>(made);
  }

  SourcePointer source_;
  StreamFormat format_;
  std::int64_t frame_count_;
  Handle handle_;
  AudioBuffer input_;
  int filled_ = 0, used_ = 0;  // frames of input_
  bool ended_ = false;
  std::int64_t position_ = 0;
};
}  // namespace

Result<SourcePointer> convert_rate(SourcePointer source, double sample_rate_hz) {
  const StreamFormat from = source->format();
  if (from.sample_rate_hz == sample_rate_hz) return source;
  if (!(sample_rate_hz >= 8000.0 && sample_rate_hz <= 192000.0))
    return Error{ErrorKind::usage,
                 "A sample rate of " + std::to_string(std::llround(sample_rate_hz)) +
                     " Hz was asked for; Lacquer makes 8000 to 192000 Hz.",
                 {},
                 "Ask for a rate in that range."};
  soxr_quality_spec_t quality = soxr_quality_spec(SOXR_VHQ, SOXR_LINEAR_PHASE);
  quality.passband_end = passband_end;
  const soxr_io_spec_t samples = soxr_io_spec(SOXR_FLOAT64_S, SOXR_FLOAT64_S);
  const soxr_runtime_spec_t runtime = soxr_runtime_spec(1);
  soxr_error_t error = nullptr;
  Handle handle{soxr_create(from.sample_rate_hz, sample_rate_hz,
                            static_cast<unsigned>(from.channel_count), &error, &samples, &quality,
                            &runtime)};
  if (!handle)
    return Error{
        ErrorKind::usage, std::string{"Rate conversion cannot start: "} + error + ".", {}, {}};
  return SourcePointer{
      std::make_unique<ConvertedSource>(std::move(source), sample_rate_hz, std::move(handle))};
}

}  // namespace lacquer::media
