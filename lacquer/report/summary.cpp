#include <algorithm>

#include "lacquer/report/sections.h"
#include "lacquer/report/words.h"

namespace lacquer::report {
namespace {

using deliver::Check;
using deliver::Delivery;
using deliver::Verdict;

std::vector<Check> failures(const Delivery& delivery) {
  std::vector<Check> failed;
  for (const Check& check : delivery.checks)
    if (check.verdict == Verdict::fail) failed.push_back(check);
  return failed;
}

std::size_t judged(const Delivery& delivery) {
  return static_cast<std::size_t>(
      std::count_if(delivery.checks.begin(), delivery.checks.end(),
                    [](const Check& check) { return check.verdict != Verdict::info; }));
}

void failure_item(Markup& out, const Check& check) {
  out << "<li><p><strong>" << text(check.check) << "</strong>";
  if (!check.file.empty()) out << " in " << name(check.file);
  out << ": " << text(check.value);
  if (!check.limit.empty()) out << ", allowed is " << text(check.limit);
  out << ".</p>";
  if (!check.remedy.empty())
    out << "<p class=\"remedy\"><span>What to do:</span> " << text(check.remedy) << "</p>";
  out << "</li>";
}

Markup medium_card(const Delivery& delivery) {
  const std::vector<Check> failed = failures(delivery);
  const std::size_t all = judged(delivery);
  Markup out;
  if (!failed.empty()) {
    out << "<li class=\"medium fails\"><h3>" << name(medium_name(delivery.medium))
        << "</h3><p class=\"verdict\"><span class=\"sign\" aria-hidden=\"true\">\u2717</span> "
           "Fails</p><p>"
        << text(std::to_string(failed.size()) + " of " + count(all, "check", "checks"))
        << either(failed.size() == 1, " fails", " fail") << ".</p><ul>";
    for (const Check& check : failed) failure_item(out, check);
    out << "</ul></li>\n";
    return out;
  }
  const bool nothing = all == 0;
  out << either(nothing, "<li class=\"medium unchecked\"><h3>", "<li class=\"medium passes\"><h3>")
      << name(medium_name(delivery.medium)) << "</h3><p class=\"verdict\">";
  if (nothing)
    out << "<span class=\"sign\" aria-hidden=\"true\">\u25CB</span> Not checked</p><p>No limit was "
           "tested on these files.</p>";
  else
    out << "<span class=\"sign\" aria-hidden=\"true\">\u2713</span> Passes</p><p>"
        << text(all == 1 ? "Its one check" : "All " + std::to_string(all) + " checks")
        << either(all == 1, " passes", " pass") << "; "
        << text(count(delivery.files.size(), "file", "files")) << ".</p>";
  out << "</li>\n";
  return out;
}

double duration_s(const measure::Measurement& one) {
  return static_cast<double>(one.frame_count) / std::max(one.format.sample_rate_hz, 1.0);
}

std::size_t serious_findings(const TrackPage& track) {
  const auto& findings = (track.master ? *track.master : track.mix).findings;
  return static_cast<std::size_t>(std::count_if(
      findings.begin(), findings.end(),
      [](const measure::Finding& one) { return one.severity != measure::Severity::info; }));
}

Markup track_table(const Page& page) {
  Markup out;
  out << "<table class=\"tracks\"><caption>The tracks at a glance</caption><thead><tr><th "
         "scope=\"col\">Track</th><th scope=\"col\" class=\"n\">Length</th><th scope=\"col\" "
         "class=\"n\">Loudness <span class=\"unit\">LUFS</span></th><th scope=\"col\" "
         "class=\"n\">True peak <span class=\"unit\">dBTP</span></th></tr></thead><tbody>\n";
  for (std::size_t i = 0; i < page.tracks.size(); ++i) {
    const TrackPage& track = page.tracks[i];
    const measure::Measurement& last = track.master ? *track.master : track.mix;
    out << "<tr><th scope=\"row\"><span class=\"no\">" << text(std::to_string(i + 1))
        << "</span><a href=\"#track-" << text(std::to_string(i + 1)) << "\">"
        << name(track_title(track.track, i)) << "</a>";
    if (const std::size_t serious = serious_findings(track); serious > 0)
      out << " <span class=\"flagged\">! " << text(count(serious, "finding", "findings"))
          << "</span>";
    out << "</th><td class=\"n\">" << text(clock_time(duration_s(last))) << "</td><td class=\"n\">";
    if (track.master)
      out << "<span class=\"was\">" << text(number(track.mix.loudness.integrated_lufs))
          << "</span> \u2192 ";
    out << text(number(last.loudness.integrated_lufs)) << "</td><td class=\"n\">"
        << text(number(last.peak.true_dbtp, 2)) << "</td></tr>\n";
  }
  out << "</tbody></table>\n";
  return out;
}

}  // namespace

Markup summary(const Page& page) {
  Markup out;
  out << "<section aria-labelledby=\"in-short\" class=\"short\"><h2 id=\"in-short\">In "
         "short</h2>\n";
  if (page.deliveries.empty()) {
    out << "<p>Nothing has been delivered yet.</p>\n";
  } else {
    out << "<ul class=\"media\">";
    for (const Delivery& delivery : page.deliveries) out << medium_card(delivery);
    out << "</ul>\n";
  }
  for (std::size_t i = 0; i < page.tracks.size(); ++i)
    if (page.tracks[i].binding)
      out << "<p class=\"notice\"><strong>" << name(track_title(page.tracks[i].track, i))
          << " does not reach its loudness.</strong> " << text(*page.tracks[i].binding) << "</p>\n";
  if (page.tracks.size() > 1) out << track_table(page);
  out << "</section>\n";
  return out;
}

}  // namespace lacquer::report
