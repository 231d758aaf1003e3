#include <gmock/gmock.h>

#include "lacquer/media/files.h"
#include "lacquer/session/ledger.h"
#include "lacquer/session/testing.h"

using namespace lacquer;
using namespace lacquer::session;
using ::testing::HasSubstr;

namespace {

std::string ledger_of(int entries) {
  std::string text;
  std::string previous{no_line_before};
  for (int n = 1; n <= entries; ++n) {
    const std::string line =
        line_of({n, "2026-11-22T09:00:00Z", "Ann Cutter", "decided",
                 compact_body("{\"id\": \"1-tone\", \"why\": \"dull\", \"gain_db\": 1.5}").value(),
                 previous});
    previous = media::sha256(line.substr(0, line.size() - 1));
    text += line;
  }
  return text;
}

std::string error_of(const std::string& text) {
  const auto read = parse_ledger(text, "ledger.jsonl");
  return read.ok() ? "accepted" : read.error().text();
}

}  // namespace

TEST(Ledger, ALineIsOneJsonObjectWithItsKeysInAFixedOrder) {
  EXPECT_EQ(line_of({1, "2026-11-22T09:00:00Z", "Ann \"The Knife\"", "decided", "{\"a\":1}",
                     std::string{no_line_before}}),
            "{\"n\":1,\"time\":\"2026-11-22T09:00:00Z\",\"by\":\"Ann \\\"The Knife\\\"\","
            "\"kind\":\"decided\",\"body\":{\"a\":1},\"previous\":\"" +
                std::string(64, '0') + "\"}\n");
}

TEST(Ledger, EveryEntryIsReadAsItWasWritten) {
  const auto ledger = parse_ledger(ledger_of(3), "ledger.jsonl");
  ASSERT_TRUE(ledger.ok()) << ledger.error().text();
  ASSERT_EQ(ledger->entries.size(), 3U);
  EXPECT_EQ(ledger->entries[2].number, 3);
  EXPECT_EQ(ledger->entries[2].by, "Ann Cutter");
  EXPECT_EQ(ledger->entries[2].kind, "decided");
  EXPECT_EQ(ledger->entries[2].body, "{\"id\":\"1-tone\",\"why\":\"dull\",\"gain_db\":1.5}");
  EXPECT_EQ(ledger->whole_bytes, ledger_of(3).size());
}

TEST(Ledger, ALastLineCutAnywhereLeavesTheLinesBeforeIt) {
  const std::string two = ledger_of(2), three = ledger_of(3);
  for (std::size_t bytes = two.size(); bytes < three.size(); ++bytes) {
    const auto ledger = parse_ledger(three.substr(0, bytes), "ledger.jsonl");
    ASSERT_TRUE(ledger.ok()) << ledger.error().text();
    ASSERT_EQ(ledger->entries.size(), 2U);
    ASSERT_EQ(ledger->whole_bytes, two.size());
  }
}

TEST(Ledger, AnyOneByteChangedBeforeTheLastLineIsNoticedAndItsLineNamed) {
  const std::string good = ledger_of(4);
  const std::size_t last = ledger_of(3).size();
  std::size_t line = 1;
  for (std::size_t at = 0; at < last; ++at) {
    std::string changed = good;
    changed[at] = static_cast<char>(changed[at] ^ 1);
    ASSERT_THAT(error_of(changed), HasSubstr("ledger.jsonl:" + std::to_string(line) + ":"))
        << "byte " << at;
    if (good[at] == '\n') ++line;
  }
}

TEST(Ledger, LinesTakenOutDoubledOrSwappedAreNoticed) {
  const std::string one = ledger_of(1), two = ledger_of(2), three = ledger_of(3);
  const std::string second = two.substr(one.size()), third = three.substr(two.size());
  EXPECT_THAT(error_of(one + third), HasSubstr("ledger.jsonl:2:"));
  EXPECT_THAT(error_of(two + second), HasSubstr("ledger.jsonl:3:"));
  EXPECT_THAT(error_of(one + third + second), HasSubstr("ledger.jsonl:2:"));
  EXPECT_THAT(error_of(second + third), HasSubstr("ledger.jsonl:1:"));
  EXPECT_THAT(error_of(one + "\n" + second), HasSubstr("ledger.jsonl:2:"));
}

TEST(Ledger, WhatIsNoLedgerIsRefusedAtItsFirstLine) {
  for (const std::string text : {"", "{", "\n", "{}\n", "[]\n", "null\n", "\xff\n", "1\n",
                                 "{\"n\":1,\"time\":\"\",\"by\":\"\"}\n"})
    EXPECT_THAT(error_of(text), HasSubstr("ledger.jsonl:1:")) << text;
}

TEST(Ledger, ABodyIsAJsonObjectAndNothingElse) {
  for (const std::string body : {"", "1", "[]", "null", "{", "{\"a\":1}x", "{\"a\":\xff}",
                                 "{'a':1}", "{\"a\":nan}", "{\"a\":1e999}"})
    EXPECT_FALSE(compact_body(body).ok()) << body;
  EXPECT_EQ(compact_body(" {\n \"b\" : 1.50 ,\n \"a\" : \"x y\" } ").value(),
            "{\"b\":1.5,\"a\":\"x y\"}");
}

TEST(Ledger, ABodyNestedWithoutEndIsRefusedAndNotFollowed) {
  const std::string deep = "{\"a\":" + std::string(200000, '[') + std::string(200000, ']') + "}";
  EXPECT_FALSE(compact_body(deep).ok());
  EXPECT_THAT(error_of(deep + "\n"), HasSubstr("ledger.jsonl:1:"));
}
