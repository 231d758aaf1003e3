#include "lacquer/deliver/nodes.h"

#include <cassert>
#include <cmath>

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

/// A 64-bit counter put through the finaliser of SplitMix64 (Steele, Lea, Flood 2014): every
/// channel its own stream, the same on every machine.
class Random {
 public:
  explicit Random(std::uint64_t seed) : state_{seed * 0x632BE59BD9B4E019u} {}
  std::uint64_t next() noexcept {
    std::uint64_t z = state_ += 0x9E3779B97F4A7C15u;
    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9u;
    z = (z ^ z >> 27) * 0x94D049BB133111EBu;
    return z ^ z >> 31;
  }
  /// Triangular in (-1, 1): the difference of two uniform numbers.
  double triangular() noexcept {
    const std::uint64_t bits = next();
    return (static_cast<double>(bits >> 32) - static_cast<double>(bits & 0xFFFFFFFFu)) /
           4294967296.0;
  }

 private:
  std::uint64_t state_;
};

class Quantised : public Around {
 public:
  Quantised(SourcePointer source, int bits, bool dither, std::shared_ptr<QuantiserReport> report)
      : Around{std::move(source)},
        scale_{std::ldexp(1.0, bits - 1)},
        dither_{dither},
        report_{std::move(report)} {
    for (int c = 0; c < format().channel_count; ++c)
      random_.emplace_back(static_cast<std::uint64_t>(c + 1));
  }
  Result<int> read(AudioBlock block) override {
    TRY(const int frames, inner().read(block));
    for (int c = 0; c < block.channel_count(); ++c) {
      double* samples = block.channel(c);
      Random& random = random_[static_cast<std::size_t>(c)];
      for (int f = 0; f < frames; ++f) {
        const double wanted = samples[f] * scale_ + (dither_ ? random.triangular() : 0.0);
        const double level = std::floor(wanted + 0.5);
        const double kept = std::min(std::max(level, -scale_), scale_ - 1.0);
        // Dither alone may touch the rail at full scale; that is not what clipping means.
        if (report_ && std::abs(level - kept) > 1.5) ++report_->clipped_samples;
        samples[f] = kept / scale_;
      }
    }
    return frames;
  }

 private:
  double scale_;
  bool dither_;
  std::shared_ptr<QuantiserReport> report_;
  std::vector<Random> random_;
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
