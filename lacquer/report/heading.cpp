#include <algorithm>

#include "lacquer/report/sections.h"
#include "lacquer/report/words.h"

namespace lacquer::report {
namespace {

std::vector<std::string> reviewers(const Page& page) {
  std::vector<std::string> people;
  for (const TrackPage& track : page.tracks)
    for (const DecisionLine& line : track.decisions)
      if (!is_machine(line.by) && std::find(people.begin(), people.end(), line.by) == people.end())
        people.push_back(line.by);
  return people;
}

std::size_t failed_checks(const Page& page) {
  std::size_t failed = 0;
  for (const deliver::Delivery& delivery : page.deliveries)
    for (const deliver::Check& check : delivery.checks)
      failed += check.verdict == deliver::Verdict::fail ? 1 : 0;
  return failed;
}

Markup state(const Page& page) {
  Markup out;
  if (!page.signed_by.empty()) {
    out << "<div class=\"state signed\"><p><strong>Signed by " << name(page.signed_by);
    if (!page.signed_at.empty()) out << " on " << text(time_stamp(page.signed_at));
    out << "</strong></p>";
    if (const std::size_t failed = failed_checks(page); failed > 0)
      out << "<p>Signed although " << text(count(failed, "check fails", "checks fail"))
          << "; see below.</p>";
    else
      out << "<p>The signature covers exactly these files; any change of a byte voids it.</p>";
    out << "</div>\n";
    return out;
  }
  const std::vector<std::string> people = reviewers(page);
  out << "<div class=\"state draft\"><p><strong>";
  if (people.empty()) {
    out << "Unsigned draft: nobody has reviewed these decisions</strong></p><p>The machine took "
           "them alone. Listen to the masters before you release them, or have an engineer review "
           "and sign them.</p>";
  } else {
    out << "Unsigned draft: nobody has signed these masters</strong></p><p>Some decisions were "
           "taken by ";
    for (std::size_t i = 0; i < people.size(); ++i) {
      if (i > 0) out << either(i + 1 == people.size(), " and ", ", ");
      out << name(people[i]);
    }
    out << "; below, each says by whom.</p>";
  }
  out << "</div>\n";
  return out;
}

}  // namespace

Markup heading(const Page& page) {
  const Programme& programme = page.programme;
  std::string title = programme.title;
  if (title.empty() && page.tracks.size() == 1) title = page.tracks.front().track.title;
  if (title.empty()) title = "Untitled";
  Markup out;
  out << "<header><p class=\"kicker\">Mastering report</p><h1>" << name(title) << "</h1>";
  if (!programme.artist.empty()) out << "<p class=\"artist\">" << name(programme.artist) << "</p>";
  Markup facts;
  const auto add = [&](const char* label, const std::string& value) {
    if (value.empty()) return;
    facts << "<div><dt>" << text(label) << "</dt><dd>" << name(value) << "</dd></div>";
  };
  add("Label", programme.label);
  add("Date", programme.date);
  add("Genre", programme.genre);
  add("UPC/EAN", programme.upc);
  if (!facts.empty()) out << "<dl class=\"facts\">" << facts << "</dl>";
  out << state(page);
  if (!programme.brief.empty())
    out << "<blockquote class=\"brief\" dir=\"auto\"><p class=\"label\">What was asked for</p><p>"
        << text(programme.brief) << "</p></blockquote>\n";
  out << "</header>\n";
  return out;
}

}  // namespace lacquer::report
