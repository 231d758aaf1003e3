#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "lacquer/base/audio.h"

/// Numbers about audio, no opinion. A number that does not exist (the loudness of silence) is
/// empty, never -inf.
namespace lacquer::measure {

using Maybe = std::optional<double>;

/// ITU-R BS.1770-4 and EBU Tech 3341/3342.
struct Loudness {
  Maybe integrated_lufs;
  Maybe range_lu;
  Maybe max_momentary_lufs;   ///< 400 ms
  Maybe max_short_term_lufs;  ///< 3 s
  /// Mono only: the integrated loudness once one channel plays from two speakers.
  Maybe dual_mono_lufs = {};
  /// How long the programme is how loud: share of all its 400 ms blocks (one each 100 ms) in
  /// classes of 1 LU. What is missing to 1 lies below -70 LUFS.
  std::vector<double> histogram_share = {};
  double histogram_from_lufs = 0.0;  ///< where the first class begins
};

struct Peak {
  Maybe sample_dbfs;
  Maybe true_dbtp;      ///< the strict value: at least 32x oversampled
  Maybe itu_dbtp = {};  ///< as most meters read: the filter printed in BS.1770-4, Annex 2
};

struct Dynamics {
  Maybe plr_lu;      ///< true peak minus integrated loudness
  Maybe min_psr_lu;  ///< smallest true peak minus short-term loudness, 3 s windows above the gate
  Maybe dr_db;       ///< the DR14 algorithm, unrounded mean over channels
  Maybe crest_db;    ///< sample peak minus RMS
  /// RMS by AES17: a sine that just fits reads 0 dBFS. Over all channels; the programme's, and
  /// that of its loudest 600 ms.
  Maybe rms_dbfs = {};
  Maybe max_rms_dbfs = {};
};

/// The K-System's meters (Katz, JAES 48/9, 2000): RMS by AES17 with 0 at so much below full scale.
inline constexpr int k_system_db[] = {20, 14, 12};

/// Block statistics as data/priors.json defines them: K-weighted, 400 ms blocks, hop 100 ms, dB
/// mean of the blocks above (mean - 20 dB); nine bands between the ten edges. Then the long-term
/// spectrum, not K-weighted: Welch's mean power (Hann, 341 ms, each 200 ms) of the windows
/// above -70 LUFS and above their mean - 20 LU, dBFS. Mid is (L + R) / 2, side (L - R) / 2.
struct Spectrum {
  std::vector<double> bands_hz;          ///< ten edges
  std::vector<Maybe> share_db;           ///< nine; re the power sum of the nine bands
  std::vector<Maybe> side_minus_mid_db;  ///< nine; empty for mono
  std::vector<Maybe> band_sd_400ms_db;   ///< nine
  Maybe tilt_db_per_octave;              ///< of the constant-Q levels, 148 Hz to 12 kHz
  std::vector<double> third_octave_hz;   ///< centres, as far as the rate allows
  std::vector<Maybe> third_octave_db;    ///< mean over the channels
  std::vector<Maybe> third_octave_mid_db, third_octave_side_db;  ///< stereo only
  std::vector<double> twelfth_octave_hz;                         ///< four to a third octave
  std::vector<Maybe> twelfth_octave_mid_db;                      ///< for mono: the channel
  std::vector<Maybe> twelfth_octave_side_db;                     ///< stereo only
  std::vector<Maybe> band_level_lufs = {};  ///< nine; the means that share_db is the shares of
};

/// All empty but for two channels. Ratios end at +-120 dB, where one of the two is nothing.
struct Stereo {
  Maybe correlation;        ///< -1 .. 1, whole programme
  Maybe side_minus_mid_db;  ///< broadband
  Maybe mono_loss_db;       ///< 10 lg E[(L+R)^2/2] / (E[L^2]+E[R^2]): 0 mono, -3 unrelated
  Maybe balance_db;         ///< right minus left, K-weighted
  Maybe width = {};         ///< side's share of the power: 0 mono, 0.5 unrelated, 1 all side
  /// Lowest correlation of any 400 ms not softer than the programme's RMS - 20 dB.
  Maybe worst_correlation = {};
  Maybe worst_correlation_start_s = {};
  /// How much later the right channel comes, where both carry the same sound; empty when they do
  /// not, or not in one place.
  Maybe delay_frames = {};
  Maybe delay_ms = {};
  std::vector<double> bands_hz = {};  ///< ten edges, as in Spectrum
  std::vector<Maybe> band_correlation = {}, band_mono_loss_db = {}, band_width = {};  ///< nine
};

/// How the programme moves; empty where there is too little sound to tell.
struct Rhythm {
  Maybe tempo_bpm;         ///< may be off by an octave where the music leaves that open
  Maybe tempo_confidence;  ///< 0 .. 1, how regular the onsets are at that tempo
  Maybe onsets_per_s;
  Maybe percussive_share;  ///< 0 .. 1 of the power up to 10 kHz
  Maybe vocal_band_share;  ///< 0 .. 1 of the time; a proxy, see texture/rhythm.h
};

/// A stretch that sounds alike and unlike its neighbours.
struct Section {
  enum class Kind { quiet, middle, loud };
  double start_s = 0.0;
  double end_s = 0.0;
  Kind kind = Kind::middle;  ///< against the rest of the programme
  Maybe level_dbfs;          ///< mean power, empty for silence
  std::string label;         ///< "A", "B", ...: the same letter sounds alike
};

enum class Severity { info, warn, fail };

/// As documents and tables spell it.
constexpr const char* to_text(Severity severity) {
  switch (severity) {
    case Severity::fail:
      return "fail";
    case Severity::warn:
      return "warn";
    case Severity::info:
      break;
  }
  return "info";
}

/// A measurement out of the ordinary, with its place.
struct Finding {
  std::string kind;  ///< one of those faults/detectors.h lists, or invalid_samples
  Severity severity = Severity::info;
  double start_s = 0.0;
  double end_s = 0.0;
  std::optional<int> channel;  ///< 0 left, 1 right; empty for all
  double value = 0.0;
  std::string unit;
  double confidence = 1.0;
  std::string message;      ///< what is there and what it means, for people
  std::string remedy = {};  ///< what to do about it
  /// What a remedy is set by, name with unit: {"fundamental_hz", 50.02}.
  std::map<std::string, double> details = {};
};

/// Level over time and frequency, mean over the channels; at most 600 columns, however long the
/// programme.
struct Spectrogram {
  double first_s = 0.0;                         ///< middle of the first column
  double step_s = 0.0;                          ///< from column to column
  std::vector<double> hz;                       ///< centres of sixths of an octave
  std::vector<std::vector<double>> level_dbfs;  ///< by column, then frequency; -120 at least
};

/// Values over time for plots and the report: the first is of the windows that end at step_s, one
/// each `step_s` follows; empty where a window is silent or not yet full.
struct Series {
  double step_s = 1.0;
  std::vector<Maybe> momentary_lufs;
  std::vector<Maybe> short_term_lufs;
  std::vector<Maybe> psr_lu = {};  ///< true peak minus loudness of the 3 s that end here
  // Of each step itself; the last one may be cut short.
  std::vector<Maybe> true_peak_dbtp = {};
  std::vector<Maybe> correlation = {}, width = {};
  Spectrogram spectrogram = {};
};

/// Which parts to compute; the others stay empty.
struct Parts {
  bool loudness = true;
  bool peak = true;
  bool dynamics = true;
  bool spectrum = true;
  bool stereo = true;
  bool rhythm = true;
  bool findings = true;
  bool series = true;  ///< of those parts; nothing else grows with the length of the programme

  static constexpr Parts none() { return {false, false, false, false, false, false, false, false}; }
};

struct Measurement {
  StreamFormat format;
  std::int64_t frame_count = 0;
  Loudness loudness;
  Peak peak;
  Dynamics dynamics;
  Spectrum spectrum;
  Stereo stereo;
  Rhythm rhythm;
  std::vector<Section> sections;  ///< with rhythm
  std::vector<Finding> findings;
  Series series;
  double head_silence_s = 0.0;
  double tail_silence_s = 0.0;
};

}  // namespace lacquer::measure
