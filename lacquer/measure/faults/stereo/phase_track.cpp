#include "lacquer/measure/faults/stereo/phase_track.h"

#include <algorithm>
#include <cmath>

#include "lacquer/base/units.h"
#include "lacquer/measure/halve.h"

namespace lacquer::measure {
namespace {

constexpr double quiet_dbfs = -60.0;
constexpr double lonely_db = -30.0;      // one channel this far below is missing, not out of phase
constexpr double quiet_band_db = -50.0;  // re the whole

// Mean over variance of each band's correlation, over three dozen pieces of music: what the bands
// have to say about which way up a channel is. Microphones apart leave only noise at the top.
constexpr std::array<double, phase_bands> weights = {0.30, 0.30, 0.20, 0.10, 0.10};

double correlation(double left, double right, double cross) {
  const double size = std::sqrt(left * right);
  return size > 0.0 ? std::clamp(cross / size, -1.0, 1.0) : 0.0;
}

/// Two moments in a row as one: what both channels sound in, by its power.
PhaseMoment merged(const PhaseMoment& first, const PhaseMoment& second) {
  PhaseMoment moment = first.active() ? first : second;
  moment.first_frame = first.first_frame;
  if (!first.active() || !second.active()) return moment;
  const float share = second.power / (first.power + second.power);
  const auto blend = [share](float& value, float other) { value += share * (other - value); };
  moment.power = first.power + second.power;
  blend(moment.correlation, second.correlation);
  blend(moment.mono_loss_db, second.mono_loss_db);
  blend(moment.score, second.score);
  blend(moment.bass_share, second.bass_share);
  for (std::size_t b = 0; b < moment.of_band.size(); ++b)
    blend(moment.of_band[b], second.of_band[b]);
  return moment;
}

}  // namespace

std::size_t PhaseHistory::active_count() const {
  return static_cast<std::size_t>(std::count_if(moments.begin(), moments.end(),
                                                [](const PhaseMoment& m) { return m.active(); }));
}

double PhaseHistory::start_s(std::size_t moment) const {
  const auto frame = moment < moments.size() ? moments[moment].first_frame : frame_count;
  return static_cast<double>(frame) / sample_rate_hz;
}

void PhaseTrack::add(const SpectrumFrame& look) {
  if (looks_ == 0) first_frame_ = look.first_frame;
  for (std::size_t b = 0; b < bands_.size(); ++b) {
    const int first = static_cast<int>(std::ceil(phase_band_edges_hz[b] / look.bin_hz));
    const int end =
        std::min(look.bins, static_cast<int>(std::ceil(phase_band_edges_hz[b + 1] / look.bin_hz)));
    bands_[b] += sums_of_bins(look, first, end);
  }
  if (++looks_ == looks_of_moment_) end_moment();
}

void PhaseTrack::end_moment() {
  BinSums all;
  for (const BinSums& band : bands_) all += band;
  const double both = all.both();
  PhaseMoment moment{.first_frame = first_frame_};
  const bool active = both > looks_of_moment_ * power_from_db(quiet_dbfs) &&
                      std::min(all.left, all.right) > both * power_from_db(lonely_db);
  if (active) {
    moment.correlation = static_cast<float>(correlation(all.left, all.right, all.cross()));
    moment.mono_loss_db =
        static_cast<float>(db_from_power(std::max(4.0 * all.mid, 1e-12 * both) / (2.0 * both)));
    moment.bass_share = static_cast<float>(bands_[0].both() / both);
    moment.power = static_cast<float>(both);
    double sum = 0.0, weight = 0.0;
    for (std::size_t b = 0; b < bands_.size(); ++b) {
      const BinSums& band = bands_[b];
      if (std::min(band.left, band.right) < both * power_from_db(quiet_band_db)) continue;
      const double of_band = correlation(band.left, band.right, band.cross());
      moment.of_band[b] = static_cast<float>(of_band);
      sum += weights[b] * of_band;
      weight += weights[b];
    }
    if (weight > 0.0) moment.score = static_cast<float>(sum / weight);
  }
  moments_.push_back(moment);
  if (moments_.size() == most_moments) {
    halve(moments_, merged);
    looks_of_moment_ *= 2;
  }
  bands_ = {};
  looks_ = 0;
}

}  // namespace lacquer::measure
