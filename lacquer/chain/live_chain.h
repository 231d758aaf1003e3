#pragma once

#include <memory>
#include <string_view>
#include <vector>

#include "lacquer/base/audio.h"
#include "lacquer/chain/recipe.h"

namespace lacquer::chain {

/// A recipe played live: the same processors with the same settings, block by block in place, as an
/// audio callback has them. Only the limiter is its live sister (LiveLimiter).
///
/// Guarantee: after make() nothing allocates, locks or throws; the bits do not depend on the
/// blocks; the latency stays what it is, also where steps are bypassed and taken in again, which
/// fades over 20 ms. A step that is bypassed goes on listening, so that it is warm when it comes
/// back. Without a limiter the output is that of process(), latency_frames() later, bit for bit.
///
/// One thread at a time: settings and bypasses are changed between blocks.
class LiveChain {
 public:
  /// Errors: usage, as validate().
  static Result<LiveChain> make(const Recipe&, const StreamFormat&);
  ~LiveChain();
  LiveChain(LiveChain&&) noexcept;
  LiveChain& operator=(LiveChain&&) noexcept;

  void process(AudioBlock) noexcept;
  /// Like new, with the settings and bypasses there are.
  void reset() noexcept;

  int latency_frames() const noexcept;
  std::size_t step_count() const noexcept;
  /// A setting on its way to a value, which is held to the parameter's range. False: no such step
  /// or parameter, or not a number.
  bool set(std::size_t step, std::string_view parameter, double value) noexcept;
  /// False: no such step.
  bool bypass(std::size_t step, bool bypassed) noexcept;

 private:
  class Slot;
  LiveChain();

  std::vector<Slot> slots_;
};

}  // namespace lacquer::chain
