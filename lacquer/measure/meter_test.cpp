#include "lacquer/measure/meter.h"

#include <gtest/gtest.h>

#include <atomic>
#include <limits>

#include "lacquer/base/units.h"
#include "lacquer/measure/testing.h"

using namespace lacquer;
using namespace lacquer::measure::testing;
using measure::Measurement;
using measure::Parts;
using testkit::Signal;

TEST(Meter, AnyBlockSplitGivesTheSameBits) {
  auto signal = music(3, 2, 4.3, 11025.0, 1.5);
  signal.at(1, 30000) = std::numeric_limits<double>::quiet_NaN();
  const auto flat = [](const Measurement& m) {
    auto all = numbers_of(m);
    all.insert(all.end(), {m.head_silence_s, m.tail_silence_s});
    for (const auto& f : m.findings)
      all.insert(all.end(), {f.start_s, f.end_s, f.value, f.confidence});
    return all;
  };
  const auto whole = flat(measured(signal, {}, signal.frame_count()));
  for (const int split : {1, 13, 111, 4096}) EXPECT_EQ(flat(measured(signal, {}, split)), whole);
  auto source = testkit::open(signal)().value();
  EXPECT_EQ(flat(measure::measure(*source).value()), whole);
}

TEST(Meter, PartsNotAskedForStayEmptyAndTheOthersDoNotChange) {
  const auto signal = music(1, 2, 4.0, 22050.0, 1.0);
  const auto all = measured(signal);
  const auto with = [&](bool Parts::*part) { return measured(signal, only(part)); };
  EXPECT_EQ(with(&Parts::loudness).loudness.integrated_lufs, all.loudness.integrated_lufs);
  EXPECT_EQ(with(&Parts::peak).peak.true_dbtp, all.peak.true_dbtp);
  EXPECT_EQ(with(&Parts::dynamics).dynamics.min_psr_lu, all.dynamics.min_psr_lu);
  EXPECT_EQ(with(&Parts::stereo).stereo.balance_db, all.stereo.balance_db);
  EXPECT_EQ(with(&Parts::stereo).stereo.band_width, all.stereo.band_width);
  EXPECT_EQ(with(&Parts::spectrum).spectrum.share_db, all.spectrum.share_db);
  EXPECT_EQ(with(&Parts::spectrum).spectrum.third_octave_db, all.spectrum.third_octave_db);
  EXPECT_TRUE(all.loudness.integrated_lufs && all.peak.true_dbtp && all.dynamics.min_psr_lu &&
              all.stereo.balance_db && all.spectrum.share_db[3]);
  const auto none = with(&Parts::findings);
  EXPECT_FALSE(none.loudness.integrated_lufs || none.peak.true_dbtp || none.dynamics.crest_db ||
               none.stereo.correlation);
  EXPECT_TRUE(none.spectrum.share_db.empty() && none.spectrum.third_octave_hz.empty() &&
              none.series.true_peak_dbtp.empty() && none.series.short_term_lufs.empty() &&
              none.series.spectrogram.level_dbfs.empty());
}

TEST(Meter, SurroundHasLoudnessPeaksAndFindingsAndNoStereo) {
  for (const int channels : {5, 6}) {
    auto signal = testkit::noise(4, channels, 48000 * 4, 0.1);
    for (int f = 96000; f < 96200; ++f) signal.at(channels - 1, f) = 1.0;
    const auto m = measured(signal);
    expect_all_finite(m);
    EXPECT_TRUE(m.loudness.integrated_lufs && m.peak.true_dbtp && m.dynamics.dr_db);
    EXPECT_GE(m.peak.itu_dbtp.value(), 0.0);
    EXPECT_FALSE(m.stereo.correlation || m.stereo.balance_db || m.stereo.worst_correlation ||
                 m.stereo.delay_ms);
    EXPECT_TRUE(m.stereo.bands_hz.empty() && m.spectrum.share_db.empty() &&
                m.series.correlation.empty());
    EXPECT_NEAR(m.spectrum.third_octave_db[17].value(),
                db_from_power(0.01 / 3.0 * 0.2316 * 1000.0 / 24000.0), 0.8);
    const auto over = of_kind(m, "true_peak_over");
    ASSERT_FALSE(over.empty());
    EXPECT_EQ(over[0].channel, channels - 1);
    EXPECT_EQ(m.head_silence_s, 0.0);
  }
}

TEST(Meter, SoundInAnyOneChannelIsSound) {
  Signal six{6, 48000 * 2};
  for (int f = 48000; f < 72000; ++f) six.at(3, f) = 0.1;
  const auto m = measured(six);
  EXPECT_EQ(m.head_silence_s, 1.0);
  EXPECT_EQ(m.tail_silence_s, 0.5);
}

TEST(Meter, SilenceHasNoNumbersAndSaysSo) {
  for (const int channels : {1, 2}) {
    const auto m = measured(Signal{channels, 48000 * 4});
    expect_all_finite(m);
    EXPECT_FALSE(m.loudness.integrated_lufs || m.loudness.range_lu || m.peak.sample_dbfs ||
                 m.peak.true_dbtp || m.dynamics.plr_lu || m.dynamics.dr_db || m.dynamics.crest_db ||
                 m.stereo.correlation || m.spectrum.share_db[0]);
    ASSERT_EQ(m.findings.size(), 1u);
    EXPECT_EQ(m.findings[0].kind, "silence_head");
    EXPECT_EQ(m.head_silence_s, 4.0);
    EXPECT_EQ(m.tail_silence_s, 0.0);
  }
}

TEST(Meter, AFileOfOneFrameOrNoneIsMeasured) {
  for (const double rate_hz : {8000.0, 44100.0, 192000.0}) {
    Signal one{2, 1, rate_hz};
    one.at(0, 0) = 0.5;
    const auto m = measured(one);
    expect_all_finite(m);
    EXPECT_NEAR(m.peak.sample_dbfs.value(), -6.02, 0.01);
    EXPECT_NEAR(m.peak.true_dbtp.value(), -6.02, 0.01);
    EXPECT_FALSE(m.loudness.integrated_lufs);
    EXPECT_EQ(m.frame_count, 1);
    const auto empty = measured(Signal{2, 0, rate_hz});
    expect_all_finite(empty);
    EXPECT_TRUE(empty.findings.empty());
    EXPECT_FALSE(empty.peak.sample_dbfs || empty.dynamics.dr_db);
  }
}

TEST(Meter, EveryRateGivesFiniteNumbers) {
  for (const double rate_hz : {8000.0, 11025.0, 16000.0, 32000.0, 96000.0, 192000.0})
    expect_all_finite(measured(music(2, 2, 3.5, rate_hz, 1.0)));
}

TEST(Measure, AnErrorOfTheSourceAndACancelStopIt) {
  const auto open = testkit::open(testkit::sine(440.0, -12.0, 2.0));
  const std::atomic<bool> cancel{true};
  auto source = open().value();
  const auto result = measure::measure(*source, {}, Progress{{}, &cancel});
  ASSERT_FALSE(result.ok());
  EXPECT_EQ(result.error().kind, ErrorKind::cancelled);

  class Failing : public AudioSource {
   public:
    StreamFormat format() const override { return {}; }
    std::int64_t frame_count() const override { return 100; }
    Result<int> read(AudioBlock) override {
      return Error{ErrorKind::unusable_input, "The file is damaged.", "", ""};
    }
  } failing;
  const auto failed = measure::measure(failing);
  ASSERT_FALSE(failed.ok());
  EXPECT_EQ(failed.error().sentence, "The file is damaged.");
}
