#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "lacquer/base/audio.h"
#include "lacquer/dsp/colour/spectrum_history.h"
#include "lacquer/dsp/transform/fft.h"

namespace lacquer::dsp {

/// Up to four bands of linear phase with the magnitudes of fourth-order Linkwitz-Riley corners
/// (crossover.h), that is -6 dB at a corner and 24 dB an octave.
///
/// The magnitudes add up to 1 and the phases are one delay, so all bands together are the delayed
/// input. The highest is what the others leave of it. Worked on in blocks: the bands of a block are
/// there when all of it is in.
/// A corner at f rings before (and after) what it divides, 60 dB down after 1.63 / f seconds: 82 ms
/// at 20 Hz, 14 ms at 120 Hz, 0.4 ms at 4.5 kHz. The filters have 0.3 s at least, at whose ends 20
/// Hz is 110 dB down.
/// Source: the impulse response of 1 / (1 + (f/corner)^4), which falls as exp(-2 pi f t / sqrt 2).
class LinearCrossover {
 public:
  static constexpr int most_bands = 4;
  using Corners = std::array<double, most_bands - 1>;

  void prepare(StreamFormat);
  void reset() noexcept;

  int block_frames() const noexcept { return block_frames_; }
  /// From the input to the bands, what a block takes to come in set aside.
  int delay_frames() const noexcept { return tap_count_ / 2; }

  /// For the block that begins: `band_count` - 1 corners, none below the one before. Other corners
  /// than before are faded to over this block.
  void tune(int band_count, const Corners& corners_hz) noexcept;

  /// Where a channel's samples of this block go.
  double* input(int channel) noexcept { return collected(channel, block_number_); }
  /// When they are in: makes the bands and goes on to the next block.
  void split() noexcept;

  /// Of the last split(), by frame.
  const double* band(int channel, int band) const noexcept;
  const double* delayed(int channel) noexcept;

 private:
  struct Filters {
    int count = 0;  // bands
    Corners corners_hz{};
    std::array<SpectrumRows, most_bands - 1> rows;
  };
  void design(Filters&) noexcept;
  using Bands = std::array<std::vector<double>, most_bands>;
  void divide(const Filters&, int channel, Bands&) noexcept;
  double* collected(int channel, std::int64_t number) noexcept;

  StreamFormat format_;
  int tap_count_ = 0, block_frames_ = 0;
  std::int64_t block_number_ = 0;
  bool fresh_ = true, changing_ = false;
  std::array<Filters, 2> filters_;  // those that sound and those that come
  std::size_t sounding_ = 0;
  std::vector<SpectrumHistory> history_;        // by channel
  std::vector<std::vector<double>> collected_;  // by channel, the last blocks
  std::vector<Bands> bands_;                    // by channel
  Bands old_;
  std::optional<RealFft> fft_, design_fft_;
  std::vector<double> samples_, fade_, taps_, magnitude_, nothing_;
  AlignedVector<double> sum_real_, sum_imaginary_;
};

}  // namespace lacquer::dsp
