#include "lacquer/studio/json.h"

#include <cmath>
#include <nlohmann/json.hpp>

namespace lacquer::studio {
namespace {

using measure::Maybe;

// Ten significant digits: more than any meter has, and the same text on every machine.
Json number(double value) {
  if (!std::isfinite(value)) return nullptr;
  if (value == 0.0) return 0.0;
  const double scale = std::pow(10.0, 9.0 - std::floor(std::log10(std::abs(value))));
  const double rounded = std::round(value * scale) / scale;
  return std::isfinite(rounded) ? rounded : value;
}

Json number(const Maybe& value) { return value ? number(*value) : Json(nullptr); }

template <typename T>
Json numbers(const std::vector<T>& values) {
  Json array = Json::array();
  for (const auto& value : values) array.push_back(number(value));
  return array;
}

Json numbers(const chain::Values& values) {
  Json object = Json::object();
  for (const auto& [name, value] : values) object[name] = number(value);
  return object;
}

Maybe maybe(const Json& object, const char* key) {
  const auto found = object.find(key);
  return found == object.end() || !found->is_number() ? Maybe{} : Maybe{found->get<double>()};
}

std::vector<Maybe> maybes(const Json& object, const char* key) {
  std::vector<Maybe> values;
  for (const auto& item : object.value(key, Json::array()))
    values.push_back(item.is_number() ? Maybe{item.get<double>()} : Maybe{});
  return values;
}

std::vector<double> doubles(const Json& object, const char* key) {
  std::vector<double> values;
  for (const auto& item : object.value(key, Json::array())) values.push_back(item.get<double>());
  return values;
}

std::string text(const Json& object, const char* key) { return object.value(key, std::string{}); }

Json part(const Json& object, const char* key) { return object.value(key, Json::object()); }

chain::Values values_from(const Json& object) {
  chain::Values values;
  for (const auto& [name, value] : object.items())
    if (value.is_number()) values[name] = value.get<double>();
  return values;
}

const char* severity_text(measure::Severity severity) {
  switch (severity) {
    case measure::Severity::fail:
      return "fail";
    case measure::Severity::warn:
      return "warn";
    case measure::Severity::info:
      break;
  }
  return "info";
}

measure::Severity severity_from(const std::string& text) {
  if (text == "fail") return measure::Severity::fail;
  return text == "warn" ? measure::Severity::warn : measure::Severity::info;
}

Json to_json(const measure::Finding& finding) {
  return {{"kind", finding.kind},
          {"severity", severity_text(finding.severity)},
          {"start_s", number(finding.start_s)},
          {"end_s", number(finding.end_s)},
          {"channel", finding.channel ? Json(*finding.channel) : Json(nullptr)},
          {"value", number(finding.value)},
          {"unit", finding.unit},
          {"confidence", number(finding.confidence)},
          {"message", finding.message},
          {"remedy", finding.remedy}};
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
  return finding;
}

}  // namespace

Json series_json(const measure::Series& series) {
  return {{"step_s", number(series.step_s)},
          {"momentary_lufs", numbers(series.momentary_lufs)},
          {"short_term_lufs", numbers(series.short_term_lufs)}};
}

Json to_json(const measure::Measurement& m, const measure::Parts& parts) {
  Json json = Json::object();
  if (parts.loudness)
    json["loudness"] = {{"integrated_lufs", number(m.loudness.integrated_lufs)},
                        {"range_lu", number(m.loudness.range_lu)},
                        {"max_momentary_lufs", number(m.loudness.max_momentary_lufs)},
                        {"max_short_term_lufs", number(m.loudness.max_short_term_lufs)}};
  if (parts.peak)
    json["peak"] = {{"sample_dbfs", number(m.peak.sample_dbfs)},
                    {"true_dbtp", number(m.peak.true_dbtp)}};
  if (parts.dynamics)
    json["dynamics"] = {{"plr_lu", number(m.dynamics.plr_lu)},
                        {"min_psr_lu", number(m.dynamics.min_psr_lu)},
                        {"dr_db", number(m.dynamics.dr_db)},
                        {"crest_db", number(m.dynamics.crest_db)}};
  if (parts.spectrum)
    json["spectrum"] = {{"bands_hz", numbers(m.spectrum.bands_hz)},
                        {"share_db", numbers(m.spectrum.share_db)},
                        {"tilt_db_per_octave", number(m.spectrum.tilt_db_per_octave)},
                        {"side_minus_mid_db", numbers(m.spectrum.side_minus_mid_db)},
                        {"band_sd_400ms_db", numbers(m.spectrum.band_sd_400ms_db)},
                        {"third_octave_hz", numbers(m.spectrum.third_octave_hz)},
                        {"third_octave_db", numbers(m.spectrum.third_octave_db)}};
  if (parts.stereo)
    json["stereo"] = {{"correlation", number(m.stereo.correlation)},
                      {"side_minus_mid_db", number(m.stereo.side_minus_mid_db)},
                      {"mono_loss_db", number(m.stereo.mono_loss_db)},
                      {"balance_db", number(m.stereo.balance_db)}};
  if (parts.findings) {
    json["silence"] = {{"head_s", number(m.head_silence_s)}, {"tail_s", number(m.tail_silence_s)}};
    json["findings"] = Json::array();
    for (const auto& finding : m.findings) json["findings"].push_back(to_json(finding));
  }
  return json;
}

measure::Measurement measurement_from(const Json& json) {
  measure::Measurement m;
  const Json format = part(json, "format"), loudness = part(json, "loudness"),
             peak = part(json, "peak"), dynamics = part(json, "dynamics"),
             spectrum = part(json, "spectrum"), stereo = part(json, "stereo"),
             silence = part(json, "silence"), series = part(json, "series");
  m.format = {format.value("sample_rate_hz", 48000.0), format.value("channels", 2)};
  m.frame_count = format.value("frames", std::int64_t{0});
  m.loudness = {maybe(loudness, "integrated_lufs"), maybe(loudness, "range_lu"),
                maybe(loudness, "max_momentary_lufs"), maybe(loudness, "max_short_term_lufs")};
  m.peak = {maybe(peak, "sample_dbfs"), maybe(peak, "true_dbtp")};
  m.dynamics = {maybe(dynamics, "plr_lu"), maybe(dynamics, "min_psr_lu"), maybe(dynamics, "dr_db"),
                maybe(dynamics, "crest_db")};
  m.spectrum.bands_hz = doubles(spectrum, "bands_hz");
  m.spectrum.share_db = maybes(spectrum, "share_db");
  m.spectrum.side_minus_mid_db = maybes(spectrum, "side_minus_mid_db");
  m.spectrum.band_sd_400ms_db = maybes(spectrum, "band_sd_400ms_db");
  m.spectrum.tilt_db_per_octave = maybe(spectrum, "tilt_db_per_octave");
  m.spectrum.third_octave_hz = doubles(spectrum, "third_octave_hz");
  m.spectrum.third_octave_db = maybes(spectrum, "third_octave_db");
  m.stereo = {maybe(stereo, "correlation"), maybe(stereo, "side_minus_mid_db"),
              maybe(stereo, "mono_loss_db"), maybe(stereo, "balance_db")};
  m.head_silence_s = maybe(silence, "head_s").value_or(0.0);
  m.tail_silence_s = maybe(silence, "tail_s").value_or(0.0);
  for (const auto& finding : json.value("findings", Json::array()))
    m.findings.push_back(finding_from(finding));
  m.series.step_s = maybe(series, "step_s").value_or(1.0);
  m.series.momentary_lufs = maybes(series, "momentary_lufs");
  m.series.short_term_lufs = maybes(series, "short_term_lufs");
  return m;
}

Json to_json(const media::FileInfo& info) {
  return {{"container", info.container},
          {"codec", info.codec},
          {"sample_rate_hz", number(info.format.sample_rate_hz)},
          {"channels", info.format.channel_count},
          {"bit_depth", info.bit_depth ? Json(info.bit_depth) : Json(nullptr)},
          {"frames", info.frame_count},
          {"duration_s", number(info.duration_s())}};
}

Json to_json(const chain::Recipe& recipe) {
  Json steps = Json::array();
  for (const auto& step : recipe.steps)
    steps.push_back({{"processor", step.processor}, {"settings", step.settings}});
  return steps;
}

chain::Recipe recipe_from(const Json& json) {
  chain::Recipe recipe;
  for (const auto& step : json)
    recipe.steps.push_back({text(step, "processor"), values_from(part(step, "settings"))});
  return recipe;
}

// Settings and gains are kept to the last bit here: a master must come out of the ledger again.
Json to_json(const chain::Landing& landing) {
  return {{"recipe", to_json(landing.recipe)},
          {"before_limiter", to_json(landing.before_limiter)},
          {"gain_db", landing.gain_db},
          {"integrated_lufs", number(landing.integrated_lufs)},
          {"binding", landing.binding ? Json(*landing.binding) : Json(nullptr)}};
}

chain::Landing landing_from(const Json& json) {
  chain::Landing landing;
  landing.recipe = recipe_from(json.value("recipe", Json::array()));
  landing.before_limiter = recipe_from(json.value("before_limiter", Json::array()));
  landing.gain_db = maybe(json, "gain_db").value_or(0.0);
  landing.integrated_lufs = maybe(json, "integrated_lufs");
  if (const auto found = json.find("binding"); found != json.end() && found->is_string())
    landing.binding = found->get<std::string>();
  return landing;
}

Json to_json(const advise::Suggestion& s) {
  Json evidence = Json::array();
  for (const auto& e : s.evidence)
    evidence.push_back({{"measure", e.measure},
                        {"value", number(e.value)},
                        {"unit", e.unit},
                        {"percentile", number(e.percentile)},
                        {"population", e.population},
                        {"n", e.n},
                        {"start_s", number(e.start_s)},
                        {"end_s", number(e.end_s)}});
  return {{"id", s.id},
          {"track", s.track},
          {"processor", s.processor},
          {"settings", numbers(s.settings)},
          {"reason", s.reason},
          {"evidence", evidence},
          {"predicted", numbers(s.predicted)},
          {"measured", s.measured ? numbers(*s.measured) : Json(nullptr)},
          {"harm", s.harm},
          {"confidence", number(s.confidence)},
          {"state", to_text(s.state)}};
}

advise::Suggestion suggestion_from(const Json& json) {
  advise::Suggestion s;
  s.id = text(json, "id");
  s.track = json.value("track", 1);
  s.processor = text(json, "processor");
  s.settings = values_from(part(json, "settings"));
  s.reason = text(json, "reason");
  for (const auto& e : json.value("evidence", Json::array()))
    s.evidence.push_back({text(e, "measure"), maybe(e, "value").value_or(0.0), text(e, "unit"),
                          maybe(e, "percentile"), text(e, "population"), e.value("n", 0),
                          maybe(e, "start_s"), maybe(e, "end_s")});
  s.predicted = values_from(part(json, "predicted"));
  if (const auto found = json.find("measured"); found != json.end() && found->is_object())
    s.measured = values_from(*found);
  s.harm = text(json, "harm");
  s.confidence = maybe(json, "confidence").value_or(0.5);
  s.state = advise::state_from(text(json, "state")).value_or(advise::State::proposed);
  return s;
}

Json to_json(const deliver::Check& check) {
  return {{"check", check.check},   {"verdict", to_text(check.verdict)},
          {"value", check.value},   {"limit", check.limit},
          {"clause", check.clause}, {"file", check.file},
          {"remedy", check.remedy}};
}

Json to_json(const deliver::Delivery& delivery) {
  Json files = Json::array(), checks = Json::array();
  for (const auto& file : delivery.files) {
    Json json = {
        {"path", file.path}, {"sha256", file.sha256}, {"bytes", file.bytes}, {"what", file.what}};
    if (file.measured) {
      json["integrated_lufs"] = number(file.measured->loudness.integrated_lufs);
      json["true_dbtp"] = number(file.measured->peak.true_dbtp);
    }
    files.push_back(json);
  }
  for (const auto& check : delivery.checks) checks.push_back(to_json(check));
  return {{"medium", delivery.medium}, {"files", files}, {"checks", checks}};
}

deliver::Delivery delivery_from(const Json& json) {
  deliver::Delivery delivery;
  delivery.medium = text(json, "medium");
  for (const auto& file : json.value("files", Json::array())) {
    deliver::DeliveredFile delivered{text(file, "path"), text(file, "sha256"),
                                     file.value("bytes", std::uintmax_t{0}), text(file, "what"),
                                     std::nullopt};
    if (maybe(file, "true_dbtp") || maybe(file, "integrated_lufs")) {
      delivered.measured.emplace();
      delivered.measured->loudness.integrated_lufs = maybe(file, "integrated_lufs");
      delivered.measured->peak.true_dbtp = maybe(file, "true_dbtp");
    }
    delivery.files.push_back(delivered);
  }
  for (const auto& check : json.value("checks", Json::array())) {
    const std::string verdict = text(check, "verdict");
    delivery.checks.push_back({text(check, "check"),
                               verdict == "pass"   ? deliver::Verdict::pass
                               : verdict == "fail" ? deliver::Verdict::fail
                                                   : deliver::Verdict::info,
                               text(check, "value"), text(check, "limit"), text(check, "clause"),
                               text(check, "file"), text(check, "remedy")});
  }
  return delivery;
}

}  // namespace lacquer::studio
