#pragma once

#include <array>
#include <initializer_list>
#include <optional>
#include <utility>
#include <vector>

#include "lacquer/base/audio.h"
#include "lacquer/dsp/colour/spectrum_history.h"
#include "lacquer/dsp/equalise/equaliser_band.h"
#include "lacquer/dsp/transform/fft.h"

namespace lacquer::dsp {

/// What the linear-phase equaliser is to sound like; equal values make equal filters.
struct EqualiserTarget {
  std::array<SoundingBand, equaliser_band_count> bands{};
  double phase = 1.0;  ///< 0 minimum, 1 linear
  friend bool operator==(const EqualiserTarget&, const EqualiserTarget&) = default;
};

/// The filters from each channel to each, cut into partitions: a two by two matrix for the first
/// two channels, and one filter for all others.
struct EqualiserFilters {
  static constexpr int nothing = -1;   // no path from that channel to this
  static constexpr int identity = -2;  // not a filter: the delay alone, bit for bit
  static constexpr int most = 5;

  std::array<SpectrumRows, most> filters;
  std::array<std::array<int, 2>, 2> route{};  // [to][from]: a filter's index, or one of the above
  int route_of_others = identity;

  int from_to(int from, int to) const noexcept {
    if (from < 2 && to < 2)
      return route[static_cast<std::size_t>(to)][static_cast<std::size_t>(from)];
    return from == to ? route_of_others : nothing;
  }
  bool flat() const noexcept {
    return route[0][0] == identity && route[1][1] == identity && route_of_others == identity;
  }
};

/// Finite filters with the magnitude of the bands' analogue prototypes, in small steps.
///
/// The magnitude is sampled at twice as many frequencies as there are taps. Its minimum phase comes
/// from the folded cepstrum; the filter has (1 - phase) of it, around a middle tap that is the same
/// for all. The zeros of a high-pass lie on the unit circle, where a cepstrum never ends: they are
/// taken out before and their phase, which is known, is added after. The last eighth of both sides
/// is faded to nothing.
/// Bands on left and right come before those on mid and side.
/// Source: A. Oppenheim, R. Schafer, "Discrete-Time Signal Processing", 3rd ed., 13.5 (the cepstrum
/// of a minimum-phase sequence).
class EqualiserDesign {
 public:
  void prepare(StreamFormat, int tap_count, int block_frames);

  /// Plans the work; the routes of `to` are known at once, its filters after all steps.
  void begin(const EqualiserTarget&, EqualiserFilters& to) noexcept;
  int step_count() const noexcept;
  /// Steps in their order. The longest is little more than one transform of 2 tap_count samples.
  void run_step(int step, EqualiserFilters& to) noexcept;

 private:
  /// The spectrum of some of the bands in series.
  struct Path {
    std::array<AnalogueSection, equaliser_band_count> sections{};
    std::size_t section_count = 0;
    int double_zeros = 0;                 // at 0 Hz
    std::vector<double> real, imaginary;  // the logarithm first, then the spectrum itself
  };
  /// (first + sign second) / 2 times third; without a second, first alone.
  struct Sum {
    static constexpr int none = -1;
    int first = none;
    int second = none;
    double sign = 0.0;
    int third = none;
  };

  int add_path(std::initializer_list<EqualiserBand::Channels>) noexcept;
  int add_filter(const Sum&) noexcept;
  bool acts_on(std::initializer_list<EqualiserBand::Channels>) const noexcept;
  void measure(Path&, int part) noexcept;
  void fold_cepstrum(const Path&) noexcept;
  void take_phase(Path&) noexcept;
  void make_spectrum(Path&, int part) noexcept;
  void add_up(const Sum&) noexcept;
  void cut(SpectrumRows&, int partition) noexcept;
  std::pair<int, int> bins_of(int part) const noexcept;

  StreamFormat format_;
  int tap_count_ = 0, block_frames_ = 0, partition_count_ = 0, bin_count_ = 0;
  EqualiserTarget target_;
  std::array<Path, EqualiserFilters::most> paths_;
  std::array<Sum, EqualiserFilters::most> sums_{};
  std::size_t path_count_ = 0, filter_count_ = 0;
  std::optional<RealFft> long_fft_, block_fft_;
  std::vector<double> samples_, real_, imaginary_, block_, fade_, log_double_zero_;
};

}  // namespace lacquer::dsp
