#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "lacquer/session/request_toml.h"

using namespace lacquer;
using namespace lacquer::session;
using testing::HasSubstr;

namespace {

std::string mistake_in(const std::string& key) {
  const auto read = parse_album("[[track]]\nfile = \"a.wav\"\n" + key + "\n", "album.toml");
  return read.ok() ? "accepted" : read.error().text();
}

}  // namespace

TEST(Album, TheEndsOfATrackArriveInTheirFields) {
  const auto read = parse_album(R"([[track]]
file = "a.wav"
trim_start_s = 0.25
trim_end_s = 1
fade_in_s = 0.01
fade_in_curve = "linear"
fade_out_s = 6.5
fade_out_curve = "exponential"
silence_before_s = 0.2
silence_after_s = 3
)",
                                "album.toml");
  ASSERT_TRUE(read.ok()) << read.error().text();
  EXPECT_EQ(read.value().programme.tracks[0].edit, (Edit{.trim_start_s = 0.25,
                                                         .trim_end_s = 1.0,
                                                         .fade_in_s = 0.01,
                                                         .fade_out_s = 6.5,
                                                         .fade_in_curve = FadeCurve::linear,
                                                         .fade_out_curve = FadeCurve::exponential,
                                                         .silence_before_s = 0.2,
                                                         .silence_after_s = 3.0}));
}

TEST(Album, AnEditThatCannotBeReadIsNamedWithWhatWouldBeRight) {
  EXPECT_THAT(mistake_in("fade_out_s = -1"), HasSubstr("\"fade_out_s\" is out of range"));
  EXPECT_THAT(mistake_in("trim_end_s = \"1\""), HasSubstr("\"trim_end_s\" is a text"));
  EXPECT_THAT(mistake_in("fade_in_curve = \"exponental\""),
              HasSubstr("\"exponental\" is no curve of a fade. Did you mean \"exponential\"?"));
  EXPECT_THAT(mistake_in("fade_s = 1"), HasSubstr("no key \"fade_s\""));
}
