#pragma once

#include <memory>
#include <vector>

#include "lacquer/chain/edit.h"
#include "lacquer/chain/recipe.h"
#include "lacquer/measure/measurement.h"

namespace lacquer::chain {

/// The end of a chain on trial: listens to what stands before it, works on a copy and measures the
/// result as process() would give it, latency compensated and edited.
class Trial {
 public:
  /// The steps must be valid. Without `peaks` no true peak is measured, which is half the work.
  Trial(const std::vector<Step>&, const Editing&, const StreamFormat&, bool peaks);
  ~Trial();
  Trial(Trial&&) noexcept;

  void add(AudioBlock);

  struct Heard {
    measure::Maybe integrated_lufs;
    measure::Maybe true_peak_dbtp;  ///< the strict one
  };
  /// Call once, at the end.
  Heard finish();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace lacquer::chain
