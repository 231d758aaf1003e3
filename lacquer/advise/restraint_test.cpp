#include <gtest/gtest.h>

#include "lacquer/advise/tone/test_tone.h"
#include "lacquer/advise/tone/tone.h"

using namespace lacquer;
using namespace lacquer::advise;

TEST(Restraint, MastersInTheMiddleHalfOfEveryBandGetNoTonalSuggestion) {
  for (const std::string& name : shipped_targets().names()) {
    SCOPED_TRACE(name);
    const auto& where = population(name);
    Draw draw{where, 11};
    int inside = 0, left_alone = 0;
    for (int tries = 0; tries < 40000 && inside < 40; ++tries) {
      const auto shares_db = draw.shares_db();
      const auto mix = mix_with(where, shares_db);
      if (!inside_middle_half(where, normalised(shares_db))) continue;
      ++inside;
      left_alone += tonal_view(mix.spectrum, where).leaves_alone();
    }
    EXPECT_GE(inside, 20);
    EXPECT_GE(left_alone, 0.9 * inside);
  }
}

TEST(Restraint, OfMastersAtLargeAboutAsManyAreLeftAloneAsTheRuleForetells) {
  // Three components within 1.28 sd: 0.8^3 = 51 %; the bands, later to speak, take a few more.
  for (const std::string& name : shipped_targets().names()) {
    SCOPED_TRACE(name);
    Draw draw{population(name), 5};
    int left_alone = 0;
    constexpr int masters = 600;
    for (int i = 0; i < masters; ++i)
      left_alone +=
          tonal_view(mix_with(population(name), draw.shares_db()).spectrum, population(name))
              .leaves_alone();
    EXPECT_GE(left_alone, 0.36 * masters);
    EXPECT_LE(left_alone, 0.56 * masters);
  }
}
