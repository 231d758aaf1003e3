#include "bench/judge.h"

#include <algorithm>
#include <cmath>
#include <iterator>

#include "lacquer/base/units.h"
#include "lacquer/measure/levels/true_peaks.h"
#include "lacquer/measure/meter.h"
#include "lacquer/measure/quality/programme_delay.h"
#include "testkit/true_peak.h"

namespace lacquer::bench {
namespace {

constexpr double excerpt_s = 6.0, most_delay_s = 0.5;
constexpr double same_programme = 15.0;  // of ProgrammeDelay::certainty, as in studio/comparing.cpp
constexpr double no_delay_frames = 0.02;  // what the search for it may be off on limited music

std::vector<double> mean_of(const testkit::Signal& signal, int first, int count) {
  std::vector<double> mean(static_cast<std::size_t>(count));
  for (int f = 0; f < count; ++f)
    for (int c = 0; c < signal.channel_count(); ++c)
      mean[static_cast<std::size_t>(f)] += signal.at(c, first + f) / signal.channel_count();
  return mean;
}

testkit::Signal cut(const testkit::Signal& signal, int first, int count) {
  testkit::Signal part{signal.channel_count(), count, signal.format().sample_rate_hz};
  for (int c = 0; c < signal.channel_count(); ++c)
    for (int f = 0; f < count; ++f) part.at(c, f) = signal.at(c, first + f);
  return part;
}

/// A hard edge would ring between the samples beside it.
void fade_ends(testkit::Signal& signal, int frames) {
  for (int c = 0; c < signal.channel_count(); ++c)
    for (int f = 0; f < frames; ++f) {
      const double gain = 0.5 - 0.5 * std::cos(pi * (f + 0.5) / frames);
      signal.at(c, f) *= gain;
      signal.at(c, signal.frame_count() - 1 - f) *= gain;
    }
}

}  // namespace

double integrated_lufs(const testkit::Signal& signal) {
  measure::Parts parts = measure::Parts::none();
  parts.loudness = true;
  measure::Meter meter{signal.format(), parts};
  meter.add(testkit::Signal{signal}.block());
  return meter.finish().loudness.integrated_lufs.value_or(-70.0);
}

double true_peak_32x_dbtp(const testkit::Signal& signal) {
  measure::TruePeaks peaks{signal.format(), false};
  for (int c = 0; c < signal.channel_count(); ++c)
    peaks.add(c, testkit::Signal{signal}.block().channel(c), signal.frame_count());
  peaks.finish();
  std::vector<double> of_seconds;
  peaks.hand_out_seconds([&](const std::vector<double>& of_channels) {
    of_seconds.push_back(*std::max_element(of_channels.begin(), of_channels.end()));
  });
  const int loudest = static_cast<int>(
      std::distance(of_seconds.begin(), std::max_element(of_seconds.begin(), of_seconds.end())));
  const int second = static_cast<int>(signal.format().sample_rate_hz), beside = second / 100;
  const int first = std::max(0, loudest * second - beside);
  const int count = std::min(second + 2 * beside, signal.frame_count() - first);
  testkit::Signal around = cut(signal, first, count);
  fade_ends(around, beside);
  return std::max(db_from_gain(peaks.strict()), testkit::true_peak_dbtp(around));
}

Result<Damage> damage_of(const testkit::Signal& signal, const testkit::Signal& limited,
                         double* late_frames) {
  const double rate_hz = signal.format().sample_rate_hz;
  const int lead = static_cast<int>(most_delay_s * rate_hz);
  const int excerpt =
      std::min(static_cast<int>(excerpt_s * rate_hz), signal.frame_count() - 2 * lead);
  const int first = (signal.frame_count() - excerpt) / 2;
  const auto delay = measure::find_programme_delay(
      mean_of(signal, first, excerpt), mean_of(limited, first - lead, excerpt + 2 * lead), lead);
  if (delay.certainty < same_programme)
    return Error{ErrorKind::unusable_input,
                 "What comes out has nothing in common with what goes in.", "", ""};
  if (late_frames) *late_frames = delay.frames;
  const int later = static_cast<int>(std::lround(delay.frames));
  const double rest = delay.frames - later;
  measure::NoiseToMaskMeter meter{signal.format(), std::abs(rest) < no_delay_frames ? 0.0 : rest};
  const int begin = std::max(0, -later);
  const int end = std::min(signal.frame_count(), signal.frame_count() - later);
  const testkit::Signal reference = cut(signal, begin, end - begin);
  testkit::Signal other = cut(limited, begin + later, end - begin);
  const double gain = gain_from_db(integrated_lufs(reference) - integrated_lufs(other));
  for (int c = 0; c < other.channel_count(); ++c)
    for (int f = 0; f < other.frame_count(); ++f) other.at(c, f) *= gain;
  meter.add(testkit::Signal{reference}.block(), other.block());
  const measure::NoiseToMask found = meter.finish();
  if (!found.mean_db || !found.p95_db || !found.worst_db)
    return Error{ErrorKind::unusable_input, "There is too little sound to judge.", "", ""};
  return Damage{*found.mean_db, *found.p95_db, *found.worst_db};
}

}  // namespace lacquer::bench
