#include <cmath>

#include "lacquer/dsp/wide.h"
#include "lacquer/measure/faults/detectors.h"
#include "lacquer/measure/faults/listing.h"

namespace lacquer::measure {
namespace {

constexpr int least_bits = 2;
constexpr int most_bits = 24;    // what is finer is as good as any file needs
constexpr double worth_s = 0.5;  // of sound that is not silence, before a grid means anything

LACQUER_KERNEL bool grid_kernel(const double* samples, int count, double rounding) {
  dsp::Quad off{};
  int f = 0;
  for (; f + 4 <= count; f += 4) {
    const dsp::Quad here = *dsp::quads(samples + f);
    const dsp::Quad difference = (here + rounding) - rounding - here;
    off += difference * difference;
  }
  for (; f < count; ++f) {
    const double difference = (samples[f] + rounding) - rounding - samples[f];
    off[0] += difference * difference;
  }
  return dsp::sum_of(off) == 0.0;
}

LACQUER_WIDE bool grid_wide(const double* samples, int count, double rounding) {
  return grid_kernel(samples, count, rounding);
}

/// All samples are multiples of 2^-(bits - 1), the step of a file of `bits` bits.
bool on_grid(const double* samples, int count, int bits) {
  // Adding and taking away 1.5 x 2^52 steps rounds to whole steps, by the format's own arithmetic.
  const double rounding = std::ldexp(1.5, 52 - (bits - 1));
  return (dsp::has_wide_registers() ? grid_wide : grid_kernel)(samples, count, rounding);
}

/// Fewer bits in the samples than the file has room for: zeros below, as an export that widened a
/// 16-bit file leaves them. Samples that were dithered or changed in gain afterwards use all bits
/// and are not padded. Once all 24 bits have been seen, nothing is left to do.
///
/// Sums of multiples of a step are multiples of it, exactly, and so are sums of how the waveform
/// bends. Both are known; samples are looked at where one is none. Samples off the steps escape a
/// moment if both sums happen to be on them, one in four at worst, and have as many chances as
/// there are moments.
class BitPaddingDetector final : public Detector {
 public:
  explicit BitPaddingDetector(StreamFormat format) : format_{format} {}

  void hear(const Step& step) override {
    if (bits_ > most_bits) return;
    bool sound = false;
    for (int c = 0; c < step.block.channel_count(); ++c) {
      const double* samples = step.block.channel(c);
      const int frames = step.block.frame_count();
      const StepStatistics& here = step.statistics[c];
      const double sums[] = {here.sum, here.bends.sum};
      if (!on_grid(sums, 2, bits_))
        while (bits_ <= most_bits && !on_grid(samples, frames, bits_)) ++bits_;
      for (int f = 1; f < frames && !sound; ++f) sound = samples[f] != samples[f - 1];
    }
    if (sound) heard_frames_ += step.block.frame_count();
  }

  void finish(const Heard& heard, std::vector<Finding>& found) override {
    const int word = heard.word_length_bits;
    if (word <= bits_ || static_cast<double>(heard_frames_) < worth_s * format_.sample_rate_hz)
      return;
    const std::string bits = std::to_string(bits_);
    found.push_back(
        {.kind = "bit_padding",
         .severity = Severity::info,
         .start_s = 0.0,
         .end_s = static_cast<double>(heard.numbers.frame_count) / format_.sample_rate_hz,
         .channel = {},
         .value = static_cast<double>(bits_),
         .unit = "bits",
         .confidence = 0.99,
         .message = "The file has room for " + std::to_string(word) +
                    " bits a sample, but every sample stands on the steps of " + bits +
                    " bits: what lies below is empty.",
         .remedy = "Ask for the mix as it was before it was cut to " + bits + " bits."});
  }

 private:
  StreamFormat format_;
  int bits_ = least_bits;
  std::int64_t heard_frames_ = 0;
};

}  // namespace

DetectorPointer bit_padding_detector(StreamFormat format) {
  return std::make_unique<BitPaddingDetector>(format);
}

}  // namespace lacquer::measure
