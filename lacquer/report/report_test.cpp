#include "lacquer/report/report.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <regex>
#include <set>

#include "lacquer/report/example_page.h"
#include "lacquer/report/markup.h"

using namespace lacquer;
using namespace lacquer::report;

namespace {

struct Example {
  const char* name;
  Page page;
};

std::vector<Example> examples() {
  return {{"album", example::album()},
          {"signed", example::signed_song()},
          {"mono", example::mono()},
          {"silence", example::silence()},
          {"one_second", example::one_second()},
          {"three_hours", example::three_hours()},
          {"hostile", example::hostile()},
          {"empty", Page{}}};
}

bool contains(const std::string& html, const std::string& words) {
  return html.find(words) != std::string::npos;
}

std::size_t occurrences(const std::string& html, const std::string& words) {
  std::size_t n = 0;
  for (auto at = html.find(words); at != std::string::npos; at = html.find(words, at + 1)) ++n;
  return n;
}

/// The first thing wrong with the nesting of tags and the quoting of attributes; empty if nothing.
std::string first_flaw(const std::string& html) {
  const std::set<std::string> void_elements = {"meta", "br"};
  std::vector<std::string> open;
  for (auto at = html.find('<'); at != std::string::npos; at = html.find('<', at + 1)) {
    if (html.compare(at, 9, "<!DOCTYPE") == 0) continue;
    const auto end = html.find('>', at);
    if (end == std::string::npos) return "a tag is not closed";
    const std::string tag = html.substr(at + 1, end - at - 1);
    if (tag.empty() || tag.find('<') != std::string::npos) return "stray < before: " + tag;
    static const std::regex form{R"(/?[a-z][a-z0-9]*(\s+[a-zA-Z][a-zA-Z0-9-]*="[^"<>]*")*\s*/?)"};
    if (!std::regex_match(tag, form)) return "malformed tag: " + tag;
    const std::string element =
        tag.substr(tag[0] == '/', tag.find_first_of(" \n/", 1) - (tag[0] == '/'));
    if (tag[0] == '/') {
      if (open.empty() || open.back() != element) return "unexpected </" + element + ">";
      open.pop_back();
    } else if (tag.back() != '/' && void_elements.count(element) == 0) {
      open.push_back(element);
    }
    if (element == "style" && tag[0] != '/') at = html.find("</style>", at) - 1;
  }
  return open.empty() ? "" : "never closed: " + open.back();
}

/// What a reader sees and hears: the page without style sheet and tags.
std::string words_of(const std::string& html) {
  const auto style = html.find("<style>"), style_end = html.find("</style>");
  std::string rest = html.substr(0, style) + html.substr(style_end), words;
  bool in_tag = false;
  for (const char c : rest) {
    if (c == '<') in_tag = true;
    if (!in_tag) words += c;
    if (c == '>') in_tag = false;
  }
  return words;
}

}  // namespace

TEST(Report, TheSamePageGivesTheSameBytes) {
  for (const Example& one : examples()) EXPECT_EQ(html(one.page), html(one.page)) << one.name;
}

TEST(Report, EveryTagIsClosedInOrderWhateverTheSessionHolds) {
  for (const Example& one : examples()) EXPECT_EQ(first_flaw(html(one.page)), "") << one.name;
}

TEST(Report, ThePageNeedsNoNetworkAndNoScript) {
  for (const Example& one : examples()) {
    const std::string page = html(one.page);
    for (const char* never :
         {"http", "//cdn", "url(", "@import", "<script", "<link", "<img", " src=", "<iframe"})
      EXPECT_FALSE(contains(page, never)) << one.name << " has " << never;
    static const std::regex handler{R"(<[^>]* on[a-z]+=)"};
    EXPECT_FALSE(std::regex_search(page, handler)) << one.name;
  }
}

TEST(Report, ANumberThatDoesNotExistIsNeverPrintedAsNanOrInf) {
  static const std::regex bad{R"((^|[^A-Za-z])-?(nan|inf|infinity)([^A-Za-z]|$))",
                              std::regex::icase};
  for (const Example& one : examples())
    EXPECT_FALSE(std::regex_search(html(one.page), bad)) << one.name;
}

TEST(Report, HostileTextStaysText) {
  const std::string page = html(example::hostile());
  EXPECT_FALSE(contains(page, "<script"));
  EXPECT_EQ(occurrences(page, "</style>"), 1U);
  EXPECT_EQ(occurrences(page, "<!--"), 0U);
  EXPECT_TRUE(contains(page, "&lt;script&gt;alert(1)&lt;/script&gt;"));
  for (const char c : page)
    ASSERT_FALSE(static_cast<unsigned char>(c) < 0x20 && c != '\n' && c != '\t');
  EXPECT_FALSE(contains(page, "\u202E")) << "an override would turn file names around";
}

TEST(Report, AnUnsignedPageSaysThatNobodyHasReviewedIt) {
  Page page = example::album();
  for (TrackPage& track : page.tracks)
    for (DecisionLine& line : track.decisions) line.by = "lacquer";
  EXPECT_TRUE(contains(html(page), "Unsigned draft: nobody has reviewed these decisions"));
  EXPECT_FALSE(contains(html(page), "Signed by"));
}

TEST(Report, AnUnsignedPageWithDecisionsOfAPersonNamesThePersonAndStaysADraft) {
  const std::string page = html(example::album());
  EXPECT_TRUE(contains(page, "Unsigned draft"));
  EXPECT_TRUE(contains(page, "taken by <bdi>Ada Ilmari</bdi>"));
  EXPECT_FALSE(contains(page, "nobody has reviewed these decisions"));
}

TEST(Report, ASignedPageSaysByWhomAndWhen) {
  const std::string page = html(example::signed_song());
  EXPECT_TRUE(contains(page, "Signed by <bdi>Ada Ilmari</bdi> on 2026-11-22 11:00\u00A0UTC"));
  EXPECT_FALSE(contains(page, "Unsigned draft"));
}

TEST(Report, ASignatureDespiteAFailedCheckDoesNotHideTheFailure) {
  Page page = example::album();
  page.signed_by = "Ada Ilmari";
  EXPECT_TRUE(contains(html(page), "Signed although 1 check fails"));
}

TEST(Report, EverySuggestionAppearsWithReasonHarmAndDecision) {
  const Page page = example::album();
  const std::string words = html(page);
  for (const TrackPage& track : page.tracks) {
    for (const advise::Suggestion& one : track.suggestions) {
      EXPECT_TRUE(contains(words, text(one.reason).html())) << one.id;
      EXPECT_TRUE(contains(words, text(one.harm).html())) << one.id;
      EXPECT_TRUE(contains(words, ">" + one.id + "<"));
    }
    for (const DecisionLine& line : track.decisions)
      EXPECT_TRUE(contains(words, text(line.why).html())) << line.suggestion_id;
  }
}

TEST(Report, WhatWasLeftAloneIsSaid) {
  EXPECT_TRUE(contains(html(example::album()), "Width left alone"));
}

TEST(Report, EveryCheckAppearsWithValueLimitAndClause) {
  for (const Page& page : {example::album(), example::signed_song(), example::hostile()}) {
    const std::string words = html(page);
    for (const deliver::Delivery& delivery : page.deliveries)
      for (const deliver::Check& check : delivery.checks)
        for (const std::string& part : {check.check, check.value, check.limit, check.clause})
          EXPECT_TRUE(contains(words, text(part).html())) << part;
  }
}

TEST(Report, AFailedCheckStandsInTheSummaryWithItsRemedyAndOutsideAnyFold) {
  const std::string page = html(example::album());
  const auto summary = page.substr(page.find("id=\"in-short\""), page.find("id=\"track-1\""));
  EXPECT_TRUE(contains(summary, "Fails"));
  EXPECT_TRUE(contains(summary, "Give track 2 its own ISRC"));
  const auto failed = page.find("class=\"failed\"");
  ASSERT_NE(failed, std::string::npos);
  const std::string before = page.substr(0, failed);
  EXPECT_EQ(occurrences(before, "<details>"), occurrences(before, "</details>"));
}

TEST(Report, EveryFindingAppearsHoweverManyThereAre) {
  const Page page = example::three_hours();
  const std::string words = html(page);
  for (const measure::Finding& one : page.tracks[0].mix.findings)
    EXPECT_TRUE(contains(words, text(one.message).html()));
}

TEST(Report, AnEqualiserIsDescribedAsAnEngineerWouldSayIt) {
  const std::string page = html(example::album());
  EXPECT_TRUE(contains(page, "Bell 312\u00A0Hz, \u22121.8\u00A0dB, Q\u00A00.90"));
  EXPECT_TRUE(contains(page, "High shelf 9.4\u00A0kHz, +1.2\u00A0dB, Q\u00A00.70"));
  EXPECT_TRUE(contains(page, "Mono below 110\u00A0Hz"));
}

TEST(Report, EvidenceSaysWhereItStandsAmongHowMany) {
  EXPECT_TRUE(contains(html(example::album()),
                       "higher than 95\u00A0% of 138 pop recordings (95th percentile)"));
}

TEST(Report, FullChecksumsCanBeFedToSha256sum) {
  const Page page = example::signed_song();
  const deliver::DeliveredFile& file = page.deliveries[0].files[0];
  EXPECT_TRUE(contains(html(page), file.sha256 + "  " + file.path + "\n"));
}

TEST(Report, EveryDrawingHasATitleAndADescriptionAndIdsAreUnique) {
  const std::string page = html(example::album());
  EXPECT_EQ(occurrences(page, "role=\"img\""), occurrences(page, "<desc "));
  std::set<std::string> ids;
  static const std::regex id{" id=\"([^\"]*)\""};
  for (std::sregex_iterator at{page.begin(), page.end(), id}, end; at != end; ++at)
    EXPECT_TRUE(ids.insert((*at)[1]).second) << (*at)[1];
  EXPECT_EQ(occurrences(page, "role=\"img\""), 18U)
      << "two tracks: four drawings in two widths, and the equaliser";
}

TEST(Report, SilenceIsSaidInWordsInsteadOfDrawn) {
  const std::string page = html(example::silence());
  EXPECT_FALSE(contains(page, "role=\"img\""));
  EXPECT_TRUE(contains(words_of(page), "There is nothing to draw"));
}

TEST(Report, AMonoMixHasNoStereoNumbers) {
  const std::string words = words_of(html(example::mono()));
  EXPECT_FALSE(contains(words, "Correlation"));
  EXPECT_TRUE(contains(words, "The mix is mono"));
  EXPECT_TRUE(contains(words, "There is no master of this track yet"));
}

TEST(Report, AThreeHourConcertMakesNoLargerPlotThanASong) {
  EXPECT_LT(html(example::three_hours()).size(), html(example::signed_song()).size() + 60000);
}

TEST(Report, AConcertsLoudestPassageSurvivesTheThinningOfThePlot) {
  Page page = example::three_hours();
  page.tracks[0].master.reset();
  page.tracks[0].mix.series.short_term_lufs[54321] = -1.0;
  EXPECT_TRUE(contains(html(page), "is around 1:30:31, \u22121.0\u00A0LUFS"));
}

// For the eye: LACQUER_REPORT_EXAMPLES=/some/folder report_test writes the pages there.
TEST(Report, TheExamplePagesCanBeLookedAt) {
  const char* folder = std::getenv("LACQUER_REPORT_EXAMPLES");
  for (const Example& one : examples()) {
    const std::string page = html(one.page);
    EXPECT_TRUE(page.starts_with("<!DOCTYPE html>")) << one.name;
    if (!folder) continue;
    std::ofstream out{std::string{folder} + "/" + one.name + ".html", std::ios::binary};
    ASSERT_TRUE(out << page) << folder;
  }
}
