#pragma once

#include <array>

#include "lacquer/base/processor.h"
#include "lacquer/dsp/ramp.h"

namespace lacquer::dsp {

/// The level of all channels, changed without a click.
///
/// Guarantee: 0 dB passes the samples bit for bit.
class Gain {
 public:
  struct Settings {
    double gain_db = 0.0;
  };

  static constexpr std::array parameters = {
      Parameter<Settings>{"gain_db", "Gain", "dB", -60.0, 60.0, "Level of all channels.",
                          &Settings::gain_db},
  };

  void prepare(StreamFormat);
  void reset() noexcept;
  void process(AudioBlock, const Settings&) noexcept;

  int latency_frames() const noexcept { return 0; }

 private:
  Ramp gain_;
};

static_assert(Processor<Gain>);

}  // namespace lacquer::dsp
