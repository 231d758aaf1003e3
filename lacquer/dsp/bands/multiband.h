#pragma once

#include <array>

#include "lacquer/base/processor.h"
#include "lacquer/dsp/bands/band_gains.h"
#include "lacquer/dsp/bands/crossover.h"
#include "lacquer/dsp/bands/multiband_settings.h"
#include "lacquer/dsp/ramp.h"

namespace lacquer::dsp {

/// Up to four bands, each with a compressor that turns loud passages down and another that turns
/// soft ones up. All channels share the gains of a band.
///
/// The bands add up to an all-pass (crossover.h): where nothing is compressed the magnitude is
/// flat. The gains are those of band_gains.h.
///
/// Guarantee: at amount 0 the samples pass bit for bit; no delay. Between 0 and 1 the gains are
/// scaled in dB. A change of the number of bands is faded through the untouched signal.
class Multiband {
 public:
  using Settings = MultibandSettings;
  using Band = Settings::Band;
  static constexpr auto& parameters = multiband_parameters;

  void prepare(StreamFormat);
  void reset() noexcept;
  void process(AudioBlock, const Settings&) noexcept;

  int latency_frames() const noexcept { return 0; }

  /// Gain of a band at the moment, its static one included.
  double gain_db(int band) const noexcept { return gains_.gain_db(static_cast<std::size_t>(band)); }

 private:
  void glide() noexcept;
  void glide_corners() noexcept;
  void begin_step(const Settings&) noexcept;
  void process_step(AudioBlock) noexcept;
  void process_pair(AudioBlock, int first_channel) noexcept;
  bool absent() const noexcept { return presence_from_ == 0.0 && presence_to_ == 0.0; }

  StreamFormat format_;
  Settings asked_, settings_;
  bool fresh_ = true;
  bool gliding_ = false;
  int step_frames_ = 16;
  int frames_into_step_ = 0;
  std::size_t count_ =
      Settings::most_bands;  // in use; follows the setting while nothing is heard of it
  Crossover crossover_;
  Crossover::Bands split_;
  std::array<Ramp, Settings::most_bands - 1> octaves_;
  Ramp presence_;
  double presence_from_ = 0.0, presence_to_ = 0.0;  // over the step: 0 not there, 1 in
  BandGains gains_;
};

static_assert(Processor<Multiband>);

}  // namespace lacquer::dsp
