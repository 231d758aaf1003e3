#include "lacquer/chain/trial.h"

#include <algorithm>
#include <cassert>

#include "lacquer/chain/stage.h"
#include "lacquer/measure/meter.h"

namespace lacquer::chain {

struct Trial::State {
  State(const Editing& edit, const StreamFormat& format, const measure::Parts& parts)
      : editing{edit}, meter{format, parts}, copy{format.channel_count, block_frames} {}

  void run(AudioBlock block) {
    for (const auto& stage : stages) stage->process(block);
    // What comes out before the first frame does, or lies outside the trims, is not heard.
    const std::int64_t begin = std::clamp<std::int64_t>(-position, 0, block.frame_count());
    const std::int64_t end =
        std::clamp<std::int64_t>(editing.kept() - position, begin, block.frame_count());
    const AudioBlock heard = block.frames(static_cast<int>(begin), static_cast<int>(end - begin));
    editing.fade(heard, position + begin);
    meter.add(heard);
    position += block.frame_count();
  }

  void silence(std::int64_t frames) {
    copy.clear();
    for (; frames > 0; frames -= block_frames)
      meter.add(
          copy.block().frames(0, static_cast<int>(std::min<std::int64_t>(frames, block_frames))));
  }

  std::vector<std::unique_ptr<Stage>> stages;
  Editing editing;
  measure::Meter meter;
  AudioBuffer copy;
  int latency_frames = 0;
  std::int64_t position = 0;  // of what comes out next, from the trim on
};

Trial::Trial(const std::vector<Step>& steps, const Editing& editing, const StreamFormat& format,
             bool peaks) {
  measure::Parts parts = measure::Parts::none();
  parts.loudness = true;
  parts.peak = peaks;
  state_ = std::make_unique<State>(editing, format, parts);
  for (const Step& step : steps) {
    assert(validate(step).ok());
    if (step.bypassed) continue;
    auto& stage = state_->stages.emplace_back(find_processor(step.processor)->make(step.settings));
    stage->prepare(format);
    state_->latency_frames += stage->latency_frames();
  }
  state_->position = -state_->latency_frames - editing.trim_start();
  state_->silence(editing.silence_before());
}

Trial::~Trial() = default;
Trial::Trial(Trial&&) noexcept = default;

void Trial::add(AudioBlock block) {
  for (int done = 0; done < block.frame_count(); done += block_frames) {
    const int frames = std::min(block_frames, block.frame_count() - done);
    const AudioBlock own = state_->copy.block().frames(0, frames);
    for (int c = 0; c < own.channel_count(); ++c)
      std::copy_n(block.channel(c) + done, frames, own.channel(c));
    state_->run(own);
  }
}

Trial::Heard Trial::finish() {
  for (int done = 0; done < state_->latency_frames; done += block_frames) {
    state_->copy.clear();
    state_->run(
        state_->copy.block().frames(0, std::min(block_frames, state_->latency_frames - done)));
  }
  state_->silence(state_->editing.silence_after());
  const auto measured = state_->meter.finish();
  return {measured.loudness.integrated_lufs, measured.peak.true_dbtp};
}

}  // namespace lacquer::chain
