#include <algorithm>

#include "lacquer/report/sections.h"
#include "lacquer/report/words.h"

namespace lacquer::report {
namespace {

bool delivers(const Page& page, const char* medium) {
  return std::any_of(page.deliveries.begin(), page.deliveries.end(),
                     [&](const deliver::Delivery& one) { return one.medium == medium; });
}

}  // namespace

Markup limits_section(const Page& page) {
  Markup out;
  out << "<section aria-labelledby=\"limits\"><h2 id=\"limits\">What this report does not "
         "cover</h2>\n<ul class=\"limits\">";
  if (page.signed_by.empty())
    out << "<li>No engineer has put a name to these masters. Whether they sound right is for ears "
           "to say.</li>";
  out << "<li>Measurements do not know what was meant: a wrong note, a bad edit or the wrong "
         "version of a mix can pass every check.</li>";
  if (delivers(page, "digital"))
    out << "<li>Lossy files were decoded here and measured. A store that encodes the lossless file "
           "itself may arrive at slightly different peaks.</li>";
  if (delivers(page, "cd"))
    out << "<li>The CD was checked as a disc image. No disc was burnt or pressed.</li>";
  if (delivers(page, "vinyl"))
    out << "<li>Vinyl was judged by the digital file. What cutting, plating and pressing add is "
           "known only from a test pressing.</li>";
  for (const std::string& one : page.limits) out << "<li dir=\"auto\">" << text(one) << "</li>";
  out << "</ul></section>\n";
  return out;
}

Markup facts_section(const Page& page) {
  Markup out;
  if (page.facts.empty()) return out;
  out << "<section aria-labelledby=\"facts\"><h2 id=\"facts\">Facts relied on</h2>\n<p>Platforms "
         "and plants change their figures. These are the ones used, and when each was looked "
         "up.</p>\n<details><summary>"
      << text(count(page.facts.size(), "fact", "facts"))
      << "</summary><table class=\"factsheet\"><thead><tr><th scope=\"col\">Fact</th><th "
         "scope=\"col\">Value</th><th scope=\"col\">Date</th></tr></thead><tbody>\n";
  for (const Fact& fact : page.facts) {
    out << "<tr><th scope=\"row\">" << text(fact.name);
    if (!fact.source.empty() || !fact.grade.empty())
      out << "<span class=\"gloss\">" << text(fact.source)
          << text(fact.grade.empty() ? "" : " [grade " + fact.grade + "]") << "</span>";
    out << "</th><td>" << text(fact.value) << "</td><td>" << text(fact.date) << "</td></tr>\n";
  }
  out << "</tbody></table>\n<p class=\"gloss\">Grades: P official text seen; I independent "
         "implementation read; S secondary source; C computed or tested here; K general knowledge, "
         "not verified.</p></details></section>\n";
  return out;
}

Markup closing(const Page& page) {
  Markup out;
  out << "<footer><p>Made by Lacquer";
  if (!page.program_version.empty()) out << " " << text(page.program_version);
  out << " from the session\u2019s mixes and ledger.</p></footer>\n";
  return out;
}

}  // namespace lacquer::report
