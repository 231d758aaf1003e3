#include <algorithm>
#include <optional>

#include "lacquer/measure/faults/detectors.h"
#include "lacquer/measure/faults/listing.h"
#include "lacquer/measure/faults/lossy/lossy_alignment.h"
#include "lacquer/measure/faults/lossy/lossy_cutoff.h"
#include "lacquer/measure/faults/lossy/lossy_passage.h"

namespace lacquer::measure {
namespace {

constexpr double highest_rate_hz = 48000.0;  // of any codec; above it there is no grid to find
// Of 112 programmes of half a minute without a history none came to more than 5.2.
constexpr double least_deviations = 6.0;
constexpr double most_of_runner_up = 0.8;  // a steady tone can fit many grids a little
constexpr int fewest_passages = 3;

/// Once an MP3, AAC, Ogg Vorbis or Opus file: by the grid of its frames, or, if only that is left,
/// by where it cuts off. The value is that cut-off, or half the sample rate where there is none.
class LossySourceDetector final : public Detector {
 public:
  explicit LossySourceDetector(StreamFormat format) : format_{format}, cut_off_{format} {
    if (format.sample_rate_hz <= highest_rate_hz) passages_.emplace(format);
  }

  void add(AudioBlock block, std::int64_t) override {
    if (passages_) passages_->add(block);
  }

  void add_short(const SpectrumFrame& look) override {
    if (!edges_) edges_.emplace(look);
    const TrebleBands bands{look, format_.channel_count, *edges_};
    cut_off_.look(bands);
    if (passages_) passages_->look(look.first_frame, bands);
  }

  void finish(const Heard& heard, std::vector<Finding>& found) override {
    const Maybe cut_off_hz = cut_off_.cut_off_hz();
    Finding finding{
        .kind = "lossy_source",
        .start_s = 0.0,
        .end_s = static_cast<double>(heard.numbers.frame_count) / format_.sample_rate_hz,
        .channel = {},
        .value = cut_off_hz.value_or(0.5 * format_.sample_rate_hz),
        .unit = "Hz",
        .message = {},
        .remedy =
            "Ask for the file from before the encoder. If there is none, go easy on the "
            "treble: what was left out does not come back, and the next encoder takes more."};
    if (const auto alignment = clear_alignment()) {
      finding.severity = Severity::warn;
      finding.confidence =
          std::clamp(0.9 + 0.03 * (alignment->deviations - least_deviations), 0.9, 0.99);
      finding.message =
          "This was once " + article(alignment->codec) + " file: on a grid of " +
          std::to_string(alignment->period_frames) + " samples, from sample " +
          std::to_string(alignment->offset_frames) +
          " on, coefficients vanish as they do nowhere beside it (" +
          number(alignment->deviations, 1) + " standard deviations)" +
          (cut_off_hz ? ", and above " + number(*cut_off_hz / 1000.0, 1) + " kHz there is nothing"
                      : std::string{}) +
          ".";
    } else if (cut_off_hz) {
      finding.severity = Severity::info;
      finding.confidence = 0.5;
      finding.message = "The sound ends sharply at " + number(*cut_off_hz / 1000.0, 1) +
                        " kHz, as it does after a lossy encoder, a lower sample rate or a steep "
                        "filter; no encoder's frames can be made out.";
    } else {
      return;
    }
    found.push_back(std::move(finding));
  }

 private:
  static std::string article(const std::string& codec) {
    const bool vowel = codec == "MP3" || codec == "AAC" || codec[0] == 'O';
    return (vowel ? "an " : "a ") + codec;
  }

  std::optional<LossyAlignment> clear_alignment() const {
    if (!passages_) return {};
    for (const LossyAlignment& alignment : lossy_alignments(format_, passages_->passages()))
      if (alignment.passages >= fewest_passages && alignment.deviations >= least_deviations &&
          alignment.runner_up <= most_of_runner_up)
        return alignment;
    return {};
  }

  StreamFormat format_;
  std::optional<TrebleBands::Edges> edges_;
  LossyCutOff cut_off_;
  std::optional<LossyPassages> passages_;
};

}  // namespace

DetectorPointer lossy_source_detector(StreamFormat format) {
  if (format.channel_count > 2) return nullptr;
  return std::make_unique<LossySourceDetector>(format);
}

}  // namespace lacquer::measure
