#include "lacquer/measure/sums.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <vector>

#include "testkit/signal.h"

using namespace lacquer;

TEST(StepStatistics, OneSweepTellsWhatAsManyLoopsWould) {
  for (int count = 1; count < 70; ++count)
    for (const bool still : {false, true}) {
      SCOPED_TRACE(count);
      auto noise = testkit::noise(static_cast<std::uint32_t>(count), 1, count + 2, 0.5);
      // Held into the step, within it, and up to its end.
      if (still)
        for (int f = 0; f < 3; ++f) noise.at(0, (count * 7) % 64 % count + f) = 0.25;
      const double* samples = noise.block().channel(0) + 2;
      double sum = 0.0, squares = 0.0, bends = 0.0, largest = 0.0, lowest = 0.0, highest = 0.0;
      bool stands_still = false;
      for (int f = 0; f < count; ++f) {
        const double bend = std::abs(samples[f - 2] - 2.0 * samples[f - 1] + samples[f]);
        sum += samples[f];
        squares += samples[f] * samples[f];
        bends += bend;
        largest = std::max(largest, bend);
        lowest = std::min(lowest, samples[f]);
        highest = std::max(highest, samples[f]);
        stands_still =
            stands_still || (samples[f] == samples[f - 1] && samples[f] == samples[f - 2]);
      }
      const auto here = measure::step_statistics(samples, count);
      EXPECT_NEAR(here.sum, sum, 1e-12);
      EXPECT_NEAR(here.squares, squares, 1e-12);
      EXPECT_NEAR(here.bends.sum, bends, 1e-12);
      EXPECT_NEAR(here.bends.largest, largest, 1e-15);
      EXPECT_EQ(here.range.lowest, lowest);
      EXPECT_EQ(here.range.highest, highest);
      EXPECT_EQ(here.stands_still, still);
      EXPECT_EQ(stands_still, still);
    }
}

TEST(Sums, OfShortAndEmptyBandsAreThoseOfTheirValues) {
  std::vector<double> values(300);
  std::iota(values.begin(), values.end(), 1.0);
  std::vector<int> edges{0};
  for (int width = 0; edges.back() + width <= 300; ++width) edges.push_back(edges.back() + width);
  std::vector<double> sums(edges.size() - 1, 0.5);
  const std::vector<float> floats = [&] {
    std::vector<float> all(values.begin(), values.end());
    all.resize(values.size() + 7, 1e9F);  // is read and does not count
    return all;
  }();
  measure::add_bands(floats.data(), edges.data(), static_cast<int>(sums.size()), sums.data());
  for (std::size_t b = 0; b < sums.size(); ++b) {
    const auto from = values.begin() + edges[b], to = values.begin() + edges[b + 1];
    EXPECT_EQ(sums[b], std::accumulate(from, to, 0.5)) << b;
    EXPECT_EQ(measure::sum_of_squares(values.data() + edges[b], edges[b + 1] - edges[b]),
              std::inner_product(from, to, from, 0.0))
        << b;
  }
}
