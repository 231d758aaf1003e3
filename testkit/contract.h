#pragma once

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <random>
#include <vector>

#include "lacquer/base/processor.h"
#include "testkit/allocations.h"
#include "testkit/signal.h"

/// What every processor in dsp/ owes its callers; each runs the whole suite in its own test.
namespace lacquer::testkit {

/// Where a processor differs, honestly said beside its test.
template <Processor P>
struct ContractTerms {
  /// Settings that leave a signal of this peak alone, bit for bit, after the latency.
  static typename P::Settings neutral() { return {}; }
  static constexpr double neutral_peak = 0.25;
  /// False for what adds noise of its own.
  static constexpr bool silence_stays_silent = true;
};

namespace contract {

template <Processor P>
P prepared(const StreamFormat& format) {
  P processor;
  processor.prepare(format);
  return processor;
}

/// In blocks of 1 to `longest` frames, by seed; 0 is everything at once.
template <Processor P>
Signal run(P& processor, Signal signal, const typename P::Settings& settings, int longest = 0,
           std::uint32_t seed = 0) {
  std::mt19937 engine{seed};
  for (int done = 0; done < signal.frame_count();) {
    const int left = signal.frame_count() - done;
    const int drawn = longest == 0 ? left : 1 + static_cast<int>(engine()) % longest;
    const int frames = std::min(left, std::max(drawn, 1));
    processor.process(signal.block().frames(done, frames), settings);
    done += frames;
  }
  return signal;
}

inline bool same_bits(const Signal& a, const Signal& b) {
  for (int c = 0; c < a.channel_count(); ++c)
    for (int f = 0; f < a.frame_count(); ++f)
      if (a.at(c, f) != b.at(c, f)) return false;
  return true;
}

inline bool all_finite(const Signal& signal) {
  for (int c = 0; c < signal.channel_count(); ++c)
    for (int f = 0; f < signal.frame_count(); ++f)
      if (!std::isfinite(signal.at(c, f))) return false;
  return true;
}

template <Processor P>
typename P::Settings random_settings(std::uint32_t seed) {
  std::mt19937 engine{seed};
  typename P::Settings settings;
  for (const auto& parameter : P::parameters) {
    const double share = static_cast<double>(engine()) / 4294967295.0;
    parameter.in(settings) = parameter.minimum + share * (parameter.maximum - parameter.minimum);
  }
  return settings;
}

template <Processor P>
void check_blocks_and_reset(const StreamFormat& format) {
  const Signal signal = bursts(5, format.channel_count, 6000, 2.0, format.sample_rate_hz);
  for (std::uint32_t seed = 0; seed < 3; ++seed) {
    const auto settings = seed == 0 ? typename P::Settings{} : random_settings<P>(seed);
    P processor = prepared<P>(format);
    const Signal whole = run(processor, signal, settings);
    P other = prepared<P>(format);
    EXPECT_TRUE(same_bits(whole, run(other, signal, settings, 700, seed)))
        << "the bits depend on the split into blocks";
    processor.reset();
    EXPECT_TRUE(same_bits(whole, run(processor, signal, settings, 333, seed)))
        << "reset() is not like new";
  }
}

template <Processor P>
void check_neutral_and_latency(const StreamFormat& format) {
  using Terms = ContractTerms<P>;
  P processor = prepared<P>(format);
  const int latency = processor.latency_frames();
  ASSERT_GE(latency, 0);
  const Signal signal =
      bursts(9, format.channel_count, 8000 + latency, Terms::neutral_peak, format.sample_rate_hz);
  const Signal out = run(processor, signal, Terms::neutral(), 900);
  for (int c = 0; c < format.channel_count; ++c)
    for (int f = 0; f < out.frame_count(); ++f)
      ASSERT_EQ(out.at(c, f), f < latency ? 0.0 : signal.at(c, f - latency))
          << "neutral settings and the reported latency should give the input back, frame " << f;
}

template <Processor P>
void check_silence(const StreamFormat& format) {
  if (!ContractTerms<P>::silence_stays_silent) return;
  for (std::uint32_t seed = 0; seed < 3; ++seed) {
    P processor = prepared<P>(format);
    const Signal silence{format.channel_count, 6000, format.sample_rate_hz};
    EXPECT_EQ(run(processor, silence, random_settings<P>(seed)).peak(), 0.0);
  }
}

template <Processor P>
void check_bad_samples(const StreamFormat& format) {
  constexpr double bad[] = {std::numeric_limits<double>::quiet_NaN(),
                            std::numeric_limits<double>::infinity(),
                            -std::numeric_limits<double>::infinity(), 1e308, -1e308};
  Signal signal = bursts(3, format.channel_count, 6000, 0.5, format.sample_rate_hz);
  for (int i = 0; i < 40; ++i)
    signal.at(i % format.channel_count, 700 + 31 * i) = bad[static_cast<std::size_t>(i) % 5];
  for (std::uint32_t seed = 0; seed < 3; ++seed) {
    P processor = prepared<P>(format);
    const auto settings = seed == 0 ? typename P::Settings{} : random_settings<P>(seed);
    EXPECT_TRUE(all_finite(run(processor, signal, settings, 500, seed)))
        << "NaN or infinity left the processor";
  }
}

template <Processor P>
void check_every_setting(const StreamFormat& format) {
  const Signal signal = bursts(4, format.channel_count, 3000, 1.0, format.sample_rate_hz);
  P processor = prepared<P>(format);
  const auto stays_finite = [&](const typename P::Settings& settings) {
    return all_finite(run(processor, signal, settings, 1000));  // on from the settings before
  };
  for (const auto& parameter : P::parameters) {
    ASSERT_LT(parameter.minimum, parameter.maximum) << parameter.name;
    typename P::Settings settings;
    const double standard = parameter.in(settings);
    EXPECT_TRUE(standard >= parameter.minimum && standard <= parameter.maximum) << parameter.name;
    parameter.in(settings) = parameter.minimum;
    EXPECT_TRUE(stays_finite(settings)) << parameter.name << " at its minimum";
    parameter.in(settings) = parameter.maximum;
    EXPECT_TRUE(stays_finite(settings)) << parameter.name << " at its maximum";
  }
  for (std::uint32_t seed = 0; seed < 20; ++seed)
    EXPECT_TRUE(stays_finite(random_settings<P>(seed))) << "settings of seed " << seed;
}

template <Processor P>
void check_no_allocation(const StreamFormat& format) {
  P processor = prepared<P>(format);
  Signal signal = bursts(6, format.channel_count, 4000, 2.0, format.sample_rate_hz);
  const auto settings = random_settings<P>(1);
  const auto others = random_settings<P>(2);
  const auto before = allocations();
  processor.process(signal.block().frames(0, 2000), settings);
  processor.process(signal.block().frames(2000, 2000), others);
  processor.reset();
  EXPECT_EQ(allocations(), before) << "process() or reset() allocates";
}

}  // namespace contract

template <Processor P>
void check_processor_contract() {
  for (const double sample_rate_hz : {44100.0, 48000.0, 96000.0, 192000.0})
    for (const int channels : {1, 2}) {
      SCOPED_TRACE(testing::Message() << sample_rate_hz << " Hz, " << channels << " channels");
      const StreamFormat format{sample_rate_hz, channels};
      contract::check_blocks_and_reset<P>(format);
      contract::check_neutral_and_latency<P>(format);
      contract::check_silence<P>(format);
      contract::check_bad_samples<P>(format);
      contract::check_every_setting<P>(format);
      contract::check_no_allocation<P>(format);
    }
}

}  // namespace lacquer::testkit
