#pragma once

#include <vector>

#include "lacquer/base/processor.h"
#include "lacquer/dsp/bands/band_gains.h"
#include "lacquer/dsp/bands/linear_crossover.h"
#include "lacquer/dsp/bands/multiband_settings.h"

namespace lacquer::dsp {

/// The multiband with bands of linear phase: no phase is turned, at rest or at work, and a band's
/// gain moves only what is in it. For renders, as the latency shows; settings, gains and bands are
/// otherwise the multiband's.
///
/// Guarantee: where no gain moves, at amount 0 or at rest, the samples are only delayed, bit for
/// bit; what is put in is each band times (its gain - 1). The latency is the same for all settings:
/// five eighths of 0.3 s or more, 10240 frames at 44.1 and 48 kHz. The price of the phase is
/// ringing ahead of what is compressed: linear_crossover.h says how long.
///
/// Settings are read where a block (an eighth of 0.3 s or more) begins, and new corners or another
/// number of bands faded to over it.
class LinearMultiband {
 public:
  using Settings = MultibandSettings;
  static constexpr auto& parameters = multiband_parameters;

  void prepare(StreamFormat);
  void reset() noexcept;
  void process(AudioBlock, const Settings&) noexcept;

  int latency_frames() const noexcept {
    return crossover_.delay_frames() + crossover_.block_frames();
  }

  /// Gain of a band at the moment, its static one included.
  double gain_db(int band) const noexcept { return gains_.gain_db(static_cast<std::size_t>(band)); }

 private:
  void begin_block(const Settings&) noexcept;
  void finish_block() noexcept;
  void begin_step() noexcept;
  void process_step(int first_frame, int frames) noexcept;

  StreamFormat format_;
  Settings asked_, settings_;
  bool fresh_ = true, changed_ = false;
  int count_ = Settings::most_bands;
  int position_ = 0;  // in the block
  int step_frames_ = 16, frames_into_step_ = 0;
  LinearCrossover crossover_;
  BandGains gains_;
  std::vector<std::vector<double>> rendered_;  // by channel: the block that goes out now
};

static_assert(Processor<LinearMultiband>);

}  // namespace lacquer::dsp
