// Stereo noise, or what a repair has to do with, at 44.1 kHz through one processor, for callgrind:
// the difference of two lengths is what the frames cost, without the start.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <iostream>

#include "bench/speed/at_work.h"
#include "lacquer/dsp/quantiser.h"
#include "testkit/signal.h"

using namespace lacquer;

namespace {

/// A second, again and again: next to nothing to make.
class Repeated : public AudioSource {
 public:
  Repeated(testkit::Signal second, std::int64_t frames)
      : second_{std::move(second)}, frames_{frames} {}
  StreamFormat format() const override { return second_.format(); }
  std::int64_t frame_count() const override { return frames_; }
  Result<int> read(AudioBlock block) override {
    const int at = static_cast<int>(position_ % second_.frame_count());
    const int frames = static_cast<int>(std::min<std::int64_t>(
        {block.frame_count(), second_.frame_count() - at, frames_ - position_}));
    for (int c = 0; c < 2; ++c)
      std::copy_n(second_.block().channel(c) + at, frames, block.channel(c));
    position_ += frames;
    return frames;
  }

 private:
  testkit::Signal second_;
  std::int64_t frames_, position_ = 0;
};

}  // namespace

int main(int count, char** words) try {
  std::string processor;
  double seconds = 1.0;
  bool at_work = false;
  CLI::App app{"A second of sound, repeated, through one processor, for callgrind."};
  app.add_option("--processor", processor, "a name of `lacquer processors`, or quantiser; none");
  app.add_option("--seconds", seconds, "of stereo at 44.1 kHz");
  app.add_flag("--at-work", at_work, "with settings, and a sound, that leave nothing out");
  CLI11_PARSE(app, count, words);

  const bool dithers = processor == "quantiser";
  chain::Recipe recipe;
  if (!processor.empty() && !dithers)
    recipe.steps.push_back(
        {processor, at_work ? bench::settings_at_work(processor) : chain::Values{}});
  auto source = chain::process(
      recipe, std::make_unique<Repeated>(bench::signal_at_work(at_work ? processor : ""),
                                         static_cast<std::int64_t>(seconds * 44100.0)));
  if (!source.ok()) {
    std::cerr << "bench_processor: " << source.error().text() << '\n';
    return 2;
  }
  dsp::Quantiser quantiser;
  quantiser.prepare(source.value()->format());
  AudioBuffer buffer{2, block_frames};
  while (const int frames = source.value()->read(buffer.block()).value())
    if (dithers)
      quantiser.process(buffer.block().frames(0, frames), {.shaping = at_work ? 1.0 : 0.0});
} catch (const std::exception& error) {
  std::cerr << "bench_processor: " << error.what() << '\n';
  return 70;
}
