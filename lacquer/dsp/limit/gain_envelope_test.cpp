#include "lacquer/dsp/limit/gain_envelope.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>
#include <vector>

using namespace lacquer;
using dsp::GainEnvelope;

namespace {

constexpr double attack = 0.004, release = 0.0015;  // dB a cell^2

/// Peaks of up to 9 dB, singly and in groups.
std::vector<double> peaks(std::uint32_t seed, int cells) {
  std::mt19937 engine{seed};
  std::vector<double> wanted(static_cast<std::size_t>(cells));
  for (std::size_t cell = 100; cell < wanted.size() - 200; cell += 1 + engine() % 90) {
    wanted[cell] = static_cast<double>(engine() % 900) / 100.0;
    if (engine() % 8 == 0) cell += 150;
  }
  return wanted;
}

std::vector<double> enveloped(const std::vector<double>& wanted, int look_ahead,
                              GainEnvelope::Memory memory = {0.0, 0.0}) {
  GainEnvelope envelope;
  envelope.prepare(look_ahead, memory);
  envelope.bend(attack, release);
  std::vector<double> out;
  for (std::size_t cell = 0; cell < wanted.size() + static_cast<std::size_t>(look_ahead); ++cell) {
    const double reduction = envelope.next(cell < wanted.size() ? wanted[cell] : 0.0);
    if (cell >= static_cast<std::size_t>(look_ahead)) out.push_back(reduction);
  }
  return out;
}

/// The same by brute force: the lowest of all cups (release to the left, attack to the right of
/// their lowest point) that contain what is wanted, and the ground.
std::vector<double> lowest_cups(const std::vector<double>& wanted) {
  constexpr int fine = 8;
  const auto cup = [](double x) { return 0.5 * (x < 0.0 ? release : attack) * x * x; };
  const int cells = static_cast<int>(wanted.size());
  std::vector<double> lowest(wanted.size(), 1e9);
  for (int at = 0; at < cells * fine; ++at) {
    const double centre = static_cast<double>(at) / fine;
    double lift = -1e9;
    for (int c = 0; c < cells; ++c)
      lift = std::max(lift, wanted[static_cast<std::size_t>(c)] - cup(c - centre));
    for (int c = 0; c < cells; ++c)
      lowest[static_cast<std::size_t>(c)] =
          std::min(lowest[static_cast<std::size_t>(c)], lift + cup(c - centre));
  }
  return lowest;
}

}  // namespace

TEST(GainEnvelope, IsTheLowestChainOverWhatIsWanted) {
  for (std::uint32_t seed = 0; seed < 4; ++seed) {
    const auto wanted = peaks(seed, 1200);
    const auto chain = enveloped(wanted, 500);
    const auto lowest = lowest_cups(wanted);
    for (std::size_t cell = 0; cell < wanted.size(); ++cell)
      ASSERT_NEAR(chain[cell], lowest[cell], 0.01) << seed << ", cell " << cell;
  }
}

TEST(GainEnvelope, IsNeverBelowWhatIsWantedHoweverLittleIsInView) {
  for (const int look_ahead : {1, 3, 28, 100})
    for (std::uint32_t seed = 0; seed < 20; ++seed) {
      const auto wanted = peaks(seed, 3000);
      const auto chain = enveloped(wanted, look_ahead, {.share = 0.5, .pace = 0.001});
      for (std::size_t cell = 0; cell < wanted.size(); ++cell)
        ASSERT_GE(chain[cell], wanted[cell]) << look_ahead << ' ' << seed << ' ' << cell;
    }
}

TEST(GainEnvelope, ASinglePeakIsLeftInAParabolaThatEndsOnTheGround) {
  std::vector<double> wanted(600);
  wanted[300] = 6.0;
  const double attack_cells = std::sqrt(2.0 * 6.0 / attack);
  const double release_cells = std::sqrt(2.0 * 6.0 / release);
  for (const int look_ahead : {60, 500}) {  // the release needs no view
    const auto chain = enveloped(wanted, look_ahead);
    for (int cell = 0; cell < 600; ++cell) {
      const double share =
          cell < 300 ? 1.0 - (300 - cell) / attack_cells : 1.0 - (cell - 300) / release_cells;
      const double expected = share > 0.0 ? 6.0 * share * share : 0.0;
      ASSERT_NEAR(chain[static_cast<std::size_t>(cell)], expected, 0.001) << cell;
      if (expected == 0.0) {
        ASSERT_EQ(chain[static_cast<std::size_t>(cell)], 0.0) << cell;
      }
    }
  }
}

TEST(GainEnvelope, WithAMemoryAShareOfTheAverageReturnsSlowlyAndThenWholly) {
  std::vector<double> wanted(25000);
  std::fill_n(wanted.begin() + 100, 3000, 6.0);  // the average has arrived at 6 dB
  const auto chain = enveloped(wanted, 30, {.share = 0.5, .pace = 1.0 / 700.0});
  EXPECT_NEAR(chain[3099], 6.0, 1e-9);
  EXPECT_GT(chain[3099 + 100], 2.5);
  EXPECT_NEAR(chain[3099 + 100], 0.5 * 6.0, 0.5);
  EXPECT_LT(chain[3099 + 2100], 0.8);
  EXPECT_EQ(chain[24999], 0.0);
}

TEST(GainEnvelope, ChangingTheTimesLeavesEveryPeakCovered) {
  const auto wanted = peaks(3, 4000);
  GainEnvelope envelope;
  envelope.prepare(200);
  for (std::size_t cell = 0; cell < wanted.size(); ++cell) {
    const double bend = 0.0005 * (1.0 + static_cast<double>(cell / 50 % 7));
    envelope.bend(bend, 0.5 * bend);
    const double reduction = envelope.next(wanted[cell]);
    if (cell >= 200) {
      ASSERT_GE(reduction, wanted[cell - 200]) << cell;
    }
  }
}
