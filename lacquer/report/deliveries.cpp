#include <algorithm>

#include "lacquer/report/sections.h"
#include "lacquer/report/words.h"

namespace lacquer::report {
namespace {

using deliver::Check;
using deliver::DeliveredFile;
using deliver::Delivery;
using deliver::Verdict;

constexpr std::size_t short_hash_digits = 12;
constexpr std::size_t rows_shown_at_once = 12;

Markup files_table(const Delivery& delivery) {
  Markup out;
  out << "<table class=\"files\"><caption>Files</caption><thead><tr><th scope=\"col\">File</th><th "
         "scope=\"col\" class=\"n\">Size</th><th scope=\"col\">sha256</th></tr></thead><tbody>\n";
  for (const DeliveredFile& file : delivery.files) {
    out << "<tr><th scope=\"row\">" << name(file.path) << "<span class=\"gloss\">"
        << text(file.what);
    if (file.measured)
      out << " \u00B7 " << text(with_unit(file.measured->loudness.integrated_lufs, "LUFS"))
          << " \u00B7 " << text(with_unit(file.measured->peak.true_dbtp, "dBTP", 2));
    out << "</span></th><td class=\"n\">" << text(file_size(file.bytes))
        << "</td><td><code title=\"" << text(file.sha256) << "\">"
        << text(file.sha256.substr(0, short_hash_digits))
        << either(file.sha256.size() > short_hash_digits, "\u2026", "") << "</code></td></tr>\n";
  }
  out << "</tbody></table>\n<details><summary>Checksums in full, as sha256sum reads "
         "them</summary><pre>";
  for (const DeliveredFile& file : delivery.files)
    out << text(file.sha256) << "  " << text(file.path) << "\n";
  out << "</pre></details>\n";
  return out;
}

void check_row(Markup& out, const Check& check) {
  const bool failed = check.verdict == Verdict::fail;
  out << either(failed, "<tr class=\"failed\"><td>", "<tr><td>") << verdict_pill(check.verdict)
      << "</td><th scope=\"row\">" << text(check.check);
  if (!check.file.empty()) out << "<span class=\"gloss\">" << name(check.file) << "</span>";
  if (!check.clause.empty())
    out << "<span class=\"gloss clause\">" << text(check.clause) << "</span>";
  if (failed && !check.remedy.empty())
    out << "<span class=\"remedy\"><span>What to do:</span> " << text(check.remedy) << "</span>";
  out << "</th><td><span class=\"value\">" << text(check.value) << "</span>";
  if (!check.limit.empty())
    out << "<span class=\"gloss\">Limit: " << text(check.limit) << "</span>";
  out << "</td></tr>\n";
}

Markup check_table(const std::vector<const Check*>& checks, std::string_view caption) {
  Markup out;
  out << "<table class=\"checks\"><caption>" << text(caption)
      << "</caption><thead><tr><th scope=\"col\">Verdict</th><th scope=\"col\">Check</th><th "
         "scope=\"col\">Value and limit</th></tr></thead><tbody>\n";
  for (const Check* check : checks) check_row(out, *check);
  out << "</tbody></table>\n";
  return out;
}

/// Failures stand in the open whatever the length; a long rest folds away.
Markup checks_part(const Delivery& delivery) {
  Markup out;
  std::vector<const Check*> failed, rest;
  for (const Check& check : delivery.checks)
    (check.verdict == Verdict::fail ? failed : rest).push_back(&check);
  if (!failed.empty()) out << check_table(failed, "Failed checks");
  if (rest.empty()) return out;
  const std::string caption = failed.empty() ? "Checks" : "The other checks";
  if (rest.size() <= rows_shown_at_once) return out << check_table(rest, caption);
  out << "<details><summary>"
      << text(count(rest.size(), "check", "checks") + (failed.empty() ? ", none failed" : " more"))
      << "</summary>" << check_table(rest, caption) << "</details>\n";
  return out;
}

}  // namespace

Markup::Piece verdict_pill(Verdict verdict) {
  switch (verdict) {
    case Verdict::pass:
      return "<span class=\"pill taken\">\u2713 pass</span>";
    case Verdict::fail:
      return "<span class=\"pill bad\">\u2717 FAIL</span>";
    case Verdict::info:
      return "<span class=\"pill note\">i note</span>";
  }
  return "";
}

Markup deliveries_section(const Page& page) {
  Markup out;
  if (page.deliveries.empty()) return out;
  out << "<section aria-labelledby=\"deliveries\" class=\"deliveries\"><h2 "
         "id=\"deliveries\">Deliveries</h2>\n";
  for (const Delivery& delivery : page.deliveries) {
    out << "<section class=\"delivery\"><h3>" << name(medium_name(delivery.medium)) << "</h3>\n"
        << checks_part(delivery);
    if (!delivery.files.empty()) out << files_table(delivery);
    out << "</section>\n";
  }
  out << "</section>\n";
  return out;
}

}  // namespace lacquer::report
