#include "lacquer/measure/faults/invalid_samples.h"

#include <cmath>

#include "lacquer/measure/faults/listing.h"

namespace lacquer::measure {

InvalidSamples::InvalidSamples(StreamFormat format)
    : format_{format}, channels_(static_cast<std::size_t>(format.channel_count)) {}

void InvalidSamples::silence(int channel, double* samples, int count, std::int64_t first_frame) {
  Channel& seen = channels_[static_cast<std::size_t>(channel)];
  for (int f = 0; f < count; ++f) {
    if (std::isfinite(samples[f])) continue;
    if (seen.count++ == 0) seen.first_frame = first_frame + f;
    seen.last_frame = first_frame + f;
    samples[f] = 0.0;
  }
}

void InvalidSamples::finish(std::vector<Finding>& found) const {
  for (std::size_t c = 0; c < channels_.size(); ++c) {
    const Channel& seen = channels_[c];
    if (seen.count == 0) continue;
    found.push_back(
        {.kind = "invalid_samples",
         .severity = Severity::fail,
         .start_s = static_cast<double>(seen.first_frame) / format_.sample_rate_hz,
         .end_s = static_cast<double>(seen.last_frame + 1) / format_.sample_rate_hz,
         .channel = static_cast<int>(c),
         .value = static_cast<double>(seen.count),
         .unit = "samples",
         .confidence = 1.0,
         .message = channel_name(static_cast<int>(c), format_.channel_count) + " holds " +
                    lacquer::measure::count(seen.count, "sample") +
                    " that are no numbers (NaN or infinite); they were measured as silence.",
         .remedy = "A plug-in in the mix has failed: export it again."});
  }
}

}  // namespace lacquer::measure
