#pragma once

#include <cstdint>
#include <vector>

#include "lacquer/base/audio.h"
#include "lacquer/dsp/bands/smooth_low_pass.h"
#include "lacquer/dsp/limit/cell_gain.h"
#include "lacquer/dsp/limit/peak_finder.h"

namespace lacquer::dsp {

/// Goes before a limiter and spares it where it would be heard: there the bass alone is turned
/// down for a part of each peak, and everything above it is not modulated by that part.
///
/// Hangs the limiter's own gain over the peaks, and looks where it moves so much within 43 ms that
/// noise comes near the mask. There the limiter may want up to most_relief_db less; a gain of the
/// bass (below 450 Hz, linear phase) is hung over what that leaves, as far as bass is what the
/// peak is made of. Everywhere else the samples are handed through, bit for bit.
class BassRelief {
 public:
  static constexpr double most_relief_db = 4.0;

  /// Allocates. The attacks and releases may be as long as the look-ahead lets them.
  void prepare(const StreamFormat&, double look_ahead_s);
  void reset() noexcept;

  struct Settings {
    double ceiling = 1.0;  ///< linear
    double amount = 0.0;   ///< 0 .. 1, of most_relief_db; 0 is a delay and nothing else
    double attack_ms = 60.0, release_ms = 110.0;
  };
  /// At most PeakFinder::most_frames, of usable() samples.
  void process(AudioBlock, const Settings&) noexcept;

  int latency_frames() const noexcept { return allowed_frames_ + bass_.delay_frames(); }

 private:
  /// One channel: what waits, and its bass.
  struct Channel {
    std::vector<double> waiting;  // a ring of latency_frames()
    std::vector<double> bass;     // a ring of the last of them
    SmoothLowPass low_pass;
  };

  void delay(AudioBlock) noexcept;
  void wake() noexcept;
  void split(AudioBlock) noexcept;
  void run(AudioBlock, int first, const Settings&) noexcept;
  void end_cell(const Settings&) noexcept;
  bool heard() noexcept;
  double bass_gain_for(double sample, double bass, double most) const noexcept;

  StreamFormat format_;
  PeakFinder finder_;
  CellGain limiter_;  // what it would do to all of it
  CellGain allowed_;  // what is left to it
  CellGain bass_;
  SmoothLowPass::Length corner_;
  int allowed_frames_ = 0;  // from a frame that comes in back to the one allowed_ is about

  std::vector<Channel> channels_;
  std::size_t at_ = 0, bass_at_ = 0;  // in the rings
  std::int64_t sleeps_in_ = 0;        // frames; at 0 there is only the delay
  std::vector<double> peaks_;
  AudioBuffer late_, late_bass_;  // of this block: frames that allowed_ is about

  int cell_frame_ = 0;  // of the cell being filled
  int frames_to_renewal_ = 0;
  double cell_peak_ = 0.0, peak_before_ = 0.0;
  double cell_bass_gain_ = 1.0;       // wanted by the cell being filled behind allowed_
  std::vector<double> wanted_db_;     // ring by cell: until it is known whether it is heard
  std::vector<double> reduction_db_;  // ring by cell: the look that judges
  std::size_t wanted_at_ = 0, look_at_ = 0;
  double sum_db_ = 0.0, squares_db2_ = 0.0;  // of the look
};

}  // namespace lacquer::dsp
