#include "lacquer/evaluate/advice/excerpt.h"

#include <algorithm>
#include <cmath>

#include "lacquer/measure/meter.h"
#include "lacquer/media/audio_file.h"

namespace lacquer::evaluate {
namespace {

constexpr double passage_s = 15.0;  // as studio hears references

// Nobody's suggestions are made of the others; the time of an analysis is taken with them.
constexpr measure::Parts needed{.rhythm = false, .findings = false, .series = false};

}  // namespace

Result<Stretch> loudest_stretch(const std::filesystem::path& path, double length_s) {
  TRY(auto opened, media::open_audio(path));
  const StreamFormat format = opened.info.format;
  const double duration_s = opened.info.duration_s();
  if (length_s <= 0.0 || duration_s <= length_s) return Stretch{0.0, duration_s};
  std::vector<double> powers(static_cast<std::size_t>(std::ceil(duration_s)) + 1);
  AudioBuffer buffer{format.channel_count, block_frames};
  for (std::int64_t at = 0;;) {
    TRY(const int count, opened.source->read(buffer.block()));
    if (count == 0) break;
    const auto second = static_cast<std::size_t>(static_cast<double>(at) / format.sample_rate_hz);
    for (int c = 0; c < format.channel_count; ++c)
      for (int f = 0; f < count; ++f) {
        const double sample = buffer.block().channel(c)[f];
        if (std::isfinite(sample) && second < powers.size()) powers[second] += sample * sample;
      }
    at += count;
  }
  const auto length = static_cast<std::size_t>(length_s);
  const auto last_start = static_cast<std::size_t>(duration_s - length_s);
  Stretch best{0.0, length_s};
  double best_power = -1.0;
  for (std::size_t start = 0; start <= last_start; ++start) {
    double power = 0.0;
    for (std::size_t s = start; s < start + length; ++s) power += powers[s];
    if (power <= best_power) continue;
    best_power = power;
    best.start_s = static_cast<double>(start);
  }
  return best;
}

Result<measure::Measurement> measured(const Clip& clip, const Progress& progress) {
  return measure::measure(*source_of(clip), needed, progress);
}

Result<advise::Heard> heard(const Clip& clip, const Progress& progress) {
  advise::Heard result;
  TRY(result.whole, measured(clip, progress));
  auto spectrum_only = measure::Parts::none();
  spectrum_only.spectrum = true;
  const int passages = std::max(1, static_cast<int>(clip.duration_s() / passage_s));
  for (int n = 0; n < passages; ++n) {
    const auto edge = [&](int i) {
      return static_cast<int>(static_cast<std::int64_t>(clip.frame_count()) * i / passages);
    };
    Clip passage = clip;
    passage.keep(edge(n), edge(n + 1) - edge(n));
    TRY(const auto measured, measure::measure(*source_of(std::move(passage)), spectrum_only));
    result.loud.push_back(measured.spectrum);
  }
  return result;
}

}  // namespace lacquer::evaluate
