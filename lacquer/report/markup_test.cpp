#include "lacquer/report/markup.h"

#include <gtest/gtest.h>

using lacquer::report::Markup;
using lacquer::report::name;
using lacquer::report::text;

TEST(Markup, TheFiveCharactersHtmlCaresAboutBecomeReferences) {
  EXPECT_EQ(text("<a href=\"x\" title='y'>&</a>").html(),
            "&lt;a href=&quot;x&quot; title=&#39;y&#39;&gt;&amp;&lt;/a&gt;");
}

TEST(Markup, WordsInEveryScriptComeThroughUntouched) {
  const std::string words = "Sj\u00F6 \u6D77 \u05D9\u05DD \u0628\u062D\u0631 \U0001F30A\tcaf\u00E9";
  EXPECT_EQ(text(words).html(), words);
}

TEST(Markup, AJoinerInsideAWordStaysBecausePersianAndEmojiNeedIt) {
  const std::string words =
      "\u0645\u06CC\u200C\u062E\u0648\u0627\u0647\u0645 \U0001F469\u200D\U0001F3A4";
  EXPECT_EQ(text(words).html(), words);
}

TEST(Markup, ControlCharactersBecomeTheReplacementCharacter) {
  using namespace std::string_view_literals;
  EXPECT_EQ(text("a\0b\x1B"
                 "c\x7F"sv)
                .html(),
            "a\uFFFDb\uFFFDc\uFFFD");
  EXPECT_EQ(text("\u0085\u009F").html(), "\uFFFD\uFFFD");
}

TEST(Markup, CharactersThatReorderTheirSurroundingsAreReplaced) {
  EXPECT_EQ(text("song\u202Egpj.exe\u2066x").html(), "song\uFFFDgpj.exe\uFFFDx");
}

TEST(Markup, MalformedUtf8BecomesReplacementCharactersAndReadingGoesOn) {
  EXPECT_EQ(text("a\xFF"
                 "b")
                .html(),
            "a\uFFFDb");
  EXPECT_EQ(text("\xC0\x80").html(), "\uFFFD\uFFFD") << "overlong zero";
  EXPECT_EQ(text("\xE0\x80\xBC").html(), "\uFFFD\uFFFD\uFFFD") << "overlong <";
  EXPECT_EQ(text("\xED\xA0\x80").html(), "\uFFFD\uFFFD\uFFFD") << "surrogate";
  EXPECT_EQ(text("\xF4\x90\x80\x80").html(), "\uFFFD\uFFFD\uFFFD\uFFFD") << "above U+10FFFF";
  EXPECT_EQ(text("x\xE6\xB5").html(), "x\uFFFD\uFFFD") << "cut off";
  EXPECT_EQ(text("\xE6<b>").html(), "\uFFFD&lt;b&gt;") << "a lead byte must not swallow the <";
}

TEST(Markup, EveryByteStringGivesTextWithoutLiveMarkup) {
  for (int first = 0; first < 256; ++first)
    for (int second = 0; second < 256; ++second) {
      const std::string bytes{static_cast<char>(first), static_cast<char>(second), '<', '"', '>'};
      const std::string html = text(bytes).html();
      ASSERT_EQ(html.find_first_of("<>\"'"), std::string::npos) << first << " " << second;
    }
}

TEST(Markup, ANameIsIsolatedFromTheDirectionOfTheTextAroundIt) {
  Markup line;
  line << "<p>" << name("\u05E9\u05DC\u05D5\u05DD & <x>") << "</p>";
  EXPECT_EQ(line.html(), "<p><bdi>\u05E9\u05DC\u05D5\u05DD &amp; &lt;x&gt;</bdi></p>");
}
