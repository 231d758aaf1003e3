#pragma once

#include <memory>
#include <string_view>
#include <vector>

#include "lacquer/chain/recipe.h"

namespace lacquer::chain {

/// A processor with its settings, its type erased: what a recipe's step becomes when it runs.
class Stage {
 public:
  virtual ~Stage() = default;
  virtual void prepare(StreamFormat) = 0;
  virtual void reset() noexcept = 0;
  virtual void process(AudioBlock) noexcept = 0;
  virtual int latency_frames() const noexcept = 0;
  /// Held to the parameter's range. False: no such parameter, or not a number.
  virtual bool set(std::string_view parameter, double value) noexcept = 0;
};

/// A processor the chain knows.
struct ProcessorInfo {
  std::string_view name;
  std::string_view purpose;
  std::vector<ParameterInfo> (*parameters)();
  /// The values must have passed validate().
  std::unique_ptr<Stage> (*make)(const Values&);
  /// The same with the latency one can play with.
  std::unique_ptr<Stage> (*make_live)(const Values&);
};

/// Null when there is no such processor.
const ProcessorInfo* find_processor(std::string_view name);

}  // namespace lacquer::chain
