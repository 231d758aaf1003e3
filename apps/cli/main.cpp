#include <unistd.h>

#include <csignal>
#include <cstring>
#include <exception>
#include <iostream>

#include "cli/arguments.h"
#include "cli/data_folder.h"
#include "cli/exit_code.h"
#include "cli/print.h"
#include "cli/progress_bar.h"
#include "lacquer/chain/recipe.h"
#include "lacquer/media/files.h"

namespace lacquer::cli {
namespace {

int fail(const Error& error) {
  std::cerr << "lacquer: " << error.text() << "\n";
  return exit_code(error);
}

// An output a person names beside the inputs must not be one of them.
Result<void> require_other_file(const std::string& option, const std::filesystem::path& output,
                                const std::vector<std::filesystem::path>& inputs) {
  std::error_code ignored;
  for (const auto& input : inputs)
    if (!output.empty() && std::filesystem::equivalent(output, input, ignored))
      return Error{ErrorKind::usage, option + " would overwrite a recording.", output.string(),
                   "Name another file."};
  return {};
}

Result<void> write_what_was_asked(const Arguments& arguments,
                                  const std::vector<studio::MeasuredFile>& files,
                                  const studio::Room& room) {
  if (!arguments.series.empty()) TRY_DO(media::write_file(arguments.series, series_json(files)));
  if (arguments.plot.empty()) return {};
  TRY(const auto drawing, studio::plot(files.front(), arguments.population, room));
  return media::write_file(arguments.plot, drawing);
}

int run_measure(const Arguments& arguments, studio::Room& room) {
  for (const auto& [option, output] :
       {std::pair{"--series", arguments.series}, std::pair{"--plot", arguments.plot}})
    if (const auto other = require_other_file(option, output, arguments.files); !other.ok())
      return fail(other.error());
  std::vector<studio::MeasuredFile> files;
  int code = done;
  {
    ProgressBar bar{arguments.quiet};
    room.progress = bar.progress();
    for (const auto& path : arguments.files) {
      auto file =
          studio::measure_file(path, arguments.parts, arguments.population.value_or("all"), room);
      if (!file.ok()) {
        bar.erase();
        code = fail(file.error());
        const auto kind = file.error().kind;
        if (kind == ErrorKind::cancelled || kind == ErrorKind::usage) return code;
        continue;
      }
      files.push_back(std::move(file).value());
    }
  }
  if (arguments.json && !files.empty())
    std::cout << (arguments.files.size() == 1 ? to_json(files.front(), arguments.parts)
                                              : to_json(files, arguments.parts));
  if (!arguments.json)
    for (const auto& file : files) print_text(std::cout, file, arguments.parts);
  if (!files.empty())
    if (const auto written = write_what_was_asked(arguments, files, room); !written.ok())
      return fail(written.error());
  return code;
}

int run_compare(const Arguments& arguments, studio::Room& room) {
  ProgressBar bar{arguments.quiet};
  room.progress = bar.progress();
  const auto comparison = studio::compare(arguments.files[0], arguments.files[1], room);
  bar.erase();
  if (!comparison.ok()) return fail(comparison.error());
  if (arguments.json)
    std::cout << to_json(*comparison);
  else
    print_text(std::cout, *comparison);
  return done;
}

int run_targets(const Arguments& a, studio::Room& room) {
  ProgressBar bar{a.quiet};
  room.progress = bar.progress();
  std::vector<advise::Targets::Population> shown;
  if (a.verb == "list") {
    auto all = studio::targets(room);
    if (!all.ok()) return fail(all.error());
    shown = std::move(all).value();
  } else if (a.verb == "show") {
    auto one = studio::show_target(a.processor, room);
    if (!one.ok()) return fail(one.error());
    if (!a.plot.empty())
      if (const auto written = media::write_file(a.plot, one->drawing); !written.ok())
        return fail(written.error());
    shown.push_back(std::move(one->population));
  } else {
    auto learned = studio::learn_target(a.processor, a.files, room);
    bar.erase();
    if (!learned.ok()) return fail(learned.error());
    shown.push_back(std::move(learned).value());
  }
  if (a.json)
    std::cout << targets_json(shown, a.verb == "list");
  else
    print_targets(std::cout, shown, a.verb == "list");
  return done;
}

int run_processors(const Arguments& arguments) {
  std::vector<std::string> names = chain::processor_names();
  if (!arguments.processor.empty()) {
    const auto known = chain::purpose_of(arguments.processor);
    if (!known.ok()) return fail(known.error());
    names = {arguments.processor};
  }
  if (arguments.json)
    std::cout << processors_json(names);
  else
    print_processors(std::cout, names);
  return done;
}

int run_check(const Arguments& arguments, studio::Room& room) {
  ProgressBar bar{arguments.quiet};
  room.progress = bar.progress();
  const auto delivery = studio::check(arguments.path, arguments.medium, room);
  bar.erase();
  if (!delivery.ok()) return fail(delivery.error());
  if (arguments.json)
    std::cout << to_json(*delivery);
  else
    print_text(std::cout, *delivery, true);
  return delivery->passes() ? done : verdict_failed;
}

// The example stands beside the data folder in a checkout; an installed program has none.
Result<std::filesystem::path> example_folder(const std::filesystem::path& data) {
  const auto folder = data.parent_path() / "examples/first-light/mixes";
  std::error_code ignored;
  if (std::filesystem::is_directory(folder, ignored)) return folder;
  return Error{ErrorKind::usage,
               "Lacquer's own example (examples/first-light) comes with its source code only.",
               "DIR",
               "Name a folder of clean programmes: lacquer evaluate --faults DIR (or --advice)."};
}

template <typename Order, typename Evaluate>
int run_evaluate(Order order, Evaluate evaluate, const Arguments& arguments, studio::Room& room) {
  if (order.folder.empty()) {
    const auto example = example_folder(room.data);
    if (!example.ok()) return fail(example.error());
    order.folder = *example;
  }
  ProgressBar bar{arguments.quiet};
  room.progress = bar.progress();
  const auto report = evaluate(order, room);
  bar.erase();
  if (!report.ok()) return fail(report.error());
  for (const auto& error : report->unusable) std::cerr << "lacquer: " << error.text() << "\n";
  if (arguments.json)
    std::cout << to_json(*report);
  else
    print_text(std::cout, *report);
  return report->passes() ? done : verdict_failed;
}

int run_history(const Arguments& arguments) {
  const auto entries = studio::history(arguments.path);
  if (!entries.ok()) return fail(entries.error());
  if (arguments.json)
    std::cout << to_json(*entries);
  else
    print_text(std::cout, *entries);
  return done;
}

Result<studio::Overview> change_session(const Arguments& a, const studio::Room& room) {
  if (a.command == "master") return studio::master(a.order, room);
  if (a.command == "suggest") return studio::suggest(a.order, room);
  if (a.command == "decide") return studio::decide(a.path, a.decision, room);
  if (a.command == "render") return studio::render(a.path, room);
  if (a.command == "deliver") return studio::deliver(a.path, a.media, room);
  return studio::sign(a.path, a.signature, room);
}

int run_on_session(const Arguments& arguments, studio::Room& room) {
  ProgressBar bar{arguments.quiet};
  room.progress = bar.progress();
  const auto overview = change_session(arguments, room);
  bar.erase();
  if (!overview.ok()) return fail(overview.error());
  const bool only_words = arguments.command == "suggest" || arguments.command == "decide";
  if (arguments.json)
    std::cout << (only_words ? suggestions_json(*overview) : to_json(*overview));
  else if (only_words)
    print_suggestions(std::cout, *overview);
  else
    print_text(std::cout, *overview);
  return only_words || overview->passes() ? done : verdict_failed;
}

int run(int count, const char* const* words) {
  const auto parsed = parse(count, words);
  if (!parsed.arguments) {
    (parsed.exit_code == done ? std::cout : std::cerr) << parsed.text;
    return parsed.exit_code;
  }
  const auto& arguments = *parsed.arguments;
  if (arguments.command == "processors") return run_processors(arguments);
  const auto data = data_folder();
  if (!data.ok()) return fail(data.error());
  studio::Room room;
  room.data = *data;
  room.own_targets = own_targets_folder();
  room.version = LACQUER_VERSION;
  room.threads = arguments.threads;
  if (arguments.command == "targets") return run_targets(arguments, room);
  if (arguments.command == "measure") return run_measure(arguments, room);
  if (arguments.command == "compare") return run_compare(arguments, room);
  if (arguments.command == "check") return run_check(arguments, room);
  if (arguments.command == "evaluate")
    return arguments.advice
               ? run_evaluate(*arguments.advice, evaluate::evaluate_advice, arguments, room)
               : run_evaluate(arguments.faults, evaluate::evaluate_faults, arguments, room);
  if (arguments.command == "history") return run_history(arguments);
  return run_on_session(arguments, room);
}

// A failed assert ends here: it says that the fault is ours, and leaves with the code for it.
extern "C" void on_abort(int) {
  const char text[] =
      "lacquer: This is a bug in lacquer; nothing half-written is left. Please "
      "report it with the lines above.\n";
  [[maybe_unused]] const auto written = write(STDERR_FILENO, text, std::strlen(text));
  _exit(bug);
}

}  // namespace
}  // namespace lacquer::cli

int main(int count, char** words) {
  std::signal(SIGABRT, lacquer::cli::on_abort);
  std::signal(SIGPIPE, SIG_IGN);  // a closed pipe is an error value, not a death
  std::signal(SIGXFSZ, SIG_IGN);  // so is a file-size limit
  try {
    const int code = lacquer::cli::run(count, words);
    std::cout.flush();
    if (!std::cout) {
      std::cerr << "lacquer: standard output cannot be written.\n";
      return lacquer::cli::unwritable_output;
    }
    return code;
  } catch (const std::exception& error) {
    std::cerr << "lacquer: a bug in lacquer: " << error.what() << "\n";
    return lacquer::cli::bug;
  }
}
