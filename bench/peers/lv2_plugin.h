#pragma once

#include <map>
#include <memory>
#include <string>

#include "lacquer/base/audio.h"

namespace lacquer::bench {

/// A stereo LV2 plug-in loaded into this process, as a digital audio workstation would.
class Lv2Plugin {
 public:
  /// Control ports by symbol; a port not named has its default.
  using Controls = std::map<std::string, double>;

  static bool installed(const std::string& uri);
  /// Error (unusable_input): not installed, asks for a feature that only a studio has, has no such
  /// control, or is not stereo.
  static Result<Lv2Plugin> load(const std::string& uri, const Controls&, double sample_rate_hz);

  Lv2Plugin(Lv2Plugin&&) noexcept;
  Lv2Plugin& operator=(Lv2Plugin&&) = delete;
  ~Lv2Plugin();

  /// In place, any length; it sees blocks of at most `most_frames` floats.
  void process(AudioBlock);
  /// What it says of itself after the last block.
  int latency_frames() const;

  static constexpr int most_frames = 1024;

 private:
  struct State;
  explicit Lv2Plugin(std::unique_ptr<State>);
  std::unique_ptr<State> state_;
};

}  // namespace lacquer::bench
