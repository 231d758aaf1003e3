#pragma once

#include <concepts>
#include <span>
#include <string_view>

#include "lacquer/base/audio.h"

namespace lacquer {

/// One setting of a processor, described once for command line, JSON, web page, plug-in and docs.
template <typename Settings>
struct Parameter {
  using Field = double& (*)(Settings&);

  constexpr Parameter(std::string_view name_, std::string_view label_, std::string_view unit_,
                      double minimum_, double maximum_, std::string_view help_,
                      double Settings::*member_)
      : name{name_},
        label{label_},
        unit{unit_},
        minimum{minimum_},
        maximum{maximum_},
        help{help_},
        member{member_} {}
  /// For a setting inside an array or a nested struct.
  constexpr Parameter(std::string_view name_, std::string_view label_, std::string_view unit_,
                      double minimum_, double maximum_, std::string_view help_, Field field_)
      : name{name_},
        label{label_},
        unit{unit_},
        minimum{minimum_},
        maximum{maximum_},
        help{help_},
        field{field_} {}

  double& in(Settings& settings) const noexcept {
    return field ? field(settings) : settings.*member;
  }

  std::string_view name;   ///< key in JSON and on the command line, with its unit
  std::string_view label;  ///< for people
  std::string_view unit;
  double minimum;
  double maximum;
  std::string_view help;  ///< one sentence
  double Settings::*member = nullptr;
  Field field = nullptr;
};

/// What every processor in dsp/ offers. `process` works in place, takes any block length,
/// allocates nothing and gives the same bits for any split of the stream into blocks.
template <typename P>
concept Processor = requires(P processor, const P constant, AudioBlock block,
                             const typename P::Settings& settings) {
  { P::parameters.size() } -> std::convertible_to<std::size_t>;
  processor.prepare(StreamFormat{});
  { processor.reset() }
  noexcept;
  { processor.process(block, settings) }
  noexcept;
  { constant.latency_frames() }
  noexcept->std::same_as<int>;
};

}  // namespace lacquer
