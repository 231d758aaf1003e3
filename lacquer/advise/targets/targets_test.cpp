#include "lacquer/advise/targets/targets.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "lacquer/advise/test_mix.h"

using namespace lacquer;
using namespace lacquer::advise;

namespace {

/// A copy of the shipped folder that a test may damage.
class TargetsFolder : public testing::Test {
 protected:
  void SetUp() override {
    folder_ =
        std::filesystem::path{testing::TempDir()} /
        (std::string{"targets-"} + testing::UnitTest::GetInstance()->current_test_info()->name());
    std::filesystem::remove_all(folder_);
    std::filesystem::copy(LACQUER_SOURCE_DIR "/data/targets", folder_);
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  std::string read(const std::string& name) const {
    std::ifstream stream{folder_ / name};
    return {std::istreambuf_iterator<char>{stream}, {}};
  }
  void write(const std::string& name, const std::string& content) const {
    std::ofstream{folder_ / name} << content;
  }
  void replace(const std::string& name, const std::string& from, const std::string& to) const {
    std::string content = read(name);
    const auto at = content.find(from);
    ASSERT_NE(at, std::string::npos) << from;
    write(name, content.replace(at, from.size(), to));
  }
  Error error() const {
    auto loaded = Targets::load(folder_);
    EXPECT_FALSE(loaded.ok());
    return loaded.ok() ? Error{} : loaded.error();
  }

  std::filesystem::path folder_;
};

}  // namespace

TEST_F(TargetsFolder, HoldsTheFivePopulationsWithTheirSizes) {
  const auto targets = Targets::load(folder_);
  ASSERT_TRUE(targets.ok()) << targets.error().text();
  EXPECT_EQ(targets->names(),
            (std::vector<std::string>{"all", "classical", "jazz", "pop", "unlabelled"}));
  EXPECT_EQ(targets->find("pop")->n, 138);
  EXPECT_EQ(targets->find("polka"), nullptr);
  for (const std::string& name : targets->names()) {
    const auto* one = targets->find(name);
    EXPECT_EQ(one->share_mean_db.size(), 9u);
    EXPECT_TRUE(says(one->source, "phaselimiter"));
    EXPECT_EQ(one->date, "2026-11-22");
  }
  EXPECT_EQ(targets->ceiling().true_peak_dbtp, -1.0);
}

TEST_F(TargetsFolder, ADamagedTargetNamesItsFileAndPlace) {
  const std::string pop = read("pop.json");
  struct Damage {
    std::string from, to, said;
  };
  for (const auto& [from, to, said] : {
           Damage{"\"n\": 138", "\"n\": \"many\"", "\"n\" should hold numbers"},
           Damage{"\"share_mean_db\"", "\"share_mean\"", "\"share_mean_db\" is missing"},
           Damage{"-7.13, ", "", "list of 9 numbers"},
           Damage{"\"5\": -10.73", "\"5\": 10.73", "falls where the percents rise"},
           Damage{"\"5\": -10.73", "\"few\": -10.73", "\"few\" where a percent should be"},
           Damage{"[5.055, -1.155", "[5.055, -1.2", "not symmetric"},
           Damage{"20.0, 148.2", "148.2, 20.0", "rise from edge to edge"},
           Damage{"\"name\": \"pop\"", "\"name\": \"rock\"", "the file's own, \"pop\""},
           Damage{"\"population\"", "\"people\"", "\"kind\" should be"},
       }) {
    SCOPED_TRACE(said);
    write("pop.json", pop);
    replace("pop.json", from, to);
    const Error told = error();
    EXPECT_EQ(told.kind, ErrorKind::unusable_input);
    EXPECT_TRUE(says(told.place, "pop.json"));
    EXPECT_TRUE(says(told.sentence, said));
    EXPECT_FALSE(told.remedy.empty());
  }
}

TEST_F(TargetsFolder, ATargetCutAnywhereIsAnErrorAndNeverAnythingWorse) {
  const std::string pop = read("pop.json");
  for (std::size_t length = 0; length + 2 < pop.size(); length += 61) {
    write("pop.json", pop.substr(0, length));
    const Error told = error();
    ASSERT_TRUE(says(told.place, "pop.json"));
    ASSERT_TRUE(says(told.sentence, "damaged"));
  }
}

TEST_F(TargetsFolder, AFolderThatIsMissingOrEmptyIsNamed) {
  for (const auto& entry : std::filesystem::directory_iterator{folder_})
    std::filesystem::remove(entry);
  EXPECT_TRUE(says(error().sentence, "all.json"));
  std::filesystem::remove(folder_);
  EXPECT_TRUE(says(error().place, folder_.string()));
}

TEST(Quantiles, PercentileAndQuantileUndoEachOtherAndHoldAtTheEnds) {
  for (const std::string& name : shipped_targets().names())
    for (const Quantiles& share : population(name).share_db) {
      EXPECT_EQ(percentile(share, -1000.0), 5.0);
      EXPECT_EQ(percentile(share, 1000.0), 95.0);
      EXPECT_EQ(quantile(share, 0.0), share.values.front());
      double last = 0.0;
      for (double percent = 5.0; percent <= 95.0; percent += 2.5) {
        const double value = quantile(share, percent);
        EXPECT_NEAR(percentile(share, value), percent, 1e-9);
        EXPECT_GE(percentile(share, value), last);
        last = percentile(share, value);
      }
    }
}

TEST(Quantiles, AStepInTheDistributionIsNoDivisionByZero) {
  const Quantiles flat{{5.0, 25.0, 75.0, 95.0}, {0.0, 1.0, 1.0, 2.0}};
  EXPECT_EQ(percentile(flat, 1.0), 75.0);
  EXPECT_LT(percentile(flat, 0.999), 25.0);
  EXPECT_EQ(quantile(flat, 50.0), 1.0);
}
