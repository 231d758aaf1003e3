#include "lacquer/report/report.h"

#include <gtest/gtest.h>

#include <cctype>
#include <cstdlib>
#include <fstream>
#include <set>

#include "lacquer/report/example_page.h"
#include "lacquer/report/markup.h"
#include "lacquer/report/well_formed.h"

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

/// Whether the word stands by itself, in any case.
bool has_word(std::string words, const std::string& word) {
  for (char& c : words) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  const auto is_letter = [&](std::size_t at) {
    return at < words.size() && std::isalpha(static_cast<unsigned char>(words[at]));
  };
  for (auto at = words.find(word); at != std::string::npos; at = words.find(word, at + 1))
    if ((at == 0 || !is_letter(at - 1)) && !is_letter(at + word.size())) return true;
  return false;
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

TEST(Report, SaysWhatMissedItsPredictionWhatNobodyForetoldAndHowMuchWasTaken) {
  Page page;
  TrackPage& track = page.tracks.emplace_back();
  advise::Suggestion half, own;
  half.id = "1-tone";
  half.processor = "equaliser";
  half.state = advise::State::edited;
  half.strength = 0.5;
  half.confidence = 0.62;
  half.confidence_sd = 0.09;
  half.rank = 2;
  half.predicted = {{"integrated_lufs", -14.0}, {"true_dbtp", -1.0}};
  half.measured = {{"integrated_lufs", -14.7}, {"true_dbtp", -1.2}};
  own = half;
  own.id = "1-own";
  own.foretold = false;
  track.suggestions = {half, own};
  track.limiting = Limiting{.reduction_db = 7.3, .sentence = "-8.0 LUFS needs 7.3 dB."};
  const std::string html = report::html(page);
  EXPECT_EQ(occurrences(html, "<strong>missed</strong>"), 1u) << "0.7 LU is, 0.2 dB is not";
  EXPECT_EQ(occurrences(html, "not foretold"), 2u);
  EXPECT_TRUE(contains(html, "62 \u00B1\u00A09\u00A0%"));
  EXPECT_TRUE(contains(html, "50\u00A0% of what was proposed"));
  EXPECT_TRUE(contains(html, "<dt>Rank</dt><dd>2</dd>"));
  EXPECT_TRUE(contains(html, "-8.0 LUFS needs 7.3 dB."));
}

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
  }
}

TEST(Report, ANumberThatDoesNotExistIsNeverPrintedAsNanOrInf) {
  for (const Example& one : examples())
    for (const char* never : {"nan", "inf", "infinity"})
      EXPECT_FALSE(has_word(html(one.page), never)) << one.name << " has " << never;
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

TEST(Report, EveryFindingIsListedHoweverManyThereAre) {
  const Page page = example::three_hours();
  const std::string words = html(page);
  const std::string list = words.substr(words.find("<h3>Findings</h3>"));
  for (const measure::Finding& one : page.tracks[0].mix.findings)
    EXPECT_TRUE(contains(list, text(one.message).html())) << one.message;
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
  const std::string mark = " id=\"";
  for (auto at = page.find(mark); at != std::string::npos; at = page.find(mark, at + 1)) {
    const auto start = at + mark.size();
    const std::string id = page.substr(start, page.find('"', start) - start);
    EXPECT_TRUE(ids.insert(id).second) << id;
  }
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

TEST(Report, AConcertsLoudestPassageIsNamedAndSurvivesTheThinningOfThePlot) {
  Page page = example::three_hours();
  page.tracks[0].master.reset();
  for (const std::size_t at : {54321U, 54341U, 54361U, 54381U, 54401U, 54421U}) {
    page.tracks[0].mix.series.short_term_lufs =
        example::measurement(10800.0, -15.8, 0.0).series.short_term_lufs;
    page.tracks[0].mix.series.short_term_lufs[at] = -1.0;
    const std::string words = html(page);
    EXPECT_TRUE(contains(words, "is around 1:30:")) << at;
    EXPECT_TRUE(contains(words, ", \u22121.0\u00A0LUFS")) << at;
    const std::string plot = words.substr(words.find("id=\"t1-loudness-wide-desc\""));
    const auto path = plot.find("<path d=\"");
    const std::string curve = plot.substr(path, plot.find("class=\"mix\"", path) - path);
    double highest_px = 1e9;
    for (auto space = curve.find(' '); space != std::string::npos;
         space = curve.find(' ', space + 1))
      if (std::isdigit(static_cast<unsigned char>(curve[space + 1])))
        highest_px = std::min(highest_px, std::stod(curve.substr(space + 1, 8)));
    EXPECT_LT(highest_px, 45.0) << "everything else lies below 60 pixels";
  }
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

TEST(Report, WhatWasDoneToTheEndsOfATrackIsSaidWhereSomethingWas) {
  Page page = example::signed_song();
  EXPECT_FALSE(contains(html(page), "Beginning and end"));
  page.tracks[0].track.edit.fade_out_s = 8.0;
  EXPECT_TRUE(contains(html(page), "Beginning and end:</strong> faded out over 8 s (s curve)."));
}
