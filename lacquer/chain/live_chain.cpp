#include "lacquer/chain/live_chain.h"

#include <algorithm>

#include "lacquer/chain/stage.h"
#include "lacquer/dsp/ramp.h"
#include "lacquer/dsp/usable.h"

namespace lacquer::chain {
namespace {

constexpr double fade_s = 0.02;
constexpr int chunk_frames = 256;

}  // namespace

/// One step and, beside it, the same signal without it, in step.
class LiveChain::Slot {
 public:
  Slot(const Step& step, const StreamFormat& format)
      : stage_{find_processor(step.processor)->make_live(step.settings)},
        dry_{format.channel_count, chunk_frames},
        bypassed_{step.bypassed} {
    stage_->prepare(format);
    fade_.prepare(format.sample_rate_hz, fade_s);
    delayed_.assign(static_cast<std::size_t>(format.channel_count),
                    std::vector<double>(static_cast<std::size_t>(stage_->latency_frames())));
  }

  int latency_frames() const noexcept { return stage_->latency_frames(); }
  bool set(std::string_view parameter, double value) noexcept {
    return stage_->set(parameter, value);
  }
  void bypass(bool bypassed) noexcept { bypassed_ = bypassed; }

  void reset() noexcept {
    stage_->reset();
    fade_.reset();
    for (auto& ring : delayed_) std::fill(ring.begin(), ring.end(), 0.0);
    at_ = 0;
  }

  void process(AudioBlock block) noexcept {
    const AudioBlock dry = dry_.block().frames(0, block.frame_count());
    delay(block, dry);
    stage_->process(block);
    fade_.aim(bypassed_ ? 1.0 : 0.0);
    if (!fade_.moving()) {
      if (bypassed_) copy(dry, block);
      return;
    }
    for (int f = 0; f < block.frame_count(); ++f) {
      const double share = fade_.next();
      for (int c = 0; c < block.channel_count(); ++c) {
        double& wet = block.channel(c)[f];
        // At the ends of the fade one of the two alone, to the bit.
        wet = share == 0.0   ? wet
              : share == 1.0 ? dry.channel(c)[f]
                             : wet + share * (dry.channel(c)[f] - wet);
      }
    }
  }

 private:
  static void copy(AudioBlock from, AudioBlock to) noexcept {
    for (int c = 0; c < to.channel_count(); ++c)
      std::copy_n(from.channel(c), to.frame_count(), to.channel(c));
  }

  void delay(AudioBlock in, AudioBlock out) noexcept {
    copy(in, out);
    for (int c = 0; c < out.channel_count(); ++c)
      for (int f = 0; f < out.frame_count(); ++f)
        out.channel(c)[f] = dsp::usable(out.channel(c)[f]);
    const std::size_t length = delayed_.empty() ? 0 : delayed_[0].size();
    if (length == 0) return;
    std::size_t at = at_;
    for (int c = 0; c < out.channel_count(); ++c) {
      auto& ring = delayed_[static_cast<std::size_t>(c)];
      at = at_;
      for (int f = 0; f < out.frame_count(); ++f) {
        std::swap(out.channel(c)[f], ring[at]);
        at = at + 1 == length ? 0 : at + 1;
      }
    }
    at_ = at;
  }

  std::unique_ptr<Stage> stage_;
  AudioBuffer dry_;
  std::vector<std::vector<double>> delayed_;  // per channel, a ring as long as the latency
  std::size_t at_ = 0;
  dsp::Ramp fade_;  // 1: bypassed
  bool bypassed_;
};

LiveChain::LiveChain() = default;
LiveChain::~LiveChain() = default;
LiveChain::LiveChain(LiveChain&&) noexcept = default;
LiveChain& LiveChain::operator=(LiveChain&&) noexcept = default;

Result<LiveChain> LiveChain::make(const Recipe& recipe, const StreamFormat& format) {
  LiveChain chain;
  for (const Step& step : recipe.steps) {
    TRY_DO(validate(step));
    chain.slots_.emplace_back(step, format);
  }
  return chain;
}

void LiveChain::process(AudioBlock block) noexcept {
  for (int done = 0; done < block.frame_count(); done += chunk_frames) {
    const int frames = std::min(chunk_frames, block.frame_count() - done);
    for (Slot& slot : slots_) slot.process(block.frames(done, frames));
  }
}

void LiveChain::reset() noexcept {
  for (Slot& slot : slots_) slot.reset();
}

int LiveChain::latency_frames() const noexcept {
  int frames = 0;
  for (const Slot& slot : slots_) frames += slot.latency_frames();
  return frames;
}

std::size_t LiveChain::step_count() const noexcept { return slots_.size(); }

bool LiveChain::set(std::size_t step, std::string_view parameter, double value) noexcept {
  return step < slots_.size() && slots_[step].set(parameter, value);
}

bool LiveChain::bypass(std::size_t step, bool bypassed) noexcept {
  if (step >= slots_.size()) return false;
  slots_[step].bypass(bypassed);
  return true;
}

}  // namespace lacquer::chain
