#include "lacquer/measure/meter.h"

#include <algorithm>
#include <cmath>

#include "lacquer/base/units.h"
#include "lacquer/dsp/k_weighting.h"
#include "lacquer/measure/faults/detectors.h"
#include "lacquer/measure/faults/invalid_samples.h"
#include "lacquer/measure/levels/channel_delay.h"
#include "lacquer/measure/levels/correlation.h"
#include "lacquer/measure/levels/dynamic_range.h"
#include "lacquer/measure/levels/levels.h"
#include "lacquer/measure/levels/loudness.h"
#include "lacquer/measure/levels/psr.h"
#include "lacquer/measure/levels/true_peaks.h"
#include "lacquer/measure/spectrum/band_stereo.h"
#include "lacquer/measure/spectrum/long_term_spectrum.h"
#include "lacquer/measure/spectrum/long_transforms.h"
#include "lacquer/measure/spectrum/short_time_spectrum.h"
#include "lacquer/measure/spectrum/spectrogram.h"
#include "lacquer/measure/spectrum/spectrum.h"
#include "lacquer/measure/steps.h"
#include "lacquer/measure/texture/texture.h"

namespace lacquer::measure {
namespace {

Maybe difference(Maybe a, Maybe b) { return a && b ? Maybe{*a - *b} : Maybe{}; }

}  // namespace

/// Hands the stream, a step of 10 ms at a time, to the meters that are wanted.
struct Meter::State {
  State(StreamFormat stream, Parts wanted);

  void add_step();
  Measurement finish();

  StreamFormat format;
  Parts parts;
  bool stereo, want_weighted, want_loudness;
  int word_length_bits = 0;
  Steps steps;
  InvalidSamples invalid;

 private:
  void show(AudioBlock);
  void show_long_looks();
  void add_loudness(int frames);
  void end_seconds();
  void finish_peak(Measurement&);
  std::vector<Finding> findings(const Measurement&);

  std::vector<std::vector<double>> weighted;  // of one step, by channel
  std::vector<double*> weighted_rows;
  std::vector<StepStatistics> statistics;   // of one step, by channel
  std::vector<dsp::KWeighting> weightings;  // one for each pair of channels
  LevelMeter levels;
  LoudnessMeter loudness;
  std::optional<TruePeaks> true_peaks;
  std::vector<DynamicRangeMeter> dynamic_ranges;  // by channel
  PsrMeter psr;
  std::optional<CorrelationMeter> correlation;
  std::optional<ChannelDelayMeter> delay;
  std::optional<SpectrumMeter> spectrum;
  std::optional<FloatFrames> frames_of_looks;  // what the spectra are made from
  std::optional<ShortTimeSpectrum> short_looks;
  std::optional<LongTransforms> long_transforms;
  std::optional<TwelfthOctaveBands> bands;
  TwelfthOctaves of_look;
  std::optional<LongTermSpectrum> long_term;
  std::optional<SpectrogramMeter> spectrogram;
  std::optional<BandStereoMeter> band_stereo;
  std::optional<TextureMeter> texture;
  std::vector<DetectorPointer> detectors;
  std::vector<Detector*> hearing;  // those of them that hear steps
  Series series;                   // as far as it is wanted
};

Meter::State::State(StreamFormat stream, Parts wanted)
    : format{stream},
      parts{wanted},
      stereo{format.channel_count == 2},
      want_weighted{parts.loudness || parts.dynamics || parts.stereo},
      want_loudness{parts.loudness || parts.dynamics},
      steps{format, parts.findings ? Detector::look_back_frames(format.sample_rate_hz)
                                   : statistics_look_back},
      invalid{format},
      levels{format} {
  const auto channels = static_cast<std::size_t>(format.channel_count);
  const int long_frames = LongTransforms::size_at(format.sample_rate_hz);
  weighted.assign(channels, std::vector<double>(static_cast<std::size_t>(steps.longest_frames())));
  statistics.resize(channels);
  for (std::size_t c = 0; c < channels; ++c) {
    weighted_rows.push_back(weighted[c].data());
    if (want_weighted && c % 2 == 0)
      weightings.emplace_back(format.sample_rate_hz, c + 1 < channels ? 2 : 1);
  }
  if (parts.peak || parts.dynamics || parts.findings) true_peaks.emplace(format, parts.peak);
  if (parts.dynamics) dynamic_ranges.assign(channels, DynamicRangeMeter{format.sample_rate_hz});
  if (parts.stereo && stereo) {
    correlation.emplace(parts.series);
    delay.emplace(format.sample_rate_hz);
    band_stereo.emplace(format.sample_rate_hz, long_frames);
  }
  if (parts.spectrum) {
    bands.emplace(format, long_frames);
    long_term.emplace(format, *bands);
    if (parts.series) spectrogram.emplace(format, LongTransforms::hop_at(format.sample_rate_hz));
    if (channels <= 2) spectrum.emplace(format, long_frames);
  }
  if (parts.rhythm) texture.emplace(format);
  if (parts.findings) detectors = all_detectors(format);
  for (const auto& detector : detectors)
    if (detector->hears_steps()) hearing.push_back(detector.get());
  if (texture || !detectors.empty())
    short_looks.emplace(format, ShortTimeSpectrum::frames_of(format.sample_rate_hz, 4096));
  if (parts.spectrum || parts.findings || band_stereo) long_transforms.emplace(format);
  const int keep =
      std::max({long_transforms ? long_transforms->keep_frames() : 0,
                texture ? texture->keep_frames() : 0, short_looks ? short_looks->size() : 0});
  if (keep > 0) frames_of_looks.emplace(format.channel_count, keep + steps.longest_frames());
}

void Meter::State::add_step() {
  const AudioBlock step = steps.step();
  const int frames = step.frame_count();
  double* const* rows = steps.rows();
  for (std::size_t c = 0; c < statistics.size(); ++c) {
    statistics[c] = step_statistics(rows[c], frames);
    if (std::isfinite(statistics[c].sum)) continue;
    invalid.silence(static_cast<int>(c), rows[c], frames, steps.first_frame());
    statistics[c] = step_statistics(rows[c], frames);
  }
  for (std::size_t pair = 0; pair < weightings.size(); ++pair)
    weightings[pair].process(rows + 2 * pair, weighted_rows.data() + 2 * pair, frames);
  levels.add(rows, want_weighted ? weighted_rows.data() : nullptr, statistics, frames);
  for (std::size_t c = 0; c < weighted_rows.size(); ++c) {
    if (true_peaks) true_peaks->add(static_cast<int>(c), rows[c], frames);
    if (parts.dynamics) dynamic_ranges[c].add(rows[c], frames, statistics[c]);
  }
  if (correlation) correlation->add(levels.sums_of_last(), frames);
  if (delay) delay->add(rows[0], rows[1], frames);
  end_seconds();
  show(step);
  if (steps.is_whole()) {  // loudness and long transforms stand on whole steps
    if (want_loudness) add_loudness(frames);
    if (long_transforms) show_long_looks();
  }
  steps.next();
}

/// A step to the detectors, and the looks at the spectrum it completes to whoever wants them.
void Meter::State::show(AudioBlock step) {
  const Step to_hear{step, steps.first_frame(), statistics.data()};
  for (Detector* detector : hearing) detector->hear(to_hear);
  if (frames_of_looks) frames_of_looks->add(step);
  if (texture) texture->follow(*frames_of_looks);
  if (short_looks)
    short_looks->follow(*frames_of_looks, [&](const SpectrumFrame& look) {
      if (texture) texture->add_short(look);
      for (const auto& detector : detectors) detector->add_short(look);
    });
}

void Meter::State::show_long_looks() {
  const auto show_look = [&](const SpectrumFrame& look) {
    if (bands) {
      bands->reduce(look, of_look);
      long_term->add(of_look);
      if (spectrogram) spectrogram->add(of_look);
    }
    if (band_stereo) band_stereo->add(look);
    for (const auto& detector : detectors) detector->add_long(look);
  };
  long_transforms->add_step(*frames_of_looks, spectrum ? &*spectrum : nullptr, show_look);
}

void Meter::State::add_loudness(int frames) {
  loudness.add(levels.weighted_energy_of_last(), frames);
  const LoudnessMeter::Second* second = loudness.second();
  if (!second) return;
  if (parts.dynamics) psr.add_loudness(second->short_term_lufs);
  if (!parts.series || !parts.loudness) return;
  series.momentary_lufs.push_back(second->momentary_lufs);
  series.short_term_lufs.push_back(second->short_term_lufs);
}

/// Hands on the true peaks of the seconds that have been searched since the last call.
void Meter::State::end_seconds() {
  if (!true_peaks) return;
  true_peaks->hand_out_seconds([&](const std::vector<double>& of_channels) {
    const double peak = *std::max_element(of_channels.begin(), of_channels.end());
    const Maybe peak_dbtp = peak > 0.0 ? Maybe{db_from_gain(peak)} : Maybe{};
    for (const auto& detector : detectors) detector->add_true_peaks(of_channels.data());
    if (parts.series && parts.peak) series.true_peak_dbtp.push_back(peak_dbtp);
    if (!parts.dynamics) return;
    const bool whole = psr.has_loudness();
    const Maybe psr_lu = psr.add_peak(peak_dbtp);
    if (parts.series && whole) series.psr_lu.push_back(psr_lu);
  });
}

void Meter::State::finish_peak(Measurement& result) {
  if (true_peaks) true_peaks->finish();
  end_seconds();
  result.peak.sample_dbfs = levels.sample_peak_dbfs();
  if (!result.peak.sample_dbfs) return;
  if (true_peaks) result.peak.true_dbtp = db_from_gain(true_peaks->strict());
  if (parts.peak) result.peak.itu_dbtp = db_from_gain(true_peaks->itu());
}

/// Sums up what was asked for. Meters that others need have run as well; what they say is left out.
Measurement Meter::State::finish() {
  Measurement result;
  result.format = format;
  result.frame_count = steps.first_frame();
  result.head_silence_s = levels.head_silence_s();
  result.tail_silence_s = levels.tail_silence_s();
  finish_peak(result);
  result.series = std::move(series);
  if (want_loudness) result.loudness = loudness.loudness();
  if (parts.loudness && format.channel_count == 1)
    result.loudness.dual_mono_lufs = loudness.dual_mono_lufs();
  if (parts.dynamics) {
    Dynamics& dynamics = result.dynamics;
    dynamics.crest_db = levels.crest_db();
    dynamics.rms_dbfs = levels.rms_dbfs();
    dynamics.max_rms_dbfs = levels.max_rms_dbfs();
    dynamics.plr_lu = difference(result.peak.true_dbtp, result.loudness.integrated_lufs);
    dynamics.min_psr_lu = psr.smallest_lu(loudness.gate_lufs());
    double sum = 0.0;
    for (DynamicRangeMeter& meter : dynamic_ranges) sum += meter.finish();
    if (result.peak.sample_dbfs) dynamics.dr_db = sum / format.channel_count;
  }
  if (spectrum) result.spectrum = spectrum->spectrum();
  if (bands) {
    long_term->finish(result.spectrum);
    if (spectrogram) result.series.spectrogram = spectrogram->finish();
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
    result.sections =
        texture->sections(static_cast<double>(result.frame_count) / format.sample_rate_hz);
  }
  if (parts.findings) result.findings = findings(result);
  if (!parts.loudness) result.loudness = {};
  if (!parts.peak) result.peak = {};
  return result;
}

std::vector<Finding> Meter::State::findings(const Measurement& numbers) {
  std::vector<Finding> found;
  if (numbers.frame_count == 0) return found;
  const Heard heard{.numbers = numbers, .word_length_bits = word_length_bits};
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
  for (int at = 0; at < block.frame_count(); at += block_frames) {
    const int frames = std::min(block_frames, block.frame_count() - at);
    const AudioBlock to = space();
    for (int c = 0; c < block.channel_count(); ++c)
      std::copy_n(block.channel(c) + at, frames, to.channel(c));
    add_written(frames);
  }
}

AudioBlock Meter::space() { return state_->steps.space(); }

void Meter::add_written(int frames) {
  state_->steps.add(frames);
  while (state_->steps.is_whole()) state_->add_step();
}

void Meter::declare_word_length(int bits) { state_->word_length_bits = bits; }

Measurement Meter::finish() {
  if (state_->steps.step().frame_count() > 0) state_->add_step();
  return state_->finish();
}

}  // namespace lacquer::measure
