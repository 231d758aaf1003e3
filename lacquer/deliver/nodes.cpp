#include "lacquer/deliver/nodes.h"

#include <cassert>
#include <cmath>

#include "lacquer/dsp/quantiser.h"

namespace lacquer::deliver {

namespace {
/// A source around another of the same length.
class Around : public AudioSource {
 public:
  explicit Around(SourcePointer inner) : inner_{std::move(inner)} {}
  StreamFormat format() const override { return inner_->format(); }
  std::int64_t frame_count() const override { return inner_->frame_count(); }

 protected:
  AudioSource& inner() { return *inner_; }
  const AudioSource& inner() const { return *inner_; }

 private:
  SourcePointer inner_;
};

class Stereo : public Around {
 public:
  using Around::Around;
  StreamFormat format() const override { return {inner().format().sample_rate_hz, 2}; }
  Result<int> read(AudioBlock block) override {
    double* left[1] = {block.channel(0)};
    TRY(const int frames, inner().read(AudioBlock{left, 1, block.frame_count()}));
    std::copy_n(block.channel(0), frames, block.channel(1));
    return frames;
  }
};

class Gain : public Around {
 public:
  Gain(SourcePointer source, double gain) : Around{std::move(source)}, gain_{gain} {}
  Result<int> read(AudioBlock block) override {
    TRY(const int frames, inner().read(block));
    for (int c = 0; c < block.channel_count(); ++c)
      for (int f = 0; f < frames; ++f) block.channel(c)[f] *= gain_;
    return frames;
  }

 private:
  double gain_;
};

class Joined : public AudioSource {
 public:
  Joined(StreamFormat format, std::vector<Part> parts) : format_{format}, parts_{std::move(parts)} {
    for (const Part& part : parts_) frame_count_ += part.silence_before_frames + part.frame_count;
    if (!parts_.empty()) silence_left_ = parts_[0].silence_before_frames;
  }
  StreamFormat format() const override { return format_; }
  std::int64_t frame_count() const override { return frame_count_; }

  Result<int> read(AudioBlock block) override {
    int done = 0;
    while (done < block.frame_count() && current_ < parts_.size()) {
      const AudioBlock rest = block.frames(done, block.frame_count() - done);
      TRY(const int frames, silence_left_ > 0 ? read_silence(rest) : read_part(rest));
      done += frames;
    }
    return done;
  }

 private:
  Result<int> read_silence(AudioBlock block) {
    const int frames = static_cast<int>(std::min<std::int64_t>(block.frame_count(), silence_left_));
    for (int c = 0; c < block.channel_count(); ++c) std::fill_n(block.channel(c), frames, 0.0);
    silence_left_ -= frames;
    return frames;
  }

  Result<int> read_part(AudioBlock block) {
    const Part& part = parts_[current_];
    if (!source_) {
      TRY(source_, part.open());
      read_ = 0;
      if (source_->format() != format_) return changed();
    }
    TRY(const int frames, source_->read(block));
    read_ += frames;
    if (read_ > part.frame_count) return changed();
    if (frames < block.frame_count()) {
      if (read_ != part.frame_count) return changed();
      source_.reset();
      if (++current_ < parts_.size()) silence_left_ = parts_[current_].silence_before_frames;
    }
    return frames;
  }

  Error changed() const {
    return {ErrorKind::unusable_input,
            "Track " + std::to_string(current_ + 1) + " changed while it was being delivered.", "",
            "Render it again."};
  }

  StreamFormat format_;
  std::vector<Part> parts_;
  std::int64_t frame_count_ = 0;
  std::size_t current_ = 0;
  std::int64_t silence_left_ = 0;
  std::int64_t read_ = 0;
  SourcePointer source_;
};

class Quantised : public Around {
 public:
  Quantised(SourcePointer source, int bits, bool dither, std::shared_ptr<QuantiserReport> report)
      : Around{std::move(source)},
        settings_{static_cast<double>(bits), dither ? 1.0 : 0.0, 0.0},
        clips_from_{1.0 + std::ldexp(1.0, -bits)},
        report_{std::move(report)} {
    quantiser_.prepare(format());
  }
  Result<int> read(AudioBlock block) override {
    TRY(const int frames, inner().read(block));
    if (report_)
      for (int c = 0; c < block.channel_count(); ++c)
        for (int f = 0; f < frames; ++f)
          if (std::abs(block.channel(c)[f]) > clips_from_) ++report_->clipped_samples;
    quantiser_.process(block.frames(0, frames), settings_);
    return frames;
  }

 private:
  dsp::Quantiser quantiser_;
  dsp::Quantiser::Settings settings_;
  /// Full scale itself has no positive code, and that one step is not what clipping means.
  double clips_from_;
  std::shared_ptr<QuantiserReport> report_;
};
}  // namespace

SourcePointer as_stereo(SourcePointer source) {
  if (source->format().channel_count == 2) return source;
  assert(source->format().channel_count == 1);
  return std::make_unique<Stereo>(std::move(source));
}

SourcePointer with_gain(SourcePointer source, double gain) {
  if (gain == 1.0) return source;
  return std::make_unique<Gain>(std::move(source), gain);
}

SourcePointer joined(StreamFormat format, std::vector<Part> parts) {
  return std::make_unique<Joined>(format, std::move(parts));
}

SourcePointer quantised(SourcePointer source, int bits, bool dither,
                        std::shared_ptr<QuantiserReport> report) {
  return std::make_unique<Quantised>(std::move(source), bits, dither, std::move(report));
}

Result<bool> is_on_grid(AudioSource& source, int bits, const Progress& progress,
                        const std::string& stage) {
  const double scale = std::ldexp(1.0, bits - 1);
  bool on_grid = true;
  // A mix that is not exact shows it within the first block, so reading on is only paid for when
  // the answer is likely to be yes.
  AudioBuffer buffer{source.format().channel_count, block_frames};
  std::int64_t done = 0;
  while (on_grid) {
    if (progress.cancelled()) return Error{ErrorKind::cancelled, "Stopped as asked.", "", ""};
    TRY(const int frames, source.read(buffer.block()));
    if (frames == 0) break;
    for (int c = 0; c < source.format().channel_count; ++c)
      for (int f = 0; f < frames; ++f) {
        const double level = buffer.block().channel(c)[f] * scale;
        on_grid = on_grid && level == std::floor(level) && level >= -scale && level < scale;
      }
    done += frames;
    progress.at(stage, static_cast<double>(done) / static_cast<double>(source.frame_count()));
  }
  return on_grid;
}

Result<void> pump(AudioSource& source, AudioSink& sink, const Progress& progress,
                  const std::string& stage) {
  return for_each_block(source, progress, stage,
                        [&](AudioBlock block) { return sink.write(block); });
}

}  // namespace lacquer::deliver
