#include "lacquer/report/example_page.h"

#include <cmath>
#include <random>

namespace lacquer::report::example {
namespace {

using advise::State;
using deliver::Verdict;
using measure::Severity;

const std::string some_hash = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";

PopulationBand pop() {
  return {"pop",
          138,
          {-9.6, -8.8, -10.6, -12.7, -13.6, -15.0, -18.4, -20.8, -27.6},
          {-8.4, -7.7, -9.8, -11.7, -12.1, -13.4, -16.4, -18.3, -24.6},
          {-6.9, -6.3, -8.5, -10.6, -10.7, -12.0, -14.7, -16.3, -22.1},
          {-5.6, -4.9, -7.2, -9.6, -9.4, -10.8, -13.3, -14.8, -20.4},
          {-4.7, -3.9, -6.2, -8.5, -8.3, -9.7, -11.9, -13.3, -18.9}};
}

advise::Suggestion tone(int track) {
  advise::Suggestion one;
  one.id = std::to_string(track) + "-tone";
  one.track = track;
  one.processor = "equaliser";
  one.settings = {{"band_1_type", 0.0},     {"band_1_frequency_hz", 312.0},
                  {"band_1_gain_db", -1.8}, {"band_1_q", 0.9},
                  {"band_2_type", 0.0},     {"band_2_frequency_hz", 3150.0},
                  {"band_2_gain_db", 0.7},  {"band_2_q", 1.1},
                  {"band_3_type", 2.0},     {"band_3_frequency_hz", 9400.0},
                  {"band_3_gain_db", 1.2},  {"band_3_q", 0.7}};
  one.reason =
      "The low mids are fuller than in almost all comparable recordings, which makes the voice "
      "sound boxed in. A broad cut there and a little air bring it back among them.";
  one.evidence = {{"share_db 148-392 Hz", -3.1, "dB", 95.0, "pop", 138, {}, {}},
                  {"share_db 12199-20000 Hz", -24.9, "dB", 21.0, "pop", 138, 42.0, 71.0}};
  one.predicted = {{"share_db 148-392 Hz", -4.6}, {"share_db 12199-20000 Hz", -23.6}};
  one.measured = {{"share_db 148-392 Hz", -4.7}, {"share_db 12199-20000 Hz", -23.5}};
  one.harm = "A warm voice may lose some of its body.";
  one.confidence = 0.82;
  one.state = State::accepted;
  return one;
}

advise::Suggestion bass_mono(int track) {
  advise::Suggestion one;
  one.id = std::to_string(track) + "-bass-mono";
  one.track = track;
  one.processor = "bass_mono";
  one.settings = {{"frequency_hz", 110.0}, {"amount", 0.6}};
  one.reason =
      "Below 148 Hz the sides are louder than in nine of ten recordings. A record "
      "player\u2019s needle would be thrown about.";
  one.evidence = {{"side_minus_mid_db 20-148 Hz", -7.9, "dB", 94.0, "pop", 138, {}, {}}};
  one.predicted = {{"side_minus_mid_db 20-148 Hz", -19.0}};
  one.harm = "A bass that was meant to be wide becomes narrow.";
  one.confidence = 0.64;
  one.state = State::edited;
  return one;
}

advise::Suggestion loudness(int track) {
  advise::Suggestion one;
  one.id = std::to_string(track) + "-loudness";
  one.track = track;
  one.processor = "loudness";
  one.settings = {{"integrated_lufs", -10.6}};
  one.reason =
      "The mix leaves room. This brings it to the quieter end of its kind without "
      "flattening the drums.";
  one.evidence = {{"integrated_lufs", -15.8, "LUFS", 6.0, "pop", 138, {}, {}}};
  one.predicted = {{"integrated_lufs", -10.6}, {"plr_lu", 9.6}};
  one.measured = {{"integrated_lufs", -10.6}, {"plr_lu", 9.5}};
  one.harm = "The loudest hits are held back by up to 3 dB.";
  one.confidence = 0.9;
  one.state = State::accepted;
  return one;
}

advise::Suggestion ceiling(int track) {
  advise::Suggestion one;
  one.id = std::to_string(track) + "-ceiling";
  one.track = track;
  one.processor = "limiter";
  one.settings = {{"ceiling_dbtp", -1.0}, {"release_ms", 80.0}};
  one.reason = "One decibel below full scale leaves room for lossy encoders.";
  one.predicted = {{"true_peak_dbtp", -1.0}};
  one.harm = "None that is known.";
  one.confidence = 0.45;
  one.state = State::rejected;
  return one;
}

TrackPage song(int number, const std::string& title, double duration_s) {
  TrackPage page;
  page.track.title = title;
  page.track.isrc = "DEA12260000" + std::to_string(number);
  page.population = pop();
  page.mix = measurement(duration_s, -15.8, -0.3);
  page.mix.spectrum.share_db[1] = -3.1;
  page.mix.findings = {
      {"dc", Severity::info, 0.0, duration_s, 1, 0.0012, "of full scale", 0.9,
       "The right channel sits slightly off centre. It was left as it is."},
      {"clipping", Severity::warn, 61.2, 61.24, 0, 7.0, "samples", 0.7,
       "A run of samples stands at one value, as after clipping. Listen here; a cleaner export "
       "would help."}};
  page.master = measurement(duration_s, -10.6, 0.1);
  page.left_alone = {
      "Width left alone: above the bass the sides stand where most pop recordings have them."};
  page.suggestions = {tone(number), bass_mono(number), loudness(number), ceiling(number)};
  const std::string n = std::to_string(number);
  page.decisions = {{n + "-tone", "accept", "lacquer", "", "2026-11-22T09:00:00Z"},
                    {n + "-bass-mono", "edit", "Ada Ilmari", "110 Hz keeps the cello\u2019s width.",
                     "2026-11-22T10:12:00Z"},
                    {n + "-loudness", "accept", "lacquer", "", "2026-11-22T09:00:00Z"},
                    {n + "-ceiling", "reject", "Ada Ilmari", "This release is lossless only.",
                     "2026-11-22T10:14:00Z"}};
  return page;
}

deliver::Delivery digital() {
  deliver::Delivery one;
  one.medium = "digital";
  const std::vector<std::pair<std::string, std::string>> files = {
      {"wav/01-tide.wav", "24-bit WAV, 44.1 kHz"},
      {"flac/01-tide.flac", "24-bit FLAC, 44.1 kHz"},
      {"mp3/01-tide.mp3", "MP3 320 kbit/s"},
      {"aac/01-tide.m4a", "AAC 256 kbit/s"},
      {"opus/01-tide.opus", "Opus 160 kbit/s"}};
  std::uintmax_t bytes = 61'340'112;
  for (const auto& [path, what] : files) {
    one.files.push_back({path, some_hash, bytes, what, measurement(60.0, -10.6, 0.0)});
    bytes = bytes / 2;
    one.checks.push_back({"true peak", Verdict::pass, "\u22121.02 dBTP", "at most \u22121.00 dBTP",
                          "EBU R 128 s2 [S, 2026-10-04]", path, ""});
    one.checks.push_back({"loudness", Verdict::pass, "\u221210.6 LUFS",
                          "\u221210.6 \u00B1 0.1 LUFS", "the session\u2019s target", path, ""});
    one.checks.push_back({"tags", Verdict::info, "title, artist, ISRC", "", "", path, ""});
  }
  return one;
}

deliver::Delivery cd(bool fails) {
  deliver::Delivery one;
  one.medium = "cd";
  one.files = {{"disc.bin", some_hash, 84'672'000, "one continuous image, 16 bit, 44.1 kHz", {}},
               {"disc.cue", some_hash, 812, "cue sheet with ISRC, CATALOG and CD-Text", {}}};
  one.checks = {{"sector alignment", Verdict::pass, "0 samples left over", "0 samples",
                 "IEC 60908 [I]", "disc.bin", ""},
                {"track length", Verdict::pass, "3:32", "at least 0:04", "cue2ddp [I]", "", ""},
                {"playing time", Verdict::info, "7:41", "", "", "", ""},
                {"catalogue number", Verdict::pass, "5012345678900",
                 "EAN-13 with a right check digit", "GS1 [K]", "disc.cue", ""}};
  if (fails)
    one.checks.push_back({"ISRC", Verdict::fail, "DEA122600001 on tracks 1 and 2",
                          "each ISRC once a disc", "ISO 3901 [P]", "disc.cue",
                          "Give track 2 its own ISRC in session.toml and deliver again."});
  return one;
}

deliver::Delivery vinyl() {
  deliver::Delivery one;
  one.medium = "vinyl";
  one.files = {{"side-a.wav", some_hash, 61'000'000, "24-bit WAV, 44.1 kHz", {}}};
  one.checks = {{"side time", Verdict::pass, "7:41", "at most 22:00 at 33 1/3",
                 "plant table [S, 2025-06-01]", "side-a.wav", ""},
                {"low end in mono", Verdict::pass, "0.99 below 150 Hz", "at least 0.90",
                 "plant table [S, 2025-06-01]", "side-a.wav", ""}};
  return one;
}

std::vector<Fact> facts() {
  return {{"True peak of lossy deliveries", "\u22121.0 dBTP", "S", "EBU R 128 s2", "2026-10-04"},
          {"Longest LP side", "22 min", "S", "table of pressing plants", "2025-06-01"},
          {"Pop statistics", "138 recordings", "C", "data/targets/pop.json", "2026-09-12"}};
}

}  // namespace

measure::Measurement measurement(double duration_s, double loudness_lufs, double tilt_db) {
  measure::Measurement one;
  one.format = {44100.0, 2};
  one.frame_count = static_cast<std::int64_t>(duration_s * 44100.0);
  const double louder_db = loudness_lufs + 15.8;
  one.loudness = {loudness_lufs, 6.4 - louder_db / 6.0, loudness_lufs + 4.1, loudness_lufs + 2.6};
  one.peak = {-3.4 + louder_db / 3.0, -3.1 + louder_db * 0.4};
  one.dynamics = {*one.peak.true_dbtp - loudness_lufs, 8.2 - louder_db / 5.0,
                  10.4 - louder_db / 4.0, 14.8 - louder_db / 3.0};
  one.spectrum.bands_hz = {20, 148.2, 392.4, 794.7, 1457.6, 2549.7, 4349.2, 7314.2, 12199.3, 20000};
  for (std::size_t i = 0; i < 9; ++i)
    one.spectrum.share_db.push_back(pop().p50_db[i] + tilt_db * (static_cast<double>(i) - 3.0) -
                                    0.8 * std::sin(2.1 * static_cast<double>(i)));
  one.spectrum.tilt_db_per_octave = -2.4 + tilt_db;
  for (int i = -17; i <= 13; ++i) {
    const double octaves = i / 3.0;
    one.spectrum.third_octave_hz.push_back(1000.0 * std::exp2(octaves));
    const double bump = 3.5 * std::exp(-std::pow((octaves + 1.7) / 0.9, 2.0));
    one.spectrum.third_octave_db.push_back(
        loudness_lufs - 12.0 - 3.1 * octaves -
        (octaves < -3.6 ? 9.0 * std::pow(-octaves - 3.6, 1.6) : 0.0) -
        (octaves > 3.6 ? 11.0 * std::pow(octaves - 3.6, 1.6) : 0.0) + tilt_db * octaves * 0.9 +
        (1.0 - louder_db / 7.0) * bump + 0.6 * std::sin(3.7 * octaves));
  }
  one.stereo = {0.71 - louder_db / 60.0, -9.8 + louder_db / 10.0, -0.8, 0.2};
  one.series.step_s = 0.1;
  std::mt19937 random{7};
  const auto steps = static_cast<std::size_t>(duration_s / 0.1);
  double wander = 0.0;
  for (std::size_t i = 0; i < steps; ++i) {
    const double t = static_cast<double>(i) / static_cast<double>(steps);
    wander = 0.97 * wander + 0.1 * (static_cast<double>(random() % 2001) / 1000.0 - 1.0);
    const double form = t < 0.12   ? -9.0 + 30.0 * t
                        : t < 0.35 ? -3.0
                        : t < 0.5  ? 1.5
                        : t < 0.6  ? -4.5
                        : t < 0.92 ? 2.0
                                   : 2.0 - 220.0 * (t - 0.92);
    const double value = loudness_lufs + form * (1.0 - louder_db / 20.0) + 2.0 * wander;
    one.series.short_term_lufs.push_back(i < 30 ? measure::Maybe{} : measure::Maybe{value});
    one.series.momentary_lufs.push_back(value + 0.4);
  }
  return one;
}

Page album() {
  Page page;
  page.programme.title = "Low Water";
  page.programme.artist = "Ilmari & the Locks";
  page.programme.upc = "5012345678900";
  page.programme.date = "2026-11-20";
  page.programme.genre = "Pop";
  page.programme.label = "Slack Tide";
  page.programme.brief =
      "Warm and close, like a record from a kitchen. Loud enough beside others, "
      "but the drums must breathe.";
  page.tracks = {song(1, "Tide", 212.0), song(2, "The Lock Keeper\u2019s Daughter", 249.0)};
  page.tracks[1].binding =
      "The true-peak ceiling of \u22121.0 dBTP binds: \u221211.2 LUFS is as loud as it gets "
      "without "
      "more than 6 dB of limiting.";
  page.deliveries = {digital(), cd(true), vinyl()};
  page.program_version = "0.1.0";
  page.facts = facts();
  page.limits = {"No reference recording was given."};
  return page;
}

Page signed_song() {
  Page page = album();
  page.tracks.resize(1);
  page.deliveries = {digital(), cd(false), vinyl()};
  page.signed_by = "Ada Ilmari";
  page.signed_at = "2026-11-22T11:00:00Z";
  return page;
}

Page three_hours() {
  Page page = signed_song();
  page.tracks.front() = song(1,
                             "The whole of the concert in the old pump house, with the "
                             "conversations between the pieces, the encore and the rain",
                             10800.0);
  TrackPage& track = page.tracks.front();
  for (int i = 0; i < 28; ++i) {
    const double start_s = 120.0 + 370.0 * i + (i % 4) * 31.0;
    track.mix.findings.push_back(
        {"clipping", i % 9 == 4 ? Severity::fail : Severity::warn, start_s, start_s + i, i % 2,
         5.0 + i, "samples", 0.8,
         "A run of samples stands at one value, number " + std::to_string(i) + "."});
  }
  return page;
}

}  // namespace lacquer::report::example
