#include <algorithm>

#include "cli/print.h"
#include "cli/rows.h"

namespace lacquer::cli {
namespace {

std::string layout(int channel_count) {
  return channel_count == 1   ? "mono"
         : channel_count == 2 ? "stereo"
                              : std::string{channel_count == 6 ? "5.1" : "5.0"} + " surround";
}

std::string band_name(const std::vector<double>& edges_hz, std::size_t band) {
  return "  " + fixed(edges_hz[band], 0) + "-" + fixed(edges_hz[band + 1], 0) + " Hz";
}

void print_loudness(std::ostream& out, const measure::Loudness& loudness) {
  row(out, "Integrated", with_unit(loudness.integrated_lufs, "LUFS"));
  if (loudness.dual_mono_lufs)
    row(out, "As dual mono",
        with_unit(loudness.dual_mono_lufs, "LUFS") + " (the one channel from two speakers)");
  row(out, "Range", with_unit(loudness.range_lu, "LU"));
  row(out, "Max momentary", with_unit(loudness.max_momentary_lufs, "LUFS"));
  row(out, "Max short-term", with_unit(loudness.max_short_term_lufs, "LUFS"));
  const auto& share = loudness.histogram_share;
  if (share.empty()) return;
  const auto most = std::max_element(share.begin(), share.end());
  const double from_lufs = loudness.histogram_from_lufs + static_cast<double>(most - share.begin());
  row(out, "Most often",
      fixed(from_lufs, 0) + " to " + fixed(from_lufs + 1.0, 0) + " LUFS, " +
          fixed(100.0 * *most, 0) + " % of the time");
}

void print_dynamics(std::ostream& out, const measure::Dynamics& dynamics) {
  row(out, "Peak to loudness", with_unit(dynamics.plr_lu, "LU"));
  row(out, "Least PSR", with_unit(dynamics.min_psr_lu, "LU"));
  row(out, "DR", with_unit(dynamics.dr_db, "dB"));
  row(out, "Crest", with_unit(dynamics.crest_db, "dB"));
  row(out, "RMS (AES17)", with_unit(dynamics.rms_dbfs, "dBFS"));
  row(out, "Loudest 600 ms RMS", with_unit(dynamics.max_rms_dbfs, "dBFS"));
  for (const int reference_db : measure::k_system_db)
    row(out, "K-" + std::to_string(reference_db),
        dynamics.rms_dbfs ? with_unit(*dynamics.rms_dbfs + reference_db, "dB") : "none");
}

void print_stereo(std::ostream& out, const measure::Stereo& stereo) {
  row(out, "Correlation", with_unit(stereo.correlation, "", 2));
  row(out, "Worst 400 ms",
      with_unit(stereo.worst_correlation, "", 2) +
          (stereo.worst_correlation ? " at " + clock_time(*stereo.worst_correlation_start_s) : ""));
  row(out, "Side minus mid", with_unit(stereo.side_minus_mid_db, "dB"));
  row(out, "Width", with_unit(stereo.width, "(0 mono, 1 all side)", 2));
  row(out, "Mono loss", with_unit(stereo.mono_loss_db, "dB", 2));
  row(out, "Balance", with_unit(stereo.balance_db, "dB", 2));
  row(out, "Right comes later by",
      stereo.delay_ms ? with_unit(stereo.delay_ms, "ms", 3) + " (" +
                            with_unit(stereo.delay_frames, "frames", 2) + ")"
                      : "no one delay fits");
  out << "  Correlation, mono loss and width by band\n";
  for (std::size_t i = 0; i + 1 < stereo.bands_hz.size() && i < stereo.band_width.size(); ++i)
    if (stereo.band_width[i])
      row(out, band_name(stereo.bands_hz, i),
          with_unit(stereo.band_correlation[i], "", 2) + ", " +
              with_unit(stereo.band_mono_loss_db[i], "dB", 2) + ", " +
              with_unit(stereo.band_width[i], "", 2));
}

void print_standing(std::ostream& out, const studio::ToneStanding& standing) {
  std::string scores;
  for (const auto& score : standing.scores)
    scores += (scores.empty() ? "" : ", ") + with_unit(score, "", 2);
  row(out, "Tone components",
      scores + " sd from the middle of " + std::to_string(standing.n) + " tracks (" +
          standing.population + ")");
}

void print_spectrum(std::ostream& out, const measure::Spectrum& spectrum) {
  out << "  Band shares (K-weighted, re their sum)\n";
  for (std::size_t i = 0; i + 1 < spectrum.bands_hz.size() && i < spectrum.share_db.size(); ++i)
    row(out, band_name(spectrum.bands_hz, i), with_unit(spectrum.share_db[i], "dB"));
  row(out, "Tilt", with_unit(spectrum.tilt_db_per_octave, "dB per octave"));
}

void print_rhythm(std::ostream& out, const measure::Measurement& m) {
  const auto& rhythm = m.rhythm;
  const auto percent = [](const measure::Maybe& share) {
    return with_unit(share ? measure::Maybe{100.0 * *share} : measure::Maybe{}, "%", 0);
  };
  row(out, "Tempo",
      with_unit(rhythm.tempo_bpm, "bpm", 1) +
          (rhythm.tempo_confidence
               ? " (regularity " + with_unit(rhythm.tempo_confidence, "", 2) + ")"
               : ""));
  row(out, "Onsets", with_unit(rhythm.onsets_per_s, "a second", 1));
  row(out, "Percussive", percent(rhythm.percussive_share));
  row(out, "Vocal band", percent(rhythm.vocal_band_share) + " of the time (a proxy)");
  for (const auto& section : m.sections) {
    const char* kinds[] = {"quiet", "middle", "loud"};
    row(out, "Section " + section.label,
        clock_time(section.start_s) + " - " + clock_time(section.end_s) + "  " +
            kinds[static_cast<int>(section.kind)] + ", " + with_unit(section.level_dbfs, "dBFS"));
  }
}

}  // namespace

void print_text(std::ostream& out, const studio::MeasuredFile& file, const measure::Parts& parts) {
  const auto& m = file.measurement;
  const auto& info = file.info;
  out << file.file << "\n";
  std::string what = info.container;
  if (info.codec != info.container) what += " " + info.codec;
  if (info.bit_depth > 0) what += ", " + std::to_string(info.bit_depth) + " bit";
  row(out, "Format",
      what + ", " + without_zeros(info.format.sample_rate_hz / 1000.0) + " kHz, " +
          layout(info.format.channel_count) + ", " + clock_time(info.duration_s()));
  if (parts.loudness) print_loudness(out, m.loudness);
  if (parts.peak) {
    row(out, "True peak", with_unit(m.peak.true_dbtp, "dBTP", 2));
    row(out, "True peak, ITU", with_unit(m.peak.itu_dbtp, "dBTP", 2));
    row(out, "Sample peak", with_unit(m.peak.sample_dbfs, "dBFS", 2));
  }
  if (parts.dynamics) print_dynamics(out, m.dynamics);
  if (parts.spectrum && !m.spectrum.bands_hz.empty()) print_spectrum(out, m.spectrum);
  if (file.standing && !m.spectrum.bands_hz.empty()) print_standing(out, *file.standing);
  if (parts.stereo && info.format.channel_count == 2) print_stereo(out, m.stereo);
  if (parts.rhythm) print_rhythm(out, m);
  if (parts.findings) {
    if (m.findings.empty()) row(out, "Findings", "none");
    for (const auto& finding : m.findings)
      row(out, "Finding",
          clock_time(finding.start_s) + "  " + finding.kind + ": " + finding.message +
              (finding.remedy.empty() ? "" : " " + finding.remedy));
  }
}

}  // namespace lacquer::cli
