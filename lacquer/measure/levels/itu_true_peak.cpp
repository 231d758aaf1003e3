#include "lacquer/measure/levels/itu_true_peak.h"

#include <algorithm>
#include <array>
#include <cstddef>

#include "lacquer/dsp/wide.h"

namespace lacquer::measure {
namespace {

constexpr int slice = ItuTruePeakSearch::slice;
constexpr int taps = 12;  // of each phase
constexpr int phases = 4;
constexpr int before = taps / 2 - 1;  // frames a value between [0] and [1] reads before [0]
constexpr double two_values_from_hz = 96000.0, no_values_from_hz = 192000.0;

// BS.1770-4, Annex 2, the table of its filter; by phase, newest sample first. The third and fourth
// phase are the second and first backwards.
constexpr std::array<std::array<double, taps>, phases> table = {
    {{0.0017089843750, 0.0109863281250, -0.0196533203125, 0.0332031250000, -0.0594482421875,
      0.1373291015625, 0.9721679687500, -0.1022949218750, 0.0476074218750, -0.0266113281250,
      0.0148925781250, -0.0083007812500},
     {-0.0291748046875, 0.0292968750000, -0.0517578125000, 0.0891113281250, -0.1665039062500,
      0.4650878906250, 0.7797851562500, -0.2003173828125, 0.1015625000000, -0.0582275390625,
      0.0330810546875, -0.0189208984375},
     {-0.0189208984375, 0.0330810546875, -0.0582275390625, 0.1015625000000, -0.2003173828125,
      0.7797851562500, 0.4650878906250, -0.1665039062500, 0.0891113281250, -0.0517578125000,
      0.0292968750000, -0.0291748046875},
     {-0.0083007812500, 0.0148925781250, -0.0266113281250, 0.0476074218750, -0.1022949218750,
      0.9721679687500, 0.1373291015625, -0.0594482421875, 0.0332031250000, -0.0196533203125,
      0.0109863281250, 0.0017089843750}}};

/// What no phase can exceed: gain x the largest sample it is made from; and line_gain x the larger
/// of the two samples around a value, plus bend_gain x the largest second difference among the
/// samples it is made from.
///
/// A phase is a weighted mean of the two samples around it, with the weights that give the phase's
/// own answer to every straight line, plus a rest that answers no straight line. Such a rest is a
/// sum of second differences; bend_gain is the sum of its sizes.
struct Bound {
  double gain = 0.0, line_gain = 0.0, bend_gain = 0.0;

  constexpr Bound() {
    for (const auto& newest_first : table) {
      double sum = 0.0, moment = 0.0, sizes = 0.0;
      for (int tap = 0; tap < taps; ++tap) {
        sizes += std::max(weight(newest_first, tap), -weight(newest_first, tap));
        sum += weight(newest_first, tap);
        moment += weight(newest_first, tap) * (tap - before);
      }
      double size = 0.0, earlier = 0.0, latest = 0.0;
      for (int tap = 0; tap < taps; ++tap) {
        const double line = tap == before ? sum - moment : tap == before + 1 ? moment : 0.0;
        const double next = weight(newest_first, tap) - line + 2.0 * latest - earlier;
        earlier = latest;
        latest = next;
        size += next < 0.0 ? -next : next;
      }
      gain = std::max(gain, sizes);
      line_gain = std::max(line_gain, sum);
      bend_gain = std::max(bend_gain, size);
    }
  }

 private:
  static constexpr double weight(const std::array<double, taps>& newest_first, int tap) {
    return newest_first[static_cast<std::size_t>(taps - 1 - tap)];
  }
};
constexpr Bound bound;

/// The first two phases as the sum of a filter that is the same backwards and one that changes its
/// sign; the mirror images are their differences.
struct Halves {
  double even[taps / 2], odd[taps / 2];  // newest sample first

  constexpr explicit Halves(const std::array<double, taps>& newest_first) : even{}, odd{} {
    for (std::size_t tap = 0; tap < taps / 2; ++tap) {
      even[tap] = 0.5 * (newest_first[tap] + newest_first[taps - 1 - tap]);
      odd[tap] = 0.5 * (newest_first[tap] - newest_first[taps - 1 - tap]);
    }
  }
};
constexpr Halves halves[] = {Halves{table[0]}, Halves{table[1]}};

/// The second differences of all samples that the values of a slice are made from, as sizes.
LACQUER_KERNEL void bends_kernel(const double* samples, double* bends) {
  // They stand on the inner ten of the twelve samples of each value.
  for (int f = 0; f < slice + taps; f += 4) {
    const double* at = samples + f + 1 - before;
    dsp::Quad bend = *dsp::quads(at - 1) - 2.0 * *dsp::quads(at) + *dsp::quads(at + 1);
    dsp::make_size(bend);
    *dsp::quads(bends + f) = bend;
  }
}

/// What the values after each of four samples cannot exceed, the largest of the four; `bends`
/// begins with the first that the first sample's values are made from.
LACQUER_KERNEL double reach_kernel(const double* samples, const double* bends) {
  dsp::Quad size = dsp::quads(samples)[0], next = dsp::quads(samples + 1)[0];
  dsp::make_size(size);
  dsp::make_size(next);
  dsp::raise(size, next);
  dsp::Quad bend = dsp::quads(bends)[0];
  for (int at = 1; at < taps - 2; ++at) {
    const dsp::Quad other = dsp::quads(bends + at)[0];
    dsp::raise(bend, other);
  }
  const dsp::Quad reach = bound.line_gain * size + bound.bend_gain * bend;
  return dsp::largest_of(reach);
}

/// The largest value after each of four samples, as a size.
///
/// A phase and its mirror image share their products: one is the sum, the other the difference of
/// what the even and the odd half of the filter make of pairs of samples.
LACQUER_KERNEL double largest_kernel(const double* samples, int phase_step) {
  dsp::Quad largest{};
  for (int phase = 0; phase < phases / 2; ++phase) {
    dsp::Quad even{}, odd{};
    for (int tap = 0; tap < taps / 2; ++tap) {
      const dsp::Quad newer = *dsp::quads(samples + taps - 1 - before - tap);
      const dsp::Quad older = *dsp::quads(samples - before + tap);
      even += halves[phase].even[tap] * (newer + older);
      odd += halves[phase].odd[tap] * (newer - older);
    }
    dsp::Quad value = even + odd, mirrored = even - odd;
    dsp::make_size(value);
    dsp::make_size(mirrored);
    // At 96 kHz only phases 0 and 2 are there: the first, and the mirror image of the second.
    if (phase_step == 1 || phase == 0) dsp::raise(largest, value);
    if (phase_step == 1 || phase == 1) dsp::raise(largest, mirrored);
  }
  return dsp::largest_of(largest);
}

LACQUER_KERNEL void search_kernel(const double* samples, int phase_step, double& peak) {
  double bends[slice + taps];
  bends_kernel(samples, bends);
  for (int f = 0; f < slice; f += 4) {
    if (reach_kernel(samples + f, bends + f) <= peak) continue;
    const double largest = largest_kernel(samples + f, phase_step);
    if (largest > peak) peak = largest;
  }
}
LACQUER_WIDE void search_wide(const double* samples, int phase_step, double& peak) {
  search_kernel(samples, phase_step, peak);
}

}  // namespace

ItuTruePeakSearch::ItuTruePeakSearch(double sample_rate_hz)
    : phase_step_{sample_rate_hz >= no_values_from_hz    ? 0
                  : sample_rate_hz >= two_values_from_hz ? 2
                                                         : 1} {
  if (phase_step_ == 0) return;
  gain_ = bound.gain;
  line_gain_ = bound.line_gain;
  bend_gain_ = bound.bend_gain;
}

void ItuTruePeakSearch::search(const double* samples) noexcept {
  (dsp::has_wide_registers() ? search_wide : search_kernel)(samples, phase_step_, peak_);
}

}  // namespace lacquer::measure
