#include "lacquer/studio/json.h"

#include <algorithm>
#include <utility>

#include "lacquer/studio/json_value.h"

namespace lacquer::studio {

Json to_json(const media::FileInfo& info) {
  return {{"container", info.container},
          {"codec", info.codec},
          {"sample_rate_hz", number(info.format.sample_rate_hz)},
          {"channels", info.format.channel_count},
          {"bit_depth", info.bit_depth ? Json(info.bit_depth) : Json(nullptr)},
          {"frames", info.frame_count},
          {"duration_s", number(info.duration_s())}};
}

Json to_json(const Edit& edit) {
  Json json = Json::object();
  for (const EditLength& length : edit_lengths)
    if (edit.*length.seconds != 0.0) json[length.key] = edit.*length.seconds;
  for (const EditCurve& one : edit_curves)
    if (edit.*one.curve != Edit{}.*one.curve)
      json[one.key] = fade_curve_names[static_cast<std::size_t>(edit.*one.curve)];
  return json;
}

Edit edit_from(const Json& json) {
  Edit edit;
  for (const EditLength& length : edit_lengths)
    edit.*length.seconds = maybe(json, length.key).value_or(0.0);
  for (const EditCurve& one : edit_curves) {
    const auto found =
        std::find(fade_curve_names.begin(), fade_curve_names.end(), text(json, one.key));
    if (found != fade_curve_names.end())
      edit.*one.curve = static_cast<FadeCurve>(found - fade_curve_names.begin());
  }
  return edit;
}

Json to_json(const chain::Recipe& recipe) {
  Json steps = Json::array();
  for (const auto& step : recipe.steps) {
    steps.push_back({{"processor", step.processor}, {"settings", step.settings}});
    if (step.bypassed) steps.back()["bypassed"] = true;
  }
  return steps;
}

chain::Recipe recipe_from(const Json& json) {
  chain::Recipe recipe;
  for (const auto& step : json)
    recipe.steps.push_back({text(step, "processor"), values_from(part(step, "settings")),
                            step.value("bypassed", false)});
  return recipe;
}

// Settings and gains are kept to the last bit here: a master must come out of the ledger again.
Json to_json(const chain::Landing& landing) {
  Json json = {{"recipe", to_json(landing.recipe)},
               {"before_limiter", to_json(landing.before_limiter)},
               {"gain_db", landing.gain_db},
               {"integrated_lufs", number(landing.integrated_lufs)},
               {"binding", landing.binding ? Json(*landing.binding) : Json(nullptr)}};
  if (!landing.recipe.edit.changes_nothing()) json["edit"] = to_json(landing.recipe.edit);
  return json;
}

chain::Landing landing_from(const Json& json) {
  chain::Landing landing;
  landing.recipe = recipe_from(json.value("recipe", Json::array()));
  landing.before_limiter = recipe_from(json.value("before_limiter", Json::array()));
  landing.recipe.edit = landing.before_limiter.edit = edit_from(part(json, "edit"));
  landing.gain_db = maybe(json, "gain_db").value_or(0.0);
  landing.integrated_lufs = maybe(json, "integrated_lufs");
  if (const auto found = json.find("binding"); found != json.end() && found->is_string())
    landing.binding = found->get<std::string>();
  return landing;
}

Json to_json(const std::optional<report::Limiting>& limiting) {
  if (!limiting) return nullptr;
  return {{"reduction_db", number(limiting->reduction_db)},
          {"noise_to_mask_p95_db", number(limiting->noise_to_mask_p95_db)},
          {"worst_start_s", number(limiting->worst_start_s)},
          {"honest_lufs", number(limiting->honest_lufs)},
          {"sentence", limiting->sentence}};
}

std::optional<report::Limiting> limiting_from(const Json& json) {
  if (!json.is_object()) return std::nullopt;
  return report::Limiting{maybe(json, "reduction_db").value_or(0.0),
                          maybe(json, "noise_to_mask_p95_db"), maybe(json, "worst_start_s"),
                          maybe(json, "honest_lufs"), text(json, "sentence")};
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
          {"before", numbers(s.before)},
          {"predicted", numbers(s.predicted)},
          {"measured", s.measured ? numbers(*s.measured) : Json(nullptr)},
          {"harm", s.harm},
          {"confidence", number(s.confidence)},
          {"confidence_sd", number(s.confidence_sd)},
          {"strength", number(s.strength)},
          {"foretold", s.foretold},
          {"rank", s.rank},
          {"worth",
           {{"benefit", number(s.worth.benefit)},
            {"acceptance", number(s.worth.acceptance)},
            {"risk", number(s.worth.risk)}}},
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
  s.before = values_from(part(json, "before"));
  s.predicted = values_from(part(json, "predicted"));
  if (const auto found = json.find("measured"); found != json.end() && found->is_object())
    s.measured = values_from(*found);
  s.harm = text(json, "harm");
  s.confidence = maybe(json, "confidence").value_or(0.5);
  s.confidence_sd = maybe(json, "confidence_sd").value_or(0.0);
  s.strength = maybe(json, "strength").value_or(1.0);
  s.foretold = json.value("foretold", true);
  s.rank = json.value("rank", 0);
  const Json worth = part(json, "worth");
  s.worth = {maybe(worth, "benefit").value_or(0.0), maybe(worth, "acceptance").value_or(0.5),
             maybe(worth, "risk").value_or(0.0)};
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
