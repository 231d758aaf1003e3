#include <nlohmann/json.hpp>

#include "cli/print.h"
#include "cli/rows.h"
#include "lacquer/report/words.h"
#include "lacquer/studio/json.h"

namespace lacquer::cli {
namespace {

using measure::Maybe;
using studio::Json;

const char* mark(deliver::Verdict verdict) {
  switch (verdict) {
    case deliver::Verdict::pass:
      return "pass";
    case deliver::Verdict::fail:
      return "FAIL";
    case deliver::Verdict::info:
      break;
  }
  return "info";
}

std::string settings_text(const chain::Values& settings) {
  std::string text;
  for (const auto& [name, value] : settings)
    text += (text.empty() ? "" : ", ") + name + " " + without_zeros(value);
  return text;
}

void print_changes(std::ostream& out, const report::TrackPage& track) {
  const auto change = [&](const std::string& name, const Maybe& before, const Maybe& after,
                          const std::string& unit) {
    row(out, name,
        with_unit(before, unit) + (track.master ? "  ->  " + with_unit(after, unit) : ""));
  };
  const measure::Measurement none;
  const auto& master = track.master ? *track.master : none;
  change("Integrated", track.mix.loudness.integrated_lufs, master.loudness.integrated_lufs, "LUFS");
  change("Range", track.mix.loudness.range_lu, master.loudness.range_lu, "LU");
  change("True peak", track.mix.peak.true_dbtp, master.peak.true_dbtp, "dBTP");
}

std::string decision_text(const Json& body) {
  std::string text = body.value("verb", "") + " " + body.value("id", "");
  const Json settings = body.value("settings", Json::object());
  for (const auto& [name, value] : settings.items()) text += " " + name + "=" + value.dump();
  if (const auto strength = body.find("strength"); strength != body.end())
    text += " strength=" + strength->dump();
  const std::string why = body.value("why", "");
  return why.empty() ? text : text + "  (" + why + ")";
}

std::string signature_text(const Json& body) {
  const Json files = body.value("files", Json::object());
  std::string text = std::to_string(files.size()) + " files";
  const Json despite = body.value("despite", Json::object());
  for (const auto& [check, why] : despite.items())
    text += ", despite " + check + ": " + why.get<std::string>();
  return text;
}

std::string what_happened(const session::Entry& entry) {
  const Json body = Json::parse(entry.body, nullptr, false);
  if (!body.is_object()) return "";
  if (entry.kind == "decided") return decision_text(body);
  if (entry.kind == "signed") return signature_text(body);
  if (entry.kind == "rendered")
    return body.value("path", "") + "  sha256 " + body.value("sha256", "");
  if (entry.kind == "delivered") {
    const auto delivery = studio::delivery_from(body.value("delivery", Json::object()));
    return delivery.medium + ", " + std::to_string(delivery.files.size()) + " files, " +
           (delivery.passes() ? "all checks pass" : "a check fails");
  }
  if (entry.kind != "suggested") return "";
  std::string text = "track " + std::to_string(body.value("track", 0)) + ":";
  const Json suggestions = body.value("suggestions", Json::array());
  for (const auto& suggestion : suggestions) text += " " + suggestion.value("id", "");
  return suggestions.empty() ? text + " nothing" : text;
}

/// How far the assistant trusts a suggestion, and how much of it is taken.
std::string standing_of(const advise::Suggestion& s) {
  std::string text = s.rank > 0 ? "rank " + std::to_string(s.rank) + ", " : "";
  text += "confidence " + fixed(s.confidence, 2) + " +- " + fixed(s.confidence_sd, 2);
  if (s.strength != 1.0) text += ", strength " + without_zeros(s.strength);
  return text;
}

void print_predictions(std::ostream& out, const advise::Suggestion& s) {
  if (!s.foretold) out << "      not foretold: what settings of one's own change\n";
  for (const auto& [key, after] : s.predicted) {
    if (!s.foretold) break;
    const auto before = s.before.find(key);
    out << "      " << key << " "
        << (before == s.before.end() ? "" : fixed(before->second, 1) + "  ->  ") << fixed(after, 1)
        << "\n";
  }
}

/// "1-tone: share_db 148-392 Hz predicted -6.2, measured -5.4", for each that missed.
void print_missed(std::ostream& out, const report::TrackPage& track) {
  for (const auto& s : track.suggestions)
    for (const auto& key : advise::missed_predictions(s))
      row(out, "MISSED",
          s.id + ": " + key + " predicted " + fixed(s.predicted.at(key), 1) + ", measured " +
              fixed(s.measured->at(key), 1));
}

}  // namespace

void print_suggestions(std::ostream& out, const studio::Overview& overview) {
  for (const auto& track : overview.page.tracks) {
    out << track.track.title << "\n";
    if (!track.standing.empty()) out << "  " << track.standing << "\n";
    for (const auto& s : track.suggestions) {
      out << "  " << s.id << "  [" << to_text(s.state) << "]  " << s.reason << "\n"
          << "      " << s.processor << ": " << settings_text(s.settings) << "\n"
          << "      " << standing_of(s) << "\n";
      for (const auto& e : s.evidence) {
        out << "      " << e.measure << " " << fixed(e.value, 1) << " " << e.unit;
        if (e.percentile)
          out << ", percentile " << fixed(*e.percentile, 0) << " of " << e.n << " " << e.population;
        if (e.start_s) out << ", at " << fixed(*e.start_s, 2) << " s";
        out << "\n";
      }
      print_predictions(out, s);
      if (!s.harm.empty()) out << "      May cost: " << s.harm << "\n";
    }
    print_missed(out, track);
    for (const auto& line : track.mentions) out << "  mentioned:  " << line << "\n";
    for (const auto& line : track.left_alone) out << "  left alone: " << line << "\n";
  }
}

void print_text(std::ostream& out, const deliver::Delivery& delivery, bool every_check) {
  int passed = 0, failed = 0;
  for (const auto& check : delivery.checks) {
    passed += check.verdict == deliver::Verdict::pass;
    failed += check.verdict == deliver::Verdict::fail;
  }
  out << delivery.medium << ": " << (failed ? "FAIL" : "pass") << " (" << passed
      << " checks passed, " << failed << " failed)\n";
  for (const auto& check : delivery.checks) {
    if (!every_check && check.verdict != deliver::Verdict::fail) continue;
    out << "  " << mark(check.verdict) << "  " << check.check << ": " << check.value;
    if (!check.limit.empty()) out << "  (" << check.limit << ")";
    if (!check.file.empty()) out << "  " << check.file;
    if (!check.clause.empty()) out << "  [" << check.clause << "]";
    out << "\n";
    if (check.verdict == deliver::Verdict::fail && !check.remedy.empty())
      out << "        " << check.remedy << "\n";
  }
}

void print_text(std::ostream& out, const studio::Overview& overview) {
  for (const auto& track : overview.page.tracks) {
    out << track.track.title << "\n";
    print_changes(out, track);
    if (!track.standing.empty()) row(out, "stands in", track.standing);
    for (const auto& s : track.suggestions) row(out, to_text(s.state), s.id + "  " + s.reason);
    for (const auto& line : track.mentions) row(out, "mentioned", line);
    for (const auto& line : track.left_alone) row(out, "left alone", line);
    if (const auto edit = report::edit_in_words(track.track.edit); !edit.empty())
      row(out, "ends", edit);
    print_missed(out, track);
    if (track.binding) row(out, "LIMIT", *track.binding);
    if (track.limiting) row(out, "limiting", track.limiting->sentence);
  }
  for (const auto& delivery : overview.page.deliveries) print_text(out, delivery, false);
  for (const auto& medium : overview.outdated)
    out << medium << ": out of date; run 'lacquer deliver' to renew it\n";
  const auto& page = overview.page;
  out << (page.signed_by.empty()
              ? "Unsigned draft: nobody has approved these masters yet (lacquer sign)."
              : "Signed by " + page.signed_by + ", " + page.signed_at + ".")
      << "\n";
  if (!page.deliveries.empty())
    out << "Files:   " << (overview.session / "deliveries").string() << "\n";
  out << "Report:  " << (overview.session / "report.html").string() << "\n";
}

void print_text(std::ostream& out, const std::vector<session::Entry>& entries) {
  for (const auto& entry : entries)
    out << entry.number << "  " << entry.time << "  " << entry.by << "  " << entry.kind << "  "
        << what_happened(entry) << "\n";
}

}  // namespace lacquer::cli
