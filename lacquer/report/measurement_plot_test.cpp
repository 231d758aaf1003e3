#include "lacquer/report/measurement_plot.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "lacquer/measure/meter.h"
#include "lacquer/report/well_formed.h"
#include "testkit/signal.h"

using namespace lacquer;
using report::first_flaw;
using report::measurement_svg;

namespace {

measure::Measurement measured(testkit::Signal signal, measure::Parts parts = {}) {
  measure::Meter meter{signal.format(), parts};
  meter.add(signal.block());
  return meter.finish();
}

bool has(const std::string& svg, const std::string& words) {
  return svg.find(words) != std::string::npos;
}

const report::TonalRange range{"pop", 138, {{20.0, 148.2, -40.0, -30.0}}};

}  // namespace

TEST(MeasurementPlot, ShowsEveryPanelAndTheFindingsWithTheirWords) {
  auto m = measured(testkit::noise(1, 2, 48000 * 8, 0.3));
  m.findings.clear();
  m.findings.push_back({.kind = "clipping",
                        .severity = measure::Severity::fail,
                        .start_s = 2.0,
                        .end_s = 2.5,
                        .channel = 0,
                        .unit = "runs",
                        .message = "A <clipped> place & more."});
  const auto svg = measurement_svg("a \"name\" <b>.wav", m, range);
  EXPECT_EQ(first_flaw(svg), "");
  for (const char* words : {"Loudness over time", "1 finding marked", "Long-term spectrum",
                            "138 tracks (pop)", "Stereo, second by second", "Spectrogram",
                            "A &lt;clipped&gt; place &amp; more.", "class=\"range\"", "LUFS"})
    EXPECT_TRUE(has(svg, words)) << words;
  EXPECT_FALSE(has(svg, "<b>"));
  for (const char* outside : {"href", "url(", "<script", "<image", "http://www.w3.org/1999"})
    EXPECT_FALSE(has(svg, outside)) << outside;
  EXPECT_FALSE(has(svg, "nan") || has(svg, "inf\""));
}

TEST(MeasurementPlot, WhatWasNotMeasuredIsLeftOut) {
  auto parts = measure::Parts::none();
  parts.stereo = parts.series = true;
  const auto svg =
      measurement_svg("a.wav", measured(testkit::noise(1, 2, 48000 * 3, 0.3), parts), {});
  EXPECT_EQ(first_flaw(svg), "");
  EXPECT_TRUE(has(svg, "Stereo, second by second"));
  EXPECT_FALSE(has(svg, "Loudness over time") || has(svg, "Spectrogram") || has(svg, "spectrum"));
}

TEST(MeasurementPlot, MonoSurroundSilenceAndASingleFrameAreDrawnAllTheSame) {
  for (const auto& signal :
       {testkit::noise(1, 1, 48000 * 4, 0.3), testkit::noise(1, 6, 48000 * 2, 0.3),
        testkit::Signal{2, 48000 * 4}, testkit::Signal{2, 1}, testkit::Signal{1, 0}}) {
    const auto svg = measurement_svg("x", measured(signal), range);
    EXPECT_EQ(first_flaw(svg), "");
    EXPECT_FALSE(has(svg, "nan"));
  }
}

TEST(MeasurementPlot, HoursTakeLittleMoreRoomThanMinutes) {
  auto m = measured(testkit::noise(1, 2, 48000 * 8, 0.3));
  const auto size = [&] { return measurement_svg("x", m, {}).size(); };
  m.series.spectrogram = {};
  for (auto* values : {&m.series.momentary_lufs, &m.series.short_term_lufs, &m.series.correlation,
                       &m.series.width})
    values->assign(36000, -10.0);
  for (std::size_t s = 0; s < 36000; s += 2) m.series.momentary_lufs[s] = -12.0;
  m.frame_count = 36000ll * 48000;
  EXPECT_LT(size(), 150000u);
  m.series.momentary_lufs[17] = std::numeric_limits<double>::quiet_NaN();
  EXPECT_EQ(first_flaw(measurement_svg("x", m, {})), "");
}
