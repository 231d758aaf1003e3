#include <CLI/CLI.hpp>
#include <iostream>
#include <nlohmann/json.hpp>

#include "bench/music.h"
#include "bench/quality/conversion.h"
#include "bench/quality/dither.h"
#include "bench/quality/limiter_table.h"
#include "lacquer/media/files.h"

using namespace lacquer;

namespace {

using Json = nlohmann::ordered_json;

struct Wishes {
  std::string part;
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

/// Each part adds its figures to `figures`; false where Lacquer is behind.
using Part = Result<bool> (*)(const Wishes&, Json& figures);

Result<bool> limiter(const Wishes& wishes, Json& figures) {
  TRY(const auto pieces, bench::loud_music(wishes.music, wishes.pieces, wishes.duration_s));
  TRY(const auto table, bench::compare_limiters(pieces, wishes.only, wishes.quick));
  figures["limiter"] = bench::to_json(table);
  return bench::print(table, std::cout);
}

Result<bool> conversion(const Wishes&, Json& figures) {
  TRY(const auto all, bench::compare_conversions());
  figures["conversion"] = bench::to_json(all);
  return bench::print(all, std::cout);
}

Result<bool> dither(const Wishes&, Json& figures) {
  TRY(const auto all, bench::compare_dither());
  figures["dither"] = bench::to_json(all);
  return bench::print(all, std::cout);
}

constexpr std::pair<const char*, Part> parts[] = {
    {"dither", dither}, {"limiter", limiter}, {"conversion", conversion}};

int run(Wishes wishes) {
  if (wishes.quick) {
    wishes.pieces = 4;
    wishes.duration_s = 20.0;
  }
  Json figures;
  bool met = true;
  for (const auto& [name, part] : parts) {
    if (!wishes.part.empty() && wishes.part != name) continue;
    const auto done = part(wishes, figures);
    if (!done.ok()) return fail(done.error());
    met &= *done;
    std::cout << std::endl;
  }
  if (!wishes.output.empty())
    if (const auto written = media::write_file(wishes.output, figures.dump(1) + "\n");
        !written.ok())
      return fail(written.error());
  return met ? 0 : 1;
}

}  // namespace

int main(int count, char** words) try {
  Wishes wishes;
  CLI::App app{
      "Lacquer's sound beside that of other programs, by Lacquer's own meters.\n"
      "Ends with 1 where Lacquer is behind."};
  app.add_option("part", wishes.part, "limiter, conversion or dither; without it, all")
      ->check(CLI::IsMember({"limiter", "conversion", "dither"}));
  app.add_option("--music", wishes.music, "folder with folders of music")->capture_default_str();
  app.add_option("--clips", wishes.pieces, "how many pieces of music")->capture_default_str();
  app.add_option("--seconds", wishes.duration_s, "of each piece")->capture_default_str();
  app.add_option("--only", wishes.only, "only peers whose name holds this text");
  app.add_flag("--quick", wishes.quick, "four pieces of 20 s, every peer at its default");
  app.add_option("-o,--output", wishes.output, "all figures, by piece, as JSON");
  CLI11_PARSE(app, count, words);
  return run(wishes);
} catch (const std::exception& error) {
  std::cerr << "bench_quality: " << error.what() << '\n';
  return 70;
}
