#include "lacquer/measure/spectrum/band_stereo.h"

#include <algorithm>
#include <cmath>

#include "lacquer/base/units.h"

namespace lacquer::measure {
namespace {

constexpr double silent = 1e-18;        // mean square of a look, summed over looks
constexpr double lowest_ratio = 1e-12;  // -120 dB: beyond lies the rounding of the sums

}  // namespace

BandStereoMeter::BandStereoMeter(double sample_rate_hz, int size)
    : sample_rate_hz_{sample_rate_hz} {
  for (std::size_t b = 0; b < band_edges_hz.size(); ++b)
    first_bins_[b] =
        std::min(static_cast<int>(std::ceil(band_edges_hz[b] * size / sample_rate_hz)), size / 2);
}

void BandStereoMeter::add(const SpectrumFrame& look) {
  for (std::size_t b = 0; b < sums_.size(); ++b)
    sums_[b] += sums_of_bins(look, first_bins_[b], first_bins_[b + 1]);
}

void BandStereoMeter::finish(Stereo& stereo) const {
  stereo.bands_hz.assign(band_edges_hz.begin(), band_edges_hz.end());
  for (std::size_t b = 0; b < sums_.size(); ++b) {
    const BinSums& sums = sums_[b];
    const double left = sums.left, right = sums.right, both = sums.both();
    const bool there = 0.5 * sample_rate_hz_ >= least_share_of_band * band_edges_hz[b + 1];
    Maybe correlation, mono_loss_db, width;
    if (there && both > silent) {
      mono_loss_db = db_from_power(std::clamp(2.0 * sums.mid / both, lowest_ratio, 1.0));
      width = std::clamp(2.0 * sums.side / both, 0.0, 1.0);
      if (std::min(left, right) > silent)
        correlation = std::clamp(sums.cross() / (std::sqrt(left) * std::sqrt(right)), -1.0, 1.0);
    }
    stereo.band_correlation.push_back(correlation);
    stereo.band_mono_loss_db.push_back(mono_loss_db);
    stereo.band_width.push_back(width);
  }
}

}  // namespace lacquer::measure
