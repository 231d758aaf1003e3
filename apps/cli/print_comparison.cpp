#include <cmath>
#include <nlohmann/json.hpp>

#include "cli/print.h"
#include "cli/rows.h"
#include "lacquer/studio/json.h"
#include "lacquer/studio/json_value.h"

namespace lacquer::cli {
namespace {

using measure::Maybe;
using studio::Json;

Maybe difference(const Maybe& a, const Maybe& b) { return a && b ? Maybe{*b - *a} : Maybe{}; }

std::vector<Maybe> differences(const std::vector<Maybe>& a, const std::vector<Maybe>& b) {
  std::vector<Maybe> result;
  for (std::size_t i = 0; i < std::min(a.size(), b.size()); ++i)
    result.push_back(difference(a[i], b[i]));
  return result;
}

std::string with_sign(const Maybe& value, const std::string& unit, int digits) {
  if (!value) return "none";
  const std::string text = with_unit(value, unit, digits);
  return text.front() == '-' ? text : "+" + text;
}

/// One number of both, and how they differ.
struct Compared {
  const char *part, *key, *name, *unit;
  int digits;
  Maybe a, b;
};

std::vector<Compared> compared(const studio::Comparison& comparison) {
  const auto &a = comparison.a.measurement, &b = comparison.b.measurement;
  return {
      {"loudness", "range_lu", "Loudness range", "LU", 1, a.loudness.range_lu, b.loudness.range_lu},
      {"peak", "true_dbtp", "True peak", "dBTP", 2, a.peak.true_dbtp, b.peak.true_dbtp},
      {"dynamics", "plr_lu", "Peak to loudness", "LU", 1, a.dynamics.plr_lu, b.dynamics.plr_lu},
      {"dynamics", "min_psr_lu", "Least PSR", "LU", 1, a.dynamics.min_psr_lu,
       b.dynamics.min_psr_lu},
      {"dynamics", "dr_db", "DR", "dB", 1, a.dynamics.dr_db, b.dynamics.dr_db},
      {"dynamics", "crest_db", "Crest", "dB", 1, a.dynamics.crest_db, b.dynamics.crest_db},
      {"spectrum", "tilt_db_per_octave", "Tilt", "dB per octave", 2, a.spectrum.tilt_db_per_octave,
       b.spectrum.tilt_db_per_octave},
      {"stereo", "side_minus_mid_db", "Side minus mid", "dB", 1, a.stereo.side_minus_mid_db,
       b.stereo.side_minus_mid_db},
      {"stereo", "width", "Width", "", 2, a.stereo.width, b.stereo.width},
      {"stereo", "correlation", "Correlation", "", 2, a.stereo.correlation, b.stereo.correlation},
      {"stereo", "balance_db", "Balance", "dB", 2, a.stereo.balance_db, b.stereo.balance_db},
  };
}

std::string heard(const measure::NoiseToMask& noise) {
  if (*noise.p95_db < -20.0) return "nothing of it is heard";
  if (*noise.audible_share < 0.01) return "hardly heard";
  return "heard in " + fixed(100.0 * *noise.audible_share, 0) + " % of the looks of 43 ms";
}

void print_noise(std::ostream& out, const measure::NoiseToMask& noise) {
  if (!noise.mean_db) return row(out, "Noise to mask", "too little sound");
  row(out, "Noise to mask",
      with_unit(noise.mean_db, "dB") + ", one in twenty above " + with_unit(noise.p95_db, "dB") +
          ": " + heard(noise));
  row(out, "Worst",
      with_unit(noise.worst_db, "dB") + " at " + clock_time(*noise.worst_start_s) +
          " of what was compared");
}

/// Wanted or not: a change of tone is heard as well as distortion.
void print_difference(std::ostream& out, const measure::PerceivedDifference& difference) {
  if (!difference.score_2f) return row(out, "2f score", "too little sound");
  row(out, "2f score",
      fixed(*difference.score_2f, 0) +
          " of 100 (100: no difference is heard; one that was wanted counts, too)");
  row(out, "Disturbance",
      "ADB " + fixed(*difference.adb, 2) + ", AvgModDiff1 " + fixed(*difference.avg_mod_diff_1, 1) +
          (difference.ehs ? ", EHS " + fixed(*difference.ehs, 1) : "") +
          " (0: none; an ear after PEAQ, not conformant)");
}

Json json_of(const measure::PerceivedDifference& difference) {
  return {{"score_2f", studio::number(difference.score_2f)},
          {"adb", studio::number(difference.adb)},
          {"avg_mod_diff_1", studio::number(difference.avg_mod_diff_1)},
          {"avg_mod_diff_2", studio::number(difference.avg_mod_diff_2)},
          {"win_mod_diff_1", studio::number(difference.win_mod_diff_1)},
          {"rms_noise_loud", studio::number(difference.rms_noise_loud)},
          {"total_nmr_db", studio::number(difference.total_nmr_db)},
          {"rel_dist_frames", studio::number(difference.rel_dist_frames)},
          {"ehs", studio::number(difference.ehs)},
          {"mfpd", studio::number(difference.mfpd)},
          {"bandwidth_a_hz", studio::number(difference.bandwidth_reference_hz)},
          {"bandwidth_b_hz", studio::number(difference.bandwidth_other_hz)}};
}

Json side(const studio::MeasuredFile& file) {
  Json json = {
      {"file", file.file}, {"sha256", file.sha256}, {"format", studio::to_json(file.info)}};
  measure::Parts parts;
  parts.rhythm = parts.findings = false;
  json.update(studio::to_json(file.measurement, parts));
  return json;
}

}  // namespace

void print_text(std::ostream& out, const studio::Comparison& comparison) {
  const auto& m = comparison.a.measurement;
  const double rate_hz = comparison.a.info.format.sample_rate_hz;
  out << "A  " << comparison.a.file << "\nB  " << comparison.b.file << "\n";
  row(out, "Compared",
      clock_time(comparison.compared_s) + ", B " +
          with_sign(1000.0 * comparison.delay_frames / rate_hz, "ms", 3) + " later (" +
          with_unit(comparison.delay_frames, "frames", 2) + ")" +
          (comparison.inverted ? ", inverted" : ""));
  if (comparison.b.info.format.sample_rate_hz != rate_hz)
    row(out, "Sample rate", "B converted to " + without_zeros(rate_hz / 1000.0) + " kHz");
  row(out, "Loudness",
      with_unit(m.loudness.integrated_lufs, "LUFS") + " both; B was brought there by " +
          with_sign(comparison.gain_db, "dB", 2));
  for (const auto& one : compared(comparison)) {
    if (!one.a || !one.b) continue;
    row(out, one.name,
        with_unit(one.a, one.unit, one.digits) + " -> " + with_unit(one.b, one.unit, one.digits) +
            "  (" + with_sign(difference(one.a, one.b), "", one.digits) + ")");
  }
  out << "  Tone, B against A\n";
  const auto shares = differences(m.spectrum.share_db, comparison.b.measurement.spectrum.share_db);
  for (std::size_t i = 0; i < shares.size() && i + 1 < m.spectrum.bands_hz.size(); ++i)
    row(out,
        "  " + fixed(m.spectrum.bands_hz[i], 0) + "-" + fixed(m.spectrum.bands_hz[i + 1], 0) +
            " Hz",
        with_sign(shares[i], "dB", 1));
  print_noise(out, comparison.noise);
  print_difference(out, comparison.difference);
}

std::string to_json(const studio::Comparison& comparison) {
  const auto& noise = comparison.noise;
  const double rate_hz = comparison.a.info.format.sample_rate_hz;
  Json changes = Json::object();
  for (const auto& one : compared(comparison))
    changes[one.part][one.key] = studio::number(difference(one.a, one.b));
  changes["spectrum"]["share_db"] = studio::numbers(differences(
      comparison.a.measurement.spectrum.share_db, comparison.b.measurement.spectrum.share_db));
  const Json json = {{"a", side(comparison.a)},
                     {"b", side(comparison.b)},
                     {"alignment",
                      {{"delay_frames", studio::number(comparison.delay_frames)},
                       {"delay_ms", studio::number(1000.0 * comparison.delay_frames / rate_hz)},
                       {"inverted", comparison.inverted},
                       {"certainty", studio::number(comparison.certainty)},
                       {"compared_s", studio::number(comparison.compared_s)}}},
                     {"match",
                      {{"gain_db", studio::number(comparison.gain_db)},
                       {"loudness_left_lu", studio::number(comparison.loudness_left_lu)}}},
                     {"change", changes},
                     {"noise_to_mask",
                      {{"mean_db", studio::number(noise.mean_db)},
                       {"p95_db", studio::number(noise.p95_db)},
                       {"worst_db", studio::number(noise.worst_db)},
                       {"worst_start_s", studio::number(noise.worst_start_s)},
                       {"audible_share", studio::number(noise.audible_share)},
                       {"band_hz", studio::numbers(noise.band_hz)},
                       {"band_db", studio::numbers(noise.band_db)}}},
                     {"ear_model", json_of(comparison.difference)}};
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace lacquer::cli
