#include "lacquer/evaluate/planting/planting.h"

namespace lacquer::evaluate {
namespace {

// The bars of the product: what must be heard, and how often.
constexpr double nearly_always = 0.95;
constexpr double mostly = 0.9;

std::vector<Fault> make_table() {
  return {
      {.kind = "clipping",
       .strengths =
           {{"3 samples", clipping({.run_frames = 3})},
            {"5 samples", clipping({.run_frames = 5})},
            {"10 samples", clipping({.run_frames = 10})},
            {"3 samples, then 0.5 dB down", clipping({.run_frames = 3, .level_dbfs = -0.5})},
            {"5 samples, then 3 dB down", clipping({.run_frames = 5, .level_dbfs = -3.0})},
            {"10 samples, then 6 dB down", clipping({.run_frames = 10, .level_dbfs = -6.0})},
            {"5 samples, one side", clipping({.run_frames = 5, .one_sided = true})},
            {"5 samples, one section", clipping({.run_frames = 5, .one_section = true})},
            {"10 samples, one section", clipping({.run_frames = 10, .one_section = true})}},
       .related = {"true_peak_over", "soft_clipping", "already_limited"},
       .least_recall = nearly_always},

      {.kind = "soft_clipping",
       .strengths = {{"tanh, 6 dB", soft_clipping(Curve::tanh, 6.0)},
                     {"tanh, 9 dB", soft_clipping(Curve::tanh, 9.0)},
                     {"tanh, 12 dB", soft_clipping(Curve::tanh, 12.0)},
                     {"tanh, 18 dB", soft_clipping(Curve::tanh, 18.0)},
                     {"cubic, 9 dB", soft_clipping(Curve::cubic, 9.0)},
                     {"arctan, 12 dB", soft_clipping(Curve::arctan, 12.0)}},
       .accepted = {"clipping"},
       .related = {"true_peak_over", "already_limited", "dc"}},  // lopsided waves shift

      {.kind = "true_peak_over",
       .strengths = {{"+0.3 dBTP", inter_sample_over(0.3)},
                     {"+1 dBTP", inter_sample_over(1.0)},
                     {"+2 dBTP", inter_sample_over(2.0)}},
       .related = {"click"},
       .tolerance_s = 1.0},  // it is looked for by the second

      {.kind = "invalid_samples",
       .strengths = {{"one NaN", invalid_samples(Invalid::nan, 1)},
                     {"100 infinite", invalid_samples(Invalid::infinity, 100)}},
       .related = {"click", "discontinuity", "dropout", "digital_gap"}},

      {.kind = "click",
       .strengths = {{"one sample, 12 dB", click(Click::one_sample, 12.0)},
                     {"one sample, 18 dB", click(Click::one_sample, 18.0)},
                     {"one sample, 24 dB", click(Click::one_sample, 24.0)},
                     {"pop, 12 dB", click(Click::pop, 12.0)},
                     {"pop, 18 dB", click(Click::pop, 18.0)},
                     {"pop, 24 dB", click(Click::pop, 24.0)},
                     {"step and back, 12 dB", click(Click::step, 12.0)},
                     {"step and back, 18 dB", click(Click::step, 18.0)},
                     {"step and back, 24 dB", click(Click::step, 24.0)}},
       .accepted = {"discontinuity"},
       .related = {"true_peak_over"},
       .least_recall = nearly_always},

      {.kind = "discontinuity",
       .strengths = {{"jump 3 dB under the RMS", splice(-3.0)},
                     {"jump 3 dB over the RMS", splice(3.0)},
                     {"jump 6 dB over the RMS", splice(6.0)}},
       .accepted = {"click"}},

      {.kind = "dropout",
       .strengths = {{"10 ms", dropout(0.01)}, {"50 ms", dropout(0.05)}, {"500 ms", dropout(0.5)}},
       .accepted = {"digital_gap"},
       .related = {"click", "discontinuity", "level_jump"},
       .least_recall = nearly_always},

      {.kind = "digital_gap",
       .strengths = {{"2 ms", digital_gap(0.002)},
                     {"10 ms", digital_gap(0.01)},
                     {"100 ms", digital_gap(0.1)}},
       .accepted = {"dropout"},
       .related = {"click", "discontinuity", "level_jump"},
       .least_recall = nearly_always},

      {.kind = "stutter",
       .strengths = {{"20 ms, once more", stutter(0.02, 1)},
                     {"50 ms, once more", stutter(0.05, 1)},
                     {"50 ms, three times more", stutter(0.05, 3)}},
       .related = {"click", "discontinuity"}},

      {.kind = "level_jump",
       .strengths = {{"3 dB up at once", level_jump(3.0, 0.0)},
                     {"6 dB down at once", level_jump(-6.0, 0.0)},
                     {"6 dB up in 20 ms", level_jump(6.0, 0.02)},
                     {"9 dB down in 20 ms", level_jump(-9.0, 0.02)},
                     {"9 dB up at once", level_jump(9.0, 0.0)},
                     {"one channel 3 dB up at once", level_jump(3.0, 0.0, true)},
                     {"one channel 6 dB down in 20 ms", level_jump(-6.0, 0.02, true)}},
       .related = {"click", "discontinuity", "channel_imbalance"},
       .tolerance_s = 0.5},

      {.kind = "dc",
       .strengths = {{"-50 dBFS", dc(-50.0, {})},
                     {"-40 dBFS", dc(-40.0, {})},
                     {"-40 dBFS for 8 s", dc(-40.0, 8.0)}},
       .related = {"rumble", "truncated_fade"},  // what it leaves at the end is cut off
       .tolerance_s = 1.0,
       .least_recall = nearly_always},

      // At -60 the music's median stands 10 dB and more over every partial in the excerpts that
      // do not pause; see docs/evaluate.md.
      {.kind = "hum",
       .strengths = {{"50 Hz, -45 dBFS", hum(50.0, HumSeries::all, -45.0)},
                     {"60 Hz odd, -45 dBFS", hum(60.0, HumSeries::odd, -45.0)},
                     {"50 Hz rectifier, -50 dBFS", hum(50.0, HumSeries::rectifier, -50.0)},
                     {"60 Hz, -50 dBFS", hum(60.0, HumSeries::all, -50.0)},
                     {"50 Hz odd, -55 dBFS", hum(50.0, HumSeries::odd, -55.0)},
                     {"60 Hz, -55 dBFS", hum(60.0, HumSeries::all, -55.0)}},
       .related = {"noise_floor", "rumble"},
       .least_recall = nearly_always},

      {.kind = "noise_floor",
       .strengths = {{"-60 dBFS", hiss(-60.0)},
                     {"-54 dBFS", hiss(-54.0)},
                     {"-48 dBFS", hiss(-48.0)}},
       .accepted = {"hiss"}},

      {.kind = "rumble",
       .strengths = {{"-45 dBFS", rumble(-45.0)},
                     {"-35 dBFS", rumble(-35.0)},
                     {"-30 dBFS", rumble(-30.0)}},
       .related = {"dc", "noise_floor", "cut_end", "truncated_fade"}},

      {.kind = "resonance",
       .strengths = {{"12 dB", resonance(12.0)},
                     {"18 dB", resonance(18.0)},
                     {"24 dB", resonance(24.0)}}},

      {.kind = "sibilance",
       .strengths = {{"0 dB over the music", sibilance(0.0)},
                     {"6 dB over the music", sibilance(6.0)},
                     {"12 dB over the music", sibilance(12.0)}},
       .related = {"true_peak_over"},
       .tolerance_s = 0.5},

      {.kind = "polarity",
       .strengths = {{"left", polarity(0)}, {"right", polarity(1)}},
       .related = {"mono_incompatible", "false_stereo"},
       .least_recall = nearly_always},

      {.kind = "channel_delay",
       .strengths = {{"0.3 ms", channel_delay(0.3)},
                     {"0.5137 ms", channel_delay(0.5137)},
                     {"1 ms", channel_delay(1.0)},
                     {"5 ms", channel_delay(5.0)}},
       .related = {"mono_incompatible", "polarity"}},

      {.kind = "channel_imbalance",
       .strengths = {{"1.5 dB", channel_imbalance(1.5)}, {"3 dB", channel_imbalance(3.0)}}},

      {.kind = "duplicate_channel",
       .strengths = {{"bit for bit", duplicate_channel()}},
       .accepted = {"false_stereo"},
       .least_recall = nearly_always},

      {.kind = "missing_channel",
       .strengths = {{"zeros", missing_channel({})}, {"noise at -80 dBFS", missing_channel(-80.0)}},
       .related = {"channel_imbalance", "digital_gap", "noise_floor"}},

      {.kind = "false_stereo",
       .strengths = {{"one recording, 1 dB apart", false_stereo(1.0, {})},
                     {"one recording, noise at -80 dBFS", false_stereo(0.0, -80.0)}},
       .accepted = {"duplicate_channel"},
       .related = {"channel_imbalance", "noise_floor"}},

      {.kind = "mono_incompatible",
       .strengths = {{"inverted for 4 s", inverted_passage(4.0)},
                     {"inverted for 8 s", inverted_passage(8.0)},
                     {"middle 18 dB down for 8 s", hollow_passage(8.0, 18.0)}},
       .accepted = {"polarity"},
       .related = {"channel_delay", "level_jump", "click", "discontinuity"},
       .tolerance_s = 0.5},

      {.kind = "lossy_source",
       .strengths = {{"MP3 128 kb/s", lossy(Codec::mp3, 128)},
                     {"MP3 192 kb/s", lossy(Codec::mp3, 192)},
                     {"MP3 256 kb/s", lossy(Codec::mp3, 256)},
                     {"AAC 128 kb/s", lossy(Codec::aac, 128)},
                     {"AAC 192 kb/s", lossy(Codec::aac, 192)},
                     {"AAC 256 kb/s", lossy(Codec::aac, 256)},
                     {"Vorbis q4 (128 kb/s)", lossy(Codec::vorbis, 4)},
                     {"Vorbis q6 (192 kb/s)", lossy(Codec::vorbis, 6)},
                     {"Opus 128 kb/s", lossy(Codec::opus, 128)},
                     {"Opus 192 kb/s", lossy(Codec::opus, 192)}},
       .related = {"true_peak_over", "upsampled"},
       .least_recall = mostly},

      {.kind = "upsampled",
       .strengths = {{"44.1 to 96 kHz", upsampled(44100.0, 96000.0)},
                     {"48 to 96 kHz", upsampled(48000.0, 96000.0)},
                     {"32 to 48 kHz", upsampled(32000.0, 48000.0)}},
       .related = {"lossy_source"},
       .least_recall = mostly},

      {.kind = "bit_padding",
       .strengths = {{"16 in 24 bits", padded(16, false)},
                     {"16 with dither in 24 bits", padded(16, true)},
                     {"20 in 24 bits", padded(20, false)}},
       .least_recall = nearly_always},

      {.kind = "already_limited",
       .strengths = {{"driven 6 dB", limited(6.0)},
                     {"driven 10 dB", limited(10.0)},
                     {"driven 14 dB", limited(14.0)}},
       .accepted = {"already_mastered"},
       .related = {"clipping", "soft_clipping", "true_peak_over"}},

      {.kind = "cut_start",
       .strengths = {{"in the music", cut_start()}},
       .related = {"click", "discontinuity"}},

      {.kind = "cut_end",
       .strengths = {{"in the music", cut_end()}},
       .accepted = {"truncated_fade"},
       .related = {"click", "discontinuity"}},

      {.kind = "truncated_fade",
       .strengths = {{"after 12 dB", truncated_fade(12.0)},
                     {"after 20 dB", truncated_fade(20.0)},
                     {"after 30 dB", truncated_fade(30.0)}},
       .accepted = {"cut_end"}},

      {.kind = "silence_head",
       .strengths = {{"2 s", silence_head(2.0)}, {"6 s", silence_head(6.0)}},
       .tolerance_s = 0.5},

      {.kind = "silence_tail",
       .strengths = {{"4 s", silence_tail(4.0)}, {"12 s", silence_tail(12.0)}},
       .tolerance_s = 0.5},
  };
}

}  // namespace

const std::vector<Fault>& all_faults() {
  static const std::vector<Fault> table = make_table();
  return table;
}

}  // namespace lacquer::evaluate
