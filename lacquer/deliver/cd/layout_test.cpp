#include "lacquer/deliver/cd/layout.h"

#include <gtest/gtest.h>

#include "lacquer/deliver/cd/disc.h"

using namespace lacquer::deliver;

TEST(CdLayout, WithSilenceEveryTrackBeginsExactlyOnItsSector) {
  for (const double rate : {44100.0, 48000.0, 88200.0, 96000.0, 192000.0})
    for (const std::int64_t odd : {0, 1, 293, 294, 295, 587}) {
      const std::int64_t frames = static_cast<std::int64_t>(5 * rate) + odd;
      const CdLayout layout = lay_out_cd({{frames, 2.0}, {frames, 2.0}, {frames, 0.001}}, rate);
      const auto frames_a_sector = static_cast<std::int64_t>(rate) / sectors_per_s;
      std::int64_t end = 0;
      for (const TrackPlace& track : layout.tracks) {
        EXPECT_EQ(track.start_frame, track.index01 * frames_a_sector);
        EXPECT_EQ(track.start_frame, end + track.silence_before_frames);
        EXPECT_GE(track.silence_before_frames, 0);
        if (track.index00) {
          EXPECT_GE(*track.index00 * frames_a_sector, end);
          EXPECT_LT(*track.index00, track.index01);
        }
        end = track.start_frame + frames;
      }
      EXPECT_NEAR(static_cast<double>(layout.tracks[1].silence_before_frames) / rate, 2.0, 0.00667);
      EXPECT_GE(layout.lead_out * frames_a_sector, layout.frame_count);
      EXPECT_LT((layout.lead_out - 1) * frames_a_sector, layout.frame_count);
    }
}

TEST(CdLayout, WithoutSilenceNoSampleMovesAndTheMarkIsTheNearestSector) {
  for (const std::int64_t odd : {0, 1, 293, 295, 587}) {
    const CdLayout layout = lay_out_cd({{441000 + odd, 9.0}, {441000, 0.0}}, 44100.0);
    const TrackPlace& second = layout.tracks[1];
    EXPECT_EQ(second.silence_before_frames, 0);
    EXPECT_EQ(second.start_frame, 441000 + odd);
    EXPECT_FALSE(second.index00);
    EXPECT_EQ(second.index01, 750 + (odd > 294 ? 1 : 0));
    EXPECT_LE(std::abs(second.shift_ms), 6.67);
  }
}
