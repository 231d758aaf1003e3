#include "lacquer/evaluate/planting/planting.h"

#include <gtest/gtest.h>

#include <cstring>
#include <set>

#include "lacquer/base/units.h"
#include "lacquer/evaluate/test_clip.h"
#include "testkit/true_peak.h"

using namespace lacquer;
using namespace lacquer::evaluate;

namespace {

const Clip& usual_clip() {
  static const Clip clip = test_clip(7, 9.0);
  return clip;
}

struct Case {
  Case(const Plant& plant, std::uint64_t seed, Clip before = usual_clip())
      : clean{std::move(before)} {
    Random random{seed};
    auto result = plant(clean, random);
    EXPECT_TRUE(result.ok()) << (result.ok() ? "" : result.error().text());
    if (result.ok()) planted = std::move(result).value();
  }
  int first() const { return clean.frames(planted.start_s); }
  int end() const { return clean.frames(planted.end_s); }
  double added(int channel, int frame) const {
    return planted.clip.row(channel)[frame] - clean.row(channel)[frame];
  }
  double truth(const std::string& unit) const {
    for (const auto& truth : planted.truths)
      if (truth.unit == unit) return truth.value;
    ADD_FAILURE() << "no truth in " << unit;
    return 0.0;
  }
  Clip clean;
  Planted planted;
};

double rms_of_difference(const Case& a, int channel) {
  double sum = 0.0;
  for (int f = 0; f < a.clean.frame_count(); ++f) sum += std::pow(a.added(channel, f), 2);
  return std::sqrt(sum / a.clean.frame_count());
}

/// Runs of one sign within a 24-bit step of `level`.
int flat_runs(const Clip& clip, int channel, double level, int least) {
  int runs = 0;
  for (const double sign : {1.0, -1.0}) {
    int length = 0;
    for (int f = 0; f < clip.frame_count(); ++f) {
      length = sign * clip.row(channel)[f] > level - 0x1p-23 ? length + 1 : 0;
      runs += length == least;
    }
  }
  return runs;
}

}  // namespace

TEST(Planting, AClickStandsAsFarOverTheTenMillisecondsAroundItAsItSays) {
  Clip soft = usual_clip();  // 24 dB must fit under full scale
  scale(soft, 0.05);
  for (const Click kind : {Click::one_sample, Click::pop, Click::step})
    for (const double over_db : {12.0, 18.0, 24.0})
      for (std::uint64_t seed = 0; seed < 3; ++seed) {
        const Case at{click(kind, over_db), seed, soft};
        const int channel = at.planted.channel.value(), around = at.clean.frames(0.01);
        const double local =
            rms(at.clean, channel, (at.first() + at.end()) / 2 - around / 2, around);
        double largest = 0.0;
        for (int f = 0; f < at.clean.frame_count(); ++f) {
          ASSERT_EQ(at.added(1 - channel, f), 0.0);
          if (f < at.first() || f >= at.end()) {
            ASSERT_EQ(at.added(channel, f), 0.0);
          }
          largest = std::max(largest, std::abs(at.added(channel, f)));
        }
        EXPECT_NEAR(db_from_gain(largest / local), over_db, 0.3);
      }
}

TEST(Planting, PolarityTurnsOneChannelOverAndLeavesTheOther) {
  for (const int channel : {0, 1}) {
    const Case at{polarity(channel), 1};
    for (int f = 0; f < at.clean.frame_count(); ++f) {
      ASSERT_EQ(at.planted.clip.row(channel)[f], -at.clean.row(channel)[f]);
      ASSERT_EQ(at.planted.clip.row(1 - channel)[f], at.clean.row(1 - channel)[f]);
    }
  }
}

TEST(Planting, ADelayIsExactBetweenTheSamplesToo) {
  const double rate_hz = 48000.0, turn = 2.0 * pi * 3000.0 / rate_hz;
  Clip tone{{rate_hz, 2}, 20000};
  for (int f = 0; f < tone.frame_count(); ++f)
    tone.row(0)[f] = tone.row(1)[f] = 0.5 * std::sin(turn * f);
  for (const double delay_ms : {0.3, 0.5137, 5.0}) {
    const Case at{channel_delay(delay_ms), 3, tone};
    const int late = at.added(0, 10000) == 0.0 && at.added(0, 10001) == 0.0 ? 1 : 0;
    const double frames = delay_ms / 1000.0 * rate_hz;
    for (int f = 1000; f < 19000; ++f) {
      ASSERT_NEAR(at.planted.clip.row(late)[f], 0.5 * std::sin(turn * (f - frames)), 1e-4);
      ASSERT_EQ(at.added(1 - late, f), 0.0);
    }
  }
}

TEST(Planting, ClippedTopsAreAsLongAndAsHighAsAskedFor) {
  for (const int frames : {3, 5, 10})
    for (const double level_dbfs : {0.0, -3.0}) {
      Case at{clipping({.run_frames = frames, .level_dbfs = level_dbfs}), 1};
      round_to_bits(at.planted.clip, 24);
      const double highest = peak(at.planted.clip);
      EXPECT_NEAR(db_from_gain(highest), level_dbfs, 1e-4);
      EXPECT_GE(flat_runs(at.planted.clip, 0, highest, frames) +
                    flat_runs(at.planted.clip, 1, highest, frames),
                3);
    }
  const Case lopsided{clipping({.run_frames = 5, .one_sided = true}), 1};
  double lowest = 0.0, highest = 0.0;
  for (const int c : {0, 1})
    for (int f = 0; f < lopsided.clean.frame_count(); ++f) {
      lowest = std::min(lowest, lopsided.planted.clip.row(c)[f]);
      highest = std::max(highest, lopsided.planted.clip.row(c)[f]);
    }
  EXPECT_LT(highest, -lowest);
}

TEST(Planting, OnlyTheSectionIsClippedWhenASectionIsAskedFor) {
  const Case at{clipping({.run_frames = 5, .one_section = true}), 4};
  for (int f = 0; f < at.clean.frame_count(); ++f)
    if (f < at.first() - 3 * 48000 || f > at.end() + 3 * 48000) {
      ASSERT_EQ(at.added(0, f), 0.0);
    }
  EXPECT_LE(at.planted.end_s - at.planted.start_s, 3.0);
}

TEST(Planting, AnInterSampleOverHasNoSampleOverFullScale) {
  for (const double dbtp : {0.3, 1.0, 2.0}) {
    const Case at{inter_sample_over(dbtp), 5};
    EXPECT_LT(peak(at.planted.clip), 1.0);
    const int channel = at.planted.channel.value();
    testkit::Signal around{1, 4800, 48000.0};
    for (int f = 0; f < 4800; ++f)
      around.at(0, f) = at.planted.clip.row(channel)[at.first() - 1900 + f];
    EXPECT_NEAR(testkit::true_peak_dbtp(around), dbtp, 0.05);
  }
}

TEST(Planting, AGapIsZerosAndADropoutSixtyDecibelsDown) {
  const Case gap{digital_gap(0.01), 6};
  EXPECT_EQ(gap.end() - gap.first(), 480);
  for (int f = gap.first(); f < gap.end(); ++f) ASSERT_EQ(gap.planted.clip.row(0)[f], 0.0);
  const Case out{dropout(0.05), 6};
  const int inner = out.first() + 60, count = 2400 - 120;
  for (const int c : {0, 1})
    EXPECT_NEAR(
        db_from_gain(rms(out.planted.clip, c, inner, count) / rms(out.clean, c, inner, count)),
        -60.0, 0.1);
  EXPECT_EQ(out.added(0, out.first() - 1), 0.0);
  EXPECT_EQ(out.added(0, out.end()), 0.0);
}

TEST(Planting, AStutterPlaysTheSameSamplesAgain) {
  const Case at{stutter(0.05, 3), 8};
  const double* samples = at.planted.clip.row(1) + at.first();
  for (int f = 2400; f < 4 * 2400; ++f) ASSERT_EQ(samples[f], samples[f - 2400]);
}

TEST(Planting, ASpliceLeavesOutWhatLiesBetweenAndNothingElse) {
  const Case at{splice(3.0), 9};
  const int skipped = at.clean.frame_count() - at.planted.clip.frame_count();
  EXPECT_GE(skipped, 48000 / 200);
  for (int f = 0; f < at.first(); ++f) ASSERT_EQ(at.added(0, f), 0.0);
  for (int f = at.first(); f < at.planted.clip.frame_count(); ++f)
    ASSERT_EQ(at.planted.clip.row(0)[f], at.clean.row(0)[f + skipped]);
}

TEST(Planting, OffsetHumHissAndRumbleHaveTheLevelTheySay) {
  const Case offset{dc(-40.0, {}), 1};
  const int channel = offset.planted.channel.value();
  EXPECT_NEAR(db_from_gain(offset.added(channel, 1000)), -40.0, 1e-6);
  EXPECT_EQ(offset.added(1 - channel, 1000), 0.0);
  for (const auto series : {HumSeries::all, HumSeries::odd, HumSeries::rectifier})
    EXPECT_NEAR(db_from_gain(rms_of_difference({hum(50.0, series, -50.0), 2}, 0)), -50.0, 1e-6);
  EXPECT_NEAR(db_from_gain(rms_of_difference({hiss(-54.0), 2}, 1)), -54.0, 1e-6);
  EXPECT_NEAR(db_from_gain(rms_of_difference({rumble(-35.0), 2}, 1)), -35.0, 1e-6);
}

TEST(Planting, ChannelsAreEqualMissingOrApartAsAsked) {
  const Case equal{duplicate_channel(), 1};
  const Case louder{channel_imbalance(3.0), 1};
  const Case missing{missing_channel({}), 1};
  const int gone = missing.planted.channel.value();
  for (int f = 0; f < equal.clean.frame_count(); f += 7) {
    ASSERT_EQ(equal.planted.clip.row(0)[f], equal.planted.clip.row(1)[f]);
    ASSERT_EQ(missing.planted.clip.row(gone)[f], 0.0);
  }
  const auto difference_db = [](const Clip& clip) {
    return db_from_gain(rms(clip, 0, 0, clip.frame_count()) / rms(clip, 1, 0, clip.frame_count()));
  };
  EXPECT_NEAR(std::abs(difference_db(louder.planted.clip) - difference_db(louder.clean)), 3.0,
              1e-6);
}

TEST(Planting, ShortWordsAreShortAndGoThroughAFile) {
  for (const int bits : {16, 20}) {
    const Case at{padded(bits, bits == 16), 1};
    EXPECT_TRUE(at.planted.needs_file);
    for (int f = 0; f < at.clean.frame_count(); ++f) {
      const double steps = std::ldexp(at.planted.clip.row(0)[f], bits - 1);
      ASSERT_EQ(steps, std::nearbyint(steps));
    }
  }
}

TEST(Planting, AnUpsampledClipHasTheNewRateAndTheOldLength) {
  const Case at{upsampled(44100.0, 96000.0), 1, test_clip(1, 3.0)};
  EXPECT_EQ(at.planted.clip.sample_rate_hz(), 96000.0);
  EXPECT_NEAR(at.planted.clip.duration_s(), 3.0, 1e-4);
}

TEST(Planting, LossyHistoryComesFromTheRealCodecAndKeepsTheMusic) {
  for (const Codec codec : {Codec::mp3, Codec::aac, Codec::vorbis, Codec::opus}) {
    const Case at{lossy(codec, codec == Codec::vorbis ? 4 : 128), 1, test_clip(1, 4.0)};
    const Clip& decoded = at.planted.clip;
    ASSERT_GT(decoded.duration_s(), 3.9);
    EXPECT_NEAR(db_from_gain(rms(decoded, 0, 48000, 96000) / rms(at.clean, 0, 48000, 96000)), 0.0,
                0.5);
    int same = 0;
    for (int f = 48000; f < 96000; ++f) same += at.added(0, f) == 0.0;
    EXPECT_LT(same, 100);
  }
}

TEST(Planting, TheSameSeedPlantsTheSameBitsAndEveryPlaceLiesInsideTheClip) {
  const Clip clean = test_clip(3, 16.0, 44100.0);
  for (const auto& fault : all_faults()) {
    if (fault.kind == "lossy_source") continue;  // the encoder's determinism is not ours
    for (const auto& strength : {fault.strengths.front(), fault.strengths.back()}) {
      SCOPED_TRACE(fault.kind + ", " + strength.name);
      Random one{5}, two{5};
      const auto a = strength.plant(clean, one), b = strength.plant(clean, two);
      ASSERT_EQ(a.ok(), b.ok());
      if (!a.ok()) {
        EXPECT_EQ(a.error().kind, ErrorKind::refused);
        continue;
      }
      const Planted& planted = a.value();
      EXPECT_EQ(planted.start_s, b.value().start_s);
      EXPECT_TRUE(planted.everywhere || planted.start_s < planted.end_s);
      EXPECT_GE(planted.start_s, 0.0);
      EXPECT_LE(planted.end_s, planted.clip.duration_s() + 1e-9);
      ASSERT_EQ(planted.clip.frame_count(), b.value().clip.frame_count());
      for (int c = 0; c < planted.clip.channel_count(); ++c)
        ASSERT_EQ(
            std::memcmp(planted.clip.row(c), b.value().clip.row(c),
                        sizeof(double) * static_cast<std::size_t>(planted.clip.frame_count())),
            0);
    }
  }
}

TEST(Planting, EveryRowOfTheTableHasANameOfItsOwnAndAtLeastOneStrength) {
  std::set<std::string> kinds;
  for (const auto& fault : all_faults()) {
    EXPECT_TRUE(kinds.insert(fault.kind).second) << fault.kind;
    EXPECT_FALSE(fault.strengths.empty()) << fault.kind;
  }
}

TEST(Planting, AMonoClipCarriesNoFaultBetweenChannels) {
  Random random{1};
  const auto result = polarity(0)(test_clip(1, 3.0, 48000.0, 1), random);
  ASSERT_FALSE(result.ok());
  EXPECT_EQ(result.error().kind, ErrorKind::refused);
}
