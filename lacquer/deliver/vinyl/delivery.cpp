#include <algorithm>
#include <cassert>
#include <cmath>

#include "lacquer/base/units.h"
#include "lacquer/chain/recipe.h"
#include "lacquer/deliver/nodes.h"
#include "lacquer/deliver/outbox.h"
#include "lacquer/deliver/peak_guard.h"
#include "lacquer/deliver/text.h"
#include "lacquer/deliver/vinyl/checks.h"
#include "lacquer/deliver/vinyl/sides.h"
#include "lacquer/measure/meter.h"
#include "lacquer/media/rate_converter.h"
#include "lacquer/media/writers.h"

namespace lacquer::deliver {

namespace {
struct Cut {
  double rate_hz = 0.0;  ///< the tracks' own, or the highest of them
  std::vector<std::int64_t> frame_counts;
  std::vector<Side> sides;
};

Result<Cut> plan(const Job& job) {
  Cut cut;
  std::vector<double> rates_hz, lengths_s;
  for (const TrackInput& track : job.tracks) {
    TRY(const SourcePointer source, track.for_vinyl());
    rates_hz.push_back(source->format().sample_rate_hz);
    cut.frame_counts.push_back(source->frame_count());
    cut.rate_hz = std::max(cut.rate_hz, rates_hz.back());
  }
  for (std::size_t t = 0; t < job.tracks.size(); ++t) {
    cut.frame_counts[t] =
        std::llround(static_cast<double>(cut.frame_counts[t]) * cut.rate_hz / rates_hz[t]);
    lengths_s.push_back(static_cast<double>(cut.frame_counts[t]) / cut.rate_hz);
  }
  cut.sides = split_into_sides(lengths_s, job.programme);
  return cut;
}

/// One side before its final level: tracks in balance, gaps, no rumble, bass in the middle.
Result<SourcePointer> open_side(const Job& job, const Cut& cut, const Side& side,
                                const Limits& limits) {
  std::vector<Part> parts;
  for (std::size_t i = 0; i < side.tracks.size(); ++i) {
    const std::size_t t = side.tracks[i].index;
    const TrackInput& track = job.tracks[t];
    Part part;
    part.open = [open = track.for_vinyl, gain = gain_from_db(track.vinyl_gain_db),
                 rate_hz = cut.rate_hz]() -> Result<SourcePointer> {
      TRY(SourcePointer source, open());
      return media::convert_rate(as_stereo(with_gain(std::move(source), gain)), rate_hz);
    };
    part.frame_count = cut.frame_counts[t];
    if (i > 0)
      part.silence_before_frames = std::llround(job.programme.tracks[t].gap_s * cut.rate_hz);
    parts.push_back(std::move(part));
  }
  constexpr double high_pass = 3.0;  // the equaliser's number for it
  chain::Recipe recipe;
  recipe.steps.push_back(
      {"equaliser",
       {{"band_1_type", high_pass}, {"band_1_frequency_hz", limits.value("high_pass_hz")}}});
  recipe.steps.push_back(
      {"bass_mono", {{"frequency_hz", limits.value("mono_below_hz")}, {"amount", 1.0}}});
  return chain::process(recipe, joined({cut.rate_hz, 2}, std::move(parts)));
}

struct CommonGain {
  double gain = 1.0;
  bool level_binds = false;
};

/// One gain for all sides: the highest true peak of them comes to the limit, or the loudest side's
/// RMS to its own, whichever is reached first. Lowering costs nothing, the lathe sets the level.
Result<CommonGain> common_gain(const Job& job, const Cut& cut, const Limits& limits) {
  std::optional<double> highest_dbtp, loudest_dbfs;
  for (const Side& side : cut.sides) {
    TRY(const SourcePointer source, open_side(job, cut, side, limits));
    measure::Meter meter{source->format(), {false, true, false, false, false, false}};
    GrooveMeter groove = groove_meter(source->format(), limits);
    TRY_DO(for_each_block(*source, job.progress, std::string{"Measuring side "} + side.letter,
                          [&](AudioBlock block) -> Result<void> {
                            meter.add(block);
                            groove.add(block);
                            return {};
                          }));
    const auto peak = meter.finish().peak.true_dbtp;
    const auto rms = groove.report().rms_dbfs;
    if (peak) highest_dbtp = std::max(highest_dbtp.value_or(*peak), *peak);
    if (rms) loudest_dbfs = std::max(loudest_dbfs.value_or(*rms), *rms);
  }
  if (!highest_dbtp || !loudest_dbfs) return CommonGain{};
  const double by_peak_db =
      ceiling_before_bits(limits.value("true_peak_max_dbtp"), 24) - *highest_dbtp;
  const double by_level_db = limits.value("rms_max_dbfs") - *loudest_dbfs;
  return CommonGain{gain_from_db(std::min(by_peak_db, by_level_db)), by_level_db < by_peak_db};
}
}  // namespace

Result<Delivery> deliver_vinyl(const Job& job) {
  assert(job.tracks.size() == job.programme.tracks.size());
  if (job.tracks.empty())
    return Error{ErrorKind::usage, "A record needs at least one track.", "", ""};
  TRY_DO(require_gaps(job.programme));
  TRY(const Limits limits, load_vinyl_limits(job.data));
  TRY(const Plants plants, load_plants(job.data));
  TRY(const Cut cut, plan(job));
  double bytes = 0.0;
  for (const Side& side : cut.sides) bytes += side.length_s() * cut.rate_hz * 6.0;
  TRY(Outbox outbox, Outbox::open(job.folder, static_cast<std::uintmax_t>(bytes)));
  TRY(const CommonGain common, common_gain(job, cut, limits));

  std::string title = disc_file_name(job.programme.title);
  if (title.empty()) title = disc_file_name(job.programme.upc);
  if (title.empty()) title = "RECORD";
  Checks checks;
  std::vector<measure::Measurement> measured_sides;
  for (const Side& side : cut.sides) {
    const std::string stem = title + "_" + side.letter;
    const std::string name = stem + "_" + decimals(cut.rate_hz, 0) + "Hz_24bit.wav";
    TRY(const auto path, outbox.place(name));
    TRY(SourcePointer source, open_side(job, cut, side, limits));
    source = quantised(with_gain(std::move(source), common.gain), 24, true);
    media::Tags tags;
    tags.title = job.programme.title + ", side " + side.letter;
    tags.artist = job.programme.artist;
    tags.comment = job.comment;
    TRY(auto sink, media::create_audio(path, media::FileFormat::wav_24, source->format(), tags));
    TRY_DO(pump(*source, *sink, job.progress, std::string{"Writing side "} + side.letter));
    TRY_DO(sink->finish());
    TRY(auto measured, check_side(checks, path, name, limits, plants, job.progress));
    TRY_DO(outbox.keep(name, "24-bit WAV, side " + std::string(1, side.letter), measured));
    measured_sides.push_back(std::move(measured));
    TRY_DO(outbox.write_text(stem + "_cue.txt", side_sheet(side, job.programme, name),
                             std::string{"cue sheet of side "} + side.letter));
  }
  check_sides(checks, measured_sides);
  checks.info("level",
              "one gain for all sides: " + decimals(db_from_gain(common.gain), 2) +
                  " dB, bound by " +
                  (common.level_binds ? "the loudest side's RMS" : "the highest true peak") +
                  "; no limiter and no loudness gain, the balance between tracks is the master's");
  checks.info("high-pass", "below " + decimals(limits.value("high_pass_hz"), 0) + " Hz",
              limits.clause("high_pass_hz"));
  checks.info("mono bass", "folded below " + decimals(limits.value("mono_below_hz"), 0) + " Hz",
              limits.clause("mono_below_hz"));
  TRY(auto files, outbox.close());
  return Delivery{"vinyl", std::move(files), checks.take()};
}

}  // namespace lacquer::deliver
