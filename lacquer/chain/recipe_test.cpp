#include "lacquer/chain/recipe.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>
#include <random>

#include "testkit/signal.h"

using namespace lacquer;
using chain::Recipe;
using testing::HasSubstr;

namespace {

/// Everything the processed source gives, read in blocks of the given sizes, over and over.
testkit::Signal rendered(const Recipe& recipe, const testkit::Signal& mix,
                         const std::vector<int>& block_sizes = {4096}) {
  auto source = chain::process(recipe, testkit::open(mix)().value()).value();
  EXPECT_EQ(source->frame_count(), mix.frame_count());
  testkit::Signal out{mix.channel_count(), mix.frame_count(), mix.format().sample_rate_hz};
  int done = 0;
  for (std::size_t i = 0;; ++i) {
    testkit::Signal block{mix.channel_count(), block_sizes[i % block_sizes.size()],
                          mix.format().sample_rate_hz};
    const int frames = source->read(block.block()).value();
    if (frames == 0) break;
    EXPECT_LE(done + frames, mix.frame_count());
    for (int c = 0; c < mix.channel_count(); ++c)
      for (int f = 0; f < frames; ++f) out.at(c, done + f) = block.at(c, f);
    done += frames;
  }
  EXPECT_EQ(done, mix.frame_count());
  return out;
}

void expect_same_bits(const testkit::Signal& a, const testkit::Signal& b) {
  for (int c = 0; c < a.channel_count(); ++c)
    for (int f = 0; f < a.frame_count(); ++f) ASSERT_EQ(a.at(c, f), b.at(c, f)) << f;
}

const Recipe whole_chain = {{{"equaliser", {{"band_1_gain_db", 3.0}, {"band_5_gain_db", -2.0}}},
                             {"bass_mono", {{"frequency_hz", 150.0}}},
                             {"gain", {{"gain_db", 6.0}}},
                             {"limiter", {{"ceiling_dbtp", -1.0}}}}};

}  // namespace

TEST(Recipe, AnEmptyOneHandsTheMixThroughBitForBit) {
  for (const int frames : {0, 1, 7, 4095, 4096, 4097, 10007})
    for (const int block : {1, 333, 4096, 20000}) {
      auto mix = testkit::noise(1, 2, frames, 1.5);
      if (frames > 3) mix.at(0, 2) = -0.0;
      expect_same_bits(rendered({}, mix, {block}), mix);
    }
}

TEST(Recipe, ProcessorsThatHaveNothingToDoGiveTheMixBackInPlaceAndLength) {
  const Recipe idle = {{{"equaliser", {}},
                        {"linear_equaliser", {}},
                        {"bass_mono", {{"amount", 0.0}}},
                        {"gain", {}},
                        {"limiter", {}}}};
  for (const int frames : {1, 500, 601, 4096, 30001})
    for (const double rate_hz : {44100.0, 96000.0}) {
      const auto mix = testkit::noise(3, 2, frames, 0.3, rate_hz);
      expect_same_bits(rendered(idle, mix, {977, 1, 4096}), mix);
    }
}

TEST(Recipe, TheBlockSizeChangesNothing) {
  const auto mix = testkit::bursts(4, 2, 30000, 0.9);
  const auto whole = rendered(whole_chain, mix, {30000});
  expect_same_bits(rendered(whole_chain, mix, {1000, 1, 37}), whole);
  expect_same_bits(rendered(whole_chain, mix, {4096}), whole);
  expect_same_bits(rendered(whole_chain, mix), rendered(whole_chain, mix));
}

TEST(Recipe, APeakComesOutWhereItWentIn) {
  testkit::Signal mix{2, 20000};
  mix.at(0, 12345) = 0.5;
  const auto out =
      rendered({{{"limiter", {}}, {"gain", {{"gain_db", 6.0}}}, {"limiter", {}}}}, mix);
  for (int f = 0; f < 20000; ++f) ASSERT_EQ(out.at(0, f) != 0.0, f == 12345) << f;
}

TEST(Recipe, NamesWhatItDoesNotKnow) {
  const auto processor = chain::validate({"reverb", {}});
  ASSERT_FALSE(processor.ok());
  EXPECT_EQ(processor.error().kind, ErrorKind::usage);
  EXPECT_THAT(processor.error().text(), HasSubstr("reverb"));
  EXPECT_THAT(processor.error().text(), HasSubstr("bass_mono"));
  const auto setting = chain::validate({"gain", {{"volume", 1.0}}});
  ASSERT_FALSE(setting.ok());
  EXPECT_THAT(setting.error().text(), HasSubstr("volume"));
  EXPECT_THAT(setting.error().text(), HasSubstr("gain_db"));
  EXPECT_FALSE(chain::parameters_of("reverb").ok());
  EXPECT_FALSE(
      chain::process({{{"reverb", {}}}}, testkit::open(testkit::noise(1, 1, 9, 1))().value()).ok());
}

TEST(Recipe, RefusesValuesOutsideTheirRangeAndNamesTheRange) {
  for (const double value : {19.9, 500.1, -1e300, std::numeric_limits<double>::quiet_NaN(),
                             std::numeric_limits<double>::infinity()}) {
    const auto result = chain::validate({"bass_mono", {{"frequency_hz", value}}});
    ASSERT_FALSE(result.ok()) << value;
    EXPECT_THAT(result.error().text(), HasSubstr("from 20 to 500 Hz"));
    EXPECT_THAT(result.error().text(), HasSubstr("frequency_hz"));
  }
  EXPECT_TRUE(chain::validate({"bass_mono", {{"frequency_hz", 20.0}}}).ok());
  EXPECT_TRUE(chain::validate({"bass_mono", {{"frequency_hz", 500.0}}}).ok());
}

TEST(Recipe, ABypassedStepIsNotThere) {
  const auto signal = testkit::noise(3, 2, 5000, 0.5);
  const auto rendered = [&](bool bypassed) {
    const chain::Step loud{"gain", {{"gain_db", 6.0}}, bypassed};
    const auto source = chain::process({{loud}}, testkit::open(signal)().value());
    return testkit::drain(**source);
  };
  EXPECT_EQ(rendered(true).at(1, 77), signal.at(1, 77));
  EXPECT_NE(rendered(false).at(1, 77), signal.at(1, 77));
  // What is kept must be right all the same.
  EXPECT_FALSE(
      chain::process({{{"gain", {{"gain_db", 1e6}}, true}}}, testkit::open(signal)().value()).ok());
}

TEST(Recipe, EveryProcessorDescribesItsSettings) {
  EXPECT_THAT(
      chain::processor_names(),
      testing::ElementsAre("declip", "declick", "dc_blocker", "dehum", "resonance_suppressor",
                           "equaliser", "linear_equaliser", "dynamic_equaliser", "de_esser",
                           "compressor", "multiband", "linear_multiband", "transient_shaper",
                           "saturation", "stereo", "bass_mono", "gain", "limiter"));
  for (const auto& name : chain::processor_names()) {
    chain::Values defaults;
    const auto all = chain::parameters_of(name).value();
    EXPECT_TRUE(chain::purpose_of(name).value().ends_with('.')) << name;
    for (const auto& parameter : all) {
      EXPECT_FALSE(parameter.label.empty()) << parameter.name;
      EXPECT_FALSE(parameter.help.empty()) << parameter.name;
      EXPECT_LT(parameter.minimum, parameter.maximum) << parameter.name;
      EXPECT_TRUE(defaults.emplace(parameter.name, parameter.default_value).second)
          << parameter.name << " twice";
    }
    EXPECT_TRUE(chain::validate({name, defaults}).ok());
  }
  const auto bands = chain::parameters_of("equaliser").value();
  ASSERT_EQ(bands.size(), 61u);
  EXPECT_EQ(bands[0].name, "band_1_type");
  EXPECT_EQ(bands[26].name, "band_6_frequency_hz");
  EXPECT_EQ(bands[26].default_value, 12000.0);
}

TEST(Recipe, ASettingReachesTheProcessorItNames) {
  testkit::Signal mix{1, 100};
  for (int f = 0; f < 100; ++f) mix.at(0, f) = 0.25;
  EXPECT_NEAR(rendered({{{"gain", {{"gain_db", 6.0205999}}}}}, mix).at(0, 50), 0.5, 1e-7);
}
