#include <algorithm>
#include <cmath>
#include <cstdint>

#include "lacquer/base/units.h"
#include "lacquer/measure/faults/detectors.h"
#include "lacquer/measure/faults/listing.h"
#include "lacquer/measure/sums.h"

namespace lacquer::measure {
namespace {

// Section 13 of the project's notes on methods: -60 dBFS, blocks of 10 s.
constexpr double limit_dbfs = -60.0;
constexpr int half_block_steps = 500;   // of 10 ms
constexpr double matters_dbfs = -50.0;  // less costs nothing that is heard or missed

/// The mean of a channel off zero: as a whole, or in a passage of ten seconds and more.
///
/// Passages are means under a Hann window, overlapped by half. A tone of 1 Hz that does not fit
/// the block is 60 dB down in them; in a plain mean it would be 30 dB.
class DcDetector final : public Detector {
 public:
  explicit DcDetector(StreamFormat format)
      : format_{format}, channels_(static_cast<std::size_t>(format.channel_count)) {}

  void hear(const Step& step) override {
    const int frame_count = step.block.frame_count();
    const double phase = pi * step_ / (2.0 * half_block_steps);
    const double rising = std::sin(phase) * std::sin(phase);  // of the block now in its first half
    for (std::size_t c = 0; c < channels_.size(); ++c) {
      Channel& channel = channels_[c];
      const double here = step.statistics[c].sum;
      channel.sum += here;
      channel.rising_sum += rising * here;
      channel.falling_sum += (1.0 - rising) * here;
    }
    weight_ += rising * frame_count;
    if (++step_ < half_block_steps) return;
    end_block(step.first_frame + frame_count);
  }

  void finish(const Heard& heard, std::vector<Finding>& found) override {
    const std::int64_t frames = heard.numbers.frame_count;
    for (std::size_t c = 0; c < channels_.size(); ++c) {
      const Channel& channel = channels_[c];
      // The blocks add up to a window with slow ends, which a piece of a low tone does not pass.
      const double mean = blocks_weight_ > 0.0 ? channel.blocks_sum / blocks_weight_
                                               : channel.sum / static_cast<double>(frames);
      const bool whole = std::abs(mean) > gain_from_db(limit_dbfs);
      if (whole) {
        found.push_back(finding(static_cast<int>(c), {0, frames, mean}, true));
        continue;  // its passages add nothing
      }
      std::vector<Finding> passages;
      Passage all{};
      for (const Passage& passage : channel.passages.passages()) {
        if (passages.empty()) all = passage;
        all.last_frame = passage.last_frame;
        if (std::abs(passage.mean) > std::abs(all.mean)) all.mean = passage.mean;
        passages.push_back(finding(static_cast<int>(c), passage, false));
      }
      all.first_frame = channel.first_frame;
      add_worst(found, std::move(passages), finding(static_cast<int>(c), all, false),
                channel.passages.count(), [](const Finding& passage) { return passage.value; });
    }
  }

 private:
  struct Passage {
    std::int64_t first_frame, last_frame;
    double mean;
  };
  struct Channel {
    double sum = 0.0;
    double blocks_sum = 0.0;                     // of all whole blocks, windowed
    double rising_sum = 0.0, falling_sum = 0.0;  // of the half block now heard
    double first_half_sum = 0.0;                 // of the block now in its second half
    Worst<Passage> passages{[](const Passage& passage) { return std::abs(passage.mean); }};
    std::int64_t first_frame = 0;  // of the first of them
  };

  void end_block(std::int64_t end_frame) {
    // The two halves of a Hann window weigh the same: half of their frames each.
    const double block_weight = first_half_weight_ + weight_;
    for (Channel& channel : channels_) {
      const double block_sum = channel.first_half_sum + channel.falling_sum;
      const double mean = block_sum / block_weight;
      if (half_blocks_ > 0) channel.blocks_sum += block_sum;
      if (half_blocks_ > 0 && std::abs(mean) > gain_from_db(limit_dbfs)) {
        Passage* newest = channel.passages.newest();
        if (newest && newest->last_frame >= block_begin_ && newest->mean * mean > 0.0) {
          newest->last_frame = end_frame;
          if (std::abs(mean) > std::abs(newest->mean)) newest->mean = mean;
        } else {
          if (!newest) channel.first_frame = block_begin_;
          channel.passages.add({block_begin_, end_frame, mean});
        }
      }
      channel.first_half_sum = channel.rising_sum;
      channel.rising_sum = channel.falling_sum = 0.0;
    }
    if (half_blocks_ > 0) blocks_weight_ += block_weight;
    block_begin_ = half_begin_;
    half_begin_ = end_frame;
    first_half_weight_ = weight_;
    weight_ = 0.0;
    step_ = 0;
    ++half_blocks_;
  }

  Finding finding(int channel, const Passage& passage, bool whole) const {
    const double start_s = static_cast<double>(passage.first_frame) / format_.sample_rate_hz;
    const double end_s = static_cast<double>(passage.last_frame) / format_.sample_rate_hz;
    const double dbfs = db_from_gain(passage.mean);
    return {.kind = "dc",
            .severity = dbfs > matters_dbfs ? Severity::warn : Severity::info,
            .start_s = start_s,
            .end_s = end_s,
            .channel = channel,
            .value = dbfs,
            .unit = "dBFS",
            // A short piece of a low tone has a mean too.
            .confidence = std::clamp((end_s - start_s) / 2.0, 0.1, 0.95),
            .message = channel_name(channel, format_.channel_count) + " stands off zero by " +
                       number(dbfs, 1) + " dBFS on average" + (whole ? "" : " in this passage") +
                       ", which costs headroom and clicks at cuts.",
            .remedy = "A high-pass at 5 Hz takes it away."};
  }

  StreamFormat format_;
  std::vector<Channel> channels_;
  int step_ = 0;         // of the half block now heard
  int half_blocks_ = 0;  // that have ended
  double weight_ = 0.0;  // of the rising half of the window, so far
  double first_half_weight_ = 0.0;
  double blocks_weight_ = 0.0;
  std::int64_t block_begin_ = 0;  // of the block whose second half is heard
  std::int64_t half_begin_ = 0;   // of the half now heard
};

}  // namespace

DetectorPointer dc_detector(StreamFormat format) { return std::make_unique<DcDetector>(format); }

}  // namespace lacquer::measure
