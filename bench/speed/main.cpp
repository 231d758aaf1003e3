#include <CLI/CLI.hpp>
#include <iostream>
#include <nlohmann/json.hpp>

#include "bench/music.h"
#include "bench/speed/instructions.h"
#include "bench/speed/race.h"
#include "lacquer/media/files.h"
#include "lacquer/media/program.h"

using namespace lacquer;

namespace {

struct Wishes {
  std::string music = "build/music";
  std::string output;
  double duration_s = 60.0;
  int rounds = 5;
  bool no_instructions = false;
};

int fail(const Error& error) {
  std::cerr << "bench_speed: " << error.text() << '\n';
  return 3;
}

int run(const Wishes& wishes) {
  const auto music = bench::loud_music(wishes.music, 1, wishes.duration_s);
  if (!music.ok()) return fail(music.error());
  const auto race = bench::race(music->front().signal, wishes.rounds);
  if (!race.ok()) return fail(race.error());
  const bool met = bench::print(*race, std::cout);
  nlohmann::ordered_json all = {{"race", bench::to_json(*race)}};
  if (!wishes.no_instructions && !media::program_exists("valgrind")) {
    std::cout << "absent: valgrind, so no instructions are counted\n";
  } else if (!wishes.no_instructions) {
    const auto costs = bench::processor_costs();
    if (!costs.ok()) return fail(costs.error());
    std::cout << '\n';
    bench::print(*costs, std::cout);
    all["instructions_a_stereo_frame"] = bench::to_json(*costs);
  }
  if (!wishes.output.empty())
    if (const auto written = media::write_file(wishes.output, all.dump(1) + "\n"); !written.ok())
      return fail(written.error());
  return met ? 0 : 1;
}

}  // namespace

int main(int count, char** words) try {
  Wishes wishes;
  CLI::App app{
      "Lacquer's speed on one core beside that of other limiters.\n"
      "Ends with 1 where Lacquer is slower."};
  app.add_option("--music", wishes.music, "folder with folders of music")->capture_default_str();
  app.add_option("--seconds", wishes.duration_s, "of music")->capture_default_str();
  app.add_option("--rounds", wishes.rounds, "of which the median counts")->capture_default_str();
  app.add_flag("--no-instructions", wishes.no_instructions, "leave callgrind's count out");
  app.add_option("-o,--output", wishes.output, "all figures as JSON");
  CLI11_PARSE(app, count, words);
  return run(wishes);
} catch (const std::exception& error) {
  std::cerr << "bench_speed: " << error.what() << '\n';
  return 70;
}
