#include "lacquer/advise/targets/learn.h"
#include "lacquer/advise/targets/population_file.h"
#include "lacquer/media/files.h"
#include "lacquer/report/target_plot.h"
#include "lacquer/studio/workshop.h"

namespace lacquer::studio {

Result<std::vector<advise::Targets::Population>> targets(const Room& room) {
  TRY(const auto all, targets_in(room));
  return all.populations();
}

Result<ShownTarget> show_target(const std::string& name, const Room& room) {
  TRY(const auto all, targets_in(room));
  TRY(auto population, advise::population_named(name, all));
  std::string drawing = report::target_svg(band_of(population), population.bands_hz);
  return ShownTarget{std::move(population), std::move(drawing)};
}

Result<advise::Targets::Population> learn_target(const std::string& name,
                                                 const std::vector<std::filesystem::path>& files,
                                                 const Room& room) {
  if (room.own_targets.empty())
    return Error{ErrorKind::usage, "There is no folder for targets of your own.", "",
                 "Set LACQUER_TARGETS to one."};
  TRY(const auto all, targets_in(room));
  TRY_DO(advise::require_free_name(name, all));  // before the work
  std::vector<advise::Example> examples;
  for (const auto& file : files) {
    TRY(auto measured, measure_file(file, {}, "all", room));
    examples.push_back({file.filename().string(), std::move(measured.measurement)});
  }
  TRY(auto population, advise::learn(name, examples, all, room.clock().substr(0, 10)));
  TRY_DO(media::make_folder(room.own_targets));
  TRY_DO(
      media::write_file(room.own_targets / (name + ".json"), advise::population_text(population)));
  return population;
}

}  // namespace lacquer::studio
