#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <vector>

#include "lacquer/base/units.h"
#include "lacquer/deliver/delivery.h"
#include "lacquer/measure/meter.h"
#include "lacquer/media/files.h"
#include "lacquer/media/test_folder.h"
#include "testkit/signal.h"

/// Synthetic albums for the tests of this room.
namespace lacquer::deliver {

inline std::filesystem::path test_data() {
  return std::filesystem::path{LACQUER_SOURCE_DIR} / "data";
}

inline TrackInput track_input(const testkit::Signal& signal) {
  TrackInput track;
  track.master = testkit::open(signal);
  track.for_vinyl = track.master;
  auto source = track.master();
  track.measured =
      measure::measure(*source.value(), {true, true, false, false, false, true}).value();
  return track;
}

/// A tone with noise around it, so that a codec has something to do; peaks near -6 dBFS.
inline testkit::Signal piece(double frequency_hz, double length_s, double rate_hz = 44100.0,
                             int channels = 2) {
  testkit::Signal tone = testkit::sine(frequency_hz, -9.0, length_s, rate_hz, channels);
  const testkit::Signal noise = testkit::noise(static_cast<std::uint32_t>(frequency_hz), channels,
                                               tone.frame_count(), 0.1, rate_hz);
  for (int c = 0; c < channels; ++c)
    for (int f = 0; f < tone.frame_count(); ++f) tone.at(c, f) += noise.at(c, f);
  return tone;
}

/// Titles, codes and a place to deliver to, for these signals.
struct TestAlbum {
  explicit TestAlbum(const std::vector<testkit::Signal>& signals) {
    job.programme.title = "First Light";
    job.programme.artist = "Ébène";
    job.programme.upc = "4006381333931";
    job.programme.date = "2026-11-22";
    job.programme.genre = "Pop";
    job.programme.label = "House";
    job.programme.language = "en";
    for (std::size_t t = 0; t < signals.size(); ++t) {
      Track track;
      track.title = "Song " + std::to_string(t + 1);
      track.composer = t == 0 ? "A. Writer" : "";
      track.isrc = "GBAAA260000" + std::to_string(t + 1);
      job.programme.tracks.push_back(track);
      job.tracks.push_back(track_input(signals[t]));
    }
    job.folder = folder / "out";
    job.data = test_data();
  }
  std::filesystem::path file(const std::string& name) const { return job.folder / name; }

  media::TestFolder folder;
  Job job;
};

/// Every check of that name with its verdict; the test fails when there is none.
inline std::vector<Check> checks_named(const Delivery& delivery, const std::string& name) {
  std::vector<Check> found;
  for (const Check& check : delivery.checks)
    if (check.check == name) found.push_back(check);
  EXPECT_FALSE(found.empty()) << "no check named " << name;
  return found;
}

inline bool any_fails(const Delivery& delivery, const std::string& name) {
  for (const Check& check : checks_named(delivery, name))
    if (check.verdict == Verdict::fail) return true;
  return false;
}

/// The failing checks as text, for messages and for "nothing but this fails".
inline std::vector<std::string> failures(const Delivery& delivery) {
  std::vector<std::string> names;
  for (const Check& check : delivery.checks)
    if (check.verdict == Verdict::fail) names.push_back(check.check + ": " + check.value);
  return names;
}

}  // namespace lacquer::deliver
