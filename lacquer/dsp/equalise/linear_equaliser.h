#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "lacquer/base/processor.h"
#include "lacquer/dsp/colour/spectrum_history.h"
#include "lacquer/dsp/equalise/equaliser_band.h"
#include "lacquer/dsp/equalise/equaliser_design.h"
#include "lacquer/dsp/equalise/equaliser_parameters.h"
#include "lacquer/dsp/transform/fft.h"

namespace lacquer::dsp {

/// The bands of the equaliser with linear phase, minimum phase or any mixture of them.
///
/// Guarantee: the magnitude is the analogue prototypes' at every frequency (equaliser_design.h);
/// with phase 1 every frequency is delayed alike. The latency is the same for all settings. With
/// nothing but bells, shelves and tilts at 0 dB, and at amount 0, the samples are only delayed, bit
/// for bit; so is a channel no band touches.
/// The filters have 0.65 to 1.3 s (32768 taps at 44.1 and 48 kHz), so frequencies 1.5 Hz apart are
/// told apart: a bell of 6 dB and Q 1.4 at 20 Hz is within 0.001 dB. Latency is 5/8 of that length,
/// 20480 frames at 44.1 and 48 kHz.
///
/// Audio is worked on in blocks of an eighth of the filter, whatever blocks it comes in. Settings
/// are read where a block begins. While it is collected the filters are designed, a 64th of the
/// work at a time, in memory that prepare() has taken; when it is complete it is filtered by the
/// old and the new, and faded over from one to the other. So changed settings make no peak of their
/// own, and the first settings hold from the first sample. What remains is the end of a block: all
/// its transforms in one call, under 1 ms at 44.1 kHz, some 3 ms at 192 kHz (docs/dsp.md).
class LinearEqualiser {
 public:
  using Band = EqualiserBand;
  using enum EqualiserBand::Type;
  using enum EqualiserBand::Channels;

  struct Settings {
    EqualiserBands bands = flat_bands;
    double phase = 1.0;
    double amount = 1.0;
  };

  static const std::array<Parameter<Settings>,
                          detail::parameters_per_band * equaliser_band_count + 2>
      parameters;

  void prepare(StreamFormat);
  void reset() noexcept;
  void process(AudioBlock, const Settings&) noexcept;

  int latency_frames() const noexcept { return tap_count_ / 2 + block_frames_; }

 private:
  void begin_block(const Settings&) noexcept;
  void work_until(int slot) noexcept;
  void finish_block() noexcept;
  void add_to_history(int channel, std::int64_t number) noexcept;
  void render(const EqualiserFilters&, int channel, double* to) noexcept;
  double* collected(int channel, std::int64_t number) noexcept;

  StreamFormat format_;
  int tap_count_ = 0, block_frames_ = 0;
  int position_ = 0;               // in the block being collected
  std::int64_t block_number_ = 0;  // its number
  bool fresh_ = true;
  bool changing_ = false;
  bool history_kept_ = false;  // not while there is nothing to filter
  bool history_wanted_ = false;
  int steps_done_ = 0;
  EqualiserTarget target_;
  EqualiserDesign design_;
  std::array<EqualiserFilters, 2> filters_;  // those that sound and those that come
  std::size_t sounding_ = 0;
  std::vector<SpectrumHistory> history_;        // of each channel
  std::vector<std::vector<double>> collected_;  // the last blocks of each channel
  std::vector<std::vector<double>> rendered_;   // the block that goes out now
  std::optional<RealFft> fft_;
  std::vector<double> samples_, old_block_, fade_;
  AlignedVector<double> sum_real_, sum_imaginary_;
};

inline constexpr std::array<Parameter<LinearEqualiser::Settings>,
                            detail::parameters_per_band* equaliser_band_count + 2>
    LinearEqualiser::parameters = detail::joined(
        detail::parameters_of_bands<LinearEqualiser::Settings>(),
        std::array{
            Parameter<LinearEqualiser::Settings>{
                "phase", "Phase", "", 0.0, 1.0,
                "1 linear (rings before and after), 0 minimum (rings after only), mixed between.",
                &LinearEqualiser::Settings::phase},
            Parameter<LinearEqualiser::Settings>{
                "amount", "Amount", "", 0.0, 1.0,
                "Scales every gain in dB; a pass stops falling early; 0 changes nothing.",
                &LinearEqualiser::Settings::amount}});

static_assert(Processor<LinearEqualiser>);

}  // namespace lacquer::dsp
