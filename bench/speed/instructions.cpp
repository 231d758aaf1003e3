#include "bench/speed/instructions.h"

#include <filesystem>
#include <iostream>
#include <nlohmann/json.hpp>

#include "bench/text_table.h"
#include "lacquer/chain/recipe.h"
#include "lacquer/media/program.h"

namespace lacquer::bench {
namespace {

constexpr double short_s = 2.0, long_s = 6.0;  // both longer than any processor's latency
constexpr std::chrono::minutes patience{10};

/// What callgrind counts of so many seconds.
Result<double> instructions(const std::string& processor, bool at_work, double seconds) {
  const auto program =
      std::filesystem::read_symlink("/proc/self/exe").parent_path() / "bench_processor";
  std::vector<std::string> words = {
      "valgrind",       "--tool=callgrind", "--callgrind-out-file=/dev/null",
      program.string(), "--seconds",        std::to_string(seconds)};
  if (!processor.empty()) words.insert(words.end(), {"--processor", processor});
  if (at_work) words.emplace_back("--at-work");
  TRY(const auto output, media::run_program(words, {.time = patience}));
  const std::string mark = "Collected : ";
  const auto at = output.err.rfind(mark);
  if (output.exit_code != 0 || at == std::string::npos)
    return Error{ErrorKind::unusable_input, "callgrind counts nothing.", processor,
                 output.last_line()};
  return std::stod(output.err.substr(at + mark.size()));
}

Result<double> instructions_a_frame(const std::string& processor, bool at_work) {
  TRY(const double few, instructions(processor, at_work, short_s));
  TRY(const double many, instructions(processor, at_work, long_s));
  std::cerr << '.' << std::flush;
  return (many - few) / ((long_s - short_s) * 44100.0);
}

}  // namespace

Result<std::vector<ProcessorCost>> processor_costs() {
  std::cerr << "instructions" << std::flush;
  TRY(const double nothing, instructions_a_frame("", false));
  std::vector<ProcessorCost> all;
  auto names = chain::processor_names();
  names.emplace_back("quantiser");
  for (const auto& name : names) {
    TRY(const double as_it_comes, instructions_a_frame(name, false));
    TRY(const double at_work, instructions_a_frame(name, true));
    all.push_back({name, as_it_comes - nothing, at_work - nothing});
  }
  std::cerr << '\n';
  return all;
}

void print(const std::vector<ProcessorCost>& costs, std::ostream& out) {
  TextTable table{{"instructions a stereo frame", "as it comes", "at work"}};
  for (const auto& cost : costs)
    table.add({"`" + cost.processor + "`", fixed(cost.as_it_comes, 0), fixed(cost.at_work, 0)});
  table.print(out);
}

nlohmann::ordered_json to_json(const std::vector<ProcessorCost>& costs) {
  nlohmann::ordered_json all;
  for (const auto& cost : costs)
    all[cost.processor] = {{"as_it_comes", cost.as_it_comes}, {"at_work", cost.at_work}};
  return all;
}

}  // namespace lacquer::bench
