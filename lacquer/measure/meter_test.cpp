#include "lacquer/measure/meter.h"

#include <ebur128.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <random>

#include "lacquer/base/units.h"
#include "testkit/signal.h"

using namespace lacquer;
using measure::Measurement;
using measure::Meter;
using measure::Parts;
using testkit::Signal;

namespace {

/// Pink-like noise, a bass line and a beat under slow changes of level; as loud as asked.
Signal music(std::uint32_t seed, int channels, double duration_s, double rate_hz, double drive) {
  const int frames = static_cast<int>(duration_s * rate_hz);
  Signal signal = testkit::noise(seed, channels, frames, 1.0, rate_hz);
  std::mt19937 engine{seed};
  const auto up_to = [&](unsigned top) { return static_cast<double>(engine() % top); };
  const double bass_hz = 40.0 + up_to(60), beat_s = 0.3 + 0.01 * up_to(40);
  const double slow_s = 5.0 + up_to(7);
  for (int c = 0; c < channels; ++c) {
    double slow = 0.0, fast = 0.0;
    for (int f = 0; f < frames; ++f) {
      const double time_s = f / rate_hz;
      const double beat = std::exp(-8.0 * std::fmod(time_s, beat_s));
      const double swell = gain_from_db(8.0 * std::sin(2.0 * pi * time_s / slow_s));
      const double white = signal.at(c, f);
      slow += 0.01 * (white - slow);
      fast += 0.2 * (white - fast);
      const double bass = 0.5 * std::sin(2.0 * pi * bass_hz * time_s);
      signal.at(c, f) = 0.9 * std::tanh(drive * swell * (bass + 3.0 * slow + fast + beat * white));
    }
    // Little is left near the Nyquist frequency, as in music, and no direct current.
    double mean = 0.0;
    for (int pass = 0; pass < 3; ++pass) {
      double smooth = 0.0;
      mean = 0.0;
      for (int f = 0; f < frames; ++f) {
        mean += signal.at(c, f) / frames;
        signal.at(c, f) = smooth += 0.5 * (signal.at(c, f) - smooth);
      }
    }
    for (int f = 0; f < frames; ++f) signal.at(c, f) -= mean;
  }
  return signal;
}

Measurement measured(Signal signal, int split = 4096, Parts parts = {}) {
  Meter meter{signal.format(), parts};
  for (int at = 0; at < signal.frame_count(); at += split)
    meter.add(signal.block().frames(at, std::min(split, signal.frame_count() - at)));
  return meter.finish();
}

struct Oracle {
  double integrated, momentary, short_term, peak;
  std::vector<double> short_terms;  // one each 100 ms
};

/// libebur128, asked every 10 ms for momentary and short-term loudness.
Oracle oracle(const Signal& signal) {
  const auto channels = static_cast<unsigned>(signal.channel_count());
  const auto rate = static_cast<unsigned long>(signal.format().sample_rate_hz);
  ebur128_state* state =
      ebur128_init(channels, rate, EBUR128_MODE_I | EBUR128_MODE_S | EBUR128_MODE_TRUE_PEAK);
  const int step = static_cast<int>(rate / 100);
  Oracle result{};
  result.momentary = result.short_term = -200.0;
  std::vector<double> frames;
  for (int at = 0; at + step <= signal.frame_count(); at += step) {
    frames.clear();
    for (int f = at; f < at + step; ++f)
      for (int c = 0; c < signal.channel_count(); ++c) frames.push_back(signal.at(c, f));
    ebur128_add_frames_double(state, frames.data(), static_cast<std::size_t>(step));
    double value = 0.0;
    ebur128_loudness_momentary(state, &value);
    if (at + step >= 40 * step) result.momentary = std::max(result.momentary, value);
    ebur128_loudness_shortterm(state, &value);
    if (at + step < 300 * step) continue;
    result.short_term = std::max(result.short_term, value);
    if ((at / step + 1) % 10 == 0) result.short_terms.push_back(value);
  }
  ebur128_loudness_global(state, &result.integrated);
  double peak = 0.0;
  for (unsigned c = 0; c < channels; ++c) {
    double of_channel = 0.0;
    ebur128_true_peak(state, c, &of_channel);
    peak = std::max(peak, of_channel);
  }
  result.peak = db_from_gain(peak);
  ebur128_destroy(&state);
  return result;
}

std::vector<measure::Finding> of_kind(const Measurement& m, const std::string& kind) {
  std::vector<measure::Finding> found;
  for (const auto& finding : m.findings)
    if (finding.kind == kind) found.push_back(finding);
  return found;
}

/// Every number there is, findings aside.
std::vector<measure::Maybe> numbers_of(const Measurement& m) {
  std::vector<measure::Maybe> all = {m.loudness.integrated_lufs,
                                     m.loudness.range_lu,
                                     m.loudness.max_momentary_lufs,
                                     m.loudness.dual_mono_lufs,
                                     m.loudness.histogram_from_lufs,
                                     m.loudness.max_short_term_lufs,
                                     m.peak.sample_dbfs,
                                     m.peak.true_dbtp,
                                     m.peak.itu_dbtp,
                                     m.dynamics.plr_lu,
                                     m.dynamics.min_psr_lu,
                                     m.dynamics.dr_db,
                                     m.dynamics.crest_db,
                                     m.dynamics.rms_dbfs,
                                     m.dynamics.max_rms_dbfs,
                                     m.spectrum.tilt_db_per_octave,
                                     m.stereo.correlation,
                                     m.stereo.side_minus_mid_db,
                                     m.stereo.mono_loss_db,
                                     m.stereo.balance_db,
                                     m.stereo.width,
                                     m.stereo.worst_correlation,
                                     m.stereo.worst_correlation_start_s,
                                     m.stereo.delay_frames,
                                     m.stereo.delay_ms};
  for (const auto* list :
       {&m.spectrum.share_db, &m.spectrum.side_minus_mid_db, &m.spectrum.band_sd_400ms_db,
        &m.spectrum.third_octave_db, &m.spectrum.third_octave_mid_db,
        &m.spectrum.third_octave_side_db, &m.spectrum.twelfth_octave_mid_db,
        &m.spectrum.twelfth_octave_side_db, &m.stereo.band_correlation, &m.stereo.band_mono_loss_db,
        &m.stereo.band_width, &m.series.momentary_lufs, &m.series.short_term_lufs, &m.series.psr_lu,
        &m.series.true_peak_dbtp, &m.series.correlation, &m.series.width})
    all.insert(all.end(), list->begin(), list->end());
  all.insert(all.end(), m.loudness.histogram_share.begin(), m.loudness.histogram_share.end());
  for (const auto& column : m.series.spectrogram.level_dbfs)
    all.insert(all.end(), column.begin(), column.end());
  return all;
}

void expect_all_finite(const Measurement& m) {
  for (const auto& value : numbers_of(m)) EXPECT_TRUE(std::isfinite(value.value_or(0.0)));
}

}  // namespace

TEST(Meter, AgreesWithLibebur128OnMusicOfEverySeed) {
  for (std::uint32_t seed = 0; seed < 10; ++seed) {
    SCOPED_TRACE(seed);
    const double rate_hz = seed % 3 == 0 ? 48000.0 : 44100.0;
    const auto signal = music(seed, 1 + seed % 2, 6.0, rate_hz, 0.2 + 0.3 * (seed % 5));
    const auto m = measured(signal, 4096, {.spectrum = false});
    const auto other = oracle(signal);
    EXPECT_NEAR(m.loudness.integrated_lufs.value(), other.integrated, 0.02);
    EXPECT_NEAR(m.loudness.max_momentary_lufs.value(), other.momentary, 0.02);
    EXPECT_NEAR(m.loudness.max_short_term_lufs.value(), other.short_term, 0.02);
    EXPECT_NEAR(m.peak.true_dbtp.value(), other.peak, 0.2);
  }
}

// libebur128's own range takes a short-term value each second only; Tech 3342 wants at least ten:
// its short-term loudness each 100 ms, then the gate and the percentiles written out again.
TEST(Meter, TheLoudnessRangeIsThatOfLibebur128sShortTermLoudness) {
  for (std::uint32_t seed = 0; seed < 3; ++seed) {
    const auto signal = music(seed, 1, 60.0, 8000.0, 0.3);
    auto values = oracle(signal).short_terms;
    double power = 0.0;
    for (const double lufs : values)
      power += power_from_db(lufs) / static_cast<double>(values.size());
    std::erase_if(values, [&](double lufs) { return lufs < db_from_power(power) - 20.0; });
    std::sort(values.begin(), values.end());
    const auto last = static_cast<double>(values.size() - 1);
    EXPECT_NEAR(measured(signal, 4096, {.spectrum = false}).loudness.range_lu.value(),
                values[static_cast<std::size_t>(std::lround(0.95 * last))] -
                    values[static_cast<std::size_t>(std::lround(0.10 * last))],
                0.02)
        << seed;
  }
}

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
  const auto whole = flat(measured(signal, signal.frame_count()));
  for (const int split : {1, 13, 111, 4096}) EXPECT_EQ(flat(measured(signal, split)), whole);
  auto source = testkit::open(signal)().value();
  EXPECT_EQ(flat(measure::measure(*source).value()), whole);
}

TEST(Meter, PartsNotAskedForStayEmptyAndTheOthersDoNotChange) {
  const auto signal = music(1, 2, 4.0, 22050.0, 1.0);
  const auto all = measured(signal);
  const auto only = [&](bool Parts::*part) {
    Parts parts = Parts::none();
    parts.*part = true;
    return measured(signal, 4096, parts);
  };
  EXPECT_EQ(only(&Parts::loudness).loudness.integrated_lufs, all.loudness.integrated_lufs);
  EXPECT_EQ(only(&Parts::peak).peak.true_dbtp, all.peak.true_dbtp);
  EXPECT_EQ(only(&Parts::dynamics).dynamics.min_psr_lu, all.dynamics.min_psr_lu);
  EXPECT_EQ(only(&Parts::stereo).stereo.balance_db, all.stereo.balance_db);
  EXPECT_EQ(only(&Parts::stereo).stereo.band_width, all.stereo.band_width);
  EXPECT_EQ(only(&Parts::spectrum).spectrum.share_db, all.spectrum.share_db);
  EXPECT_EQ(only(&Parts::spectrum).spectrum.third_octave_db, all.spectrum.third_octave_db);
  EXPECT_TRUE(all.loudness.integrated_lufs && all.peak.true_dbtp && all.dynamics.min_psr_lu &&
              all.stereo.balance_db && all.spectrum.share_db[3]);
  const auto none = only(&Parts::findings);
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

TEST(Meter, CrestPlrAndPsrOfASineAreThoseOfTheFormulas) {
  const auto m = measured(testkit::sine(1000.0, -10.0, 8.0));
  EXPECT_NEAR(m.dynamics.crest_db.value(), 3.01, 0.01);
  EXPECT_NEAR(m.dynamics.plr_lu.value(), 0.0, 0.1);  // a stereo sine at -10 dBFS is -10 LUFS
  EXPECT_NEAR(m.dynamics.min_psr_lu.value(), 0.0, 0.1);
  EXPECT_NEAR(m.dynamics.dr_db.value(), 0.0, 0.01);  // RMS is sine-referenced
}

TEST(Meter, RmsIsThatOfAes17AndTheLoudest600MillisecondsStandOut) {
  const auto m = measured(
      testkit::concatenate({testkit::sine(1000.0, -20.0, 3.0), testkit::sine(1000.0, -6.0, 1.0)}));
  EXPECT_NEAR(measured(testkit::sine(1000.0, 0.0, 2.0)).dynamics.rms_dbfs.value(), 0.0, 0.01);
  EXPECT_NEAR(m.dynamics.rms_dbfs.value(),
              db_from_power(0.75 * power_from_db(-20.0) + 0.25 * power_from_db(-6.0)), 0.01);
  EXPECT_NEAR(m.dynamics.max_rms_dbfs.value(), -6.0, 0.01);
  EXPECT_FALSE(measured(testkit::sine(1000.0, -6.0, 0.5)).dynamics.max_rms_dbfs);
}

TEST(Meter, PsrOverTimeHasAValueForEachSecondWhoseWindowIsFull) {
  const auto m = measured(
      testkit::concatenate({testkit::sine(1000.0, -10.0, 6.0), testkit::sine(1000.0, -30.0, 4.5)}));
  const auto& series = m.series;
  ASSERT_EQ(series.psr_lu.size(), 10u);
  EXPECT_FALSE(series.psr_lu[0] || series.psr_lu[1]);
  for (const std::size_t s : {2u, 3u, 4u, 5u, 9u})
    EXPECT_NEAR(series.psr_lu[s].value(), 0.0, 0.1) << s;
  // Two of three seconds are 20 dB softer: the peak stays, the loudness falls.
  EXPECT_NEAR(series.psr_lu[7].value(), -db_from_power((1.0 + 0.01 + 0.01) / 3.0), 0.1);
  ASSERT_EQ(series.true_peak_dbtp.size(), 11u);
  EXPECT_NEAR(series.true_peak_dbtp[3].value(), -10.0, 0.05);
  EXPECT_NEAR(series.true_peak_dbtp[10].value(), -30.0, 0.05);
}

TEST(Meter, TheSmallestPsrIsThatOfTheDensestPassage) {
  Signal sparse = testkit::sine(1000.0, -20.0, 10.0);
  for (int f = 0; f < sparse.frame_count(); f += 24000)
    for (int n = 0; n < 48; ++n)
      for (int c = 0; c < 2; ++c) sparse.at(c, f + n) *= gain_from_db(14.0);
  const auto dense = testkit::sine(1000.0, -12.0, 6.0);
  const auto both = measured(testkit::concatenate({sparse, dense, sparse}));
  EXPECT_NEAR(both.dynamics.min_psr_lu.value(), 0.0, 0.1);
  EXPECT_GT(measured(sparse).dynamics.min_psr_lu.value(), 10.0);
}

TEST(Meter, ThePsrOfAWindowTakesThePeakOfAllItsThreeSeconds) {
  auto signal = testkit::sine(1000.0, -20.0, 3.0);
  for (int n = 0; n < 48; ++n) signal.at(0, 24000 + n) *= gain_from_db(14.0);
  EXPECT_GT(measured(signal).dynamics.min_psr_lu.value(), 12.0);
}

// DR14 worked by hand: blocks of 3 s at 48 kHz; of ten blocks the loudest two, and the second peak.
TEST(Meter, DynamicRangeFollowsTheBlocksOfTheDr14Algorithm) {
  std::vector<Signal> parts;
  for (const double peak_dbfs : {-6, -20, -20, -8, -20, -20, -20, -20, -20, -20})
    parts.push_back(testkit::sine(1000.0, peak_dbfs, 3.0));
  const double loudest = 0.5 * (power_from_db(-6.0) + power_from_db(-8.0));
  EXPECT_NEAR(measured(testkit::concatenate(parts)).dynamics.dr_db.value(),
              -8.0 - db_from_power(loudest), 0.01);
}

TEST(Meter, StereoOfKnownSignals) {
  const auto left = testkit::noise(1, 2, 96000, 0.5);
  const auto make = [&](double same, double other) {
    Signal signal = left;
    for (int f = 0; f < signal.frame_count(); ++f)
      signal.at(1, f) = same * left.at(0, f) + other * left.at(1, f);
    return measured(signal).stereo;
  };
  const auto mono = make(1.0, 0.0);
  EXPECT_NEAR(mono.correlation.value(), 1.0, 1e-12);
  EXPECT_NEAR(mono.mono_loss_db.value(), 0.0, 1e-9);
  EXPECT_NEAR(mono.balance_db.value(), 0.0, 1e-9);
  EXPECT_LE(mono.side_minus_mid_db.value(), -119.0);
  const auto antiphase = make(-1.0, 0.0);
  EXPECT_NEAR(antiphase.correlation.value(), -1.0, 1e-12);
  EXPECT_LE(antiphase.mono_loss_db.value(), -119.0);
  EXPECT_GE(antiphase.side_minus_mid_db.value(), 119.0);
  const auto unrelated = make(0.0, 1.0);
  EXPECT_NEAR(unrelated.correlation.value(), 0.0, 0.02);
  EXPECT_NEAR(unrelated.mono_loss_db.value(), -3.01, 0.1);
  EXPECT_NEAR(unrelated.side_minus_mid_db.value(), 0.0, 0.2);
  const auto quieter_right = make(gain_from_db(-3.0), 0.0);
  EXPECT_NEAR(quieter_right.balance_db.value(), -3.0, 1e-6);
  EXPECT_FALSE(measured(testkit::noise(1, 1, 48000, 0.5)).stereo.correlation);
}

TEST(Findings, SamplesThatAreNoNumbersAreCountedInTheirPlace) {
  auto signal = testkit::sine(440.0, -12.0, 2.0);
  auto clean = signal;
  for (const int f : {48000, 48010, 60000}) {
    signal.at(1, f) = f == 48010 ? std::numeric_limits<double>::infinity()
                                 : std::numeric_limits<double>::quiet_NaN();
    clean.at(1, f) = 0.0;
  }
  const auto m = measured(signal);
  expect_all_finite(m);
  EXPECT_EQ(m.loudness.integrated_lufs, measured(clean).loudness.integrated_lufs);
  const auto found = of_kind(m, "invalid_samples");
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].value, 3.0);
  EXPECT_EQ(found[0].channel, 1);
  EXPECT_EQ(found[0].start_s, 1.0);
  EXPECT_EQ(found[0].end_s, 60001 / 48000.0);
  EXPECT_EQ(found[0].severity, measure::Severity::fail);
}

TEST(Findings, ADirectCurrentIsFoundInItsChannel) {
  auto signal = music(4, 2, 5.0, 44100.0, 0.3);
  EXPECT_TRUE(of_kind(measured(signal), "dc").empty());
  for (int f = 0; f < signal.frame_count(); ++f) signal.at(1, f) += 0.004;
  const auto found = of_kind(measured(signal), "dc");
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].channel, 1);
  EXPECT_NEAR(found[0].value, -48.0, 1.5);
}

TEST(Findings, SilenceAtTheEndsIsToldAndLongSilenceWarned) {
  auto tone = testkit::sine(440.0, -12.0, 2.0);
  for (int f = 0; f < tone.frame_count(); ++f)  // stereo: two channels alike are a finding too
    tone.at(1, f) = 0.25 * std::sin(0.05 * f);
  const auto m = measured(testkit::concatenate({Signal{2, 48000}, tone, Signal{2, 48000 * 12}}));
  EXPECT_NEAR(m.head_silence_s, 1.0, 1e-3);
  EXPECT_NEAR(m.tail_silence_s, 12.0, 1e-3);
  const auto head = of_kind(m, "silence_head"), tail = of_kind(m, "silence_tail");
  ASSERT_EQ(head.size(), 1u);
  ASSERT_EQ(tail.size(), 1u);
  EXPECT_EQ(head[0].severity, measure::Severity::info);
  EXPECT_EQ(tail[0].severity, measure::Severity::warn);
  EXPECT_NEAR(tail[0].start_s, 3.0, 1e-3);
}

TEST(Findings, APeakAboveFullScaleIsFoundInItsSecond) {
  const auto quiet = testkit::sine(1000.0, -6.0, 4.0);
  auto over = testkit::sine(12000.0, 2.0, 0.5, 48000.0, 2, pi / 4);  // samples stay below 0 dBFS
  const auto m = measured(testkit::concatenate({quiet, over, quiet}));
  const auto found = of_kind(m, "true_peak_over");
  ASSERT_EQ(found.size(), 2u);  // one a channel
  EXPECT_EQ(found[0].start_s, 4.0);
  EXPECT_EQ(found[0].end_s, 5.0);
  EXPECT_NEAR(found[0].value, 2.0, 0.5);
  EXPECT_TRUE(of_kind(measured(quiet), "true_peak_over").empty());
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
