#include "lacquer/chain/trial.h"

#include <algorithm>
#include <cassert>

#include "lacquer/chain/stage.h"
#include "lacquer/measure/meter.h"

namespace lacquer::chain {

struct Trial::State {
  State(const StreamFormat& format, const measure::Parts& parts)
      : meter{format, parts}, copy{format.channel_count, block_frames} {}

  void run(AudioBlock block) {
    for (const auto& stage : stages) stage->process(block);
    const int early = std::min(early_frames, block.frame_count());
    early_frames -= early;
    meter.add(block.frames(early, block.frame_count() - early));
  }

  std::vector<std::unique_ptr<Stage>> stages;
  measure::Meter meter;
  AudioBuffer copy;
  int latency_frames = 0;
  int early_frames = 0;  // still to come out before the first frame does
};

Trial::Trial(const std::vector<Step>& steps, const StreamFormat& format, bool peaks) {
  measure::Parts parts = measure::Parts::none();
  parts.loudness = true;
  parts.peak = peaks;
  state_ = std::make_unique<State>(format, parts);
  for (const Step& step : steps) {
    assert(validate(step).ok());
    if (step.bypassed) continue;
    auto& stage = state_->stages.emplace_back(find_processor(step.processor)->make(step.settings));
    stage->prepare(format);
    state_->latency_frames += stage->latency_frames();
  }
  state_->early_frames = state_->latency_frames;
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
  const auto measured = state_->meter.finish();
  return {measured.loudness.integrated_lufs, measured.peak.true_dbtp};
}

}  // namespace lacquer::chain
