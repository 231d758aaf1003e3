#include "lacquer/report/svg.h"

#include <gtest/gtest.h>

#include <limits>

using namespace lacquer::report;

TEST(Svg, AnOctaveTakesTheSameRoomAnywhereOnALogarithmicAxis) {
  const Axis axis{20.0, 20000.0, true, 0.0, 300.0};
  EXPECT_NEAR(axis.at(80.0) - axis.at(40.0), axis.at(8000.0) - axis.at(4000.0), 1e-9);
  EXPECT_NEAR(axis.at(20.0), 0.0, 1e-9);
  EXPECT_NEAR(axis.at(20000.0), 300.0, 1e-9);
}

TEST(Svg, NothingIsDrawnOutsideThePlot) {
  const Axis axis{-40.0, 0.0, false, 200.0, 10.0};
  EXPECT_EQ(axis.at(-1000.0), 200.0);
  EXPECT_EQ(axis.at(12.0), 10.0);
}

TEST(Svg, LevelTicksAreRoundNumbersInsideTheRange) {
  for (double span = 0.7; span < 200.0; span *= 1.3) {
    const std::vector<Tick> ticks = level_ticks(-span, 0.0, 6);
    ASSERT_GE(ticks.size(), 2U) << span;
    ASSERT_LE(ticks.size(), 8U) << span;
    EXPECT_NEAR(ticks.back().value, 0.0, 1e-9) << span;
    for (const Tick& tick : ticks) EXPECT_TRUE(tick.value >= -span - 1e-9 && tick.value <= 1e-9);
  }
}

TEST(Svg, TimeIsCountedInUnitsOfTheClock) {
  EXPECT_EQ(time_ticks(215.0, 12)[1].label, "0:30");
  EXPECT_EQ(time_ticks(215.0, 5)[1].label, "1:00");
  EXPECT_EQ(time_ticks(10800.0, 12).back().label, "3:00:00");
  EXPECT_EQ(time_ticks(1.0, 12)[1].label, "0:00.1");
  for (double end_s = 0.05; end_s < 2e5; end_s *= 1.7) {
    ASSERT_LE(time_ticks(end_s, 12).size(), 14U) << end_s;
  }
}

TEST(Svg, ACoordinateIsDigitsWhateverTheValue) {
  EXPECT_EQ(px(12.34).html(), "12.3");
  EXPECT_EQ(px(-0.04).html(), "0");
  EXPECT_EQ(px(-0.5).html(), "-0.5");
  EXPECT_EQ(px(std::numeric_limits<double>::quiet_NaN()).html(), "0");
  EXPECT_EQ(px(1e300).html(), "100000");
}

TEST(Svg, ACurveHasGapsWhereThereAreNoValuesAndShowsALoneOne) {
  Plot plot{{120.0, 120.0, 10.0, 10.0, 10.0, 10.0}, {0.0, 10.0}, {0.0, 10.0}};
  plot.curve(
      {Point{0, 5}, Point{1, 5}, std::nullopt, Point{3, 5}, std::nullopt, Point{5, 5}, Point{6, 5}},
      "master");
  EXPECT_NE(plot.finish("id", "title", "words")
                .html()
                .find("<path d=\"M10 60L20 60M37 60h6M60 60L70 60\" class=\"master\"/>"),
            std::string::npos);
}

TEST(Svg, WhatFallsBelowThePlotEndsInsteadOfCreepingAlongTheAxis) {
  Plot plot{{120.0, 120.0, 10.0, 10.0, 10.0, 10.0}, {0.0, 10.0}, {0.0, 10.0}};
  plot.curve({Point{0, 5}, Point{1, -5}, Point{2, -9}, Point{3, -9}, Point{4, -9}}, "mix");
  EXPECT_NE(plot.finish("id", "title", "words").html().find("<path d=\"M10 60L20 110\""),
            std::string::npos);
}

TEST(Svg, TitleAndDescriptionAreEscaped) {
  const Plot plot{{}, {}, {}};
  const std::string svg = plot.finish("a", "<b>", "\"&").html();
  EXPECT_NE(svg.find("<title id=\"a-title\">&lt;b&gt;</title>"), std::string::npos);
  EXPECT_NE(svg.find("<desc id=\"a-desc\">&quot;&amp;</desc>"), std::string::npos);
}
