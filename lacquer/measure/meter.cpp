#include "lacquer/measure/meter.h"

#include <algorithm>
#include <cassert>
#include <cmath>

#include "lacquer/base/units.h"
#include "lacquer/dsp/k_weighting.h"
#include "lacquer/dsp/wide.h"
#include "lacquer/measure/faults/detectors.h"
#include "lacquer/measure/faults/invalid_samples.h"
#include "lacquer/measure/levels/channel_delay.h"
#include "lacquer/measure/levels/correlation.h"
#include "lacquer/measure/levels/dynamic_range.h"
#include "lacquer/measure/levels/itu_true_peak.h"
#include "lacquer/measure/levels/levels.h"
#include "lacquer/measure/levels/loudness.h"
#include "lacquer/measure/levels/psr.h"
#include "lacquer/measure/levels/true_peak.h"
#include "lacquer/measure/spectrum/band_stereo.h"
#include "lacquer/measure/spectrum/float_frames.h"
#include "lacquer/measure/spectrum/long_term_spectrum.h"
#include "lacquer/measure/spectrum/spectrogram.h"
#include "lacquer/measure/spectrum/spectrum.h"
#include "lacquer/measure/texture/texture.h"

namespace lacquer::measure {
namespace {

Maybe difference(Maybe a, Maybe b) { return a && b ? Maybe{*a - *b} : Maybe{}; }

LACQUER_KERNEL bool copy_kernel(const double* from, double* to, int count) {
  dsp::Quad spoilt{};  // x * 0 is 0 unless x is infinite or NaN
  int at = 0;
  for (; at + 3 < count; at += 4) {
    const dsp::Quad x = *dsp::quads(from + at);
    *dsp::quads(to + at) = x;
    spoilt += x * 0.0;
  }
  for (; at < count; ++at) {
    to[at] = from[at];
    spoilt[0] += from[at] * 0.0;
  }
  return dsp::sum_of(spoilt) == 0.0;
}

LACQUER_WIDE bool copy_wide(const double* from, double* to, int count) {
  return copy_kernel(from, to, count);
}

/// Copies, with 0 for what is not a number; true if there was nothing to replace.
bool copy_finite(const double* from, double* to, int count) {
  if ((dsp::has_wide_registers() ? copy_wide : copy_kernel)(from, to, count)) return true;
  for (int f = 0; f < count; ++f)
    if (!std::isfinite(to[f])) to[f] = 0.0;
  return false;
}

int long_frames(StreamFormat format) {
  return ShortTimeSpectrum::frames_of(format.sample_rate_hz, 16384);
}

}  // namespace

/// Cuts the stream into steps of 10 ms and hands each to the meters that are wanted. Steps are
/// what makes the numbers independent of the blocks the audio arrives in.
struct Meter::State {
  State(StreamFormat stream, Parts wanted);

  void add_step(int frame_count);
  Measurement finish();

  StreamFormat format;
  Parts parts;
  bool stereo, want_weighted, want_loudness, want_true_peak, want_long_looks;

  std::int64_t frame_count = 0;  // in whole steps
  std::int64_t step_count = 0;
  int step_frames = 0;  // of the step being filled
  int filled = 0;
  int word_length_bits = 0;
  std::vector<double*> rows;  // the step being filled, by channel; in `samples`
  InvalidSamples invalid;

 private:
  std::int64_t end_of_step(std::int64_t step) const {
    return std::llround(static_cast<double>(step + 1) * format.sample_rate_hz / 100.0);
  }
  void begin_step();
  void show(AudioBlock);
  std::vector<Maybe> true_peak_of_seconds() const;
  void finish_peak(Measurement&);
  std::vector<Finding> findings(const Measurement&);

  int look_back = 0, longest_step = 0;
  std::vector<std::vector<double>> samples;   // by channel; the step being filled ends them
  std::vector<std::vector<double>> weighted;  // of one step, by channel
  std::vector<double*> weighted_rows;
  std::vector<StepStatistics> statistics;   // of one step, by channel
  std::vector<dsp::KWeighting> weightings;  // one for each pair of channels
  LevelMeter levels;
  LoudnessMeter loudness;
  TruePeakFilters true_peak_filters;
  std::vector<TruePeakMeter> true_peaks;  // by channel, as the next two
  std::vector<ItuTruePeakMeter> itu_true_peaks;
  std::vector<DynamicRangeMeter> dynamic_ranges;
  std::optional<CorrelationMeter> correlation;
  std::optional<ChannelDelayMeter> delay;
  std::optional<SpectrumMeter> spectrum;
  std::optional<FloatFrames> frames_of_looks;  // what the spectra are made from
  std::optional<ShortTimeSpectrum> short_looks, long_looks;
  std::optional<TwelfthOctaveBands> bands;
  TwelfthOctaves of_look;
  std::optional<LongTermSpectrum> long_term;
  std::optional<SpectrogramMeter> spectrogram;
  std::optional<BandStereoMeter> band_stereo;
  std::optional<TextureMeter> texture;
  std::vector<DetectorPointer> detectors;
  std::vector<Detector*> hearing;  // those of them that hear steps
};

Meter::State::State(StreamFormat stream, Parts wanted)
    : format{stream},
      parts{wanted},
      stereo{format.channel_count == 2},
      want_weighted{parts.loudness || parts.dynamics || parts.stereo},
      want_loudness{parts.loudness || parts.dynamics},
      want_true_peak{parts.peak || parts.dynamics || parts.findings},
      want_long_looks{parts.spectrum || parts.findings || (parts.stereo && stereo)},
      invalid{format},
      levels{format} {
  const auto channels = static_cast<std::size_t>(format.channel_count);
  longest_step = static_cast<int>(std::ceil(format.sample_rate_hz / 100.0)) + 1;
  if (parts.findings) look_back = Detector::look_back_frames(format.sample_rate_hz);
  // What is looked back on is moved once in a while, not with each step.
  samples.assign(channels,
                 std::vector<double>(static_cast<std::size_t>(3 * look_back + longest_step)));
  weighted.assign(channels, std::vector<double>(static_cast<std::size_t>(longest_step)));
  statistics.resize(channels);
  for (std::size_t c = 0; c < channels; ++c) {
    rows.push_back(samples[c].data() + look_back);
    weighted_rows.push_back(weighted[c].data());
    if (want_weighted && c % 2 == 0)
      weightings.emplace_back(format.sample_rate_hz, c + 1 < channels ? 2 : 1);
  }
  if (want_true_peak)
    true_peaks.assign(channels, TruePeakMeter{true_peak_filters, format.sample_rate_hz});
  if (parts.peak) itu_true_peaks.assign(channels, ItuTruePeakMeter{format.sample_rate_hz});
  if (parts.dynamics) dynamic_ranges.assign(channels, DynamicRangeMeter{format.sample_rate_hz});
  if (parts.stereo && stereo) {
    correlation.emplace();
    delay.emplace(format.sample_rate_hz);
    band_stereo.emplace(format.sample_rate_hz, long_frames(format));
  }
  if (parts.spectrum) {
    bands.emplace(format, long_frames(format));
    long_term.emplace(format, *bands);
    spectrogram.emplace(format, long_frames(format));
  }
  if (parts.spectrum && channels <= 2) spectrum.emplace(format);
  if (parts.rhythm) texture.emplace(format);
  if (parts.findings) detectors = all_detectors(format);
  for (const auto& detector : detectors)
    if (detector->hears_steps()) hearing.push_back(detector.get());
  if (texture || !detectors.empty())
    short_looks.emplace(format, ShortTimeSpectrum::frames_of(format.sample_rate_hz, 4096));
  if (want_long_looks) long_looks.emplace(format, long_frames(format));
  int keep = 0;
  if (spectrum) keep = std::max(keep, spectrum->keep_frames());
  if (texture) keep = std::max(keep, texture->keep_frames());
  for (const auto* looks : {&short_looks, &long_looks})
    if (*looks) keep = std::max(keep, (*looks)->size());
  if (keep > 0) frames_of_looks.emplace(format.channel_count, keep + longest_step);
  begin_step();
}

void Meter::State::add_step(int frames) {
  for (std::size_t pair = 0; pair < weightings.size(); ++pair)
    weightings[pair].process(rows.data() + 2 * pair, weighted_rows.data() + 2 * pair, frames);
  levels.add(rows.data(), want_weighted ? weighted_rows.data() : nullptr, frames);
  for (std::size_t c = 0; c < samples.size(); ++c) {
    if (want_true_peak) true_peaks[c].add(rows[c], frames);
    if (parts.peak) itu_true_peaks[c].add(rows[c], frames);
    if (parts.dynamics) dynamic_ranges[c].add(rows[c], frames);
  }
  if (correlation) correlation->add(levels.sums_of_last(), frames);
  if (delay) delay->add(rows[0], rows[1], frames);
  show({rows.data(), format.channel_count, frames});
  if (frames == step_frames) {  // loudness and spectrum stand on whole steps
    if (want_loudness) loudness.add(levels.weighted_energy_of_last(), frames);
    if (spectrum) spectrum->add_step(*frames_of_looks);
  }

  frame_count += frames;
  ++step_count;
  filled = 0;
  for (double*& row : rows) row += frames;
  begin_step();
}

void Meter::State::begin_step() {
  step_frames = static_cast<int>(end_of_step(step_count) - frame_count);
  for (std::size_t c = 0; c < samples.size(); ++c) {
    if (rows[c] + longest_step <= samples[c].data() + samples[c].size()) continue;
    std::copy(rows[c] - look_back, rows[c], samples[c].begin());
    rows[c] = samples[c].data() + look_back;
  }
}

/// A step to the detectors, and the looks at the spectrum it completes to whoever wants them.
void Meter::State::show(AudioBlock step) {
  if (!hearing.empty())
    for (int c = 0; c < step.channel_count(); ++c)
      statistics[static_cast<std::size_t>(c)] =
          step_statistics(step.channel(c), step.frame_count());
  for (Detector* detector : hearing)
    detector->hear({.block = step, .first_frame = frame_count, .statistics = statistics.data()});
  if (frames_of_looks) frames_of_looks->add(step);
  if (texture) texture->follow(*frames_of_looks);
  if (short_looks)
    short_looks->follow(*frames_of_looks, [&](const SpectrumFrame& look) {
      if (texture) texture->add_short(look);
      for (const auto& detector : detectors) detector->add_short(look);
    });
  if (!long_looks) return;
  long_looks->follow(*frames_of_looks, [&](const SpectrumFrame& look) {
    if (bands) {
      bands->reduce(look, of_look);
      long_term->add(of_look);
      spectrogram->add(of_look);
    }
    if (band_stereo) band_stereo->add(look);
    for (const auto& detector : detectors) detector->add_long(look);
  });
}

/// The largest of all channels.
std::vector<Maybe> Meter::State::true_peak_of_seconds() const {
  std::vector<Maybe> peaks_dbtp;
  for (std::size_t s = 0; s < true_peaks.front().peak_of_seconds().size(); ++s) {
    double peak = 0.0;
    for (const TruePeakMeter& channel : true_peaks)
      peak = std::max(peak, channel.peak_of_seconds()[s]);
    peaks_dbtp.push_back(peak > 0.0 ? Maybe{db_from_gain(peak)} : Maybe{});
  }
  return peaks_dbtp;
}

void Meter::State::finish_peak(Measurement& result) {
  double strict = 0.0, itu = 0.0;
  for (TruePeakMeter& meter : true_peaks) {
    meter.finish();
    strict = std::max(strict, meter.peak());
  }
  for (ItuTruePeakMeter& meter : itu_true_peaks) {
    meter.finish();
    itu = std::max(itu, meter.peak());
  }
  result.peak.sample_dbfs = levels.sample_peak_dbfs();
  if (!result.peak.sample_dbfs) return;
  if (want_true_peak) result.peak.true_dbtp = db_from_gain(strict);
  if (parts.peak) result.peak.itu_dbtp = db_from_gain(itu);
}

/// Sums up what was asked for. Meters that others need have run as well; what they say is left out.
Measurement Meter::State::finish() {
  Measurement result;
  result.format = format;
  result.frame_count = frame_count;
  result.head_silence_s = levels.head_silence_s();
  result.tail_silence_s = levels.tail_silence_s();
  finish_peak(result);
  if (want_loudness) {
    result.loudness = loudness.loudness();
    result.series = loudness.series();
  }
  if (want_true_peak) result.series.true_peak_dbtp = true_peak_of_seconds();
  if (parts.loudness && format.channel_count == 1)
    result.loudness.dual_mono_lufs = loudness.dual_mono_lufs();
  if (parts.dynamics) {
    Series& series = result.series;
    series.psr_lu = psr_lu(series.true_peak_dbtp, series.short_term_lufs);
    Dynamics& dynamics = result.dynamics;
    dynamics.crest_db = levels.crest_db();
    dynamics.rms_dbfs = levels.rms_dbfs();
    dynamics.max_rms_dbfs = levels.max_rms_dbfs();
    dynamics.plr_lu = difference(result.peak.true_dbtp, result.loudness.integrated_lufs);
    dynamics.min_psr_lu =
        smallest_psr_lu(series.psr_lu, series.short_term_lufs, loudness.gate_lufs());
    double sum = 0.0;
    for (DynamicRangeMeter& meter : dynamic_ranges) sum += meter.finish();
    if (result.peak.sample_dbfs) dynamics.dr_db = sum / format.channel_count;
  }
  if (spectrum) result.spectrum = spectrum->spectrum();
  if (bands) {
    long_term->finish(result.spectrum);
    result.series.spectrogram = spectrogram->finish();
  }
  if (parts.stereo && stereo) {
    result.stereo = levels.stereo();
    correlation->finish(format.sample_rate_hz, result.stereo, result.series);
    delay->finish(result.stereo);
    band_stereo->finish(result.stereo);
  }
  if (texture) {
    texture->finish(*frames_of_looks);
    result.rhythm = texture->rhythm();
    result.sections = texture->sections(static_cast<double>(frame_count) / format.sample_rate_hz);
  }
  if (parts.findings) result.findings = findings(result);
  if (!parts.loudness) {
    result.loudness = {};
    result.series.momentary_lufs.clear();
    result.series.short_term_lufs.clear();
  }
  if (!parts.peak) {
    result.peak = {};
    result.series.true_peak_dbtp.clear();
  }
  return result;
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
    for (std::size_t c = 0; c < state.rows.size(); ++c) {
      const double* from = block.channel(static_cast<int>(c)) + at;
      if (!copy_finite(from, state.rows[c] + state.filled, count))
        state.invalid.note(static_cast<int>(c), from, count, state.frame_count + state.filled);
    }
    state.filled += count;
    at += count;
    if (state.filled == state.step_frames) state.add_step(state.filled);
  }
}

void Meter::declare_word_length(int bits) { state_->word_length_bits = bits; }

Measurement Meter::finish() {
  if (state_->filled > 0) state_->add_step(state_->filled);
  return state_->finish();
}

}  // namespace lacquer::measure
