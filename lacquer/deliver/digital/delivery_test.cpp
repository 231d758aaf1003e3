#include <gtest/gtest.h>

#include <cmath>

#include "lacquer/deliver/digital/file.h"
#include "lacquer/deliver/nodes.h"
#include "lacquer/deliver/peak_guard.h"
#include "lacquer/deliver/test_album.h"
#include "lacquer/media/audio_file.h"
#include "lacquer/media/writers.h"

using namespace lacquer;
using namespace lacquer::deliver;
using testkit::Signal;

namespace {
/// Noise bursts against the ceiling: what codecs answer with peaks above full scale.
Signal hot_song(double rate_hz) {
  Signal song = testkit::bursts(11, 2, static_cast<int>(4 * rate_hz), 1.6, rate_hz);
  for (int c = 0; c < 2; ++c)
    for (int f = 0; f < song.frame_count(); ++f)
      song.at(c, f) = std::max(-0.97, std::min(0.97, song.at(c, f)));
  return song;
}

/// Brown noise driven into full scale, its level going up and down forty times a second.
Signal brown_noise_with_tremolo(std::uint32_t seed, double drive, double length_s) {
  constexpr double rate_hz = 48000.0;
  Signal song = testkit::noise(seed, 2, static_cast<int>(length_s * rate_hz), 0.1, rate_hz);
  for (int c = 0; c < 2; ++c) {
    double level = 0.0;
    for (int f = 0; f < song.frame_count(); ++f) {
      level = 0.995 * level + song.at(c, f);
      const double tremolo = 0.55 + 0.45 * std::sin(2.0 * pi * 40.0 * f / rate_hz);
      song.at(c, f) = drive * level * tremolo;
    }
  }
  return song;
}

Signal samples_of(const std::filesystem::path& path) {
  return testkit::drain(*media::open_audio(path).value().source);
}
}  // namespace

TEST(DigitalDelivery, GivesEveryTrackInEveryFormatWithItsTagsAndPasses) {
  TestAlbum album{{piece(300, 2.0), piece(400, 2.5)}};
  album.job.programme.tracks[1].title = "What/Ever?";
  const Delivery delivery = deliver_digital(album.job).value();
  EXPECT_EQ(failures(delivery), std::vector<std::string>{});
  for (const char* name : {"wav/01 Song 1.wav", "flac/01 Song 1.flac", "mp3/02 What_Ever_.mp3",
                           "aac/02 What_Ever_.m4a", "opus/01 Song 1.opus", "SHA256SUMS"})
    EXPECT_TRUE(std::filesystem::is_regular_file(album.file(name))) << name;
  EXPECT_EQ(checks_named(delivery, "tags").size(), 10u);
  EXPECT_EQ(checks_named(delivery, "length").size(), 10u);
  for (const Check& check : checks_named(delivery, "platform"))
    EXPECT_EQ(check.verdict, Verdict::info) << "platform figures are never a verdict";
}

TEST(DigitalDelivery, EveryLossyFileOfHotMaterialDecodesToAtMostFullScale) {
  TestAlbum album{{hot_song(44100.0)}};
  const Delivery delivery = deliver_digital(album.job).value();
  int lossy = 0;
  for (const DeliveredFile& file : delivery.files) {
    if (file.path.rfind("mp3", 0) != 0 && file.path.rfind("aac", 0) != 0 &&
        file.path.rfind("opus", 0) != 0)
      continue;
    ++lossy;
    ASSERT_TRUE(file.measured);
    EXPECT_LE(file.measured->peak.true_dbtp.value(), 0.0) << file.path;
  }
  EXPECT_EQ(lossy, 3);
  bool lowered = false;
  for (const Check& check : checks_named(delivery, "ceiling used"))
    lowered = lowered || check.value.find("1 pass") == std::string::npos;
  EXPECT_TRUE(lowered) << "this signal was made to need a second pass";
}

TEST(DigitalDelivery, A24BitMasterComesThroughBitForBitAndAFloatOneIsDithered) {
  const Signal exact =
      testkit::drain(*quantised(testkit::open(piece(250, 1.5))().value(), 24, false));
  TestAlbum album{{exact, piece(300, 1.5)}};
  const Delivery delivery = deliver_digital(album.job).value();
  for (const char* name : {"wav/01 Song 1.wav", "flac/01 Song 1.flac"}) {
    const Signal read = samples_of(album.file(name));
    ASSERT_EQ(read.frame_count(), exact.frame_count());
    for (int f = 0; f < exact.frame_count(); ++f) ASSERT_EQ(read.at(1, f), exact.at(1, f)) << f;
  }
  const auto dither = checks_named(delivery, "dither");
  EXPECT_EQ(dither[0].value.substr(0, 4), "none");
  EXPECT_EQ(dither[2].value.substr(0, 10), "triangular");
  EXPECT_FALSE(any_fails(delivery, "same audio"));
}

TEST(DigitalDelivery, AMasterOverTheDecidedCeilingIsHeldUnderIt) {
  TestAlbum album{{hot_song(48000.0)}};
  album.job.tracks[0].ceiling_dbtp = -1.0;
  const Delivery delivery = deliver_digital(album.job).value();
  EXPECT_FALSE(any_fails(delivery, "true peak"));
  for (const DeliveredFile& file : delivery.files)
    if (file.path.rfind("wav", 0) == 0) {
      EXPECT_LE(file.measured->peak.true_dbtp.value(), -0.995);
    }
}

TEST(DigitalDelivery, SamplesOverFullScaleFailWhereNoCeilingWasDecidedAndAreHeldWhereOneWas) {
  Signal song = piece(250, 1.5);
  for (int f = 10000; f < 10007; ++f) song.at(1, f) = f % 2 ? 1.2 : -1.2;
  TestAlbum album{{song, piece(300, 1.5)}};
  const auto undecided = checks_named(deliver_digital(album.job).value(), "clipping");
  ASSERT_EQ(undecided.size(), 4u) << "WAV and FLAC of two tracks";
  for (int file : {0, 1}) {
    EXPECT_EQ(undecided[static_cast<std::size_t>(file)].verdict, Verdict::fail);
    EXPECT_EQ(undecided[static_cast<std::size_t>(file)].value, "7 samples");
    EXPECT_NE(undecided[static_cast<std::size_t>(file)].remedy.find("ceiling"), std::string::npos);
    EXPECT_EQ(undecided[static_cast<std::size_t>(file) + 2].verdict, Verdict::pass);
  }
  album.job.tracks[0].ceiling_dbtp = 0.0;
  EXPECT_FALSE(any_fails(deliver_digital(album.job).value(), "clipping"));
}

TEST(DigitalDelivery, ASampleHardlyOverFullScaleIsHeldUnderACeilingOfZeroToo) {
  Signal song = testkit::sine(50.0, 0.0, 1.5, 44100.0);
  for (int c = 0; c < 2; ++c)
    for (int f = 0; f < song.frame_count(); ++f) song.at(c, f) *= 1.0003;  // 0.003 dB
  TestAlbum album{{song}};
  album.job.tracks[0].ceiling_dbtp = 0.0;
  EXPECT_FALSE(any_fails(deliver_digital(album.job).value(), "clipping"));
}

TEST(DigitalDelivery, OpusOfBrownNoiseWithTremoloIsLoweredUntilItDecodesBelowFullScale) {
  int most_passes = 0;
  for (const std::uint32_t seed : {4u, 19u, 21u, 23u, 38u, 39u}) {
    const TrackInput track = track_input(brown_noise_with_tremolo(seed, 1.5, 2.0));
    media::TestFolder folder;
    const EncodedFile file =
        encode(track, digital_formats()[4], folder / "x.opus", {}, 0.0, {}, "1 of 1").value();
    EXPECT_LE(*file.measured.peak.true_dbtp, 0.0) << seed;
    most_passes = std::max(most_passes, file.passes);
  }
  EXPECT_GE(most_passes, 3) << "these signals were chosen because they are slow to follow";
}

TEST(CeilingStep, GrowsWhereACodecDoesNotFollowAndOnlyThere) {
  EXPECT_NEAR(ceiling_step_db({1, 0.30, 0.0, 0.0}), 0.35, 1e-12);
  EXPECT_NEAR(ceiling_step_db({2, 0.28, 0.35, 0.30}), 0.33, 1e-12) << "may be chance";
  EXPECT_NEAR(ceiling_step_db({3, 0.27, 0.33, 0.28}), 0.66, 1e-12);
  EXPECT_NEAR(ceiling_step_db({3, 0.02, 0.33, 0.28}), 0.07, 1e-12) << "it follows";
  EXPECT_NEAR(ceiling_step_db({3, 2.00, 0.33, 0.28}), 2.05, 1e-12);
  EXPECT_NEAR(ceiling_step_db({2, -0.01, 0.35, 0.30}), 0.05, 1e-12) << "always downwards";
}

TEST(DigitalDelivery, IsTheSameBytesHoweverManyThreadsWork) {
  const std::vector<Signal> songs{piece(300, 1.2, 48000.0), piece(400, 1.2, 48000.0, 1)};
  TestAlbum first{songs}, second{songs};
  first.job.thread_count = 1;
  second.job.thread_count = 4;
  const Delivery one = deliver_digital(first.job).value();
  const Delivery two = deliver_digital(second.job).value();
  ASSERT_EQ(one.files.size(), 11u);
  ASSERT_EQ(one.files.size(), two.files.size());
  for (std::size_t i = 0; i < one.files.size(); ++i)
    EXPECT_EQ(one.files[i].sha256, two.files[i].sha256) << one.files[i].path;
}

TEST(DigitalDelivery, ALoudnessThatWasMissedFailsInTheLosslessFiles) {
  TestAlbum album{{piece(300, 3.0)}};
  album.job.tracks[0].target_lufs = *album.job.tracks[0].measured.loudness.integrated_lufs + 0.3;
  EXPECT_EQ(failures(deliver_digital(album.job).value()).size(), 2u);
}

TEST(DigitalCheck, JudgesAnyFileByWhatServicesAsk) {
  media::TestFolder folder;
  const auto write = [&](const std::string& name, media::FileFormat format, const Signal& signal) {
    auto sink = media::create_audio(folder / name, format, signal.format()).value();
    ASSERT_TRUE(media::copy(*testkit::open(signal)().value(), *sink).ok());
    ASSERT_TRUE(sink->finish().ok());
  };
  write("good.wav", media::FileFormat::wav_24, piece(300, 2.0));
  write("hot.flac", media::FileFormat::flac_24, testkit::sine(997, -0.2, 2.0, 44100.0));
  write("low.wav", media::FileFormat::wav_24, testkit::sine(997, -12.0, 2.0, 22050.0));
  write("silent.wav", media::FileFormat::wav_24, Signal{2, 44100, 44100.0});
  const auto check = [&](const std::string& name) {
    return check_path(folder / name, "digital", test_data()).value();
  };
  EXPECT_EQ(failures(check("good.wav")), std::vector<std::string>{});
  EXPECT_TRUE(any_fails(check("hot.flac"), "true peak"));
  EXPECT_TRUE(any_fails(check("low.wav"), "format"));
  EXPECT_TRUE(any_fails(check("silent.wav"), "silence"));
  const Delivery all = check_path(folder.path(), "digital", test_data()).value();
  EXPECT_EQ(all.files.size(), 4u);
  EXPECT_FALSE(all.passes());
}
