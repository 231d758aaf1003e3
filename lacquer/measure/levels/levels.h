#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "lacquer/measure/measurement.h"
#include "lacquer/measure/sums.h"

namespace lacquer::measure {

/// Plain level of any number of channels: peaks, means, powers, what two channels have in common,
/// and where sound begins and ends.
class LevelMeter {
 public:
  explicit LevelMeter(StreamFormat);

  /// The next frames, as they are and K-weighted (null if nobody asked for that), and what a sweep
  /// over each channel has told.
  void add(const double* const* samples, const double* const* weighted,
           const std::vector<StepStatistics>& statistics, int frame_count);

  Maybe sample_peak_dbfs() const;
  Maybe crest_db() const;
  /// AES17, all channels: the programme's, and the loudest 600 ms of whole steps of 10 ms.
  Maybe rms_dbfs() const;
  Maybe max_rms_dbfs() const;
  Stereo stereo() const;

  /// Sum of squares of the K-weighted frames of the last add(), over all channels, each with its
  /// channel_weights().
  double weighted_energy_of_last() const noexcept { return weighted_energy_of_last_; }
  /// Stereo: sums over the frames of the last add().
  struct Sums {
    double left_squares = 0.0, right_squares = 0.0, products = 0.0;
  };
  const Sums& sums_of_last() const noexcept { return sums_of_last_; }
  /// Mean of one channel, linear.
  double mean(int channel) const noexcept;
  /// A frame is silent while every channel stays below -70 dBFS. A silent programme is all head.
  double head_silence_s() const noexcept;
  double tail_silence_s() const noexcept;

 private:
  struct Channel {
    double peak = 0.0;
    double sum = 0.0;
    double squares = 0.0;
    double weighted_squares = 0.0;
  };
  double squares() const noexcept;
  void note_energy(double energy, int frame_count);

  static constexpr int k_system_steps = 60;  // 600 ms

  StreamFormat format_;
  std::vector<Channel> channels_;
  std::vector<double> weights_;
  Sums sums_of_last_;
  std::array<double, k_system_steps> energies_{};  // rings, by step, as long as the window
  std::array<int, k_system_steps> frame_counts_{};
  std::int64_t step_count_ = 0;
  double loudest_mean_square_ = 0.0;
  double weighted_energy_of_last_ = 0.0;
  double products_ = 0.0;  // left x right
  std::int64_t frame_count_ = 0;
  std::int64_t first_sound_ = -1;  // frames
  std::int64_t last_sound_ = -1;
};

}  // namespace lacquer::measure
