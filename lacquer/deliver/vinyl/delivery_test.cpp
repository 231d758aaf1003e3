#include <gtest/gtest.h>

#include <cmath>

#include "lacquer/deliver/test_album.h"
#include "lacquer/deliver/vinyl/groove_meter.h"
#include "lacquer/deliver/vinyl/sides.h"
#include "lacquer/media/audio_file.h"
#include "lacquer/media/writers.h"

using namespace lacquer;
using namespace lacquer::deliver;
using testkit::Signal;

namespace {
/// Bass on one side only, a tone above it, and drum hits that set the peak.
Signal wide_bass(double gain, double length_s, double rate_hz = 44100.0) {
  const Signal bass = testkit::sine(70.0, -12.0, length_s, rate_hz, 1);
  Signal song = testkit::sine(1000.0, -20.0, length_s, rate_hz, 2);
  for (int f = 0; f < song.frame_count(); ++f) {
    song.at(0, f) = gain * (song.at(0, f) + bass.at(0, f));
    song.at(1, f) *= gain;
  }
  for (int hit = 22050; hit < song.frame_count(); hit += 44100)
    for (int f = 0; f < 20; ++f)
      for (int c = 0; c < 2; ++c) song.at(c, hit + f) += 0.8 * gain * std::sin(pi * f / 20.0);
  return song;
}

GrooveReport groove_of(Signal signal) {
  GrooveMeter meter{signal.format(), 150.0, 5000.0, 12000.0};
  meter.add(signal.block());
  return meter.report();
}

Signal samples_of(const std::filesystem::path& path) {
  return testkit::drain(*media::open_audio(path).value().source);
}

double rms_db(const Signal& signal, double from_s, double to_s) {
  double sum = 0.0;
  const int from = static_cast<int>(from_s * 44100.0), to = static_cast<int>(to_s * 44100.0);
  for (int f = from; f < to; ++f) sum += signal.at(1, f) * signal.at(1, f);
  return db_from_power(sum / (to - from));
}
}  // namespace

TEST(VinylSides, AreAsNearlyTheSameLengthAsTheOrderAllows) {
  Programme programme;
  programme.tracks.resize(5);
  const auto on_a = [&](const std::vector<double>& lengths_s) {
    programme.tracks.resize(lengths_s.size());
    return split_into_sides(lengths_s, programme).front().tracks.size();
  };
  EXPECT_EQ(on_a({100, 100, 100, 100}), 2u);
  EXPECT_EQ(on_a({300, 100, 100, 100}), 1u);
  EXPECT_EQ(on_a({100, 100, 100}), 2u);
  EXPECT_EQ(on_a({100}), 1u);
  const auto sides = split_into_sides({60, 50, 40}, programme);
  programme.tracks.resize(3);
  ASSERT_EQ(sides.size(), 2u);
  EXPECT_EQ(sides[1].tracks[0].start_s, 0.0);
  EXPECT_EQ(sides[1].tracks[1].start_s, 52.0);
  EXPECT_EQ(sides[1].length_s(), 92.0);
}

TEST(VinylDelivery, HasMonoBassTheRightTimesAndAPeakAtTheLimit) {
  TestAlbum album{{wide_bass(0.5, 4.0), wide_bass(1.0, 4.0), wide_bass(1.0, 5.0)}};
  const Delivery delivery = deliver_vinyl(album.job).value();
  EXPECT_EQ(failures(delivery), std::vector<std::string>{});
  const Signal side_a = samples_of(album.file("FIRST_LIGHT_A_44100Hz_24bit.wav"));
  const Signal side_b = samples_of(album.file("FIRST_LIGHT_B_44100Hz_24bit.wav"));
  EXPECT_EQ(side_a.frame_count(), 10 * 44100);
  EXPECT_EQ(side_b.frame_count(), 5 * 44100);
  EXPECT_LT(groove_of(wide_bass(1.0, 4.0)).low_correlation.value(), 0.5);
  EXPECT_GT(groove_of(side_b).low_correlation.value(), 0.98);
  double highest_dbtp = -100.0;
  for (const DeliveredFile& file : delivery.files)
    if (file.measured) highest_dbtp = std::max(highest_dbtp, *file.measured->peak.true_dbtp);
  EXPECT_NEAR(highest_dbtp, -1.0, 0.01);
  const std::string sheet = media::read_file(album.file("FIRST_LIGHT_A_cue.txt")).value();
  EXPECT_NE(sheet.find("A2      0:06.000   0:10.000   0:04.000  Song 2"), std::string::npos)
      << sheet;
}

TEST(VinylDelivery, KeepsTheBalanceTheLoudnessGainsGaveTheTracks) {
  TestAlbum album{{wide_bass(0.5, 4.0), wide_bass(0.5, 4.0), wide_bass(0.5, 8.0)}};
  album.job.tracks[1].vinyl_gain_db = 6.0;
  album.job.tracks[2].vinyl_gain_db = 3.0;
  ASSERT_TRUE(deliver_vinyl(album.job).ok());
  const Signal side_a = samples_of(album.file("FIRST_LIGHT_A_44100Hz_24bit.wav"));
  const Signal side_b = samples_of(album.file("FIRST_LIGHT_B_44100Hz_24bit.wav"));
  const double first = rms_db(side_a, 1.0, 3.0), second = rms_db(side_a, 7.0, 9.0);
  const double third = rms_db(side_b, 1.0, 3.0);
  EXPECT_NEAR(second - first, 6.0, 0.01);
  EXPECT_NEAR(third - first, 3.0, 0.01);
}

TEST(VinylDelivery, ADenseSideIsLoweredUntilItsLevelIsWhatCuttersTake) {
  TestAlbum album{{testkit::sine(500, -3.0, 2.0, 44100.0)}};
  const Delivery delivery = deliver_vinyl(album.job).value();
  EXPECT_EQ(failures(delivery), std::vector<std::string>{});
  const Signal side = samples_of(album.file("FIRST_LIGHT_A_44100Hz_24bit.wav"));
  EXPECT_NEAR(groove_of(side).rms_dbfs.value(), -12.0, 0.02);
}

TEST(VinylDelivery, IsTheSameBytesEveryTime) {
  TestAlbum first{{wide_bass(0.5, 2.0)}}, second{{wide_bass(0.5, 2.0)}};
  const Delivery one = deliver_vinyl(first.job).value();
  const Delivery two = deliver_vinyl(second.job).value();
  ASSERT_EQ(one.files.size(), 3u);  // side, cue sheet, sums
  for (std::size_t i = 0; i < one.files.size(); ++i)
    EXPECT_EQ(one.files[i].sha256, two.files[i].sha256);
}

TEST(VinylCheck, FindsWideBassHotLevelAndOvers) {
  media::TestFolder folder;
  const auto check = [&](const Signal& signal) {
    auto sink = media::create_audio(folder / "side.wav", media::FileFormat::wav_24, signal.format())
                    .value();
    EXPECT_TRUE(media::copy(*testkit::open(signal)().value(), *sink).ok());
    EXPECT_TRUE(sink->finish().ok());
    return check_path(folder / "side.wav", "vinyl", test_data()).value();
  };
  const Delivery wide = check(wide_bass(1.0, 2.0));
  EXPECT_TRUE(any_fails(wide, "mono bass"));
  EXPECT_FALSE(any_fails(wide, "level"));
  const Signal dither_alone = testkit::noise(3, 2, 2 * 44100, 1.0 / 32768.0, 44100.0);
  const Delivery silent = check(dither_alone);
  EXPECT_FALSE(any_fails(silent, "mono bass")) << checks_named(silent, "mono bass")[0].value;
  const Delivery hot = check(testkit::sine(500, -0.1, 2.0, 44100.0));
  EXPECT_TRUE(any_fails(hot, "level"));
  EXPECT_TRUE(any_fails(hot, "true peak"));
  EXPECT_FALSE(any_fails(hot, "mono bass"));
  EXPECT_FALSE(any_fails(hot, "side time"));
  EXPECT_FALSE(checks_named(hot, "not knowable from a file").empty());
}
