#include "lacquer/advise/album.h"

#include <gtest/gtest.h>

#include "lacquer/advise/test_mix.h"

using namespace lacquer;
using namespace lacquer::advise;

namespace {

measure::Measurement mix_at(double lufs, double true_dbtp) {
  measure::Measurement mix = middle_mix(population("pop"));
  mix.loudness.integrated_lufs = lufs;
  mix.peak.true_dbtp = true_dbtp;
  return mix;
}

measure::Measurement with_band(std::size_t band, double db) {
  std::vector<double> shares_db;
  for (const Quantiles& share : population("pop").share_db)
    shares_db.push_back(quantile(share, 50.0));
  shares_db[band] += db;
  auto mix = mix_with(population("pop"), shares_db);
  mix.loudness.integrated_lufs = -18.0;
  mix.peak.true_dbtp = -8.0;
  return mix;
}

struct Programme {
  std::vector<measure::Measurement> mixes;
  Wishes wishes{.population = "pop"};
  std::optional<std::size_t> anchor = {};

  std::vector<AlbumView> views() const {
    std::vector<Advice> advice;
    for (const auto& mix : mixes)
      advice.push_back(advise::advise(mix, 1, wishes, shipped_targets()).value());
    std::vector<AlbumTrack> tracks;
    for (std::size_t i = 0; i < mixes.size(); ++i) tracks.push_back({mixes[i], advice[i]});
    return view_album(tracks, wishes, anchor, shipped_targets().ceiling());
  }
};

}  // namespace

TEST(Album, TheLoudestLandsWhereItWasAskedAndTheQuietStayQuiet) {
  Programme album{{mix_at(-20.0, -6.0), mix_at(-17.0, -4.0), mix_at(-26.5, -9.0)}};
  album.wishes.loudness_lufs = -14.0;
  const auto views = album.views();
  EXPECT_NEAR(views[1].level->integrated_lufs, -14.0, 1e-9);
  EXPECT_NEAR(views[0].level->integrated_lufs, -17.0, 1e-9);
  EXPECT_NEAR(views[2].level->integrated_lufs, -23.5, 1e-9);
  EXPECT_EQ(views[2].level->confidence, 1.0) << "what was asked for is no guess";
  EXPECT_TRUE(says(views[2].level->reason, "9.5 LU below track 2"));
}

TEST(Album, AnAnchorLandsAtTheTargetAndTheOthersAboutIt) {
  Programme album{{mix_at(-20.0, -6.0), mix_at(-17.0, -4.0)}, {.population = "pop"}, 1};
  album.wishes.loudness_lufs = -16.0;
  const auto views = album.views();
  EXPECT_NEAR(views[0].level->integrated_lufs, -16.0, 1e-9);
  EXPECT_NEAR(views[1].level->integrated_lufs, -13.0, 1e-9);
  EXPECT_TRUE(says(views[1].level->reason, "3.0 LU above track 1, the anchor"));
}

TEST(Album, WhatIsSuggestedGivesWayToTheTrackThatWouldNeedTooMuchLimiting) {
  // By itself the loudest may rise by -1 + 3 + 12 dB of peak; the second has 6 dB less room.
  Programme alone{{mix_at(-20.0, -12.0), mix_at(-21.0, -12.0)}};
  Programme held{{mix_at(-20.0, -12.0), mix_at(-21.0, -4.0)}};
  const auto free = alone.views(), tight = held.views();
  EXPECT_NEAR(tight[0].level->integrated_lufs, -20.0 + 6.0, 0.1 + 1e-9) << "-1 + 3 - (-4) dB";
  EXPECT_GT(free[0].level->integrated_lufs, tight[0].level->integrated_lufs);
  EXPECT_NEAR(tight[0].level->integrated_lufs - tight[1].level->integrated_lufs, 1.0, 1e-9);
  EXPECT_TRUE(says(tight[0].level->reason, "3 dB of limiting go on track 2"));
}

TEST(Album, NothingIsTurnedDownWhereNothingWasAsked) {
  Programme album{{mix_at(-18.0, -8.0), mix_at(-19.0, 4.0)}};
  const auto views = album.views();
  EXPECT_NEAR(views[0].level->integrated_lufs, -18.0, 1e-9);
  EXPECT_NEAR(views[1].level->integrated_lufs, -19.0, 1e-9);
}

TEST(Album, SilenceHasNoPlaceInIt) {
  Programme album{{mix_at(-20.0, -6.0), measure::Measurement{}}};
  const auto views = album.views();
  EXPECT_TRUE(views[0].level.has_value());
  EXPECT_FALSE(views[1].level.has_value());
}

TEST(Album, ATrackThatIsDarkerThanTheRestIsMentionedAndNoOther) {
  Programme album{{mix_at(-18.0, -8.0), mix_at(-18.5, -8.0), with_band(0, 0.0)}};
  for (const auto& view : album.views()) EXPECT_TRUE(view.mentions.empty());
  for (std::size_t band : {6u, 7u, 8u}) {
    auto& share = album.mixes[2].spectrum.share_db[band];
    *share -= 8.0;
  }
  album.wishes.strength = 0.0;  // as they are
  const auto views = album.views();
  ASSERT_EQ(views[2].mentions.size(), 1u);
  EXPECT_TRUE(says(views[2].mentions[0], "Track 3 is darker than the rest"));
  EXPECT_TRUE(says(views[2].mentions[0], "8.0 dB below"));
  EXPECT_TRUE(views[0].mentions.empty() && views[1].mentions.empty());
}

TEST(Album, TwoTracksCannotSayWhichOfThemStandsOut) {
  Programme album{{mix_at(-18.0, -8.0), with_band(0, 12.0)}};
  for (const auto& view : album.views()) EXPECT_TRUE(view.mentions.empty());
}

TEST(Album, ALevelOfTheAlbumIsTakenInsteadOfTheTracksOwn) {
  Wishes wishes{.population = "pop"};
  wishes.album = AlbumLevel{-16.25, "It stays below track 1.", 0.7};
  const auto advice = advise::advise(mix_at(-20.0, -6.0), 2, wishes, shipped_targets()).value();
  const auto& loudness = *std::find_if(advice.suggestions.begin(), advice.suggestions.end(),
                                       [](const auto& s) { return s.processor == "loudness"; });
  EXPECT_EQ(loudness.settings.at("integrated_lufs"), -16.25);
  EXPECT_EQ(loudness.reason, "It stays below track 1.");
  wishes.album->integrated_lufs = -20.05;
  const auto still = advise::advise(mix_at(-20.0, -6.0), 2, wishes, shipped_targets()).value();
  EXPECT_TRUE(still.suggestions.empty());
  EXPECT_TRUE(std::any_of(still.left_alone.begin(), still.left_alone.end(),
                          [](const auto& line) { return says(line, "It stays below"); }));
}
