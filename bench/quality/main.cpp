#include <CLI/CLI.hpp>
#include <iostream>
#include <nlohmann/json.hpp>

#include "bench/quality/limiter_table.h"
#include "lacquer/media/files.h"

using namespace lacquer;

namespace {

struct Wishes {
  std::string music = "build/music";
  std::string only;
  std::string output;
  int pieces = 16;
  double duration_s = 45.0;
  bool quick = false;
};

int fail(const Error& error) {
  std::cerr << "bench_quality: " << error.text() << '\n';
  return 3;
}

int run(Wishes wishes) {
  if (wishes.quick) {
    wishes.pieces = 4;
    wishes.duration_s = 20.0;
  }
  const auto pieces = bench::loud_music(wishes.music, wishes.pieces, wishes.duration_s);
  if (!pieces.ok()) return fail(pieces.error());
  const auto limiters = bench::compare_limiters(*pieces, wishes.only, wishes.quick);
  if (!limiters.ok()) return fail(limiters.error());
  const bool met = bench::print(*limiters, std::cout);
  if (!wishes.output.empty()) {
    const nlohmann::ordered_json all = {{"limiter", bench::to_json(*limiters)}};
    if (const auto written = media::write_file(wishes.output, all.dump(1) + "\n"); !written.ok())
      return fail(written.error());
  }
  return met ? 0 : 1;
}

}  // namespace

int main(int count, char** words) {
  Wishes wishes;
  CLI::App app{
      "Lacquer's sound beside that of other programs, by Lacquer's own meters.\n"
      "Ends with 1 where Lacquer is behind."};
  app.add_option("--music", wishes.music, "folder with folders of music")->capture_default_str();
  app.add_option("--clips", wishes.pieces, "how many pieces of music")->capture_default_str();
  app.add_option("--seconds", wishes.duration_s, "of each piece")->capture_default_str();
  app.add_option("--only", wishes.only, "only peers whose name holds this text");
  app.add_flag("--quick", wishes.quick, "four pieces of 20 s, every peer at its default");
  app.add_option("-o,--output", wishes.output, "all figures, by piece, as JSON");
  CLI11_PARSE(app, count, words);
  return run(wishes);
}
