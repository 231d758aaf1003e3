#include "cli/arguments.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <fstream>
#include <sstream>

#include "cli/exit_code.h"

namespace lacquer::cli {
namespace {

const std::string genres =
    "auto (what the mix is like), a name of 'lacquer targets list', or a blend: pop:0.7,jazz:0.3";

const std::string footer =
    "Exit codes: 0 done, all verdicts pass; 1 done, a verdict failed; 2 wrong usage;\n"
    "3 an input cannot be used; 4 an output cannot be written; 70 a bug in lacquer.\n"
    "'lacquer COMMAND --help' tells more.";

std::optional<std::pair<std::string, std::string>> key_and_value(const std::string& text) {
  const auto equals = text.find('=');
  if (equals == std::string::npos || equals == 0) return std::nullopt;
  return std::pair{text.substr(0, equals), text.substr(equals + 1)};
}

std::vector<std::string> split(const std::string& list) {
  std::vector<std::string> items;
  std::istringstream stream{list};
  for (std::string item; std::getline(stream, item, ',');)
    if (!item.empty()) items.push_back(item);
  return items;
}

struct NamedPart {
  const char* name;
  bool measure::Parts::*part;
};
// In the order of the JSON document.
constexpr NamedPart measured_parts[] = {
    {"loudness", &measure::Parts::loudness}, {"peak", &measure::Parts::peak},
    {"dynamics", &measure::Parts::dynamics}, {"spectrum", &measure::Parts::spectrum},
    {"stereo", &measure::Parts::stereo},     {"rhythm", &measure::Parts::rhythm},
    {"findings", &measure::Parts::findings}};

std::string part_names(const std::string& between) {
  std::string names;
  for (const auto& one : measured_parts) names += (names.empty() ? "" : between) + one.name;
  return names;
}

measure::Parts parts_named(const std::string& list) {
  measure::Parts parts = measure::Parts::none();
  const std::string known = "; there are: " + part_names(", ");
  if (split(list).empty()) throw CLI::ValidationError("--only", "names no part" + known);
  for (const auto& name : split(list)) {
    const auto* found = std::find_if(std::begin(measured_parts), std::end(measured_parts),
                                     [&](const auto& one) { return name == one.name; });
    if (found == std::end(measured_parts))
      throw CLI::ValidationError("--only", "there is no part '" + name + "'" + known);
    parts.*found->part = true;
  }
  return parts;
}

std::vector<std::string> media_named(const std::string& list) {
  auto media = split(list);
  const std::string known = "; there are: digital, cd, vinyl";
  if (media.empty()) throw CLI::ValidationError("--for", "names no medium" + known);
  for (const auto& medium : media)
    if (medium != "digital" && medium != "cd" && medium != "vinyl")
      throw CLI::ValidationError("--for", "there is no medium '" + medium + "'" + known);
  return media;
}

/// "trim_start_s" -> "--trim-start".
std::string option_of(std::string_view key) {
  std::string name{key.substr(0, key.size() - (key.ends_with("_s") ? 2 : 0))};
  std::replace(name.begin(), name.end(), '_', '-');
  return "--" + name;
}

/// One of fade_curve_names, as CLI11 has checked.
FadeCurve curve_named(const std::string& name) {
  const auto found = std::find(fade_curve_names.begin(), fade_curve_names.end(), name);
  return static_cast<FadeCurve>(found - fade_curve_names.begin());
}

void require_sensible_targets(const Arguments& a) {
  const bool list = a.verb == "list", learn = a.verb == "learn";
  if (list != a.processor.empty())
    throw CLI::ValidationError("targets", list ? "list takes no name" : a.verb + " needs a NAME");
  if (learn == a.files.empty())
    throw CLI::ValidationError(
        "targets", learn ? "learn needs finished masters: FILE..." : a.verb + " takes no files");
  if (a.verb != "show" && !a.plot.empty())
    throw CLI::ValidationError("--plot", "draws a target: lacquer targets show NAME --plot FILE");
}

// A brief is given in words, or as a file holding them.
std::string words_or_file(const std::string& text) {
  std::error_code ignored;
  if (!std::filesystem::is_regular_file(text, ignored)) return text;
  std::ifstream file{text};
  return {std::istreambuf_iterator<char>{file}, {}};
}

}  // namespace

Parsed parse(int count, const char* const* words) {
  Arguments a;
  CLI::App app{
      "Lacquer: an open mastering room. A finished mix goes in; checked masters for "
      "digital, CD and vinyl come out."};
  app.name("lacquer");
  app.set_version_flag("--version", std::string{"lacquer "} + LACQUER_VERSION);
  app.require_subcommand(1);
  app.footer(footer);

  std::vector<std::string> names;
  const auto command = [&](const std::string& name, const std::string& does) {
    auto* sub = app.add_subcommand(name, does);
    sub->add_flag("--json", a.json, "Print one JSON document on standard output, nothing else");
    sub->add_flag("--quiet", a.quiet, "No progress on standard error");
    sub->callback([&a, name] { a.command = name; });
    names.push_back(name);
    return sub;
  };
  const auto on_session = [&](CLI::App* sub) {
    sub->add_option("SESSION", a.path, "The session's folder")->required();
  };
  const auto with_threads = [&](CLI::App* sub) {
    sub->add_option("--threads", a.threads, "Threads to use (default: all cores); changes no byte")
        ->check(CLI::Range(1, 256));
  };

  std::string verb;
  std::optional<std::string> only;
  std::optional<std::string> media, brief;
  std::vector<std::string> settings, despite;
  std::array<std::string, edit_curves.size()> curves;

  auto* measure = command("measure", "Measure files: loudness, peaks, spectrum, stereo, findings");
  measure->add_option("FILE", a.files, "Audio files")->required();
  measure->add_option("--only", only, "Only these parts: " + part_names(","));
  measure->add_option("--genre", a.population,
                      "Whose statistics the tone stands in (default: all): " + genres);
  measure->add_option("--series", a.series, "Write values over time to this JSON file");
  measure->add_option(
      "--plot", a.plot,
      "Draw loudness, spectrum, stereo and spectrogram of one file to this SVG file");

  auto* compare = command("compare", "Two versions of a programme at the same loudness");
  compare->add_option("FILE", a.files, "A, such as the mix, then B, such as the master")
      ->required()
      ->expected(2);

  const auto on_order = [&](CLI::App* sub) {
    sub->add_option("INPUT", a.order.inputs,
                    "A mix, several in album order, an album.toml, or a session to go on with")
        ->required();
    sub->add_option("-o,--output", a.order.session, "The session's folder (default: NAME.lacquer)");
    sub->add_option("--for", media, "Media: digital,cd,vinyl (default: all three)");
    sub->add_option("--genre", a.order.population, "Whose statistics to stand in: " + genres);
    sub->add_option("--reference", a.references,
                    "A recording to be like, and in what: FILE or \"FILE;tone=1;dynamics=0;"
                    "width=0.5\"; repeatable")
        ->allow_extra_args(false);
    sub->add_option("--brief", brief, "The artist's wishes: text, or a file that holds it");
    sub->add_option("--loudness", a.order.loudness_lufs, "Integrated loudness to land on, LUFS")
        ->check(CLI::Range(-60.0, 0.0));
    sub->add_option("--loudness-by", a.order.loudness,
                    "album: tracks keep their distances (default); track: each by itself")
        ->check(CLI::IsMember({"album", "track"}));
    sub->add_option("--anchor", a.order.anchor,
                    "The track that lands at the loudness, the others about it (default: the "
                    "loudest)")
        ->check(CLI::Range(1, 1000));
    sub->add_option("--ceiling", a.order.ceiling_dbtp, "True-peak ceiling, dBTP")
        ->check(CLI::Range(-24.0, 0.0));
    sub->add_option("--strength", a.order.strength, "0..1, scales every suggestion; 0 takes none")
        ->check(CLI::Range(0.0, 1.0));
    for (std::size_t i = 0; i < edit_lengths.size(); ++i)
      sub->add_option(option_of(edit_lengths[i].key), a.order.edit.lengths_s[i],
                      edit_lengths[i].help + std::string{" (one mix)"})
          ->check(CLI::Range(0.0, edit_lengths[i].most_s));
    for (std::size_t i = 0; i < edit_curves.size(); ++i)
      sub->add_option(option_of(edit_curves[i].key), curves[i],
                      edit_curves[i].help + std::string{" (default: s_curve)"})
          ->check(CLI::IsMember(
              std::vector<std::string>{fade_curve_names.begin(), fade_curve_names.end()}));
    with_threads(sub);
  };

  auto* master = command("master", "The whole way: from mixes to checked masters for every medium");
  on_order(master);
  master->add_option("--as", a.order.as, "Who takes the decisions (default: nobody; a draft)");

  on_order(command("suggest", "Compute the suggestions anew and list them; nothing is decided"));

  auto* decide = command("decide", "Accept, edit or reject one suggestion");
  on_session(decide);
  decide->add_option("ID", a.decision.suggestion_id, "The suggestion, such as 1-tone")->required();
  decide->add_option("VERB", verb, "accept, edit or reject")
      ->required()
      ->check(CLI::IsMember({"accept", "edit", "reject"}));
  decide->add_option("--set", settings, "key=value, for edit; repeatable");
  decide->add_option("--why", a.decision.why, "The reason, kept in the ledger");
  decide->add_option("--as", a.decision.as, "Who decides");

  auto* render = command("render", "Make the masters from the decisions");
  on_session(render);
  with_threads(render);

  auto* deliver = command("deliver", "Make the files for each medium, and check them");
  on_session(deliver);
  deliver->add_option("--for", media, "Media: digital,cd,vinyl (default: the session's)");
  with_threads(deliver);

  auto* check = command("check", "Verdicts on any file or folder, ours or not");
  check->add_option("PATH", a.path, "A file, or a folder of one medium")->required();
  check->add_option("--for", a.medium, "digital, cd or vinyl")
      ->required()
      ->check(CLI::IsMember({"digital", "cd", "vinyl"}));

  auto* sign = command("sign", "Approve the exact bytes, by name");
  on_session(sign);
  sign->add_option("--as", a.signature.as, "Who signs")->required();
  sign->add_option("--despite", despite, "CHECK=WHY: sign though this check fails; repeatable");

  bool want_faults = false, want_advice = false;
  evaluate::AdviceOrder advice;
  auto* evaluate =
      command("evaluate", "Measure the assistant itself on faults that are planted on purpose");
  evaluate->add_option("DIR", a.faults.folder,
                       "Clean programmes or finished masters, searched recursively (default: "
                       "examples/first-light)");
  evaluate->add_flag("--faults", want_faults,
                     "Plant every kind of fault; say what is heard, where, and what is imagined");
  evaluate->add_flag("--advice", want_advice,
                     "Let the assistant bring back what is done to masters; say how far it comes");
  evaluate->add_option("--genre", advice.population, "With --advice, the masters' own: " + genres);
  evaluate
      ->add_option("--excerpt", advice.excerpt_s,
                   "With --advice, the loudest seconds of each master (default: 60); 0 for all")
      ->check(CLI::Range(0.0, 3600.0));
  evaluate->add_option("--fault", a.faults.kinds, "Only this kind of fault; repeatable")
      ->allow_extra_args(false);
  evaluate->add_option("--trials", a.faults.trials, "Trials of each strength (default: 6)")
      ->check(CLI::Range(1, 1000));
  with_threads(evaluate);

  auto* targets =
      command("targets", "What suggestions stand in: list them, show one, learn your own");
  targets->add_option("VERB", a.verb, "list, show or learn")
      ->required()
      ->check(CLI::IsMember({"list", "show", "learn"}));
  targets->add_option("NAME", a.processor, "The target: to show, or to be learned");
  targets->add_option("FILE", a.files, "Finished masters to learn from");
  targets->add_option("--plot", a.plot, "With show: draw its tone to this SVG file");

  command("processors", "What the chain is made of: every processor with its settings")
      ->add_option("NAME", a.processor, "Only this one, with every setting");

  on_session(command("history", "What happened in a session"));

  if (const std::string first = count > 1 ? words[1] : "";
      !first.empty() && first.front() != '-' &&
      std::find(names.begin(), names.end(), first) == names.end())
    return {std::nullopt, wrong_usage,
            "There is no command '" + first + "'.\nRun 'lacquer --help' for those there are.\n"};
  try {
    app.parse(count, words);
    if (only) a.parts = parts_named(*only);
    a.parts.series = !a.series.empty() || !a.plot.empty();
    if (a.command == "measure" && !a.plot.empty() && a.files.size() > 1)
      throw CLI::ValidationError("--plot", "draws one file, and there are " +
                                               std::to_string(a.files.size()) +
                                               "; call lacquer once for each");
    if (!a.plot.empty() && a.plot.lexically_normal() == a.series.lexically_normal())
      throw CLI::ValidationError("--plot", "names the same file as --series");
    if (a.order.session && a.order.session->empty())
      throw CLI::ValidationError("--output", "names no folder");
    if (media) a.media = a.order.media = media_named(*media);
    for (std::size_t i = 0; i < curves.size(); ++i)
      if (!curves[i].empty()) a.order.edit.curves[i] = curve_named(curves[i]);
    if (a.command == "targets") require_sensible_targets(a);
    if (!a.references.empty()) a.order.references = a.references;
    if (brief) a.order.brief = words_or_file(*brief);
    a.decision.verb = verb == "edit"     ? studio::Verb::edit
                      : verb == "reject" ? studio::Verb::reject
                                         : studio::Verb::accept;
    for (const auto& setting : settings) {
      const auto pair = key_and_value(setting);
      char* end = nullptr;
      const double value = pair ? std::strtod(pair->second.c_str(), &end) : 0.0;
      if (!pair || end == pair->second.c_str() || *end != '\0')
        throw CLI::ValidationError("--set", "'" + setting + "' is not key=number");
      a.decision.settings[pair->first] = value;
    }
    if (!settings.empty() && a.decision.verb != studio::Verb::edit)
      throw CLI::ValidationError("--set",
                                 "only an edit takes settings: lacquer decide SESSION ID "
                                 "edit --set key=value");
    if (a.command == "evaluate" && want_faults == want_advice)
      throw CLI::ValidationError("evaluate", "say what to evaluate: --faults or --advice");
    if (want_advice) {
      advice.folder = a.faults.folder;
      advice.kinds = a.faults.kinds;
      advice.trials = a.faults.trials;
      a.advice = advice;
    }
    for (const auto& item : despite) {
      const auto pair = key_and_value(item);
      if (!pair || pair->second.empty())
        throw CLI::ValidationError("--despite", "'" + item + "' is not CHECK=WHY");
      a.signature.despite[pair->first] = pair->second;
    }
  } catch (const CLI::ParseError& error) {
    std::ostringstream out, err;
    const int code = app.exit(error, out, err);
    return {std::nullopt, code == 0 ? 0 : wrong_usage, out.str() + err.str()};
  }
  return {std::move(a), 0, ""};
}

}  // namespace lacquer::cli
