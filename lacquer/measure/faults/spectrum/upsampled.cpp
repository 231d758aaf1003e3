#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "lacquer/base/units.h"
#include "lacquer/measure/faults/detectors.h"
#include "lacquer/measure/faults/listing.h"
#include "lacquer/measure/faults/spectrum/spectral_image.h"
#include "lacquer/measure/levels_db.h"
#include "lacquer/measure/spectrum/look_bands.h"

namespace lacquer::measure {
namespace {

constexpr double band_hz = 250.0;
constexpr double lowest_hz = 5000.0;
constexpr int cells = 160;  // of 1 dB, up to 0 dBFS
constexpr std::int64_t least_looks = 20;
constexpr std::int64_t level_step = 2;  // looks: they overlap by half
// Of each band's levels over time the one that a fiftieth exceeds: cymbals count, a click does not.
constexpr double loud_share = 0.02;

// A wall: the floor is flat to here, band by band, and this much higher just below. A steep filter
// of 48 dB an octave makes 7 dB in that width, a resampler its whole stop band.
constexpr double floor_step_db = 4.0;
constexpr double wall_db = 15.0;
constexpr double wall_width = 0.10;  // of its frequency: soxr and swr begin at 0.91 of the edge
constexpr int least_floor_bands = 3;
constexpr double steady_db = 6.0;  // a floor of dither hardly moves
constexpr double inaudible_dbfs = -115.0;
constexpr double nothing_dbfs = -135.0;  // levels below are rounding
constexpr double drift_db = 1.0;         // that a floor of shaped dither may rise in a band

// Encoders cut between these at 44.1 and 48 kHz: another fault, looked for by other means.
constexpr double codec_low_hz = 16300.0, codec_high_hz = 20500.0;
constexpr double highest_codec_rate_hz = 48000.0;
constexpr double opus_rate_hz = 48000.0, opus_end_hz = 20000.0, opus_skirt_hz = 1000.0;
// Where a stream of a lower rate ends, as a part of that rate.
constexpr double least_end = 0.43;
constexpr double end_slack_hz = 300.0;  // the band, and the skirt of a short filter
// A short filter lets images through: at high rates the wall then stands this far above.
constexpr double image_slack = 1.19;
constexpr double least_image = 0.25;  // correlation; unrelated sides stay within 0.05
constexpr int least_images = 5;
constexpr std::int64_t all_images = 16, image_step = 8;  // looks: later only every eighth
constexpr std::array<double, 7> rates_hz = {16000.0, 22050.0, 24000.0, 32000.0,
                                            44100.0, 48000.0, 96000.0};

/// A sample rate higher than what the sound was made at: nothing at all above a wall.
class UpsampledDetector final : public Detector {
 public:
  explicit UpsampledDetector(StreamFormat format)
      : format_{format},
        bands_{std::max(0, static_cast<int>((0.5 * format.sample_rate_hz - lowest_hz) / band_hz))},
        power_(static_cast<std::size_t>(bands_)),
        histogram_(static_cast<std::size_t>(bands_) * cells) {
    for (const double rate_hz : rates_hz)
      if (rate_hz < 0.95 * format.sample_rate_hz) images_.emplace_back(0.5 * rate_hz);
  }

  bool hears_steps() const override { return false; }

  void add_long(const SpectrumFrame& look) override {
    if (looks_ < all_images || looks_ % image_step == 0)
      for (SpectralImage& image : images_) image.add(look);
    if (looks_++ % level_step != 0) return;
    ++levels_;
    if (edges_.empty())
      for (int band = 0; band <= bands_; ++band) edges_.push_back(bin_of(band, look));
    std::fill(power_.begin(), power_.end(), 0.0);
    add_bands(look, format_.channel_count, edges_.data(), bands_, power_.data());
    make_levels_db(power_.data(), bands_, 1e-20);
    for (int band = 0; band < bands_; ++band) {
      const auto dbfs = static_cast<int>(power_[static_cast<std::size_t>(band)]);
      const int cell = std::clamp(dbfs + cells - 1, 0, cells - 1);
      ++histogram_[static_cast<std::size_t>(band) * cells + static_cast<std::size_t>(cell)];
    }
  }

  void finish(const Heard& heard, std::vector<Finding>& found) override {
    if (looks_ < least_looks || bands_ < 2 * least_floor_bands) return;
    Finding finding{
        .kind = "upsampled",
        .severity = Severity::warn,
        .start_s = 0.0,
        .end_s = static_cast<double>(heard.numbers.frame_count) / format_.sample_rate_hz,
        .channel = {},
        .value = 0.0,
        .unit = "Hz",
        .confidence = 0.0,
        .message = {},
        .remedy =
            "Ask for the file at its own rate, and master and deliver from "
            "that."};
    if (say_wall(finding) || say_image(finding)) found.push_back(std::move(finding));
  }

 private:
  struct Wall {
    double end_hz;  // the floor begins here
    double depth_db;
    bool is_steady;
  };

  bool say_wall(Finding& finding) const {
    const std::optional<Wall> wall = find_wall();
    if (!wall) return false;
    const std::optional<double> rate_hz = rate_that_ends_at(wall->end_hz);
    if (!rate_hz) return false;
    // Encoders of low rates cut at 16 kHz too, and no spectrum tells that from 32 kHz.
    // Opus is always 48 kHz and always ends at 20.
    const bool low_rate_codec = format_.sample_rate_hz <= highest_codec_rate_hz &&
                                codec_low_hz > wall->end_hz && *rate_hz > 24000.0;
    const bool opus = format_.sample_rate_hz == opus_rate_hz &&
                      std::abs(wall->end_hz - opus_end_hz) < opus_skirt_hz;
    const bool may_be_codec = low_rate_codec || opus;
    finding.value = wall->end_hz;
    if (may_be_codec) finding.severity = Severity::info;
    finding.confidence = may_be_codec ? 0.5 : wall->is_steady && wall->depth_db > 20.0 ? 0.95 : 0.8;
    finding.message = "Above " + number(1e-3 * wall->end_hz, 1) +
                      " kHz there is nothing but the floor, " + number(wall->depth_db, 0) +
                      " dB down at once: this was made at " + number(1e-3 * *rate_hz, 2) +
                      " kHz or below and converted to " + number(1e-3 * format_.sample_rate_hz, 2) +
                      " kHz" + (may_be_codec ? ", or came through a lossy codec." : ".");
    return true;
  }

  bool say_image(Finding& finding) const {
    for (const SpectralImage& image : images_) {
      if (image.look_count() < least_images || image.correlation() < least_image) continue;
      finding.value = image.mirror_hz();
      finding.confidence = 0.95;
      finding.message = "What is above " + number(1e-3 * image.mirror_hz(), 2) +
                        " kHz mirrors what is below it: this was made at " +
                        number(2e-3 * image.mirror_hz(), 2) + " kHz and converted to " +
                        number(1e-3 * format_.sample_rate_hz, 2) +
                        " kHz by a resampler that leaves images.";
      return true;
    }
    return false;
  }

  static int bin_of(int band, const SpectrumFrame& look) {
    return std::min(look.bins,
                    static_cast<int>(std::ceil((lowest_hz + band * band_hz) / look.bin_hz)));
  }

  /// The level that this share of the looks exceeds.
  double level_dbfs(int band, double share) const {
    const auto most = static_cast<std::int64_t>(share * static_cast<double>(levels_));
    std::int64_t above = 0;
    int cell = cells - 1;
    for (; cell > 0; --cell) {
      above += histogram_[static_cast<std::size_t>(band) * cells + static_cast<std::size_t>(cell)];
      if (above > most) break;
    }
    return std::max(cell - cells + 0.5, nothing_dbfs);
  }

  std::optional<Wall> find_wall() const {
    // Down from the top, as long as no band stands out of the floor above it.
    double floor_dbfs = level_dbfs(bands_ - 1, loud_share);
    double moves_db = 0.0;
    int band = bands_ - 1;
    for (; band >= 0; --band) {
      const double dbfs = level_dbfs(band, loud_share);
      if (dbfs > floor_dbfs + floor_step_db) break;
      floor_dbfs = std::clamp(dbfs, floor_dbfs, floor_dbfs + drift_db);
      moves_db = std::max(moves_db, dbfs - level_dbfs(band, 0.5));
    }
    if (band < 0 || bands_ - 1 - band < least_floor_bands) return {};
    const double end_hz = lowest_hz + (band + 1) * band_hz;
    double below_dbfs = floor_dbfs;
    for (int of = band; of >= 0 && lowest_hz + of * band_hz > (1.0 - wall_width) * end_hz; --of)
      below_dbfs = std::max(below_dbfs, level_dbfs(of, loud_share));
    if (below_dbfs < floor_dbfs + wall_db) return {};
    return Wall{end_hz, below_dbfs - floor_dbfs,
                moves_db < steady_db || floor_dbfs < inaudible_dbfs};
  }

  std::optional<double> rate_that_ends_at(double end_hz) const {
    const bool codec_rate = format_.sample_rate_hz <= highest_codec_rate_hz;
    if (codec_rate && end_hz > codec_low_hz && end_hz < codec_high_hz) return {};
    for (const double rate_hz : rates_hz) {
      if (rate_hz > 0.95 * format_.sample_rate_hz) return {};
      const double most_hz =
          codec_rate ? 0.5 * rate_hz + end_slack_hz : 0.5 * rate_hz * image_slack;
      if (end_hz > most_hz) continue;
      if (codec_rate && end_hz < least_end * rate_hz) return {};
      return rate_hz;
    }
    return {};
  }

  StreamFormat format_;
  int bands_;
  std::int64_t looks_ = 0, levels_ = 0;  // so many of them are in the histogram
  std::vector<int> edges_;               // bins
  std::vector<double> power_;            // of one look, then dB
  std::vector<std::int32_t> histogram_;  // [band][cell]
  std::vector<SpectralImage> images_;    // one a lower rate
};

}  // namespace

DetectorPointer upsampled_detector(StreamFormat format) {
  return std::make_unique<UpsampledDetector>(format);
}

}  // namespace lacquer::measure
