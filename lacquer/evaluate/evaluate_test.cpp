#include "lacquer/evaluate/evaluate.h"

#include <gtest/gtest.h>

#include "lacquer/evaluate/programmes.h"
#include "lacquer/evaluate/scratch_folder.h"
#include "lacquer/evaluate/test_clip.h"
#include "lacquer/media/files.h"
#include "lacquer/media/writers.h"

using namespace lacquer;
using namespace lacquer::evaluate;
namespace fs = std::filesystem;

namespace {

/// Two programmes in folders of their own, one file that is no audio and one that is too short.
struct Music {
  Music() : scratch{ScratchFolder::make().value()} {
    put("a/one.wav", test_clip(1, 15.0));
    put("b/two.wav", test_clip(2, 14.0, 44100.0));
    put("b/short.wav", test_clip(3, 3.0));
    EXPECT_TRUE(media::write_file(scratch / "b/noise.mp3", "this is no music").ok());
    EXPECT_TRUE(media::write_file(scratch / "b/notes.txt", "nor is this").ok());
  }
  void put(const char* name, Clip clip) const {
    const fs::path path = scratch / name;
    ASSERT_TRUE(media::make_folder(path.parent_path()).ok());
    const auto format = clip.format();
    auto sink = media::create_audio(path, media::FileFormat::wav_24, format);
    ASSERT_TRUE(sink.ok());
    ASSERT_TRUE(media::copy(*source_of(std::move(clip)), **sink).ok());
    ASSERT_TRUE((*sink)->finish().ok());
  }
  fs::path folder() const { return scratch / "."; }
  ScratchFolder scratch;
};

FaultReport report_of(const Music& music, int threads) {
  studio::Room room;
  room.data = std::filesystem::path{LACQUER_SOURCE_DIR} / "data";
  room.threads = threads;
  auto report = evaluate_faults({music.folder(), {"dc", "click"}, 2}, room);
  EXPECT_TRUE(report.ok()) << (report.ok() ? "" : report.error().text());
  return std::move(report).value();
}

}  // namespace

TEST(Evaluate, TheNumbersDoNotHangOnTheThreadsAndUnusableFilesAreNamed) {
  const Music music;
  const auto one = report_of(music, 1), three = report_of(music, 3);
  ASSERT_EQ(one.faults.size(), 2u);
  for (std::size_t i = 0; i < 2; ++i) {
    const auto &a = one.faults[i], &b = three.faults[i];
    EXPECT_EQ(a.kind, b.kind);
    EXPECT_EQ(a.score.heard, b.score.heard);
    EXPECT_EQ(a.score.missed, b.score.missed);
    EXPECT_EQ(a.place_error_s, b.place_error_s);
    EXPECT_EQ(a.worst_place_error_s, b.worst_place_error_s);
    EXPECT_EQ(a.value_errors, b.value_errors);
    EXPECT_EQ(a.cross_talk, b.cross_talk);
    for (const auto& strength : a.strengths) EXPECT_LE(strength.score.trials(), 2);
  }
  EXPECT_EQ(one.programmes, (std::vector<std::string>{"a/one.wav", "b/two.wav"}));
  ASSERT_EQ(one.unusable.size(), 2u);
  EXPECT_TRUE(one.unusable[0].place.ends_with("noise.mp3"));
  EXPECT_TRUE(one.unusable[1].place.ends_with("short.wav"));
  EXPECT_NEAR(one.clean_hours * 3600.0, 29.0, 1e-6);
  const auto& dc = one.faults[1];
  ASSERT_EQ(dc.kind, "dc");
  EXPECT_EQ(dc.score.recall(), 1.0);
}

TEST(Evaluate, AFolderWithNothingUsableOrNoFolderIsAnError) {
  const auto scratch = ScratchFolder::make().value();
  const auto empty = evaluate_faults({scratch / ".", {}, 1}, {});
  ASSERT_FALSE(empty.ok());
  EXPECT_EQ(empty.error().kind, ErrorKind::unusable_input);
  const auto absent = evaluate_faults({scratch / "absent", {}, 1}, {});
  ASSERT_FALSE(absent.ok());
  EXPECT_EQ(absent.error().kind, ErrorKind::unusable_input);
  const auto unknown = evaluate_faults({scratch / ".", {"gremlins"}, 1}, {});
  ASSERT_FALSE(unknown.ok());
  EXPECT_EQ(unknown.error().kind, ErrorKind::usage);
}

TEST(Evaluate, ABarIsReachedMissedOrNotTried) {
  EXPECT_TRUE((Bar{"recall", 0.95, 0.95, true}).reached());
  EXPECT_FALSE((Bar{"recall", 0.94, 0.95, true}).reached());
  EXPECT_FALSE((Bar{"fails", 1.1, 1.0, false}).reached());
  EXPECT_TRUE((Bar{"recall", {}, 0.95, true}).reached());
}

TEST(Programmes, KnownFaultsAreReadAndCoverTheirKindFileAndPlace) {
  const auto scratch = ScratchFolder::make().value();
  EXPECT_TRUE(known_faults(scratch / ".").value().empty());
  ASSERT_TRUE(media::write_file(scratch / known_faults_name,
                                R"([{"file": "a.wav", "kind": "click", "start_s": 5, "end_s": 6,
                                     "note": "ours"}, {"kind": "hum"}])")
                  .ok());
  const auto list = known_faults(scratch / ".").value();
  ASSERT_EQ(list.size(), 2u);
  measure::Finding finding;
  finding.kind = "click";
  finding.start_s = finding.end_s = 5.5;
  ASSERT_TRUE(known(list, "a.wav", finding));
  EXPECT_EQ(known(list, "a.wav", finding)->note, "ours");
  EXPECT_FALSE(known(list, "b.wav", finding));
  finding.start_s = finding.end_s = 7.0;
  EXPECT_FALSE(known(list, "a.wav", finding));
  finding.kind = "hum";
  EXPECT_TRUE(known(list, "b.wav", finding));
  ASSERT_TRUE(media::write_file(scratch / known_faults_name, "{]").ok());
  EXPECT_FALSE(known_faults(scratch / ".").ok());
}

TEST(Programmes, AnExcerptBeginsAndEndsInSilenceAndFills24Bits) {
  const Clip clip = excerpt_of(test_clip(1, 13.0));
  EXPECT_NEAR(clip.duration_s(), 13.4, 1e-3);
  EXPECT_EQ(rms(clip, 0, 0, clip.frames(0.2)), 0.0);
  EXPECT_LT(rms(clip, 0, clip.frame_count() - clip.frames(0.25), clip.frames(0.25)), 1e-4);
  int odd = 0;
  for (int f = 0; f < clip.frame_count(); ++f)
    odd += std::fmod(std::abs(std::ldexp(clip.row(0)[f], 23)), 2.0) == 1.0;
  EXPECT_GT(odd, clip.frame_count() / 3);
}
