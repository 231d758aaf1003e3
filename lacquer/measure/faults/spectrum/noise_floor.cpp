#include <algorithm>
#include <array>
#include <cmath>

#include "lacquer/base/units.h"
#include "lacquer/measure/faults/detectors.h"
#include "lacquer/measure/faults/listing.h"
#include "lacquer/measure/spectrum/look_bands.h"

namespace lacquer::measure {
namespace {

constexpr double worth_telling_dbfs = -60.0;  // A-weighted, as all levels here
constexpr double too_loud_dbfs = -50.0;

// Thirds of an octave in which hiss has to look like noise.
constexpr double lowest_hz = 630.0;
constexpr std::size_t bands = 14;
constexpr std::size_t fewest_noisy_bands = 11;
// Mean of squares over square of mean of the bins of a band: 1.5 to 2 for noise, more for tones.
constexpr double most_peaky = 2.6;

// Quiet frames by level.
constexpr double lowest_dbfs = -110.0;  // below it is silence
constexpr double cell_db = 0.5;
constexpr std::size_t cells = 150;      // up to -35 dBFS: louder is not a floor
constexpr std::size_t floor_cells = 6;  // noise that goes on keeps within 3 dB

constexpr double least_share = 0.01;  // of the frames that are not silent
constexpr double least_s = 0.6;
constexpr double least_noisy_share = 0.6;  // of the frames within those 3 dB
constexpr double most_below = 0.25;        // of these, frames that are quieter still
constexpr double steady_db = 2.2;          // standard deviation of a band, median of the bands

/// IEC 61672-1, power, 1 at 1 kHz.
double a_weight(double hz) {
  const double f2 = hz * hz;
  const double gain = 12194.0 * 12194.0 * f2 * f2 /
                      ((f2 + 20.6 * 20.6) * std::sqrt((f2 + 107.7 * 107.7) * (f2 + 737.9 * 737.9)) *
                       (f2 + 12194.0 * 12194.0));
  return gain * gain * power_from_db(2.0);
}

/// The noise a programme stands on, heard where the music pauses. Said only if the quietest frames
/// pile up at one level and are noise in nearly every band: a fade or a soft passage is neither.
class NoiseFloorDetector final : public Detector {
 public:
  explicit NoiseFloorDetector(StreamFormat format) : format_{format}, quiet_(cells) {}

  bool hears_steps() const override { return false; }

  void add_short(const SpectrumFrame& look) override {
    if (hop_s_ == 0.0) prepare(look);
    std::array<double, bands> power{};
    double level = 0.0;
    add_bands(look, format_.channel_count, edges_.data(), bands, power.data());
    for (std::size_t b = 0; b < bands; ++b) level += power[b] * weights_[b];
    const double dbfs = db_from_power(level / format_.channel_count);
    if (!(dbfs > lowest_dbfs)) return;
    ++frames_;
    const auto at = static_cast<std::size_t>((dbfs - lowest_dbfs) / cell_db);
    if (at >= cells) return;
    Cell& cell = quiet_[at];
    ++cell.frames;
    if (!noisy(look, power)) return;
    if (cell.noisy_frames++ == 0) cell.first_frame = look.first_frame;
    cell.last_frame = look.first_frame + look.size;
    cell.level += level / format_.channel_count;
    for (std::size_t b = 0; b < bands; ++b) {
      const double db = db_from_power(power[b] + 1e-30);
      cell.db[b] += db;
      cell.db_squared[b] += db * db;
    }
  }

  void finish(const Heard&, std::vector<Finding>& found) override {
    std::int64_t below = 0;
    Cell best;
    for (std::size_t at = 0; at + floor_cells <= cells; ++at) {
      Cell floor;
      for (std::size_t i = at; i < at + floor_cells; ++i) floor.join(quiet_[i]);
      if (is_floor(floor, below) && floor.noisy_frames > best.noisy_frames) best = floor;
      below += quiet_[at].frames;
    }
    if (best.noisy_frames == 0) return;
    const double dbfs = db_from_power(best.level / static_cast<double>(best.noisy_frames));
    if (dbfs <= worth_telling_dbfs) return;
    const double seconds = static_cast<double>(best.noisy_frames) * hop_s_;
    found.push_back(
        {.kind = "noise_floor",
         .severity = dbfs > too_loud_dbfs ? Severity::warn : Severity::info,
         .start_s = static_cast<double>(best.first_frame) / format_.sample_rate_hz,
         .end_s = static_cast<double>(best.last_frame) / format_.sample_rate_hz,
         .channel = {},
         .value = dbfs,
         .unit = "dBFS A",
         .confidence = std::clamp(0.6 + 0.05 * seconds, 0.6, 0.9),
         .message = "Where the music is quietest (" + number(seconds, 1) +
                    " s in all) it stands on steady noise of " + number(dbfs, 1) +
                    " dBFS A, which compression and limiting will bring up with everything else.",
         .remedy =
             "Ask whether it is meant; if not, take it off the tracks it comes from, or reduce "
             "it with a profile taken from a pause before any compression."});
  }

 private:
  struct Cell {
    std::int64_t frames = 0, noisy_frames = 0;
    std::int64_t first_frame = 0, last_frame = 0;
    double level = 0.0;
    std::array<double, bands> db{}, db_squared{};

    void join(const Cell& other) {
      if (other.noisy_frames > 0) {
        first_frame =
            noisy_frames == 0 ? other.first_frame : std::min(first_frame, other.first_frame);
        last_frame = std::max(last_frame, other.last_frame);
      }
      frames += other.frames;
      noisy_frames += other.noisy_frames;
      level += other.level;
      for (std::size_t b = 0; b < bands; ++b) {
        db[b] += other.db[b];
        db_squared[b] += other.db_squared[b];
      }
    }
  };

  void prepare(const SpectrumFrame& look) {
    hop_s_ = 0.5 * look.size / format_.sample_rate_hz;
    for (std::size_t b = 0; b <= bands; ++b) {
      const double hz = lowest_hz * std::exp2((static_cast<double>(b) - 0.5) / 3.0);
      edges_[b] = std::min(look.bins - 1, static_cast<int>(hz / look.bin_hz));
      if (b < bands) weights_[b] = a_weight(lowest_hz * std::exp2(static_cast<double>(b) / 3.0));
    }
  }

  bool noisy(const SpectrumFrame& look, const std::array<double, bands>& power) const {
    std::size_t noisy_bands = 0;
    for (std::size_t b = 0; b < bands; ++b) {
      double squares = 0.0;
      for (int k = edges_[b]; k < edges_[b + 1]; ++k) {
        auto bin = static_cast<double>(look.power[0][k]);
        if (format_.channel_count == 2) bin += static_cast<double>(look.power[1][k]);
        squares += bin * bin;
      }
      const double bins = edges_[b + 1] - edges_[b];
      if (bins > 0.0 && power[b] > 0.0 && squares * bins < most_peaky * power[b] * power[b])
        ++noisy_bands;
    }
    return noisy_bands >= fewest_noisy_bands;
  }

  bool is_floor(const Cell& floor, std::int64_t below) const {
    const auto noisy_frames = static_cast<double>(floor.noisy_frames);
    const auto all_frames = static_cast<double>(floor.frames);
    if (noisy_frames < std::max(least_s / hop_s_, least_share * static_cast<double>(frames_)) ||
        noisy_frames < least_noisy_share * all_frames ||
        static_cast<double>(below) > most_below * all_frames ||
        2 * (below + floor.frames) > frames_)
      return false;
    std::array<double, bands> deviation_db;
    for (std::size_t b = 0; b < bands; ++b) {
      const double mean = floor.db[b] / noisy_frames;
      deviation_db[b] = std::sqrt(std::max(0.0, floor.db_squared[b] / noisy_frames - mean * mean));
    }
    std::nth_element(deviation_db.begin(), deviation_db.begin() + bands / 2, deviation_db.end());
    return deviation_db[bands / 2] < steady_db;
  }

  StreamFormat format_;
  double hop_s_ = 0.0;
  std::array<int, bands + 1> edges_{};
  std::array<double, bands> weights_{};
  std::int64_t frames_ = 0;  // not silent
  std::vector<Cell> quiet_;
};

}  // namespace

DetectorPointer noise_floor_detector(StreamFormat format) {
  return std::make_unique<NoiseFloorDetector>(format);
}

}  // namespace lacquer::measure
