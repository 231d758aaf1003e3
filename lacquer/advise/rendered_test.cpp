// What the assistant promises, held against what the chain does with the very same settings.
#include <gtest/gtest.h>

#include <complex>

#include "lacquer/advise/advise.h"
#include "lacquer/advise/test_mix.h"
#include "lacquer/advise/tone/equaliser_fit.h"
#include "lacquer/advise/words.h"
#include "lacquer/measure/meter.h"
#include "testkit/signal.h"

using namespace lacquer;
using namespace lacquer::advise;

namespace {

measure::Measurement demanding_mix() {
  std::vector<double> shares_db = population("pop").share_mean_db;
  shares_db[1] += 9.0;
  shares_db[2] += 2.0;
  measure::Measurement mix = mix_with(population("pop"), shares_db);
  mix.loudness.integrated_lufs = -18.0;
  mix.peak.true_dbtp = -6.0;
  mix.spectrum.side_minus_mid_db[0] = -6.0;
  return mix;
}

std::vector<Suggestion> suggestions_for(const measure::Measurement& mix) {
  auto all = suggest(mix, 1, {.population = "pop"}, shipped_targets());
  EXPECT_TRUE(all.ok());
  return std::move(all).value();
}

testkit::Signal rendered(const Suggestion& suggestion, const testkit::Signal& signal) {
  auto source = testkit::open(signal)();
  EXPECT_TRUE(source.ok());
  auto processed =
      chain::process({{{suggestion.processor, suggestion.settings}}}, std::move(source).value());
  EXPECT_TRUE(processed.ok()) << processed.error().text();
  return testkit::drain(**processed);
}

/// Level of a signal's spectrum at one frequency, in dB.
double level_db(const testkit::Signal& signal, int channel, double frequency_hz) {
  std::complex<double> sum;
  const std::complex<double> turn =
      std::polar(1.0, -2.0 * pi * frequency_hz / signal.format().sample_rate_hz);
  std::complex<double> phase = 1.0;
  for (int frame = 0; frame < signal.frame_count(); ++frame, phase *= turn)
    sum += signal.at(channel, frame) * phase;
  return 20.0 * std::log10(std::abs(sum));
}

}  // namespace

TEST(Rendered, TheChainAcceptsEverySettingThatIsProposed) {
  for (const Suggestion& one : suggestions_for(demanding_mix())) {
    if (one.processor == "loudness") continue;  // the landing's, not a processor
    const auto valid = chain::validate({one.processor, one.settings});
    EXPECT_TRUE(valid.ok()) << one.id << ": " << (valid.ok() ? "" : valid.error().text());
  }
}

TEST(Rendered, TheEqualiserDoesWhatTheFitPromised) {
  const Suggestion tone = suggestions_for(demanding_mix()).front();
  ASSERT_EQ(tone.id, "1-tone");
  for (const double sample_rate_hz : {44100.0, 48000.0, 96000.0}) {
    testkit::Signal impulse{2, 1 << 15, sample_rate_hz};
    impulse.at(0, 0) = impulse.at(1, 0) = 1.0;
    const testkit::Signal response = rendered(tone, impulse);
    for (double hz = 30.0; hz < 18000.0; hz *= 1.31) {
      double promised_db = 0.0;
      for (int band = 1; band <= 6; ++band) {
        const std::string name = "band_" + std::to_string(band) + "_";
        if (!tone.settings.count(name + "type")) continue;
        const auto shape = std::array{EqualiserBand::Shape::bell, EqualiserBand::Shape::low_shelf,
                                      EqualiserBand::Shape::high_shelf}[static_cast<std::size_t>(
            tone.settings.at(name + "type"))];
        promised_db +=
            response_db({shape, tone.settings.at(name + "frequency_hz"),
                         tone.settings.at(name + "gain_db"), tone.settings.at(name + "q")},
                        hz);
      }
      EXPECT_NEAR(level_db(response, 0, hz), promised_db, 0.05) << sample_rate_hz << " " << hz;
    }
  }
}

TEST(Rendered, SharesAndLoudnessMoveAsPredicted) {
  const testkit::Signal noise = testkit::noise(4, 2, 48000 * 12, 0.2);
  const auto measured = [](const testkit::Signal& signal) {
    auto source = testkit::open(signal)();
    auto measurement = measure::measure(**source);
    EXPECT_TRUE(measurement.ok());
    return std::move(measurement).value();
  };
  const measure::Measurement mix = measured(noise);  // white: far from any population
  const auto all = suggestions_for(mix);
  ASSERT_EQ(all.front().id, "1-tone");
  const measure::Measurement master = measured(rendered(all.front(), noise));
  for (const auto& [key, value] : all.front().predicted) {
    const auto now = measured_value(master, key);
    ASSERT_TRUE(now) << key;
    EXPECT_NEAR(*now, value, key == "true_dbtp" ? 0.5 : 0.3) << key;  // a peak is one sample
  }
}

TEST(Rendered, TheBassGetsAsNarrowAsPredicted) {
  testkit::Signal noise = testkit::noise(8, 2, 48000 * 12, 0.1);
  // A leaky sum makes the noise brown: a bass wide enough to be spoken of.
  for (int channel = 0; channel < 2; ++channel)
    for (int frame = 1; frame < noise.frame_count(); ++frame)
      noise.at(channel, frame) += 0.99 * noise.at(channel, frame - 1);
  const auto measured = [](const testkit::Signal& signal) {
    auto source = testkit::open(signal)();
    auto measurement = measure::measure(**source);
    EXPECT_TRUE(measurement.ok());
    return std::move(measurement).value();
  };
  const measure::Measurement mix = measured(noise);
  const auto all = suggestions_for(mix);
  const auto mono = std::find_if(all.begin(), all.end(),
                                 [](const Suggestion& one) { return one.id == "1-bass-mono"; });
  ASSERT_NE(mono, all.end());
  testkit::Signal processed = noise;  // predictions stand behind what is proposed before
  for (auto one = all.begin(); one <= mono; ++one) processed = rendered(*one, processed);
  const measure::Measurement master = measured(processed);
  const std::string key = "side_minus_mid_db 20-148 Hz";
  const double value = mono->predicted.at(key);
  EXPECT_LT(*measured_value(master, key), *measured_value(mix, key) - 3.0);
  EXPECT_NEAR(*measured_value(master, key), value, 1.0);
}
