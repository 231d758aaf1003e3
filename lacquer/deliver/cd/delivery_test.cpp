#include <gtest/gtest.h>

#include <atomic>
#include <cmath>
#include <fstream>

#include "lacquer/deliver/cd/disc.h"
#include "lacquer/deliver/cd/image.h"
#include "lacquer/deliver/cd/test_disc.h"
#include "lacquer/deliver/nodes.h"
#include "lacquer/deliver/test_album.h"
#include "lacquer/media/program.h"

using namespace lacquer;
using namespace lacquer::deliver;
using testkit::Signal;

namespace {
const std::vector<Signal>& three_songs() {
  static const std::vector<Signal> songs{piece(220, 4.51), piece(330, 4.2), piece(550, 4.9)};
  return songs;
}

std::string output_of(const std::vector<std::string>& arguments) {
  const auto run = media::run_program(arguments);
  EXPECT_TRUE(run.ok()) << run.error().text();
  EXPECT_EQ(run.value().exit_code, 0) << run.value().err;
  return run.value().out;
}
}  // namespace

TEST(CdDelivery, PassesEveryCheckAndOtherPeoplesProgramsReadIt) {
  TestAlbum album{three_songs()};
  const Delivery delivery = deliver_cd(album.job).value();
  EXPECT_EQ(failures(delivery), std::vector<std::string>{});
  EXPECT_FALSE(checks_named(delivery, "sector alignment").empty());
  ASSERT_TRUE(media::program_exists("cdrdao"));
  for (const Check& check : checks_named(delivery, "cdrdao"))
    EXPECT_EQ(check.verdict, Verdict::pass) << check.value;

  const std::string toc = output_of(
      {"env", "-C", album.job.folder.string(), "cdrdao", "show-toc", std::string{stem} + ".cue"});
  EXPECT_NE(toc.find("CATALOG NUMBER: 4006381333931"), std::string::npos);
  for (const char* isrc : {"GB AAA 26 00001", "GB AAA 26 00002", "GB AAA 26 00003"})
    EXPECT_NE(toc.find(isrc), std::string::npos) << toc;

  const std::string info =
      output_of({"cd-info", "-c", album.file(std::string{stem} + ".cue").string(), "--no-header",
                 "--no-device-info"});
  EXPECT_NE(info.find("(MCN): 4006381333931"), std::string::npos) << info;
  EXPECT_NE(info.find("TITLE: Song 3"), std::string::npos) << info;
  EXPECT_NE(info.find("PERFORMER: Ébène"), std::string::npos) << info;
  EXPECT_NE(info.find("SONGWRITER: A. Writer"), std::string::npos) << info;
}

TEST(CdDelivery, TheImageIsOneQuantisedStreamAndEveryTrackBeginsWhereTheSheetSays) {
  TestAlbum album{three_songs()};
  album.job.programme.tracks[2].gap_s = 0.0;  // tracks 2 and 3 run into each other
  ASSERT_TRUE(deliver_cd(album.job).ok());
  const CdImage image = open_cd_image(album.job.folder).value();
  const Signal disc = testkit::drain(*read_cd_image(image).value());

  // The same stream built by hand: song, silence to the sector nearest two seconds, song, song.
  const Signal& one = three_songs()[0];
  const int second_start =
      static_cast<int>(std::lround((one.frame_count() + 2.0 * 44100.0) / 588.0)) * 588;
  const Signal stream =
      testkit::concatenate({one, Signal{2, second_start - one.frame_count(), 44100.0},
                            three_songs()[1], three_songs()[2]});
  const auto expected = quantised(testkit::open(stream)().value(), 16, true);
  const Signal quantised_stream = testkit::drain(*expected);
  ASSERT_GE(disc.frame_count(), quantised_stream.frame_count());
  for (int c = 0; c < 2; ++c) {
    for (int f = 0; f < quantised_stream.frame_count(); ++f)
      ASSERT_EQ(disc.at(c, f), quantised_stream.at(c, f)) << f;
    for (int f = quantised_stream.frame_count(); f < disc.frame_count(); ++f)
      ASSERT_EQ(disc.at(c, f), 0.0);
  }
  EXPECT_EQ(disc.frame_count() % 588, 0);
  EXPECT_EQ(image.tracks[0].index01, 0);
  EXPECT_EQ(image.tracks[1].index01 * 588, second_start);
  EXPECT_LE(std::abs(static_cast<int>(image.tracks[2].index01) * 588 - second_start -
                     three_songs()[1].frame_count()),
            294);
}

TEST(CdDelivery, SixteenBitMastersReachTheDiscBitForBit) {
  Signal song = piece(200, 4.5);
  song = testkit::drain(*quantised(testkit::open(song)().value(), 16, false));
  TestAlbum album{{song}};
  ASSERT_TRUE(deliver_cd(album.job).ok());
  const CdImage image = open_cd_image(album.job.folder).value();
  const Signal disc = testkit::drain(*read_cd_image(image).value());
  for (int f = 0; f < song.frame_count(); ++f) ASSERT_EQ(disc.at(1, f), song.at(1, f));
}

TEST(CdDelivery, TwoDeliveriesAreTheSameBytesAndLeaveNothingElseBehind) {
  TestAlbum first{three_songs()}, second{three_songs()};
  second.job.programme.title = "Old Title";
  second.job.programme.upc.clear();
  ASSERT_TRUE(deliver_cd(second.job).ok());
  ASSERT_TRUE(std::filesystem::exists(second.file("OLD_TITLE.bin")));
  std::ofstream{second.file("notes.txt")} << "the engineer's own";
  second.job.programme = first.job.programme;
  const Delivery one = deliver_cd(first.job).value();
  const Delivery two = deliver_cd(second.job).value();
  ASSERT_EQ(one.files.size(), two.files.size());
  for (std::size_t i = 0; i < one.files.size(); ++i) {
    EXPECT_EQ(one.files[i].path, two.files[i].path);
    EXPECT_EQ(one.files[i].sha256, two.files[i].sha256) << one.files[i].path;
  }
  EXPECT_FALSE(std::filesystem::exists(second.file("OLD_TITLE.bin")));
  EXPECT_TRUE(std::filesystem::exists(second.file("notes.txt")));
}

TEST(CdDelivery, MonoAndOtherSampleRatesBecomeStereoAt44100InOneConversion) {
  TestAlbum album{{piece(300, 4.4, 48000.0, 1), piece(400, 4.4, 48000.0, 1)}};
  for (TrackInput& track : album.job.tracks) track.ceiling_dbtp = -6.0;
  const Delivery delivery = deliver_cd(album.job).value();
  EXPECT_EQ(failures(delivery), std::vector<std::string>{});
  const CdImage image = open_cd_image(album.job.folder).value();
  const Signal disc = testkit::drain(*read_cd_image(image).value());
  EXPECT_NEAR(disc.frame_count() / 44100.0, 4.4 + 2.0 + 4.4, 0.02);
  for (int f = 10000; f < 12000; ++f)
    EXPECT_NEAR(disc.at(0, f), disc.at(1, f), 3.0 / 32768.0);  // but for their own dither
  EXPECT_EQ(checks_named(delivery, "conversion")[0].value.substr(0, 9), "one state");
}

TEST(CdDelivery, AMonoMasterIsExpectedAsMuchLouderAsTwoEqualChannelsMeasure) {
  TestAlbum album{{piece(300, 4.4, 44100.0, 1), piece(300, 4.4)}};
  for (TrackInput& track : album.job.tracks)
    track.target_lufs = track.measured.loudness.integrated_lufs;
  const Delivery delivery = deliver_cd(album.job).value();
  EXPECT_EQ(failures(delivery), std::vector<std::string>{});
  const auto loudness = checks_named(delivery, "loudness");
  ASSERT_EQ(loudness.size(), 2u);
  EXPECT_NE(loudness[0].limit.find("a mono master in both channels measures 3.01 LU more"),
            std::string::npos);
  EXPECT_EQ(loudness[1].limit.find("mono"), std::string::npos);
  album.job.tracks[0].target_lufs = *album.job.tracks[0].target_lufs + 3.01;
  EXPECT_TRUE(any_fails(deliver_cd(album.job).value(), "loudness"));
}

TEST(CdDelivery, NoPeakIsAboveTheCeilingWhateverConversionAndDitherDo) {
  TestAlbum album{{testkit::bursts(5, 2, 48000 * 5, 0.7, 48000.0)}};
  album.job.tracks[0].ceiling_dbtp = -1.0;
  const Delivery delivery = deliver_cd(album.job).value();
  EXPECT_FALSE(any_fails(delivery, "true peak")) << checks_named(delivery, "true peak")[0].value;
  EXPECT_FALSE(any_fails(delivery, "clipping"));
}

TEST(CdDelivery, WhatIsWrongWithTheProgrammeFailsTheCheckThatIsAboutIt) {
  const std::vector<Signal> songs{piece(220, 4.2), piece(330, 4.2)};
  {
    TestAlbum album{songs};
    album.job.programme.upc = "4006381333932";
    EXPECT_EQ(failures(deliver_cd(album.job).value()),
              std::vector<std::string>{"barcode: 4006381333932"});
  }
  {
    TestAlbum album{songs};
    album.job.programme.tracks[1].isrc = album.job.programme.tracks[0].isrc;
    const Delivery delivery = deliver_cd(album.job).value();
    EXPECT_TRUE(any_fails(delivery, "duplicate ISRC"));
    EXPECT_FALSE(any_fails(delivery, "ISRC"));
  }
  {
    TestAlbum album{songs};
    album.job.programme.tracks[0].isrc = "GB-AAA-26-1";
    const Delivery delivery = deliver_cd(album.job).value();
    EXPECT_TRUE(any_fails(delivery, "ISRC"));
    EXPECT_FALSE(any_fails(delivery, "cdrdao"));
  }
  {
    TestAlbum album{{piece(220, 4.2), piece(330, 3.0)}};
    const Delivery delivery = deliver_cd(album.job).value();
    EXPECT_TRUE(any_fails(delivery, "track length"));
    EXPECT_TRUE(any_fails(delivery, "cdrdao")) << "cdrdao has the same limit";
  }
  {
    Signal hot = piece(220, 4.2);
    for (int f = 0; f < hot.frame_count(); ++f) hot.at(0, f) *= 3.0;
    TestAlbum album{{hot}};
    const Delivery delivery = deliver_cd(album.job).value();
    EXPECT_TRUE(any_fails(delivery, "clipping"));
    EXPECT_TRUE(any_fails(delivery, "true peak"));
  }
  {
    TestAlbum album{songs};
    album.job.tracks[1].target_lufs = -5.0;
    EXPECT_TRUE(any_fails(deliver_cd(album.job).value(), "loudness"));
  }
}

TEST(CdDelivery, ACharacterCdTextCannotHoldIsNamedAndTheDiscGoesOutWithoutAnyText) {
  TestAlbum album{{piece(220, 4.2), piece(330, 4.2)}};
  ASSERT_TRUE(deliver_cd(album.job).ok());
  const auto cdt = album.file(std::string{stem} + ".cdt");
  ASSERT_TRUE(std::filesystem::exists(cdt));

  album.job.programme.tracks[0].title = "Don\u2019t";
  album.job.programme.tracks[1].title = "夜の海";
  const auto delivered = deliver_cd(album.job);
  ASSERT_TRUE(delivered.ok()) << delivered.error().text();
  const Delivery& delivery = delivered.value();
  ASSERT_EQ(failures(delivery).size(), 1u);
  const Check text = checks_named(delivery, "CD-Text")[0];
  EXPECT_EQ(text.verdict, Verdict::fail);
  EXPECT_NE(text.value.find("title of track 1"), std::string::npos) << text.value;
  EXPECT_NE(text.value.find("U+2019"), std::string::npos) << text.value;
  EXPECT_NE(text.value.find("1 other text"), std::string::npos) << text.value;
  EXPECT_NE(text.remedy.find("session.toml"), std::string::npos) << text.remedy;

  EXPECT_FALSE(std::filesystem::exists(cdt)) << "the packs of the earlier delivery have gone";
  for (const char* extension : {".cue", ".toc"}) {
    const std::string sheet = contents(album.file(stem + std::string{extension}));
    for (const char* word : {"TITLE", "PERFORMER", "SONGWRITER", "COMPOSER", "CD_TEXT"})
      EXPECT_EQ(sheet.find(word), std::string::npos) << extension << ": " << word;
    EXPECT_NE(sheet.find("GBAAA2600002"), std::string::npos) << "codes stay";
  }
  const std::string pq = contents(album.file(std::string{stem} + "-pq.txt"));
  EXPECT_NE(pq.find("Don\u2019t"), std::string::npos) << pq;
  EXPECT_NE(pq.find("夜の海"), std::string::npos) << pq;
}

TEST(CdDelivery, ASilenceThatMakesNoSenseIsRefused) {
  TestAlbum album{{piece(220, 4.2), piece(220, 4.2)}};
  for (const double gap_s : {-1.0, 1e9, std::nan("")}) {
    album.job.programme.tracks[1].gap_s = gap_s;
    EXPECT_EQ(deliver_cd(album.job).error().kind, ErrorKind::usage);
    EXPECT_EQ(deliver_vinyl(album.job).error().kind, ErrorKind::usage);
  }
}

TEST(CdDelivery, StopsWhenAskedAndLeavesNothingHalfWritten) {
  TestAlbum album{{piece(220, 4.2)}};
  std::atomic<bool> cancel = false;
  album.job.progress = Progress{[&](const std::string& stage, double fraction) {
                                  if (stage == "Writing the disc image" && fraction > 0.2)
                                    cancel = true;
                                },
                                &cancel};
  const auto stopped = deliver_cd(album.job);
  ASSERT_FALSE(stopped.ok());
  EXPECT_EQ(stopped.error().kind, ErrorKind::cancelled);
  for (const auto& entry : std::filesystem::directory_iterator{album.job.folder})
    EXPECT_NE(entry.path().extension(), ".bin") << entry.path();
}
