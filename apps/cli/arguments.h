#pragma once

#include <optional>
#include <string>
#include <vector>

#include "lacquer/evaluate/advice/advice.h"
#include "lacquer/evaluate/evaluate.h"
#include "lacquer/studio/studio.h"

namespace lacquer::cli {

/// What the command line asked for. Only the fields of the named command are filled.
struct Arguments {
  std::string command;
  bool json = false;
  bool quiet = false;

  std::vector<std::filesystem::path> files;       // measure, compare
  measure::Parts parts;                           // measure
  std::filesystem::path series, plot;             // measure
  std::optional<std::string> population;          // measure
  std::string processor;                          // processors; empty: all. The name in targets
  std::string verb;                               // targets
  std::filesystem::path path;                     // session, or what to check
  studio::Order order;                            // master
  std::vector<std::string> references;            // master, suggest
  int threads = 0;                                // master, render, deliver, evaluate
  studio::DecisionOrder decision;                 // decide
  std::optional<std::vector<std::string>> media;  // deliver
  std::string medium;                             // check
  studio::Signature signature;                    // sign
  evaluate::FaultOrder faults;                    // evaluate --faults
  std::optional<evaluate::AdviceOrder> advice;    // evaluate --advice
};

/// Either arguments, or an exit code with the text to print (help, version, wrong usage).
struct Parsed {
  std::optional<Arguments> arguments;
  int exit_code = 0;
  std::string text;
};

Parsed parse(int count, const char* const* words);

}  // namespace lacquer::cli
