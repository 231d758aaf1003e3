// What nobody should give a mastering room, and what it does all the same: a sentence, no wild
// boost, no peak over the ceiling.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>

#include "lacquer/advise/forecast/responses.h"
#include "lacquer/media/test_audio.h"
#include "lacquer/media/test_folder.h"
#include "lacquer/studio/studio.h"

using namespace lacquer;
using namespace lacquer::studio;
using testing::HasSubstr;
using testkit::Signal;

namespace {

constexpr double seconds = 5.2, rate_hz = 32000.0;  // as short as a reference may be
constexpr int frames = static_cast<int>(seconds * rate_hz);
constexpr double most_boost_db = 6.0;  // of an equaliser, all its bands together
constexpr double most_louder_lu = 24.0;

/// Syllables of a voice at 120 Hz through two formants, breaths of noise between them, and rests.
Signal speech(double gain) {
  Signal signal{2, frames, rate_hz};
  const Signal breath = testkit::noise(5, 1, frames, 0.2, rate_hz);
  for (int f = 0; f < frames; ++f) {
    const double t = f / rate_hz, in_syllable = std::fmod(t, 0.28);
    const bool rests = std::fmod(t, 2.5) > 2.0;
    double value = 0.0;
    if (!rests && in_syllable < 0.18)
      for (int k = 1; k <= 30; ++k) {
        const double hz = 120.0 * k;
        const double formants = 1.0 / (1.0 + std::pow((hz - 600.0) / 150.0, 2)) +
                                0.4 / (1.0 + std::pow((hz - 1700.0) / 250.0, 2));
        value += formants * std::sin(2.0 * pi * hz * t) * std::sin(pi * in_syllable / 0.18);
      }
    else if (!rests)
      value = breath.at(0, f);
    for (int c = 0; c < 2; ++c) signal.at(c, f) = gain * value;
  }
  return signal;
}

/// Chords with a beat: something like music, to hold odd references against.
Signal music() {
  Signal signal{2, frames, rate_hz};
  const Signal hiss = testkit::noise(9, 2, frames, 0.02, rate_hz);
  for (int f = 0; f < frames; ++f)
    for (int c = 0; c < 2; ++c) {
      const double t = f / rate_hz, beat = std::fmod(t, 0.5);
      signal.at(c, f) = 0.1 * (std::sin(2 * pi * 110 * t) + std::sin(2 * pi * 277 * t + c) +
                               0.4 * std::sin(2 * pi * 1240 * t + 2 * c)) +
                        0.3 * std::exp(-beat * 30) * std::sin(2 * pi * 60 * beat) + hiss.at(c, f);
    }
  return signal;
}

Signal turned(Signal signal, double gain) {
  for (int f = 0; f < signal.frame_count(); ++f)
    for (int c = 0; c < signal.channel_count(); ++c) signal.at(c, f) *= gain;
  return signal;
}

/// Darker towards 0, brighter below it.
Signal tilted(Signal signal, double keep) {
  for (int c = 0; c < signal.channel_count(); ++c) {
    double last = 0.0;
    for (int f = 0; f < signal.frame_count(); ++f) {
      const double now = signal.at(c, f);
      last = keep > 0.0 ? last + keep * (now - last) : last;
      signal.at(c, f) = keep > 0.0 ? last : 3.0 * (now + keep * last);
      if (keep <= 0.0) last = now;
    }
  }
  return signal;
}

Signal clipped(Signal signal, double drive) {
  for (int f = 0; f < signal.frame_count(); ++f)
    for (int c = 0; c < signal.channel_count(); ++c)
      signal.at(c, f) = std::clamp(drive * signal.at(c, f), -1.0, 1.0);
  return signal;
}

Signal sine(double hz, double peak_dbfs, int channels = 2) {
  return testkit::sine(hz, peak_dbfs, seconds, rate_hz, channels);
}

struct Odd {
  const char* name;
  std::function<Signal()> make;
  const char* sentence;  ///< among what was said of it; empty: anything
};
std::ostream& operator<<(std::ostream& out, const Odd& odd) { return out << odd.name; }

struct OddRoom {
  OddRoom() {
    room.data = std::filesystem::path{LACQUER_SOURCE_DIR} / "data";
    room.version = "test";
    room.threads = 1;
  }
  std::filesystem::path put(const char* name, const Signal& signal) {
    media::put_wav(folder / name, signal);
    return folder / name;
  }
  Order order(const std::filesystem::path& mix) {
    Order order;
    order.inputs = {mix};
    order.session = folder / "s.lacquer";
    return order;
  }
  /// Suggested, all accepted, rendered; nothing delivered.
  Result<Overview> mastered(const Order& order) {
    TRY(const auto suggested, suggest(order, room));
    for (const auto& one : suggested.page.tracks.front().suggestions)
      TRY_DO(decide(suggested.session, {one.id, Verb::accept, {}, "", "Ann Ear"}, room));
    return render(suggested.session, room);
  }
  media::TestFolder folder;
  Room room;
};

std::string everything_said(const report::TrackPage& page) {
  std::string all = page.standing + "\n";
  for (const auto& one : page.suggestions) all += one.reason + "\n";
  for (const auto* list : {&page.mentions, &page.left_alone})
    for (const auto& line : *list) all += line + "\n";
  return all;
}

void expect_sane(const report::TrackPage& page, double ceiling_dbtp) {
  for (const auto& one : page.suggestions) {
    EXPECT_NE(one.reason, "");
    for (const auto& [setting, value] : one.settings)
      EXPECT_TRUE(std::isfinite(value)) << one.id << " " << setting;
    if (const auto responses = advise::responses_of({one.processor, one.settings}))
      for (double hz = 20.0; hz < 0.45 * rate_hz; hz *= 1.1) {
        EXPECT_LE(responses->mid(hz), most_boost_db) << one.id << " at " << hz << " Hz";
        EXPECT_LE(responses->side(hz), most_boost_db) << one.id << " at " << hz << " Hz";
      }
  }
  ASSERT_TRUE(page.master.has_value());
  const auto& before = page.mix;
  const auto& after = *page.master;
  EXPECT_LE(after.peak.true_dbtp.value_or(ceiling_dbtp), ceiling_dbtp);
  const auto from = before.loudness.integrated_lufs, to = after.loudness.integrated_lufs;
  ASSERT_EQ(from.has_value(), to.has_value());
  EXPECT_LE(to.value_or(0.0) - from.value_or(0.0), most_louder_lu);
}

class OddMix : public testing::TestWithParam<Odd> {};
class OddReference : public testing::TestWithParam<Odd> {};

}  // namespace

TEST_P(OddMix, GetsASaneMasterOrNoneAndASentence) {
  OddRoom odd;
  const auto overview = odd.mastered(odd.order(odd.put("mix.wav", GetParam().make())));
  ASSERT_TRUE(overview.ok()) << overview.error().text();
  const auto& page = overview->page.tracks.front();
  expect_sane(page, -1.0);
  EXPECT_THAT(everything_said(page), HasSubstr(GetParam().sentence));
}

INSTANTIATE_TEST_SUITE_P(
    All, OddMix,
    testing::Values(
        Odd{"digital silence",
            [] {
              return Signal{2, frames, rate_hz};
            },
            "silent"},
        Odd{"white noise", [] { return testkit::noise(1, 2, frames, 0.3, rate_hz); }, ""},
        Odd{"noise as soft as a tape's", [] { return testkit::noise(2, 2, frames, 1e-3, rate_hz); },
            "wrong file"},
        Odd{"one note", [] { return sine(440.0, -12.0); }, ""},
        Odd{"one low note", [] { return sine(50.0, -6.0); }, ""},
        Odd{"one high note", [] { return sine(15000.0, -6.0); }, ""},
        Odd{"one note in mono", [] { return sine(440.0, -12.0, 1); }, ""},
        Odd{"speech", [] { return speech(0.2); }, ""},
        Odd{"speech far away", [] { return speech(0.004); }, "wrong file"},
        Odd{"a square wave at full scale", [] { return clipped(sine(220.0, 0.0), 1e3); }, ""},
        Odd{"music turned to the edge of the gate", [] { return turned(music(), 2e-3); },
            "too quiet"}));

TEST_P(OddReference, TeachesNothingWildAndIsSpokenOf) {
  OddRoom odd;
  auto order = odd.order(odd.put("mix.wav", music()));
  order.references = {{odd.put("reference.wav", GetParam().make()).string()}};
  const auto overview = odd.mastered(order);
  if (!overview.ok()) {
    EXPECT_EQ(overview.error().kind, ErrorKind::unusable_input);
    EXPECT_THAT(overview.error().text(), HasSubstr("reference.wav"));
    EXPECT_THAT(overview.error().text(), HasSubstr(GetParam().sentence));
    EXPECT_FALSE(std::filesystem::exists(odd.folder / "s.lacquer"));
    return;
  }
  const auto& page = overview->page.tracks.front();
  expect_sane(page, -1.0);
  EXPECT_THAT(page.standing, HasSubstr(GetParam().sentence));
}

INSTANTIATE_TEST_SUITE_P(
    All, OddReference,
    testing::Values(
        Odd{"four seconds long",
            [] { return testkit::noise(1, 2, static_cast<int>(4 * rate_hz), 0.3, rate_hz); },
            "4.0 s"},
        Odd{"silent",
            [] {
              return Signal{2, frames, rate_hz};
            },
            "silent"},
        Odd{"mono", [] { return testkit::noise(1, 1, frames, 0.3, rate_hz); }, "mono"},
        Odd{"clipped", [] { return clipped(music(), 12.0); }, "clip"},
        Odd{"the mix itself", music, "the mix itself"},
        Odd{"noise", [] { return testkit::noise(1, 2, frames, 0.3, rate_hz); }, "reference.wav"},
        Odd{"one note", [] { return sine(440.0, -12.0); }, "reference.wav"}));

TEST(OddWishes, ReferencesThatContradictEachOtherAreNamed) {
  OddRoom odd;
  auto order = odd.order(odd.put("mix.wav", music()));
  order.references = {{odd.put("dull.wav", tilted(music(), 0.05)).string(),
                       odd.put("shrill.wav", tilted(music(), -0.9)).string()}};
  const auto overview = suggest(order, odd.room);
  ASSERT_TRUE(overview.ok()) << overview.error().text();
  EXPECT_THAT(overview->page.tracks.front().standing,
              HasSubstr("dull.wav and shrill.wav contradict each other"));
}

TEST(OddWishes, ALoudnessThatTheCeilingForbidsNamesWhatBinds) {
  OddRoom odd;
  auto order = odd.order(odd.put("mix.wav", music()));
  order.loudness_lufs = -6.0;
  order.ceiling_dbtp = -12.0;
  const auto overview = odd.mastered(order);
  ASSERT_TRUE(overview.ok()) << overview.error().text();
  const auto& page = overview->page.tracks.front();
  ASSERT_TRUE(page.binding.has_value());
  EXPECT_THAT(*page.binding, HasSubstr("ceiling of -12.0 dBTP binds"));
  ASSERT_TRUE(page.limiting.has_value());
  EXPECT_LE(*page.master->peak.true_dbtp, -12.0);
}
