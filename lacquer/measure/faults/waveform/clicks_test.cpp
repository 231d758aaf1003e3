#include <gtest/gtest.h>

#include <random>

#include "lacquer/measure/faults/waveform/found.h"

using namespace lacquer;
using measure::found;
using measure::music;
using testkit::Signal;

namespace {

constexpr int place = 26460;  // 0.6 s

std::vector<double> shape(const std::string& name, int seed) {
  std::mt19937 engine{static_cast<std::uint32_t>(seed)};
  std::vector<double> samples;
  if (name == "single sample") samples = {1.0};
  if (name == "two samples") samples = {1.0, -0.7};
  if (name == "step and return") samples.assign(3 + engine() % 36, 1.0);
  if (name == "noise")
    for (int n = 0; n < 20; ++n)
      samples.push_back(static_cast<double>(engine()) / 2147483648.0 - 1);
  if (name == "ring")
    for (int n = 0; n < 40; ++n)
      samples.push_back(std::exp(-n / 8.0) * std::cos(n * (0.3 + 0.05 * seed)));
  double largest = 0.0;
  for (const double sample : samples) largest = std::max(largest, std::abs(sample));
  for (double& sample : samples) sample /= largest;
  return samples;
}

/// A click that reaches `over_db` over the RMS of the 10 ms around it, in the right channel.
Signal with_click(int seed, const std::string& name, double over_db) {
  auto signal = music(seed, 1.2);
  double squares = 0.0;
  for (int f = place - 220; f < place + 220; ++f) squares += signal.at(1, f) * signal.at(1, f);
  const double peak = std::sqrt(squares / 440.0) * gain_from_db(over_db);
  int f = place;
  for (const double sample : shape(name, seed)) signal.at(1, f++) += peak * sample;
  return signal;
}

}  // namespace

TEST(Clicks, ClicksTwelveDecibelsOverTheMusicAreFoundWhateverTheirShape) {
  for (const char* name : {"single sample", "two samples", "step and return", "noise", "ring"})
    for (const double over_db : {12.0, 20.0}) {
      int right = 0;
      for (int seed = 0; seed < 12; ++seed) {
        const auto clicks = found(with_click(seed, name, over_db), "click");
        right += clicks.size() == 1 && clicks[0].channel == 1 &&
                 std::abs(clicks[0].start_s - place / 44100.0) < 0.001;
      }
      EXPECT_GE(right, 11) << name << ", " << over_db << " dB";
    }
}

TEST(Clicks, MusicWithDrumsHasNone) {
  for (int seed = 0; seed < 12; ++seed) {
    const auto signal = music(seed, 2.0);
    EXPECT_TRUE(found(signal, "click").empty()) << seed;
    EXPECT_TRUE(found(signal, "discontinuity").empty()) << seed;
  }
}

TEST(Clicks, PluckedStringsHitsAndSquareWavesAreNotClicks) {
  Signal plucked{1, 88200, 44100.0}, hits{1, 88200, 44100.0}, square{1, 88200, 44100.0};
  std::mt19937 engine{5};
  for (int f = 0; f < 88200; ++f) {
    const int note = f % 22050;
    const double random = static_cast<double>(engine()) / 2147483648.0 - 1.0;
    // Karplus and Strong's string: noise that goes round and is averaged.
    plucked.at(0, f) =
        note < 150 ? 0.5 * random : 0.498 * (plucked.at(0, f - 150) + plucked.at(0, f - 149));
    hits.at(0, f) = 0.7 * random * std::exp(-note / 400.0) + 1e-3 * random;
    square.at(0, f) = (f / 100) % 2 == 0 ? 0.3 : -0.3;
  }
  for (const Signal& signal : {plucked, hits, square}) EXPECT_TRUE(found(signal, "click").empty());
}

TEST(Clicks, LostSamplesAreADiscontinuityAndNotAClick) {
  int right = 0;
  for (int seed = 0; seed < 20; ++seed) {
    const auto whole = music(seed, 1.4);
    Signal cut{2, 48000, 44100.0};
    for (int c = 0; c < 2; ++c)
      for (int f = 0; f < 48000; ++f) cut.at(c, f) = whole.at(c, f < place ? f : f + 300);
    EXPECT_TRUE(found(cut, "click").empty()) << seed;
    const auto jumps = found(cut, "discontinuity");
    right += jumps.size() == 1 && std::abs(jumps[0].start_s - place / 44100.0) < 0.001;
  }
  EXPECT_GE(right, 7);  // many cuts fit by chance, or beside a drum
}

TEST(Clicks, AnySplitFindsTheSame) {
  const auto signal = with_click(3, "ring", 14.0);
  const auto once = found(signal, "click");
  ASSERT_EQ(once.size(), 1u);
  for (const int split : {1, 441, 100000}) {
    const auto again = found(signal, "click", 0, split);
    ASSERT_EQ(again.size(), 1u);
    EXPECT_EQ(again[0].value, once[0].value);
  }
}
