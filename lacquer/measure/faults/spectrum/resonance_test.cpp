#include <gtest/gtest.h>

#include "lacquer/base/units.h"
#include "lacquer/dsp/biquad.h"
#include "lacquer/measure/faults/spectrum/test_music.h"

using namespace lacquer;
using namespace lacquer::measure;
using testkit::Signal;

namespace {

/// A bell of the analogue kind, +`gain_db` at `hz`.
Signal ringing(Signal signal, double hz, double gain_db, double q) {
  const double a = std::sqrt(gain_from_db(gain_db));
  const auto bell = dsp::bilinear({.frequency_hz = hz,
                                   .n0 = 1.0,
                                   .n1 = a / q,
                                   .n2 = 1.0,
                                   .d0 = 1.0,
                                   .d1 = 1.0 / (a * q),
                                   .d2 = 1.0},
                                  signal.format().sample_rate_hz);
  dsp::BiquadState state;
  for (int f = 0; f < signal.frame_count(); ++f) {
    const auto y = state.step(bell, dsp::Pair{signal.at(0, f), signal.at(1, f)});
    signal.at(0, f) = y[0];
    signal.at(1, f) = y[1];
  }
  return signal;
}

/// Drums in a room: what excites all frequencies alike.
Signal drums(std::uint32_t seed) {
  Signal signal{2, 48000 * 15};
  for (int beat = 0; beat < 58; ++beat)
    add_hit(signal, seed + static_cast<std::uint32_t>(beat), 0.25 * beat, 0.12,
            beat % 2 == 0 ? 60.0 : 400.0, 0.3);
  return signal;
}

std::vector<Finding> resonance(const Signal& signal, int split = 480) {
  return heard_by(resonance_detector, signal, split);
}

}  // namespace

TEST(Resonance, ThatRingsWithEveryHitIsFoundAtItsFrequency) {
  std::uint32_t seed = 100;
  for (const double hz : {310.0, 734.0, 2750.0}) {
    const auto found = resonance(ringing(drums(++seed), hz, 15.0, 20.0));
    ASSERT_EQ(found.size(), 1u) << hz;
    EXPECT_NE(found[0].message.find(" Hz stands "), std::string::npos);
    const double told_hz = std::stod(found[0].message.substr(found[0].message.find(" at ") + 4));
    EXPECT_NEAR(told_hz, hz, 0.03 * hz);
    EXPECT_EQ(found[0].severity, Severity::info);
  }
}

TEST(Resonance, NotesAndDrumsHaveNone) {
  for (std::uint32_t seed = 0; seed < 3; ++seed)
    EXPECT_TRUE(resonance(song(seed, 15.0)).empty()) << seed;
  EXPECT_TRUE(resonance(drums(3)).empty());
  Signal drone{2, 48000 * 15};
  add_note(drone, 0.0, 15.0, 220.0, 0.1, 1000.0);
  EXPECT_TRUE(resonance(drone).empty());
  EXPECT_TRUE(resonance(Signal{2, 480000}).empty());
}
