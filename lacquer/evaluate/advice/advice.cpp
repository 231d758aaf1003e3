#include "lacquer/evaluate/advice/advice.h"

#include <algorithm>
#include <chrono>

#include "lacquer/advise/tone/tone.h"
#include "lacquer/base/parallel.h"
#include "lacquer/evaluate/advice/recovery.h"
#include "lacquer/evaluate/programmes.h"
#include "lacquer/measure/meter.h"

namespace lacquer::evaluate {
namespace fs = std::filesystem;
namespace {

constexpr double shortest_programme_s = 12.0;
/// In the shares of the issue: what is asked of each manner.
constexpr double undone_blind = 0.4, undone_with_reference = 0.6;
constexpr double song_s = 240.0;
constexpr double most_further_db = 0.3;

struct Programme {
  fs::path path;
  std::string name;
  Stretch stretch;
  Restraint clean;
};

bool in_middle_half(const measure::Spectrum& spectrum, const advise::Targets::Population& where) {
  const auto bands = advise::tonal_view(spectrum, where).bands;
  return !bands.empty() && std::all_of(bands.begin(), bands.end(), [&](std::size_t band) {
    const double share_db = *spectrum.share_db[band];
    return share_db >= advise::quantile(where.share_db[band], 25.0) &&
           share_db <= advise::quantile(where.share_db[band], 75.0);
  });
}

/// What the assistant says of the master itself, and how long it takes.
Result<Programme> look_at(const fs::path& path, const AdviceOrder& order,
                          const advise::Targets& targets, const Progress& progress) {
  Programme programme;
  programme.path = path;
  programme.name = path.lexically_relative(order.folder).string();
  TRY(programme.stretch, loudest_stretch(path, order.excerpt_s));
  if (programme.stretch.length_s < shortest_programme_s)
    return Error{ErrorKind::unusable_input, "It is too short to be a programme (12 s at least).",
                 path.string(), ""};
  TRY(auto clip, read_clip(path, programme.stretch.start_s, programme.stretch.length_s));
  if (clip.channel_count() > 2)
    return Error{ErrorKind::unusable_input, "Only mono and stereo have a tone to be advised on.",
                 path.string(), ""};
  const double duration_s = clip.duration_s();
  const auto source = source_of(std::move(clip));
  const auto begun = std::chrono::steady_clock::now();
  TRY(const auto measurement, measure::measure(*source, {.series = false}, progress));
  TRY(const auto advice, advise::advise(measurement, 1, {.population = order.population}, targets));
  const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - begun;
  if (!measurement.loudness.integrated_lufs)
    return Error{ErrorKind::unusable_input, "It is silent, or too quiet to measure.", path.string(),
                 ""};
  Restraint& clean = programme.clean;
  clean.file = programme.name;
  clean.standing = advice.standing.population.name;
  clean.in_middle_half = in_middle_half(measurement.spectrum, advice.standing.population);
  clean.tonal_suggestion = false;
  for (const auto& suggestion : advice.suggestions) {
    clean.suggested.push_back(suggestion.processor);
    if (suggestion.processor.ends_with("equaliser")) clean.tonal_suggestion = true;
  }
  clean.analysis_s = taken.count();
  clean.duration_s = duration_s;
  return programme;
}

/// What can be used, in the order of names; what cannot goes into the report.
Result<std::vector<Programme>> look_at_all(const AdviceOrder& order, const advise::Targets& targets,
                                           const studio::Room& room, AdviceReport& report) {
  TRY(const auto paths, audio_files(order.folder));
  std::vector<std::optional<Programme>> found(paths.size());
  std::vector<std::optional<Error>> errors(paths.size());
  TRY_DO(for_each_index(paths.size(), room.threads, room.progress, "Listening to the masters",
                        [&](std::size_t i, const Progress& progress) -> Result<void> {
                          auto one = look_at(paths[i], order, targets, progress);
                          if (one.ok())
                            found[i] = std::move(one).value();
                          else if (one.error().kind == ErrorKind::unusable_input)
                            errors[i] = one.error();
                          else
                            return one.error();
                          return {};
                        }));
  std::vector<Programme> programmes;
  for (auto& one : found)
    if (one) programmes.push_back(std::move(*one));
  for (auto& error : errors)
    if (error) report.unusable.push_back(std::move(*error));
  if (programmes.empty())
    return Error{ErrorKind::unusable_input, "There is no usable audio in the folder.",
                 order.folder.string(), "Name a folder of finished masters."};
  return programmes;
}

struct Task {
  std::size_t departure, programme;
};

/// Departures begin at different programmes, so that few trials still see them all.
std::vector<Task> tasks_for(const AdviceOrder& order, std::size_t programmes) {
  const auto wanted = [&](const std::string& kind) {
    return order.kinds.empty() ||
           std::find(order.kinds.begin(), order.kinds.end(), kind) != order.kinds.end();
  };
  const std::size_t trials = std::min(static_cast<std::size_t>(order.trials), programmes);
  std::vector<Task> tasks;
  for (std::size_t d = 0; d < all_departures().size(); ++d)
    for (std::size_t n = 0; n < trials && wanted(all_departures()[d].kind); ++n)
      tasks.push_back({d, (d + n) % programmes});
  return tasks;
}

using BothManners = std::array<Recovered, 2>;

Result<BothManners> carry_out(const Task& task, const Programme& programme,
                              const AdviceOrder& order, const advise::Targets& targets,
                              const Progress& progress) {
  const Departure& departure = all_departures()[task.departure];
  Original original;
  TRY(original.clip,
      read_clip(programme.path, programme.stretch.start_s, programme.stretch.length_s));
  TRY(original.heard, heard(original.clip, progress));
  TRY(const auto departed, depart(original, departure, progress));
  BothManners both;
  for (const bool with_reference : {false, true}) {
    TRY(const auto advice,
        advice_for(departed, original, order.population, with_reference, targets));
    // Which bands there are is a property of the original: docs/advise.md, Tone, 1.
    const Bands bands =
        advise::tonal_view(original.heard.whole.spectrum, advice.standing.population).bands;
    TRY(both[with_reference ? 1 : 0],
        recover(departed, original, departure, bands, advice, progress));
  }
  return both;
}

Recovery sum_up(std::size_t manner, const std::vector<Task>& tasks,
                const std::vector<BothManners>& results, const std::vector<Programme>& programmes) {
  Recovery recovery;
  recovery.manner = manner == 0 ? "blind" : "reference";
  recovery.bar_undone = manner == 0 ? undone_blind : undone_with_reference;
  std::map<std::string, std::vector<double>> errors;
  std::vector<double> landing_errors;
  for (std::size_t t = 0; t < tasks.size(); ++t) {
    const Departure& departure = all_departures()[tasks[t].departure];
    const Recovered& one = results[t][manner];
    if (recovery.rows.empty() || recovery.rows.back().kind != departure.kind)
      recovery.rows.push_back({departure.kind, {}, {}});
    DepartureRow& row = recovery.rows.back();
    Tally trial;
    for (const auto& effect : one.effects) trial.add(effect);
    trial.unsuited += static_cast<int>(one.unsuited.size());
    row.tally.add(trial);
    row.by_name[departure.name].add(trial);
    recovery.all.add(trial);
    ++recovery.renders;
    for (const auto& [axis, further_db] : one.further_db)
      if (further_db > most_further_db)
        recovery.worse.push_back(
            {programmes[tasks[t].programme].name, departure.name, axis, further_db});
    for (const auto& [measure, values] : one.prediction_errors)
      errors[measure].insert(errors[measure].end(), values.begin(), values.end());
    if (one.landing_error_lu) landing_errors.push_back(*one.landing_error_lu);
    recovery.bound += one.bound;
  }
  for (const auto& [measure, values] : errors)
    recovery.prediction_errors[measure] = typical(values);
  recovery.landing_error_lu = typical(landing_errors);
  return recovery;
}

}  // namespace

std::vector<std::string> departure_kinds() {
  std::vector<std::string> kinds;
  for (const auto& departure : all_departures())
    if (kinds.empty() || kinds.back() != departure.kind) kinds.push_back(departure.kind);
  return kinds;
}

Result<AdviceReport> evaluate_advice(const AdviceOrder& order, const studio::Room& room) {
  TRY(const auto targets, advise::Targets::load(room.data / "targets", room.own_targets));
  TRY_DO(advise::require_population(order.population, targets));
  const auto known = departure_kinds();
  for (const auto& kind : order.kinds)
    if (std::find(known.begin(), known.end(), kind) == known.end())
      return no_such_kind(kind, known);
  AdviceReport report;
  report.excerpt_s = order.excerpt_s;
  report.population = order.population;
  TRY(const auto programmes, look_at_all(order, targets, room, report));
  std::vector<double> times_s;
  for (const auto& programme : programmes) {
    report.programmes.push_back(programme.name);
    report.clean.push_back(programme.clean);
    times_s.push_back(programme.clean.analysis_s * song_s / programme.clean.duration_s);
  }
  report.analysis_of_four_minutes_s = typical(times_s);

  const auto tasks = tasks_for(order, programmes.size());
  std::vector<BothManners> results(tasks.size());
  TRY_DO(for_each_index(tasks.size(), room.threads, room.progress, "Planting and bringing back",
                        [&](std::size_t i, const Progress& progress) -> Result<void> {
                          TRY(results[i], carry_out(tasks[i], programmes[tasks[i].programme], order,
                                                    targets, progress));
                          return {};
                        }));
  for (std::size_t manner = 0; manner < report.recovery.size(); ++manner)
    report.recovery[manner] = sum_up(manner, tasks, results, programmes);
  report.bars = bars_of(report);
  return report;
}

}  // namespace lacquer::evaluate
