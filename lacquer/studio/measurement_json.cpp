#include <cmath>

#include "lacquer/studio/json_value.h"
#include "lacquer/studio/studio.h"

namespace lacquer::studio {
namespace {

measure::Severity severity_from(const std::string& text) {
  if (text == "fail") return measure::Severity::fail;
  return text == "warn" ? measure::Severity::warn : measure::Severity::info;
}

Json to_json(const measure::Finding& finding) {
  Json json = {{"kind", finding.kind},
               {"severity", to_text(finding.severity)},
               {"start_s", number(finding.start_s)},
               {"end_s", number(finding.end_s)},
               {"channel", finding.channel ? Json(*finding.channel) : Json(nullptr)},
               {"value", number(finding.value)},
               {"unit", finding.unit},
               {"confidence", number(finding.confidence)},
               {"message", finding.message},
               {"remedy", finding.remedy}};
  if (!finding.details.empty()) json["details"] = numbers(finding.details);
  return json;
}

measure::Finding finding_from(const Json& json) {
  measure::Finding finding;
  finding.kind = text(json, "kind");
  finding.severity = severity_from(text(json, "severity"));
  finding.start_s = maybe(json, "start_s").value_or(0.0);
  finding.end_s = maybe(json, "end_s").value_or(0.0);
  if (const auto channel = maybe(json, "channel")) finding.channel = static_cast<int>(*channel);
  finding.value = maybe(json, "value").value_or(0.0);
  finding.unit = text(json, "unit");
  finding.confidence = maybe(json, "confidence").value_or(1.0);
  finding.message = text(json, "message");
  finding.remedy = text(json, "remedy");
  finding.details = values_from(part(json, "details"));
  return finding;
}

// A tenth of a decibel is more than a picture shows, and a spectrogram is many numbers.
Json to_json(const measure::Spectrogram& spectrogram) {
  Json columns = Json::array();
  for (const auto& column : spectrogram.level_dbfs) {
    Json levels = Json::array();
    for (const double level : column) levels.push_back(number(std::round(10.0 * level) / 10.0));
    columns.push_back(std::move(levels));
  }
  return {{"first_s", number(spectrogram.first_s)},
          {"step_s", number(spectrogram.step_s)},
          {"hz", numbers(spectrogram.hz)},
          {"level_dbfs", std::move(columns)}};
}

measure::Spectrogram spectrogram_from(const Json& json) {
  measure::Spectrogram spectrogram;
  spectrogram.first_s = maybe(json, "first_s").value_or(0.0);
  spectrogram.step_s = maybe(json, "step_s").value_or(0.0);
  spectrogram.hz = doubles(json, "hz");
  for (const auto& column : json.value("level_dbfs", Json::array()))
    spectrogram.level_dbfs.push_back(column.get<std::vector<double>>());
  return spectrogram;
}

Json to_json(const measure::Loudness& loudness) {
  return {{"integrated_lufs", number(loudness.integrated_lufs)},
          {"range_lu", number(loudness.range_lu)},
          {"max_momentary_lufs", number(loudness.max_momentary_lufs)},
          {"max_short_term_lufs", number(loudness.max_short_term_lufs)},
          {"dual_mono_lufs", number(loudness.dual_mono_lufs)},
          {"histogram",
           {{"from_lufs", number(loudness.histogram_from_lufs)},
            {"class_lu", 1.0},
            {"share", numbers(loudness.histogram_share)}}}};
}

measure::Loudness loudness_from(const Json& json) {
  const Json histogram = part(json, "histogram");
  return {maybe(json, "integrated_lufs"),
          maybe(json, "range_lu"),
          maybe(json, "max_momentary_lufs"),
          maybe(json, "max_short_term_lufs"),
          maybe(json, "dual_mono_lufs"),
          doubles(histogram, "share"),
          maybe(histogram, "from_lufs").value_or(0.0)};
}

Json to_json(const measure::Dynamics& dynamics) {
  Json json = {
      {"plr_lu", number(dynamics.plr_lu)},     {"min_psr_lu", number(dynamics.min_psr_lu)},
      {"dr_db", number(dynamics.dr_db)},       {"crest_db", number(dynamics.crest_db)},
      {"rms_dbfs", number(dynamics.rms_dbfs)}, {"max_rms_dbfs", number(dynamics.max_rms_dbfs)}};
  for (const int reference_db : measure::k_system_db)
    json["k_" + std::to_string(reference_db) + "_db"] =
        dynamics.rms_dbfs ? number(*dynamics.rms_dbfs + reference_db) : Json(nullptr);
  return json;
}

Json to_json(const measure::Spectrum& spectrum) {
  return {{"bands_hz", numbers(spectrum.bands_hz)},
          {"share_db", numbers(spectrum.share_db)},
          {"tilt_db_per_octave", number(spectrum.tilt_db_per_octave)},
          {"side_minus_mid_db", numbers(spectrum.side_minus_mid_db)},
          {"band_sd_400ms_db", numbers(spectrum.band_sd_400ms_db)},
          {"third_octave_hz", numbers(spectrum.third_octave_hz)},
          {"third_octave_db", numbers(spectrum.third_octave_db)},
          {"third_octave_mid_db", numbers(spectrum.third_octave_mid_db)},
          {"third_octave_side_db", numbers(spectrum.third_octave_side_db)},
          {"twelfth_octave_hz", numbers(spectrum.twelfth_octave_hz)},
          {"twelfth_octave_mid_db", numbers(spectrum.twelfth_octave_mid_db)},
          {"twelfth_octave_side_db", numbers(spectrum.twelfth_octave_side_db)},
          {"band_level_lufs", numbers(spectrum.band_level_lufs)}};
}

measure::Spectrum spectrum_from(const Json& json) {
  return {doubles(json, "bands_hz"),
          maybes(json, "share_db"),
          maybes(json, "side_minus_mid_db"),
          maybes(json, "band_sd_400ms_db"),
          maybe(json, "tilt_db_per_octave"),
          doubles(json, "third_octave_hz"),
          maybes(json, "third_octave_db"),
          maybes(json, "third_octave_mid_db"),
          maybes(json, "third_octave_side_db"),
          doubles(json, "twelfth_octave_hz"),
          maybes(json, "twelfth_octave_mid_db"),
          maybes(json, "twelfth_octave_side_db"),
          maybes(json, "band_level_lufs")};
}

Json to_json(const measure::Stereo& stereo) {
  return {{"correlation", number(stereo.correlation)},
          {"side_minus_mid_db", number(stereo.side_minus_mid_db)},
          {"mono_loss_db", number(stereo.mono_loss_db)},
          {"balance_db", number(stereo.balance_db)},
          {"width", number(stereo.width)},
          {"worst_correlation", number(stereo.worst_correlation)},
          {"worst_correlation_start_s", number(stereo.worst_correlation_start_s)},
          {"delay_frames", number(stereo.delay_frames)},
          {"delay_ms", number(stereo.delay_ms)},
          {"bands_hz", numbers(stereo.bands_hz)},
          {"band_correlation", numbers(stereo.band_correlation)},
          {"band_mono_loss_db", numbers(stereo.band_mono_loss_db)},
          {"band_width", numbers(stereo.band_width)}};
}

measure::Stereo stereo_from(const Json& json) {
  return {maybe(json, "correlation"),
          maybe(json, "side_minus_mid_db"),
          maybe(json, "mono_loss_db"),
          maybe(json, "balance_db"),
          maybe(json, "width"),
          maybe(json, "worst_correlation"),
          maybe(json, "worst_correlation_start_s"),
          maybe(json, "delay_frames"),
          maybe(json, "delay_ms"),
          doubles(json, "bands_hz"),
          maybes(json, "band_correlation"),
          maybes(json, "band_mono_loss_db"),
          maybes(json, "band_width")};
}

measure::Series series_from(const Json& json) {
  return {maybe(json, "step_s").value_or(1.0),
          maybes(json, "momentary_lufs"),
          maybes(json, "short_term_lufs"),
          maybes(json, "psr_lu"),
          maybes(json, "true_peak_dbtp"),
          maybes(json, "correlation"),
          maybes(json, "width"),
          spectrogram_from(part(json, "spectrogram"))};
}

constexpr const char* section_kinds[] = {"quiet", "middle", "loud"};

Json to_json(const measure::Rhythm& rhythm, const std::vector<measure::Section>& sections) {
  Json list = Json::array();
  for (const auto& section : sections)
    list.push_back({{"start_s", number(section.start_s)},
                    {"end_s", number(section.end_s)},
                    {"kind", section_kinds[static_cast<int>(section.kind)]},
                    {"label", section.label},
                    {"level_dbfs", number(section.level_dbfs)}});
  return {{"tempo_bpm", number(rhythm.tempo_bpm)},
          {"tempo_confidence", number(rhythm.tempo_confidence)},
          {"onsets_per_s", number(rhythm.onsets_per_s)},
          {"percussive_share", number(rhythm.percussive_share)},
          {"vocal_band_share", number(rhythm.vocal_band_share)},
          {"sections", std::move(list)}};
}

void rhythm_from(const Json& json, measure::Measurement& m) {
  m.rhythm = {maybe(json, "tempo_bpm"), maybe(json, "tempo_confidence"),
              maybe(json, "onsets_per_s"), maybe(json, "percussive_share"),
              maybe(json, "vocal_band_share")};
  for (const auto& one : json.value("sections", Json::array())) {
    measure::Section section;
    section.start_s = maybe(one, "start_s").value_or(0.0);
    section.end_s = maybe(one, "end_s").value_or(0.0);
    for (int kind = 0; kind < 3; ++kind)
      if (text(one, "kind") == section_kinds[kind])
        section.kind = static_cast<measure::Section::Kind>(kind);
    section.label = text(one, "label");
    section.level_dbfs = maybe(one, "level_dbfs");
    m.sections.push_back(std::move(section));
  }
}

}  // namespace

Json series_json(const measure::Series& series) {
  return {{"step_s", number(series.step_s)},
          {"momentary_lufs", numbers(series.momentary_lufs)},
          {"short_term_lufs", numbers(series.short_term_lufs)},
          {"psr_lu", numbers(series.psr_lu)},
          {"true_peak_dbtp", numbers(series.true_peak_dbtp)},
          {"correlation", numbers(series.correlation)},
          {"width", numbers(series.width)},
          {"spectrogram", to_json(series.spectrogram)}};
}

Json to_json(const ToneStanding& standing) {
  Json scores = Json::array();
  for (const measure::Maybe& score : standing.scores) scores.push_back(number(score));
  return {{"population", standing.population}, {"n", standing.n}, {"z", std::move(scores)}};
}

Json to_json(const measure::Measurement& m, const measure::Parts& parts) {
  Json json = Json::object();
  if (parts.loudness) json["loudness"] = to_json(m.loudness);
  if (parts.peak)
    json["peak"] = {{"sample_dbfs", number(m.peak.sample_dbfs)},
                    {"true_dbtp", number(m.peak.true_dbtp)},
                    {"itu_dbtp", number(m.peak.itu_dbtp)}};
  if (parts.dynamics) json["dynamics"] = to_json(m.dynamics);
  if (parts.spectrum) json["spectrum"] = to_json(m.spectrum);
  if (parts.stereo) json["stereo"] = to_json(m.stereo);
  if (parts.rhythm) json["rhythm"] = to_json(m.rhythm, m.sections);
  if (parts.findings) {
    json["silence"] = {{"head_s", number(m.head_silence_s)}, {"tail_s", number(m.tail_silence_s)}};
    json["findings"] = Json::array();
    for (const auto& finding : m.findings) json["findings"].push_back(to_json(finding));
  }
  return json;
}

measure::Measurement measurement_from(const Json& json) {
  measure::Measurement m;
  const Json format = part(json, "format"), peak = part(json, "peak"),
             dynamics = part(json, "dynamics"), silence = part(json, "silence");
  m.format = {format.value("sample_rate_hz", 48000.0), format.value("channels", 2)};
  m.frame_count = format.value("frames", std::int64_t{0});
  m.loudness = loudness_from(part(json, "loudness"));
  m.peak = {maybe(peak, "sample_dbfs"), maybe(peak, "true_dbtp"), maybe(peak, "itu_dbtp")};
  m.dynamics = {maybe(dynamics, "plr_lu"),   maybe(dynamics, "min_psr_lu"),
                maybe(dynamics, "dr_db"),    maybe(dynamics, "crest_db"),
                maybe(dynamics, "rms_dbfs"), maybe(dynamics, "max_rms_dbfs")};
  m.spectrum = spectrum_from(part(json, "spectrum"));
  m.stereo = stereo_from(part(json, "stereo"));
  rhythm_from(part(json, "rhythm"), m);
  m.head_silence_s = maybe(silence, "head_s").value_or(0.0);
  m.tail_silence_s = maybe(silence, "tail_s").value_or(0.0);
  for (const auto& finding : json.value("findings", Json::array()))
    m.findings.push_back(finding_from(finding));
  m.series = series_from(part(json, "series"));
  return m;
}

}  // namespace lacquer::studio
