#include "lacquer/measure/meter.h"

#include <algorithm>
#include <cassert>
#include <cmath>

#include "lacquer/base/units.h"
#include "lacquer/dsp/k_weighting.h"
#include "lacquer/measure/faults/detectors.h"
#include "lacquer/measure/faults/invalid_samples.h"
#include "lacquer/measure/levels/dynamic_range.h"
#include "lacquer/measure/levels/levels.h"
#include "lacquer/measure/levels/loudness.h"
#include "lacquer/measure/levels/true_peak.h"
#include "lacquer/measure/spectrum/spectrum.h"

namespace lacquer::measure {
namespace {

Maybe difference(Maybe a, Maybe b) { return a && b ? Maybe{*a - *b} : Maybe{}; }

/// Smallest true peak minus short-term loudness over windows of three whole seconds, one each
/// second, as loud as the gate of the integrated loudness at least.
Maybe min_psr_lu(const std::vector<TruePeakMeter>& channels, const LoudnessMeter& loudness) {
  const Maybe gate = loudness.gate_lufs();
  Maybe smallest;
  const Series series = loudness.series();
  for (std::size_t s = 2; gate && s < series.short_term_lufs.size(); ++s) {
    const Maybe short_term = series.short_term_lufs[s];
    if (!short_term || *short_term < *gate) continue;
    double peak = 0.0;
    for (const TruePeakMeter& channel : channels)
      for (std::size_t of = s - 2; of <= s; ++of)
        peak = std::max(peak, channel.peak_of_seconds()[of]);
    const double psr = db_from_gain(peak) - *short_term;
    smallest = smallest ? std::min(*smallest, psr) : psr;
  }
  return smallest;
}

/// Copies, with 0 for what is not a number; true if there was nothing to replace.
bool copy_finite(const double* from, double* to, int count) {
  double spoilt = 0.0;  // x * 0 is 0 unless x is infinite or NaN
  for (int f = 0; f < count; ++f) {
    to[f] = from[f];
    spoilt += from[f] * 0.0;
  }
  if (spoilt == 0.0) return true;
  for (int f = 0; f < count; ++f)
    if (!std::isfinite(to[f])) to[f] = 0.0;
  return false;
}

}  // namespace

/// Cuts the stream into steps of 10 ms and hands each to the meters that are wanted. Steps are
/// what makes the numbers independent of the blocks the audio arrives in.
struct Meter::State {
  State(StreamFormat stream, Parts wanted);

  void add_step(int frame_count);
  std::vector<Finding> findings(const Measurement&);

  StreamFormat format;
  Parts parts;
  bool want_weighted, want_loudness, want_true_peak;

  std::int64_t frame_count = 0;  // in whole steps
  std::int64_t step_count = 0;
  int step_frames = 0;  // of the step being filled
  int filled = 0;
  int word_length_bits = 0;
  std::vector<std::vector<double>> samples, weighted;  // of one step, by channel

  dsp::KWeighting weighting;
  LevelMeter levels;
  LoudnessMeter loudness;
  TruePeakFilters true_peak_filters;
  std::vector<TruePeakMeter> true_peaks;  // by channel, as all below
  std::vector<DynamicRangeMeter> dynamic_ranges;
  std::optional<SpectrumMeter> spectrum;
  InvalidSamples invalid;
  ShortTimeSpectrum short_looks, long_looks;
  std::vector<DetectorPointer> detectors;

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
      levels{format},
      invalid{format},
      short_looks{format, ShortTimeSpectrum::frames_of(format.sample_rate_hz, 4096)},
      long_looks{format, ShortTimeSpectrum::frames_of(format.sample_rate_hz, 16384)} {
  assert(format.channel_count == 1 || format.channel_count == 2);
  const auto channels = static_cast<std::size_t>(format.channel_count);
  const auto longest = static_cast<std::size_t>(std::ceil(format.sample_rate_hz / 100.0)) + 1;
  samples.assign(channels, std::vector<double>(longest));
  weighted.assign(channels, std::vector<double>(longest));
  if (want_true_peak)
    true_peaks.assign(channels, TruePeakMeter{true_peak_filters, format.sample_rate_hz});
  if (parts.dynamics) dynamic_ranges.assign(channels, DynamicRangeMeter{format.sample_rate_hz});
  if (parts.findings) detectors = all_detectors(format);
  if (parts.spectrum) spectrum.emplace(format);
  begin_step();
}

void Meter::State::add_step(int frames) {
  double* rows[] = {samples.front().data(), samples.back().data()};
  const double* in[] = {rows[0], rows[1]};
  double* out[] = {weighted.front().data(), weighted.back().data()};
  if (want_weighted) weighting.process(in, out, frames);
  levels.add(in, want_weighted ? out : nullptr, frames);
  for (std::size_t c = 0; c < samples.size(); ++c) {
    if (want_true_peak) true_peaks[c].add(in[c], frames);
    if (parts.dynamics) dynamic_ranges[c].add(in[c], frames);
  }
  if (!detectors.empty()) {
    const AudioBlock block{rows, format.channel_count, frames};
    for (const auto& detector : detectors) detector->add(block, frame_count);
    short_looks.add(block, [&](const SpectrumFrame& look) {
      for (const auto& detector : detectors) detector->add_short(look);
    });
    long_looks.add(block, [&](const SpectrumFrame& look) {
      for (const auto& detector : detectors) detector->add_long(look);
    });
  }
  if (frames == step_frames) {  // loudness and spectrum stand on whole steps
    if (want_loudness) loudness.add(levels.weighted_energy_of_last(), frames);
    if (spectrum) spectrum->add(out, frames);
  }

  frame_count += frames;
  ++step_count;
  filled = 0;
  begin_step();
}

std::vector<Finding> Meter::State::findings(const Measurement& numbers) {
  std::vector<Finding> found;
  if (frame_count == 0) return found;
  Heard heard{.numbers = numbers, .true_peak_of_seconds = {}, .word_length_bits = word_length_bits};
  for (const TruePeakMeter& meter : true_peaks)
    heard.true_peak_of_seconds.push_back(meter.peak_of_seconds());
  invalid.finish(found);
  for (const auto& detector : detectors) detector->finish(heard, found);
  std::stable_sort(found.begin(), found.end(),
                   [](const Finding& a, const Finding& b) { return a.start_s < b.start_s; });
  return found;
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
    for (std::size_t c = 0; c < state.samples.size(); ++c) {
      const double* from = block.channel(static_cast<int>(c)) + at;
      if (!copy_finite(from, state.samples[c].data() + state.filled, count))
        state.invalid.note(static_cast<int>(c), from, count, state.frame_count + state.filled);
    }
    state.filled += count;
    at += count;
    if (state.filled == state.step_frames) state.add_step(state.filled);
  }
}

void Meter::declare_word_length(int bits) { state_->word_length_bits = bits; }

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
    result.dynamics.min_psr_lu = min_psr_lu(state.true_peaks, state.loudness);
    double sum = 0.0;
    for (DynamicRangeMeter& meter : state.dynamic_ranges) sum += meter.finish();
    if (peak.sample_dbfs) result.dynamics.dr_db = sum / state.format.channel_count;
  }
  if (state.spectrum) result.spectrum = state.spectrum->spectrum();
  if (state.parts.stereo) result.stereo = state.levels.stereo();
  if (state.parts.findings) result.findings = state.findings(result);
  return result;
}

Result<Measurement> measure(AudioSource& source, Parts parts, const Progress& progress,
                            const std::string& stage, int word_length_bits) {
  const StreamFormat format = source.format();
  const std::int64_t frame_count = source.frame_count();
  AudioBuffer buffer{format.channel_count, block_frames};
  Meter meter{format, parts};
  meter.declare_word_length(word_length_bits);
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
