#include "lacquer/measure/meter.h"

#include <algorithm>
#include <cassert>
#include <cmath>

#include "lacquer/base/units.h"
#include "lacquer/dsp/k_weighting.h"
#include "lacquer/measure/levels.h"
#include "lacquer/measure/loudness.h"
#include "lacquer/measure/true_peak.h"

namespace lacquer::measure {
namespace {

Maybe difference(Maybe a, Maybe b) { return a && b ? Maybe{*a - *b} : Maybe{}; }

}  // namespace

/// Cuts the stream into steps of 10 ms and hands each to the meters that are wanted. Steps are
/// what makes the numbers independent of the blocks the audio arrives in.
struct Meter::State {
  State(StreamFormat stream, Parts wanted);

  void add_step(int frame_count);

  StreamFormat format;
  Parts parts;
  bool want_weighted, want_loudness, want_true_peak;

  std::int64_t frame_count = 0;  // in whole steps
  std::int64_t step_count = 0;
  int step_frames = 0;  // of the step being filled
  int filled = 0;
  std::vector<std::vector<double>> samples, weighted;  // of one step, by channel

  dsp::KWeighting weighting;
  LevelMeter levels;
  LoudnessMeter loudness;
  TruePeakFilters true_peak_filters;
  std::vector<TruePeakMeter> true_peaks;  // by channel

 private:
  std::int64_t end_of_step(std::int64_t step) const {
    return std::llround(static_cast<double>(step + 1) * format.sample_rate_hz / 100.0);
  }
  void begin_step() { step_frames = static_cast<int>(end_of_step(step_count) - frame_count); }
};

Meter::State::State(StreamFormat stream, Parts wanted)
    : format{stream},
      parts{wanted},
      want_weighted{parts.loudness || parts.dynamics || parts.spectrum || parts.stereo},
      want_loudness{parts.loudness || parts.dynamics},
      want_true_peak{parts.peak || parts.dynamics || parts.findings},
      weighting{format.sample_rate_hz, format.channel_count},
      levels{format} {
  assert(format.channel_count == 1 || format.channel_count == 2);
  const auto channels = static_cast<std::size_t>(format.channel_count);
  const auto longest = static_cast<std::size_t>(std::ceil(format.sample_rate_hz / 100.0)) + 1;
  samples.assign(channels, std::vector<double>(longest));
  weighted.assign(channels, std::vector<double>(longest));
  if (want_true_peak)
    true_peaks.assign(channels, TruePeakMeter{true_peak_filters, format.sample_rate_hz});
  begin_step();
}

void Meter::State::add_step(int frames) {
  const double* in[] = {samples.front().data(), samples.back().data()};
  double* out[] = {weighted.front().data(), weighted.back().data()};
  if (want_weighted) weighting.process(in, out, frames);
  levels.add(in, want_weighted ? out : nullptr, frames);
  if (want_true_peak)
    for (std::size_t c = 0; c < true_peaks.size(); ++c) true_peaks[c].add(in[c], frames);
  if (want_loudness && frames == step_frames)
    loudness.add(levels.weighted_energy_of_last(), frames);

  frame_count += frames;
  ++step_count;
  filled = 0;
  begin_step();
}

Meter::Meter(StreamFormat format, Parts parts) : state_{std::make_unique<State>(format, parts)} {}
Meter::~Meter() = default;
Meter::Meter(Meter&&) noexcept = default;
Meter& Meter::operator=(Meter&&) noexcept = default;

void Meter::add(AudioBlock block) {
  State& state = *state_;
  assert(block.channel_count() == state.format.channel_count);
  for (int at = 0; at < block.frame_count();) {
    const int count = std::min(block.frame_count() - at, state.step_frames - state.filled);
    for (int c = 0; c < block.channel_count(); ++c) {
      const double* from = block.channel(c) + at;
      double* to = state.samples[static_cast<std::size_t>(c)].data() + state.filled;
      for (int f = 0; f < count; ++f) to[f] = std::isfinite(from[f]) ? from[f] : 0.0;
    }
    state.filled += count;
    at += count;
    if (state.filled == state.step_frames) state.add_step(state.filled);
  }
}

Measurement Meter::finish() {
  State& state = *state_;
  if (state.filled > 0) state.add_step(state.filled);

  Measurement result;
  result.format = state.format;
  result.frame_count = state.frame_count;
  result.head_silence_s = state.levels.head_silence_s();
  result.tail_silence_s = state.levels.tail_silence_s();

  Peak peak{.sample_dbfs = state.levels.sample_peak_dbfs(), .true_dbtp = {}};
  double true_peak = 0.0;
  for (TruePeakMeter& meter : state.true_peaks) {
    meter.finish();
    true_peak = std::max(true_peak, meter.peak());
  }
  if (peak.sample_dbfs && state.want_true_peak) peak.true_dbtp = db_from_gain(true_peak);
  const Loudness loudness = state.loudness.loudness();

  if (state.parts.loudness) {
    result.loudness = loudness;
    result.series = state.loudness.series();
  }
  if (state.parts.peak) result.peak = peak;
  if (state.parts.dynamics) {
    result.dynamics.crest_db = state.levels.crest_db();
    result.dynamics.plr_lu = difference(peak.true_dbtp, loudness.integrated_lufs);
  }
  if (state.parts.stereo) result.stereo = state.levels.stereo();
  return result;
}

Result<Measurement> measure(AudioSource& source, Parts parts, const Progress& progress,
                            const std::string& stage) {
  const StreamFormat format = source.format();
  const std::int64_t frame_count = source.frame_count();
  AudioBuffer buffer{format.channel_count, block_frames};
  Meter meter{format, parts};
  for (std::int64_t done = 0;;) {
    if (progress.cancelled())
      return Error{ErrorKind::cancelled, "The measurement was cancelled.", "", ""};
    TRY(const int frames, source.read(buffer.block()));
    if (frames == 0) break;
    meter.add(buffer.block().frames(0, frames));
    done += frames;
    if (frame_count > 0)
      progress.at(stage, static_cast<double>(done) / static_cast<double>(frame_count));
  }
  return meter.finish();
}

}  // namespace lacquer::measure
