#include "lacquer/measure/faults/stereo/phase_track.h"

#include <gtest/gtest.h>

using namespace lacquer;
using measure::PhaseHistory;
using measure::PhaseMoment;
using measure::PhaseTrack;

namespace {

constexpr double rate_hz = 44100.0;
constexpr int look_frames = 4096, hop_frames = look_frames / 2;

/// Looks at two equal channels of a flat spectrum, or of one channel turned over.
class Looks {
 public:
  Looks() : power_(bins, 1e-5F), silence_(bins) {}

  measure::SpectrumFrame look(std::int64_t number, bool inverted) const {
    return {.first_frame = number * hop_frames,
            .size = look_frames,
            .bins = bins,
            .bin_hz = rate_hz / look_frames,
            .power = rows_.data(),
            .mid = (inverted ? silence_ : power_).data(),
            .side = (inverted ? power_ : silence_).data()};
  }

 private:
  static constexpr int bins = look_frames / 2 + 1;
  std::vector<float> power_, silence_;
  std::array<const float*, 2> rows_{power_.data(), power_.data()};
};

/// Of a programme that is upside down from one look to before another.
PhaseHistory history(std::int64_t look_count, std::int64_t from, std::int64_t to) {
  const Looks looks;
  PhaseTrack track;
  for (std::int64_t n = 0; n < look_count; ++n) track.add(looks.look(n, n >= from && n < to));
  return {track.take_moments(), look_count * hop_frames, rate_hz};
}

}  // namespace

TEST(PhaseTrack, AMomentIsASixthOfASecondAndSaysWhichWayUp) {
  const auto told = history(400, 200, 280);
  ASSERT_EQ(told.moments.size(), 100u);
  for (std::size_t m = 0; m < told.moments.size(); ++m) {
    EXPECT_EQ(told.moments[m].first_frame, static_cast<std::int64_t>(4 * m) * hop_frames);
    EXPECT_NEAR(told.moments[m].score, m >= 50 && m < 70 ? -1.0 : 1.0, 1e-6) << m;
  }
}

TEST(PhaseTrack, AVeryLongProgrammeTakesNoMoreMemoryAndItsPlacesStayRight) {
  constexpr std::int64_t two_hours = 2 * 3600 * 44100LL / hop_frames;
  constexpr std::int64_t from = two_hours / 4, to = from + 1600;  // 74 s
  const auto told = history(two_hours, from, to);
  EXPECT_LT(told.moments.size(), PhaseTrack::most_moments);
  EXPECT_EQ(told.active_count(), told.moments.size());
  double seconds = 0.0;
  for (std::size_t m = 0; m < told.moments.size(); ++m) {
    const double start_s = told.start_s(m), end_s = told.start_s(m + 1);
    ASSERT_GT(end_s, start_s);
    if (m + 1 < told.moments.size()) {  // they are counted, so they weigh the same
      ASSERT_NEAR(end_s - start_s, told.start_s(1), 1e-6);
    }
    const PhaseMoment& moment = told.moments[m];
    if (moment.score < 0.0F) seconds += end_s - start_s;
    const double begin = start_s * rate_hz / hop_frames, end = end_s * rate_hz / hop_frames;
    const bool inside = begin >= from && end <= to, outside = end <= from || begin >= to;
    if (inside || outside) {
      EXPECT_NEAR(moment.score, inside ? -1.0 : 1.0, 1e-6) << start_s;
    }
  }
  EXPECT_NEAR(seconds, (to - from) * hop_frames / rate_hz, 1.5);
}
