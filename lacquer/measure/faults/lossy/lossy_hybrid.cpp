#include <algorithm>
#include <array>
#include <cmath>

#include "lacquer/base/units.h"
#include "lacquer/measure/faults/lossy/lossy_grid.h"
#include "lacquer/measure/faults/lossy/lossy_log_power.h"

namespace lacquer::measure {
namespace {

constexpr int subbands = 32;
constexpr int taps = 512;
constexpr int granule_slots = 36;                  // subband samples under one window
constexpr int lines = 18;                          // coefficients of a subband
constexpr int tried_subbands = 7;                  // 4.8 kHz at 44.1 kHz
constexpr int seen_subbands = tried_subbands + 2;  // neighbours alias into them
constexpr double highest_hz = 15500.0;

/// Half of the prototype low-pass, x 65536 x 32: ISO 11172-3, table 3-C.1, with the signs that the
/// standard moves into the cosines taken back. Symmetric about the last.
constexpr std::array<int, taps / 2 + 1> prototype = {
    0,     -1,    -1,    -1,    -1,    -1,    -1,    -2,    -2,    -2,    -2,    -3,    -3,
    -4,    -4,    -5,    -5,    -6,    -7,    -7,    -8,    -9,    -10,   -11,   -13,   -14,
    -16,   -17,   -19,   -21,   -24,   -26,   -29,   -31,   -35,   -38,   -41,   -45,   -49,
    -53,   -58,   -63,   -68,   -73,   -79,   -85,   -91,   -97,   -104,  -111,  -117,  -125,
    -132,  -139,  -147,  -154,  -161,  -169,  -176,  -183,  -190,  -196,  -202,  -208,  -213,
    -218,  -222,  -225,  -227,  -228,  -228,  -227,  -224,  -221,  -215,  -208,  -200,  -189,
    -177,  -163,  -146,  -127,  -106,  -83,   -57,   -29,   2,     36,    72,    111,   153,
    197,   244,   294,   347,   401,   459,   519,   581,   645,   711,   779,   848,   919,
    991,   1064,  1137,  1210,  1283,  1356,  1428,  1498,  1567,  1634,  1698,  1759,  1817,
    1870,  1919,  1962,  2001,  2032,  2057,  2075,  2085,  2087,  2080,  2063,  2037,  2000,
    1952,  1893,  1822,  1739,  1644,  1535,  1414,  1280,  1131,  970,   794,   605,   402,
    185,   -45,   -288,  -545,  -814,  -1095, -1388, -1692, -2006, -2330, -2663, -3004, -3351,
    -3705, -4063, -4425, -4788, -5153, -5517, -5879, -6237, -6589, -6935, -7271, -7597, -7910,
    -8209, -8491, -8755, -8998, -9219, -9416, -9585, -9727, -9838, -9916, -9959, -9966, -9935,
    -9863, -9750, -9592, -9389, -9139, -8840, -8492, -8092, -7640, -7134, -6574, -5959, -5288,
    -4561, -3776, -2935, -2037, -1082, -70,   998,   2122,  3300,  4533,  5818,  7154,  8540,
    9975,  11455, 12980, 14548, 16155, 17799, 19478, 21189, 22929, 24694, 26482, 28289, 30112,
    31947, 33791, 35640, 37489, 39336, 41176, 43006, 44821, 46617, 48390, 50137, 51853, 53534,
    55178, 56778, 58333, 59838, 61289, 62684, 64019, 65290, 66494, 67629, 68692, 69679, 70590,
    71420, 72169, 72835, 73415, 73908, 74313, 74630, 74856, 74992, 75038,
};

/// ISO 11172-3, table 3-B.9.
constexpr std::array alias_coefficients = {-0.6,   -0.535, -0.33,   -0.185,
                                           -0.095, -0.041, -0.0142, -0.0037};

/// Numbers that never change, worked out once for every hybrid grid.
struct Tables {
  std::array<float, taps> low_pass;
  float cosines[subbands][subbands];  // of (2 subband + 1) x distance x pi / 64
  float window[2][granule_slots];     // of even subbands, and of odd ones, which are inverted
  float kernel[lines][granule_slots];
  std::array<float, alias_coefficients.size()> direct, crossed;
  double floor_power = 0.0;  // that rounding to 16 bit gives a coefficient

  Tables() {
    for (std::size_t n = 0; n < taps; ++n) {
      const double weight = prototype[n <= taps / 2 ? n : taps - n] / (65536.0 * subbands);
      low_pass[n] = static_cast<float>(weight);
      // A cosine squared is a half; window and kernel squared add up to a quarter of their length.
      floor_power += weight * weight * 0.5 * granule_slots / 4.0;
    }
    floor_power /= 12.0 * 32768.0 * 32768.0;
    for (int k = 0; k < subbands; ++k)
      for (int d = 0; d < subbands; ++d)
        cosines[k][d] = static_cast<float>(std::cos((2 * k + 1) * d * pi / (2 * subbands)));
    for (int n = 0; n < granule_slots; ++n) {
      window[0][n] = static_cast<float>(std::sin(pi * (n + 0.5) / granule_slots));
      window[1][n] = n % 2 == 0 ? window[0][n] : -window[0][n];
      for (int f = 0; f < lines; ++f)
        kernel[f][n] = static_cast<float>(
            std::cos(pi / (2 * granule_slots) * (2 * n + 1 + lines) * (2 * f + 1)));
    }
    for (std::size_t i = 0; i < alias_coefficients.size(); ++i) {
      const double c = alias_coefficients[i];
      direct[i] = static_cast<float>(1.0 / std::sqrt(1.0 + c * c));
      crossed[i] = static_cast<float>(c / std::sqrt(1.0 + c * c));
    }
  }
};

/// The hybrid filterbank of layer III at every offset: subbands at the full rate, of which each
/// offset takes every 32nd sample. As many offsets as a register holds are worked out side by side.
class HybridGrid final : public LossyGrid {
 public:
  HybridGrid(double sample_rate_hz, int most_lanes)
      : sample_rate_hz_{sample_rate_hz}, most_lanes_{most_lanes} {
    for (auto& channel : subband_)
      for (auto& samples : channel) samples.resize(times);
  }

  int period_frames() const override { return lines * subbands; }
  std::vector<GridTrial> trials(const LossyPassage&) override;

 private:
  static constexpr int widest = 16;  // lanes
  static constexpr int offsets = (lines * subbands + 2 * margin + widest - 1) / widest * widest;
  static constexpr int times = offsets + (granule_slots - 1) * subbands;
  static_assert(times % widest == 0);
  static_assert(times + taps <= LossyPassage::frames);

  template <typename Lanes>
  using Lines = typename Lanes::Vector[seen_subbands][lines];

  template <typename Lanes>
  LACQUER_KERNEL void split(const float* samples, int first_subband, int channel);
  template <typename Lanes>
  LACQUER_KERNEL void transform(int channel, int first_subband, int offset, Lines<Lanes>&) const;
  template <typename Lanes>
  LACQUER_KERNEL void run(const LossyPassage&, int first_subband, GridTrial&);
  LACQUER_SIXTEEN void run_sixteen(const LossyPassage& passage, int first_subband,
                                   GridTrial& trial) {
    run<SixteenLanes>(passage, first_subband, trial);
  }
  LACQUER_WIDE void run_eight(const LossyPassage& passage, int first_subband, GridTrial& trial) {
    run<EightLanes>(passage, first_subband, trial);
  }
  void run_plain(const LossyPassage& passage, int first_subband, GridTrial& trial) {
    run<EightLanes>(passage, first_subband, trial);
  }

  Tables tables_;
  double sample_rate_hz_;
  int most_lanes_;
  std::array<std::array<dsp::AlignedVector<float>, seen_subbands>, 2> subband_;  // by channel
};

/// ISO 11172-3, figure 3-C.1: windowing, then the cosines, whose symmetry about slots 16 and 48
/// leaves 32 of 64.
template <typename Lanes>
LACQUER_KERNEL void HybridGrid::split(const float* samples, int first_subband, int channel) {
  using Vector = typename Lanes::Vector;
  constexpr int slots = 2 * subbands, even_about = subbands / 2;
  for (int t = 0; t < times; t += Lanes::lanes) {
    Vector sums[slots];
    for (int i = 0; i < slots; ++i) {
      const auto weighted = [&](int n, Vector& to) __attribute__((always_inline)) {
        to = lanes_at<Lanes>(samples + t + taps - 1 - n) *
                 tables_.low_pass[static_cast<std::size_t>(n)] -
             lanes_at<Lanes>(samples + t + taps - 1 - slots - n) *
                 tables_.low_pass[static_cast<std::size_t>(n + slots)];
      };
      static_assert(taps == 8 * slots);
      Vector a, b, c, d;
      weighted(i, a);
      weighted(i + 2 * slots, b);
      weighted(i + 4 * slots, c);
      weighted(i + 6 * slots, d);
      sums[i] = (a + b) + (c + d);
    }
    Vector folded[subbands];
    folded[0] = sums[even_about];
    for (int d = 1; d <= even_about; ++d) folded[d] = sums[even_about - d] + sums[even_about + d];
    for (int d = even_about + 1; d < subbands; ++d)
      folded[d] = sums[even_about + d] - sums[slots + even_about - d];
    for (int k = 0; k < seen_subbands; ++k) {
      const float* cosines = tables_.cosines[first_subband + k];
      Vector even{}, odd{};  // neither waits for the other
      for (int d = 0; d < subbands; d += 4) {
        even += folded[d] * cosines[d] + folded[d + 1] * cosines[d + 1];
        odd += folded[d + 2] * cosines[d + 2] + folded[d + 3] * cosines[d + 3];
      }
      lanes_at<Lanes>(&subband_[static_cast<std::size_t>(channel)][static_cast<std::size_t>(k)]
                               [static_cast<std::size_t>(t)]) = even + odd;
    }
  }
}

template <typename Lanes>
LACQUER_KERNEL void HybridGrid::transform(int channel, int first_subband, int offset,
                                          Lines<Lanes>& out) const {
  using Vector = typename Lanes::Vector;
  constexpr int half = granule_slots / 2;
  for (int k = 0; k < seen_subbands; ++k) {
    const float* samples =
        subband_[static_cast<std::size_t>(channel)][static_cast<std::size_t>(k)].data() + offset;
    const float* window = tables_.window[(first_subband + k) % 2];
    // The kernel is odd about the middle of its first half and even about that of its second.
    Vector folded[half];
    for (int n = 0; n < half / 2; ++n) {
      const int first = half - 1 - n, second = half + n, last = granule_slots - 1 - n;
      folded[n] = lanes_at<Lanes>(samples + subbands * n) * window[n] -
                  lanes_at<Lanes>(samples + subbands * first) * window[first];
      folded[half / 2 + n] = lanes_at<Lanes>(samples + subbands * second) * window[second] +
                             lanes_at<Lanes>(samples + subbands * last) * window[last];
    }
    // Three at a time, or each addition would wait for the one before.
    static_assert(lines % 3 == 0);
    for (int f = 0; f < lines; f += 3) {
      const float *first = tables_.kernel[f], *second = tables_.kernel[f + 1],
                  *third = tables_.kernel[f + 2];
      Vector a{}, b{}, c{};
      for (int n = 0; n < half / 2; ++n) {
        const Vector early = folded[n], late = folded[half / 2 + n];
        a += early * first[n] + late * first[half + n];
        b += early * second[n] + late * second[half + n];
        c += early * third[n] + late * third[half + n];
      }
      out[k][f] = a;
      out[k][f + 1] = b;
      out[k][f + 2] = c;
    }
  }
  for (int k = 0; k + 1 < seen_subbands; ++k)
    for (std::size_t i = 0; i < alias_coefficients.size(); ++i) {
      Vector& below = out[k][lines - 1 - i];
      Vector& above = out[k + 1][i];
      const Vector was = below;
      below = was * tables_.direct[i] + above * tables_.crossed[i];
      above = above * tables_.direct[i] - was * tables_.crossed[i];
    }
}

template <typename Lanes>
LACQUER_KERNEL void HybridGrid::run(const LossyPassage& passage, int first_subband,
                                    GridTrial& trial) {
  for (int c = 0; c < 2; ++c) {
    const auto& samples = passage.samples[static_cast<std::size_t>(c)];
    const std::vector<float> narrow(samples.begin(), samples.end());
    split<Lanes>(narrow.data(), first_subband, c);
  }
  const auto floor = static_cast<float>(tables_.floor_power);
  Lines<Lanes> left, right;
  for (int offset = 0; offset < offsets; offset += Lanes::lanes) {
    transform<Lanes>(0, first_subband, offset, left);
    transform<Lanes>(1, first_subband, offset, right);
    LogPowerSum<Lanes> sum;
    for (int k = 1; k <= tried_subbands; ++k)
      for (int f = 0; f < lines; ++f) sum.add(left[k][f], right[k][f], floor);
    for (int lane = 0; lane < Lanes::lanes; ++lane)
      trial.log_power[static_cast<std::size_t>(offset + lane)] =
          LogPowerSum<Lanes>::mean(sum.of_lane(lane), tried_subbands * lines);
  }
}

std::vector<GridTrial> HybridGrid::trials(const LossyPassage& passage) {
  const double subband_hz = 0.5 * sample_rate_hz_ / subbands;
  const int top = static_cast<int>(std::min(passage.top_hz, highest_hz) / subband_hz);
  const int first_subband = std::min(top, subbands - 1) - tried_subbands - 1;
  if (first_subband < 0) return {};
  std::vector<GridTrial> trials(1);
  trials[0].log_power.resize(offsets);
  if (has_sixteen_lanes() && most_lanes_ >= 16)
    run_sixteen(passage, first_subband, trials[0]);
  else if (dsp::has_wide_registers())
    run_eight(passage, first_subband, trials[0]);
  else
    run_plain(passage, first_subband, trials[0]);
  return trials;
}

}  // namespace

LossyGridPointer hybrid_grid(double sample_rate_hz, int most_lanes) {
  return std::make_unique<HybridGrid>(sample_rate_hz, most_lanes);
}

}  // namespace lacquer::measure
