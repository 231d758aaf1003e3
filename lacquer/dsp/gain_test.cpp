#include "lacquer/dsp/gain.h"

#include <gtest/gtest.h>

#include "lacquer/base/units.h"
#include "testkit/contract.h"

using namespace lacquer;
using dsp::Gain;

TEST(Gain, KeepsTheProcessorContract) { testkit::check_processor_contract<Gain>(); }

TEST(Gain, IsExactlyWhatItSays) {
  for (std::uint32_t seed = 0; seed < 300; ++seed) {
    const double gain_db = -60.0 + 120.0 * seed / 299.0;
    auto signal = testkit::noise(seed, 2, 100, 1.0);
    const auto before = signal;
    Gain gain;
    gain.prepare(signal.format());
    gain.process(signal.block(), {.gain_db = gain_db});
    for (int f = 0; f < 100; ++f)
      ASSERT_EQ(signal.at(0, f), gain_from_db(gain_db) * before.at(0, f));
  }
}

TEST(Gain, AChangeGlidesAndArrivesExactly) {
  testkit::Signal signal{1, 4000};
  for (int f = 0; f < 4000; ++f) signal.at(0, f) = 1.0;
  Gain gain;
  gain.prepare(signal.format());
  gain.process(signal.block().frames(0, 1000), {.gain_db = 0.0});
  gain.process(signal.block().frames(1000, 3000), {.gain_db = 12.0});
  for (int f = 1; f < 4000; ++f)
    ASSERT_LT(std::abs(signal.at(0, f) - signal.at(0, f - 1)), 4.0 / 900.0);
  EXPECT_EQ(signal.at(0, 999), 1.0);
  EXPECT_EQ(signal.at(0, 2000), gain_from_db(12.0));
}
