#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "lacquer/advise/advise.h"
#include "lacquer/advise/test_mix.h"
#include "lacquer/chain/edit.h"
#include "lacquer/measure/meter.h"
#include "testkit/signal.h"

/// Mixes with faults, as findings or as audio: what the rules that answer findings are tested on.
namespace lacquer::advise {

inline Advice advice_for(const measure::Measurement& mix,
                         const Wishes& wishes = {.population = "pop"}) {
  auto advice = advise::advise(mix, 1, wishes, shipped_targets());
  EXPECT_TRUE(advice.ok());
  return std::move(advice).value();
}

inline const Suggestion* find(const Advice& advice, const std::string& id) {
  for (const Suggestion& one : advice.suggestions)
    if (one.id == id) return &one;
  return nullptr;
}

inline bool mentions(const Advice& advice, const std::string& part) {
  return std::any_of(advice.mentions.begin(), advice.mentions.end(),
                     [&](const auto& line) { return says(line, part); });
}

/// A mix of three minutes in the middle of its population, with these findings.
inline measure::Measurement mix_with_findings(std::vector<measure::Finding> findings) {
  measure::Measurement mix = middle_mix(population("pop"));
  mix.findings = std::move(findings);
  return mix;
}

inline measure::Finding at(const std::string& kind, double start_s, double end_s, double value,
                           double confidence,
                           measure::Severity severity = measure::Severity::warn) {
  return {.kind = kind,
          .severity = severity,
          .start_s = start_s,
          .end_s = end_s,
          .channel = {},
          .value = value,
          .unit = "dB",
          .confidence = confidence,
          .message = "Here is a " + kind + ".",
          .remedy = "Ask for the mix again."};
}

/// Partials that come and go, as a mix is: nothing that any detector minds.
inline testkit::Signal music(double duration_s) {
  testkit::Signal signal{2, static_cast<int>(48000.0 * duration_s)};
  const testkit::Signal room = testkit::noise(5, 2, signal.frame_count(), 0.02);
  for (int frame = 0; frame < signal.frame_count(); ++frame) {
    const double t = frame / 48000.0;
    const double note = 110.0 * std::exp2(std::floor(std::fmod(t * 2.0, 8.0)) * 5.0 / 12.0 -
                                          std::floor(std::fmod(t * 2.0, 8.0) * 5.0 / 12.0));
    const double swell = std::pow(std::sin(pi * std::fmod(t * 2.0, 1.0)), 2.0);
    double sum = 0.0;
    for (const double partial : {1.0, 2.0, 3.0, 5.0})
      sum += std::sin(2.0 * pi * note * partial * t) / partial;
    for (int channel = 0; channel < 2; ++channel)
      signal.at(channel, frame) =
          swell * (0.15 * sum + room.at(channel, frame)) * (channel == 0 ? 1.0 : 0.95);
  }
  return signal;
}

inline measure::Measurement measured(const testkit::Signal& signal) {
  auto source = testkit::open(signal)();
  auto measurement = measure::measure(**source);
  EXPECT_TRUE(measurement.ok());
  return std::move(measurement).value();
}

inline testkit::Signal rendered(const Suggestion& suggestion, const testkit::Signal& signal) {
  chain::Recipe recipe;
  if (suggestion.processor == "edit")
    recipe.edit = chain::edit_with(suggestion.settings);
  else
    recipe.steps = {{suggestion.processor, suggestion.settings}};
  auto source = testkit::open(signal)();
  auto processed = chain::process(recipe, std::move(source).value());
  EXPECT_TRUE(processed.ok()) << (processed.ok() ? "" : processed.error().text());
  return testkit::drain(**processed);
}

/// The suggestion is made of the fault, and what it foretells is what the meter then finds.
inline void expect_gone(const testkit::Signal& faulty, const std::string& id) {
  const Advice advice = advice_for(measured(faulty));
  const Suggestion* suggestion = find(advice, id);
  ASSERT_NE(suggestion, nullptr) << id;
  EXPECT_FALSE(suggestion->predicted.empty());
  const measure::Measurement master = measured(rendered(*suggestion, faulty));
  for (const auto& [key, value] : suggestion->predicted) {
    if (!key.starts_with("findings") && !key.ends_with("silence_s")) continue;
    EXPECT_NEAR(*measured_value(master, key), value, 0.02) << key;
    EXPECT_GT(suggestion->before.at(key), value) << key;
  }
  EXPECT_EQ(find(advice_for(master), id), nullptr) << "nothing is left to do";
}

}  // namespace lacquer::advise
