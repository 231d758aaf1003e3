#include <algorithm>
#include <numeric>

#include "lacquer/chain/edit.h"
#include "lacquer/chain/number.h"
#include "lacquer/chain/recipe.h"
#include "lacquer/chain/stage.h"

namespace lacquer::chain {
namespace {

using Stages = std::vector<std::unique_ptr<Stage>>;

/// Runs ahead of its reader by the stages' latency, and plays silence into them after the end, so
/// that every frame comes out where it went in.
class ProcessedSource : public AudioSource {
 public:
  ProcessedSource(Stages stages, SourcePointer source)
      : stages_{std::move(stages)}, source_{std::move(source)}, format_{source_->format()} {
    for (auto& stage : stages_) {
      stage->prepare(format_);
      latency_frames_ += stage->latency_frames();
    }
  }

  StreamFormat format() const override { return format_; }
  std::int64_t frame_count() const override { return source_->frame_count(); }

  Result<int> read(AudioBlock block) override {
    if (latency_frames_ > 0) {
      AudioBuffer early{format_.channel_count, block_frames};
      while (latency_frames_ > 0) {
        const int frames = std::min(latency_frames_, block_frames);
        TRY_DO(fill(early.block().frames(0, frames)));
        latency_frames_ -= frames;
      }
    }
    const int frames =
        static_cast<int>(std::min<std::int64_t>(block.frame_count(), frame_count() - frames_out_));
    if (frames <= 0) return 0;
    TRY_DO(fill(block.frames(0, frames)));
    frames_out_ += frames;
    return frames;
  }

 private:
  /// The next frames of the source, or silence after them, through the stages.
  Result<void> fill(AudioBlock block) {
    int filled = 0;
    while (filled < block.frame_count() && frames_in_ < frame_count()) {
      const int wanted = static_cast<int>(
          std::min<std::int64_t>(block.frame_count() - filled, frame_count() - frames_in_));
      TRY(const int got, source_->read(block.frames(filled, wanted)));
      if (got == 0)
        return Error{ErrorKind::unusable_input,
                     "The audio ends after " + std::to_string(frames_in_) + " of " +
                         std::to_string(frame_count()) + " frames.",
                     "", "Export the file again."};
      filled += got;
      frames_in_ += got;
    }
    for (int c = 0; c < block.channel_count(); ++c)
      std::fill(block.channel(c) + filled, block.channel(c) + block.frame_count(), 0.0);
    for (auto& stage : stages_) stage->process(block);
    return {};
  }

  Stages stages_;
  SourcePointer source_;
  StreamFormat format_;
  int latency_frames_ = 0;  // still to be played before the first frame comes out
  std::int64_t frames_in_ = 0;
  std::int64_t frames_out_ = 0;
};

}  // namespace

Result<SourcePointer> process(const Recipe& recipe, SourcePointer source) {
  Stages stages;
  for (const Step& step : recipe.steps) {
    TRY_DO(validate(step));
    if (step.bypassed) continue;
    stages.push_back(find_processor(step.processor)->make(step.settings));
  }
  if (!stages.empty())
    source = std::make_unique<ProcessedSource>(std::move(stages), std::move(source));
  return edit(recipe.edit, std::move(source));
}

}  // namespace lacquer::chain
