#include <algorithm>
#include <cmath>

#include "lacquer/base/read_fully.h"
#include "lacquer/base/units.h"
#include "lacquer/measure/meter.h"
#include "lacquer/measure/quality/programme_delay.h"
#include "lacquer/media/files.h"
#include "lacquer/media/rate_converter.h"
#include "lacquer/studio/studio.h"

namespace lacquer::studio {
namespace fs = std::filesystem;
namespace {

constexpr double excerpt_s = 6.0;
constexpr double most_delay_s = 12.0;
constexpr double shortest_s = 0.5;
constexpr double places[] = {0.5, 0.25, 0.75};  // of the shorter one; the first may be a rest
constexpr double same_programme = 15.0;         // of ProgrammeDelay::certainty
// Of the mean ratio of noise to mask: MP3 at 96 kb/s stays below 10 dB, two songs that share their
// drum sounds, which would align, lie near 30.
constexpr double nothing_in_common_db = 20.0;
constexpr double matched_lu = 0.05;
constexpr int most_passes = 4;

const std::string stage = "Comparing";

Error cancelled() { return {ErrorKind::cancelled, "The comparison was cancelled.", "", ""}; }

struct Programme {
  OpenSource open;  // at the rate of the first
  StreamFormat format;
  std::int64_t frames;
};

Result<void> skip(AudioSource& source, std::int64_t frames) {
  AudioBuffer buffer{source.format().channel_count, block_frames};
  while (frames > 0) {
    const int wanted = static_cast<int>(std::min<std::int64_t>(frames, block_frames));
    TRY(const int got, read_fully(source, buffer.block().frames(0, wanted)));
    if (got == 0) break;
    frames -= got;
  }
  return {};
}

/// The mean of the channels from `first` on.
Result<std::vector<double>> mean_of(const Programme& programme, std::int64_t first, int count) {
  TRY(const auto source, programme.open());
  TRY_DO(skip(*source, first));
  std::vector<double> mean;
  AudioBuffer buffer{programme.format.channel_count, block_frames};
  while (static_cast<int>(mean.size()) < count) {
    const int wanted = std::min(block_frames, count - static_cast<int>(mean.size()));
    TRY(const int frames, read_fully(*source, buffer.block().frames(0, wanted)));
    if (frames == 0) break;
    for (int f = 0; f < frames; ++f) {
      double sum = 0.0;
      for (int c = 0; c < programme.format.channel_count; ++c) sum += buffer.block().channel(c)[f];
      mean.push_back(sum / programme.format.channel_count);
    }
  }
  return mean;
}

Result<measure::ProgrammeDelay> delay_between(const Programme& a, const Programme& b,
                                              const Room& room) {
  const double rate_hz = a.format.sample_rate_hz;
  const std::int64_t shorter = std::min(a.frames, b.frames);
  const auto excerpt =
      static_cast<int>(std::min<std::int64_t>(std::llround(excerpt_s * rate_hz), shorter / 2));
  const auto most = static_cast<std::int64_t>(most_delay_s * rate_hz);
  measure::ProgrammeDelay best;
  for (const double place : places) {
    if (room.progress.cancelled()) return cancelled();
    room.progress.at("Aligning", place);
    const auto first = static_cast<std::int64_t>(place * static_cast<double>(shorter - excerpt));
    const std::int64_t lead = std::min(first, most);
    const std::int64_t end = std::min(b.frames, first + excerpt + most);
    TRY(const auto of_a, mean_of(a, first, excerpt));
    TRY(const auto of_b, mean_of(b, first - lead, static_cast<int>(end - first + lead)));
    if (of_a.empty() || of_b.size() < of_a.size()) continue;
    const auto found = measure::find_programme_delay(of_a, of_b, lead);
    if (found.certainty > best.certainty) best = found;
    if (best.certainty >= same_programme) break;
  }
  return best;
}

struct Region {
  measure::Measurement a, b;
  measure::NoiseToMask noise;
  measure::PerceivedDifference difference;
  std::int64_t frames = 0;
};

/// What both have in common, the second times a gain.
Result<Region> measure_region(const Programme& a, const Programme& b, double delay_frames,
                              double gain, const measure::Parts& parts, const Room& room) {
  const auto later = std::llround(delay_frames);
  TRY(const auto source_a, a.open());
  TRY(const auto source_b, b.open());
  TRY_DO(skip(*source_a, std::max<std::int64_t>(0, -later)));
  TRY_DO(skip(*source_b, std::max<std::int64_t>(0, later)));
  const int channels = a.format.channel_count;
  measure::Meter meter_a{a.format, parts}, meter_b{a.format, parts};
  measure::NoiseToMaskMeter noise{a.format, delay_frames - static_cast<double>(later)};
  measure::PerceivedDifferenceMeter difference{a.format};
  AudioBuffer of_a{channels, block_frames}, of_b{channels, block_frames};
  Region region;
  while (true) {
    if (room.progress.cancelled()) return cancelled();
    TRY(const int frames_a, read_fully(*source_a, of_a.block()));
    TRY(const int frames_b, read_fully(*source_b, of_b.block()));
    const int frames = std::min(frames_a, frames_b);
    if (frames == 0) break;
    const AudioBlock one = of_a.block().frames(0, frames), other = of_b.block().frames(0, frames);
    for (int c = 0; c < channels; ++c)
      for (int f = 0; f < frames; ++f) other.channel(c)[f] *= gain;
    meter_a.add(one);
    meter_b.add(other);
    if (parts.spectrum) {
      noise.add(one, other);
      difference.add(one, other);
    }
    region.frames += frames;
    room.progress.at(stage, static_cast<double>(region.frames) /
                                static_cast<double>(std::max(a.frames, region.frames)));
  }
  region.a = meter_a.finish();
  region.b = meter_b.finish();
  region.noise = noise.finish();
  region.difference = difference.finish();
  return region;
}

struct Opened {
  media::FileInfo info;
  std::string sha256;
};

Result<Opened> look_at(const fs::path& path) {
  TRY(const auto file, media::open_audio(path));
  TRY(auto sha256, media::sha256_of_file(path));
  if (file.info.duration_s() < shortest_s)
    return Error{ErrorKind::unusable_input, "It is shorter than half a second.", path.string(),
                 "Compare longer programmes."};
  return Opened{file.info, std::move(sha256)};
}

/// The source at another rate, as often as it is opened.
OpenSource at_rate(OpenSource open, double rate_hz) {
  return [open = std::move(open), rate_hz]() -> Result<SourcePointer> {
    TRY(auto source, open());
    return media::convert_rate(std::move(source), rate_hz);
  };
}

}  // namespace

Result<Comparison> compare(const fs::path& path_a, const fs::path& path_b, const Room& room) {
  TRY(const auto file_a, look_at(path_a));
  TRY(const auto file_b, look_at(path_b));
  if (file_a.info.format.channel_count != file_b.info.format.channel_count)
    return Error{ErrorKind::unusable_input, "One is mono, the other stereo.", path_b.string(),
                 "Compare two with as many channels."};
  const StreamFormat format = file_a.info.format;
  const double rate_ratio = format.sample_rate_hz / file_b.info.format.sample_rate_hz;
  const Programme a{media::opener(path_a), format, file_a.info.frame_count};
  const Programme b{at_rate(media::opener(path_b), format.sample_rate_hz), format,
                    std::llround(static_cast<double>(file_b.info.frame_count) * rate_ratio)};

  TRY(const auto delay, delay_between(a, b, room));
  const Error no_versions{ErrorKind::unusable_input,
                          "The two do not sound like versions of one programme.", path_b.string(),
                          "Compare a mix with its master; they may lie up to 12 s apart."};
  if (delay.certainty < same_programme) return no_versions;

  Comparison comparison;
  comparison.delay_frames = delay.frames;
  comparison.certainty = delay.certainty;
  comparison.inverted = delay.inverted;
  const double sign = delay.inverted ? -1.0 : 1.0;
  measure::Parts parts = measure::Parts::none();
  parts.loudness = true;
  Region region;
  for (int pass = 1;; ++pass) {
    TRY(region,
        measure_region(a, b, delay.frames, sign * gain_from_db(comparison.gain_db), parts, room));
    const auto lufs_a = region.a.loudness.integrated_lufs,
               lufs_b = region.b.loudness.integrated_lufs;
    if (!lufs_a || !lufs_b)
      return Error{ErrorKind::unusable_input, "There is too little sound to match the loudness of.",
                   (lufs_a ? path_b : path_a).string(), "Compare programmes that can be heard."};
    comparison.loudness_left_lu = *lufs_b - *lufs_a;
    const bool everything = parts.spectrum;
    parts = {.rhythm = false, .findings = false};
    if (everything && std::abs(comparison.loudness_left_lu) <= matched_lu) break;
    if (pass ==
        most_passes)  // passages of either lie at the gates, and no gain brings them together
      return Error{ErrorKind::unusable_input, "No gain makes the two equally loud.",
                   path_b.string(), "Compare a longer stretch of the programme."};
    comparison.gain_db -= comparison.loudness_left_lu;
  }
  if (region.noise.mean_db.value_or(0.0) > nothing_in_common_db) return no_versions;
  comparison.compared_s = static_cast<double>(region.frames) / format.sample_rate_hz;
  comparison.a = {path_a.string(), file_a.sha256, file_a.info, std::move(region.a)};
  comparison.b = {path_b.string(), file_b.sha256, file_b.info, std::move(region.b)};
  comparison.noise = std::move(region.noise);
  comparison.difference = region.difference;
  return comparison;
}

}  // namespace lacquer::studio
