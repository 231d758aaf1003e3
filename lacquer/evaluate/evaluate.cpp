#include "lacquer/evaluate/evaluate.h"

#include <algorithm>
#include <array>

#include "lacquer/base/parallel.h"
#include "lacquer/base/units.h"
#include "lacquer/evaluate/bars.h"
#include "lacquer/evaluate/fault.h"
#include "lacquer/evaluate/programmes.h"
#include "lacquer/evaluate/scratch_folder.h"
#include "lacquer/measure/meter.h"
#include "lacquer/media/program.h"
#include "lacquer/media/writers.h"

namespace lacquer::evaluate {
namespace fs = std::filesystem;
namespace {

constexpr double excerpt_s = 24.0;
constexpr double shortest_programme_s = 12.0;
constexpr std::size_t most_excerpts = 12;  // 18 MB each at 48 kHz
constexpr std::size_t most_excerpts_a_programme = 2;
constexpr double quietest_peak_dbfs = -30.0;  // of an excerpt

constexpr measure::Parts findings_only{.loudness = false,
                                       .peak = false,
                                       .dynamics = false,
                                       .spectrum = false,
                                       .stereo = false,
                                       .findings = true};

struct Programme {
  std::string name;  // relative to the folder
  std::vector<CleanFinding> clean;
  double duration_s = 0.0;
  std::vector<Clip> excerpts;
};

struct Excerpt {
  Clip clip;
  std::vector<measure::Finding> clean;
};

/// What is heard in a planted clip, as it would arrive in a file.
Result<std::vector<measure::Finding>> listen(const Planted& planted, const studio::Room& room) {
  if (planted.needs_file) {
    TRY(const auto folder, ScratchFolder::make());
    const auto path = folder / "planted.wav";
    TRY(auto sink, media::create_audio(path, media::FileFormat::wav_24, planted.clip.format()));
    TRY([[maybe_unused]] const auto frames, media::copy(*source_of(planted.clip), *sink));
    TRY_DO(sink->finish());
    TRY(auto file, studio::measure_file(path, findings_only, "all", room));
    return std::move(file.measurement.findings);
  }
  auto source = source_of(planted.clip);
  TRY(auto measurement, measure::measure(*source, findings_only, room.progress));
  return std::move(measurement.findings);
}

std::string why_known(const std::vector<KnownFault>& list, const std::string& name,
                      const media::FileInfo& info, const measure::Finding& finding) {
  // A number over a limit is so; nobody can be wrong about it.
  constexpr std::array plain = {"true_peak_over", "invalid_samples", "silence_head",
                                "silence_tail"};
  if (const auto* fault = known(list, name, finding)) return fault->note;
  if (std::find(plain.begin(), plain.end(), finding.kind) != plain.end()) return "plain arithmetic";
  if (finding.kind == "lossy_source" && info.bit_depth == 0) return "the file is " + info.codec;
  return "";
}

/// Listens to a whole programme and takes excerpts. Error: it cannot be used.
Result<Programme> hear_clean(const fs::path& path, const fs::path& folder,
                             const std::vector<KnownFault>& list, std::size_t excerpt_count,
                             const studio::Room& room) {
  TRY(auto file, studio::measure_file(path, findings_only, "all", room));
  Programme programme;
  programme.name = path.lexically_relative(folder).string();
  programme.duration_s = file.info.duration_s();
  if (programme.duration_s < shortest_programme_s)
    return Error{ErrorKind::unusable_input, "It is too short to plant faults in (12 s at least).",
                 path.string(), ""};
  for (auto& finding : file.measurement.findings) {
    auto why = why_known(list, programme.name, file.info, finding);
    programme.clean.push_back({programme.name, std::move(finding), std::move(why)});
  }
  const auto count = static_cast<double>(excerpt_count);
  for (std::size_t n = 0; n < excerpt_count; ++n) {
    const double room_s = std::max(0.0, programme.duration_s - excerpt_s);
    TRY(auto clip, read_clip(path, room_s * (static_cast<double>(n) + 0.5) / count, excerpt_s));
    if (peak(clip) > gain_from_db(quietest_peak_dbfs))
      programme.excerpts.push_back(excerpt_of(std::move(clip)));
  }
  return programme;
}

/// A trial: which row, which strength, its number among them.
struct Task {
  const Fault* fault;
  std::size_t fault_index, strength_index;
  int number;
};

Result<Trial> carry_out(const Task& task, const std::vector<Excerpt>& excerpts,
                        const studio::Room& room) {
  constexpr int places_to_try = 6;
  const auto& strength = task.fault->strengths[task.strength_index];
  // Neighbouring strengths begin at different excerpts, so that few trials still see them all.
  const auto& excerpt =
      excerpts[(static_cast<std::size_t>(task.number) + task.strength_index) % excerpts.size()];
  Random random{task.fault->kind + "/" + strength.name, static_cast<std::uint64_t>(task.number)};
  Trial trial;
  for (int attempt = 0; attempt < places_to_try; ++attempt) {
    auto planted = strength.plant(excerpt.clip, random);
    if (!planted.ok()) {
      if (planted.error().kind == ErrorKind::refused) return Trial{};
      return planted.error();
    }
    if (already_there(*task.fault, *planted, excerpt.clean)) {
      trial.outcome = Outcome::already_there;
      if (planted->everywhere) break;
      continue;  // another place
    }
    if (planted->bits > 0) round_to_bits(planted->clip, planted->bits);
    TRY(const auto found, listen(*planted, room));
    return judge(*task.fault, *planted, excerpt.clean, found);
  }
  return trial;
}

FaultScore sum_up(const Fault& fault, std::size_t fault_index, const std::vector<Task>& tasks,
                  const std::vector<Trial>& trials) {
  FaultScore sum{.kind = fault.kind,
                 .score = {},
                 .strengths = {},
                 .place_error_s = {},
                 .worst_place_error_s = {},
                 .value_errors = {},
                 .cross_talk = {},
                 .clean = {},
                 .least_recall = fault.least_recall};
  for (const auto& strength : fault.strengths)
    sum.strengths.push_back({strength.name, strength.counts, {}});
  std::vector<double> places;
  std::map<std::string, std::vector<double>> values;
  for (std::size_t i = 0; i < tasks.size(); ++i) {
    if (tasks[i].fault_index != fault_index) continue;
    const Trial& trial = trials[i];
    auto& strength = sum.strengths[tasks[i].strength_index];
    strength.score.add(trial);
    if (strength.counts) sum.score.add(trial);
    if (trial.place_error_s) places.push_back(*trial.place_error_s);
    if (trial.value_error)
      values[trial.value_error->unit].push_back(std::abs(trial.value_error->value));
    for (const auto& kind : trial.cross_talk) ++sum.cross_talk[kind];
  }
  if (!places.empty()) sum.worst_place_error_s = *std::max_element(places.begin(), places.end());
  sum.place_error_s = median(std::move(places));
  for (auto& [unit, errors] : values) sum.value_errors[unit] = *median(std::move(errors));
  return sum;
}

Result<std::vector<const Fault*>> rows_named(const std::vector<std::string>& kinds) {
  std::vector<const Fault*> rows;
  for (const auto& fault : all_faults())
    if (kinds.empty() || std::find(kinds.begin(), kinds.end(), fault.kind) != kinds.end())
      rows.push_back(&fault);
  for (const auto& kind : kinds)
    if (std::none_of(rows.begin(), rows.end(), [&](const Fault* row) { return row->kind == kind; }))
      return no_such_kind(kind, fault_kinds());
  return rows;
}

/// All programmes of the folder, in the order of names; `report` learns of those that are of no
/// use.
Result<std::vector<Programme>> hear_all_clean(const fs::path& folder, const studio::Room& room,
                                              FaultReport& report) {
  TRY(const auto files, audio_files(folder));
  TRY(const auto list, known_faults(folder));
  // Excerpts come from programmes spread evenly over the folder.
  const std::size_t sources = std::min(files.size(), most_excerpts);
  const std::size_t each =
      std::min(most_excerpts_a_programme, sources > 0 ? most_excerpts / sources : std::size_t{1});
  std::vector<bool> gives_excerpts(files.size());
  for (std::size_t n = 0; n < sources; ++n) gives_excerpts[n * files.size() / sources] = true;
  std::vector<std::optional<Result<Programme>>> heard(files.size());
  TRY_DO(for_each_index(
      files.size(), room.threads, room.progress, "Listening to the clean programmes",
      [&](std::size_t i, const Progress& progress) -> Result<void> {
        studio::Room own = room;
        own.progress = progress;
        heard[i] = hear_clean(files[i], folder, list, gives_excerpts[i] ? each : 0, own);
        if (!heard[i]->ok() && heard[i]->error().kind == ErrorKind::cancelled)
          return heard[i]->error();
        return {};
      }));
  std::vector<Programme> programmes;
  for (auto& one : heard)
    if (one->ok())
      programmes.push_back(std::move(*one).value());
    else
      report.unusable.push_back(one->error());
  if (programmes.empty())
    return Error{ErrorKind::unusable_input, "There is no programme that can be used.",
                 folder.string(), "Name a folder with music of at least 12 s in it."};
  return programmes;
}

}  // namespace

Error no_such_kind(const std::string& kind, const std::vector<std::string>& known) {
  std::string names;
  for (const auto& name : known) names += (names.empty() ? "" : ", ") + name;
  return {ErrorKind::usage, "No such fault is planted.", kind, "There are: " + names + "."};
}

std::vector<std::string> fault_kinds() {
  std::vector<std::string> kinds;
  for (const auto& fault : all_faults()) kinds.push_back(fault.kind);
  return kinds;
}

Result<FaultReport> evaluate_faults(const FaultOrder& order, const studio::Room& room) {
  TRY(const auto rows, rows_named(order.kinds));
  for (const Fault* row : rows)
    if (row->kind == "lossy_source" && !media::program_exists("ffmpeg"))
      return Error{ErrorKind::unusable_input, "Lossy history is planted with the ffmpeg program.",
                   "ffmpeg", "Install it, or name the other faults with --fault."};

  FaultReport report;
  TRY(auto programmes, hear_all_clean(order.folder, room, report));
  std::vector<Excerpt> excerpts;
  for (auto& programme : programmes) {
    report.programmes.push_back(programme.name);
    report.clean_hours += programme.duration_s / 3600.0;
    std::move(programme.clean.begin(), programme.clean.end(), std::back_inserter(report.clean));
  }
  for (std::size_t n = 0; n < most_excerpts_a_programme; ++n)
    for (auto& programme : programmes)
      if (n < programme.excerpts.size()) excerpts.push_back({std::move(programme.excerpts[n]), {}});
  if (excerpts.empty())
    return Error{ErrorKind::unusable_input, "Every programme is too quiet to plant faults in.",
                 order.folder.string(), "Name a folder with music in it."};
  report.excerpts = static_cast<int>(excerpts.size());
  report.excerpt_s = excerpt_s;

  std::vector<Task> tasks;
  for (std::size_t r = 0; r < rows.size(); ++r)
    for (std::size_t s = 0; s < rows[r]->strengths.size(); ++s)
      for (int n = 0; n < order.trials; ++n) tasks.push_back({rows[r], r, s, n});
  TRY_DO(for_each_index(
      excerpts.size(), room.threads, room.progress, "Listening to the clean excerpts",
      [&](std::size_t i, const Progress& progress) -> Result<void> {
        studio::Room own = room;
        own.progress = progress;
        TRY(excerpts[i].clean,
            listen({.clip = excerpts[i].clip, .truths = {}, .needs_file = true}, own));
        return {};
      }));
  std::vector<Trial> trials(tasks.size());
  TRY_DO(for_each_index(tasks.size(), room.threads, room.progress, "Planting faults",
                        [&](std::size_t i, const Progress& progress) -> Result<void> {
                          studio::Room own = room;
                          own.progress = progress;
                          TRY(trials[i], carry_out(tasks[i], excerpts, own));
                          return {};
                        }));

  for (std::size_t r = 0; r < rows.size(); ++r) {
    report.faults.push_back(sum_up(*rows[r], r, tasks, trials));
    report.faults.back().clean = false_alarms(report.clean, rows[r]->kind);
  }
  report.bars = bars_of(report);
  return report;
}

}  // namespace lacquer::evaluate
