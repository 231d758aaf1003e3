#include <limits>

#include "lacquer/report/example_page.h"

/// The pages that try the report's patience.
namespace lacquer::report::example {

using deliver::Verdict;
using measure::Severity;

Page mono() {
  Page page = signed_song();
  TrackPage& track = page.tracks.front();
  track.master.reset();
  track.mix.format.channel_count = 1;
  track.mix.stereo = {};
  track.suggestions.clear();
  track.decisions.clear();
  page.deliveries.clear();
  page.signed_by.clear();
  return page;
}

Page silence() {
  Page page = signed_song();
  page.signed_by.clear();
  measure::Measurement empty;
  empty.frame_count = 480000;
  empty.spectrum.bands_hz = page.tracks.front().mix.spectrum.bands_hz;
  empty.spectrum.share_db.resize(9);
  empty.spectrum.third_octave_hz = page.tracks.front().mix.spectrum.third_octave_hz;
  empty.spectrum.third_octave_db.resize(31);
  empty.series.short_term_lufs.resize(100);
  empty.series.momentary_lufs.resize(100);
  TrackPage& track = page.tracks.front();
  track.mix = empty;
  track.master = empty;
  track.suggestions.clear();
  track.decisions.clear();
  return page;
}

Page one_second() {
  Page page = signed_song();
  TrackPage& track = page.tracks.front();
  track.mix = measurement(1.0, -20.0, 0.2);
  track.mix.series = {1.0, {-20.0}, {-20.0}};
  track.master = track.mix;
  track.population = {};
  track.track.title.clear();
  return page;
}

Page hostile() {
  const std::string attack =
      "\"'><script>alert(1)</script><!--</style></title>& \x01\x1B[31m \xFF\xC0\x80 "
      "\u202Egpj.exe \u05E9\u05DC\u05D5\u05DD \u2029 {{x}} javascript:alert(1)";
  const double not_a_number = std::numeric_limits<double>::quiet_NaN();
  const double infinite = std::numeric_limits<double>::infinity();
  Page page = album();
  page.programme = {attack, attack, attack, attack, attack, attack, attack, attack, {}};
  page.signed_by = attack;
  page.signed_at = attack;
  page.program_version = attack;
  page.limits = {attack};
  page.facts = {{attack, attack, attack, attack, attack}};
  for (TrackPage& track : page.tracks) {
    track.track = {attack, attack, attack, attack, attack, attack, attack, 2.0};
    track.population.name = attack;
    track.binding = attack;
    track.left_alone = {attack};
    track.mix.loudness.integrated_lufs = not_a_number;
    track.mix.peak.true_dbtp = -infinite;
    track.mix.spectrum.share_db[3] = infinite;
    track.mix.spectrum.third_octave_db[5] = not_a_number;
    track.mix.series.short_term_lufs[500] = -infinite;
    track.mix.series.momentary_lufs[500] = not_a_number;
    track.mix.findings.push_back({attack, Severity::fail, not_a_number, infinite, 7, not_a_number,
                                  attack, infinite, attack, attack});
    for (advise::Suggestion& one : track.suggestions) {
      one.id = one.reason = one.harm = attack;
      if (one.processor != "equaliser") one.processor = attack;
      one.settings = {{attack, infinite}, {attack + "_frequency_hz", not_a_number}};
      one.evidence = {{attack, not_a_number, attack, infinite, attack, -3, infinite, not_a_number}};
      one.predicted = {{attack, -infinite}};
      one.measured = {{attack, not_a_number}};
      one.confidence = not_a_number;
    }
    for (DecisionLine& line : track.decisions) line = {attack, attack, attack, attack, attack};
  }
  for (deliver::Delivery& delivery : page.deliveries) {
    delivery.medium = attack;
    for (deliver::DeliveredFile& file : delivery.files) file = {attack, attack, 1, attack, {}};
    for (deliver::Check& check : delivery.checks)
      check = {attack, Verdict::fail, attack, attack, attack, attack, attack};
  }
  return page;
}

}  // namespace lacquer::report::example
