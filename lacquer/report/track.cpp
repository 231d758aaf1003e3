#include <algorithm>
#include <cmath>

#include "lacquer/report/plots.h"
#include "lacquer/report/sections.h"
#include "lacquer/report/words.h"

namespace lacquer::report {
namespace {

using measure::Maybe;
using measure::Measurement;

bool is_number(const Maybe& value) { return value && std::isfinite(*value); }

struct Row {
  const char* label;
  const char* unit;
  int decimals;
  Maybe mix, master;
  std::string gloss;
};

std::string correlation_gloss(const Maybe& correlation) {
  if (!is_number(correlation)) return "How alike left and right are.";
  if (*correlation > 0.95) return "Nearly mono: both speakers play almost the same.";
  if (*correlation > 0.4) return "A firm centre with width around it; safe on a mono speaker.";
  if (*correlation >= 0.0) return "Very wide; a mono speaker plays some of it softer.";
  return "Out of phase: parts of it vanish on a mono speaker.";
}

std::vector<Row> main_rows(const Measurement& mix, const Measurement* master) {
  const auto of = [&](auto group, auto member) {
    return std::pair{mix.*group.*member, master ? (*master).*group.*member : Maybe{}};
  };
  std::vector<Row> rows;
  const auto add = [&](const char* label, const char* unit, int decimals,
                       std::pair<Maybe, Maybe> values, std::string gloss) {
    rows.push_back({label, unit, decimals, values.first, values.second, std::move(gloss)});
  };
  using M = Measurement;
  using namespace measure;
  add("Integrated loudness", "LUFS", 1, of(&M::loudness, &Loudness::integrated_lufs),
      "How loud the whole of it is. Nearer to zero is louder.");
  add("Loudness range", "LU", 1, of(&M::loudness, &Loudness::range_lu),
      "How far the quiet passages lie below the loud ones.");
  add("True peak", "dBTP", 2, of(&M::peak, &Peak::true_dbtp),
      "The highest crest the listener\u2019s converter will see. Above zero it may distort.");
  add("Peak to loudness ratio (PLR)", "LU", 1, of(&M::dynamics, &Dynamics::plr_lu),
      "How far the crests stand above the average. Less is denser.");
  const auto width = of(&M::stereo, &Stereo::side_minus_mid_db);
  const auto correlation = of(&M::stereo, &Stereo::correlation);
  if (is_number(width.first) || is_number(width.second))
    add("Stereo width (side minus mid)", "dB", 1, width,
        "The sides against the middle. Nearer to zero is wider.");
  if (is_number(correlation.first) || is_number(correlation.second))
    add("Correlation", "", 2, correlation,
        correlation_gloss(master ? correlation.second : correlation.first));
  return rows;
}

std::vector<Row> more_rows(const Measurement& mix, const Measurement* master) {
  std::vector<Row> rows;
  const auto add = [&](const char* label, const char* unit, int decimals, auto value) {
    rows.push_back({label, unit, decimals, value(mix), master ? value(*master) : Maybe{}, {}});
  };
  using M = Measurement;
  add("Loudest 400 ms", "LUFS", 1, [](const M& m) { return m.loudness.max_momentary_lufs; });
  add("Loudest 3 s", "LUFS", 1, [](const M& m) { return m.loudness.max_short_term_lufs; });
  add("Sample peak", "dBFS", 2, [](const M& m) { return m.peak.sample_dbfs; });
  add("Smallest peak to short-term ratio", "LU", 1,
      [](const M& m) { return m.dynamics.min_psr_lu; });
  add("DR", "dB", 1, [](const M& m) { return m.dynamics.dr_db; });
  add("Crest factor", "dB", 1, [](const M& m) { return m.dynamics.crest_db; });
  add("Spectral tilt", "dB/oct", 2, [](const M& m) { return m.spectrum.tilt_db_per_octave; });
  add("Loss in mono", "dB", 1, [](const M& m) { return m.stereo.mono_loss_db; });
  add("Balance, right minus left", "dB", 1, [](const M& m) { return m.stereo.balance_db; });
  add("Silence at the head", "s", 2, [](const M& m) { return Maybe{m.head_silence_s}; });
  add("Silence at the tail", "s", 2, [](const M& m) { return Maybe{m.tail_silence_s}; });
  return rows;
}

Markup table_of(const std::vector<Row>& rows, bool has_master, std::string_view caption) {
  Markup out;
  out << "<table class=\"numbers\"><caption>" << text(caption)
      << "</caption><thead><tr><th scope=\"col\">Measure</th><th scope=\"col\" "
         "class=\"n\">Mix</th>";
  if (has_master)
    out << "<th scope=\"col\" class=\"n\">Master</th><th scope=\"col\" class=\"n\">Change</th>";
  out << "</tr></thead><tbody>\n";
  for (const Row& row : rows) {
    out << "<tr><th scope=\"row\">" << text(row.label);
    if (*row.unit != '\0') out << " <span class=\"unit\">" << text(row.unit) << "</span>";
    if (!row.gloss.empty()) out << "<span class=\"gloss\">" << text(row.gloss) << "</span>";
    out << "</th><td class=\"n was\">" << text(number(row.mix, row.decimals)) << "</td>";
    if (has_master) {
      const bool both = is_number(row.mix) && is_number(row.master);
      const Maybe change = both ? Maybe{*row.master - *row.mix} : Maybe{};
      out << "<td class=\"n is\">" << text(number(row.master, row.decimals))
          << "</td><td class=\"n\">" << text(signed_number(change, row.decimals)) << "</td>";
    }
    out << "</tr>\n";
  }
  out << "</tbody></table>\n";
  return out;
}

std::string format_in_words(const Measurement& one) {
  const double duration_s =
      static_cast<double>(one.frame_count) / std::max(one.format.sample_rate_hz, 1.0);
  const int channels = one.format.channel_count;
  return clock_time(duration_s) + " \u00B7 " +
         number(one.format.sample_rate_hz / 1000.0,
                std::fmod(one.format.sample_rate_hz, 1000.0) == 0.0 ? 0 : 1) +
         "\u00A0kHz \u00B7 " +
         (channels == 1   ? std::string{"mono"}
          : channels == 2 ? "stereo"
                          : std::to_string(channels) + " channels");
}

Markup::Piece severity_pill(measure::Severity severity) {
  switch (severity) {
    case measure::Severity::fail:
      return "<span class=\"pill bad\">\u2717 fault</span>";
    case measure::Severity::warn:
      return "<span class=\"pill warn\">! warning</span>";
    case measure::Severity::info:
      return "<span class=\"pill note\">i note</span>";
  }
  return "";
}

Markup findings_table(const std::vector<ListedFinding>& rows, bool has_master) {
  Markup out;
  out << "<table class=\"findings\"><thead><tr><th scope=\"col\">No.</th><th "
         "scope=\"col\">When</th><th scope=\"col\">What</th></tr></thead><tbody>\n";
  for (const ListedFinding& row : rows) {
    const measure::Finding& finding = *row.finding;
    out << "<tr><th scope=\"row\">" << text(std::to_string(row.number)) << "</th><td class=\"t\">"
        << text(precise_time(finding.start_s));
    if (finding.end_s > finding.start_s + 0.05)
      out << "<span class=\"to\">\u2013" << text(precise_time(finding.end_s)) << "</span>";
    out << "</td><td>" << severity_pill(finding.severity) << " <span dir=\"auto\">"
        << text(finding.message) << " " << text(finding.remedy) << "</span><span class=\"gloss\">";
    if (has_master) out << either(row.in_master, "In the master", "In the mix") << " \u00B7 ";
    out << text(finding.channel ? (*finding.channel == 0 ? "left" : "right") : "all channels")
        << " \u00B7 " << text(plain_number(finding.value)) << " " << text(finding.unit);
    if (std::isfinite(finding.confidence) && finding.confidence < 1.0)
      out << " \u00B7 confidence " << text(number(100.0 * finding.confidence, 0)) << "\u00A0%";
    out << "</span></td></tr>\n";
  }
  out << "</tbody></table>\n";
  return out;
}

Markup findings_part(const TrackPage& track) {
  constexpr std::size_t shown_at_once = 10;
  std::vector<ListedFinding> rows = listed_findings(track);
  Markup out;
  out << "<h3>Findings</h3>\n";
  if (rows.empty()) {
    out << "<p class=\"none\">Nothing out of the ordinary was found.</p>\n";
    return out;
  }
  const bool has_master = track.master.has_value();
  if (rows.size() <= shown_at_once) return out << findings_table(rows, has_master);
  std::stable_sort(rows.begin(), rows.end(), [](const ListedFinding& a, const ListedFinding& b) {
    return a.finding->severity > b.finding->severity;
  });
  const auto split = rows.begin() + shown_at_once;
  out << "<p>The gravest first.</p>" << findings_table({rows.begin(), split}, has_master)
      << "<details><summary>" << text(std::to_string(rows.size() - shown_at_once))
      << " more findings</summary>" << findings_table({split, rows.end()}, has_master)
      << "</details>\n";
  return out;
}

}  // namespace

Markup track_section(const TrackPage& track, const Page& page, std::size_t index) {
  const Measurement* master = track.master ? &*track.master : nullptr;
  const std::string number_text = std::to_string(index + 1);
  Markup out;
  out << "<section class=\"track\" id=\"track-" << text(number_text) << "\"><header><h2>";
  if (page.tracks.size() > 1) out << "<span class=\"no\">" << text(number_text) << "</span>";
  out << name(track_title(track.track, index)) << "</h2><p class=\"meta\">";
  if (!track.track.artist.empty()) out << name(track.track.artist) << " \u00B7 ";
  out << text(format_in_words(track.mix));
  if (!track.track.isrc.empty()) out << " \u00B7 ISRC " << text(track.track.isrc);
  out << "</p></header>\n";
  if (!track.track.brief.empty())
    out << "<blockquote class=\"brief\" dir=\"auto\"><p class=\"label\">What was asked for</p><p>"
        << text(track.track.brief) << "</p></blockquote>\n";
  if (const auto edit = edit_in_words(track.track.edit); !edit.empty())
    out << "<p><strong>Beginning and end:</strong> " << text(edit) << ".</p>\n";
  if (track.binding)
    out << "<p class=\"notice\"><strong>The loudness asked for is not reached.</strong> "
        << text(*track.binding) << "</p>\n";
  if (track.limiting)
    out << "<p class=\"notice\"><strong>The limiter has much to do.</strong> "
        << text(track.limiting->sentence) << "</p>\n";
  if (!master) out << "<p class=\"notice\">There is no master of this track yet.</p>\n";

  out << either(master != nullptr, "<h3>Before and after</h3>\n", "<h3>The mix in numbers</h3>\n")
      << table_of(main_rows(track.mix, master), master != nullptr, "What the ear notices first");
  if (track.mix.format.channel_count == 1)
    out << "<p class=\"none\">The mix is mono, so there is no stereo width to measure.</p>\n";
  out << "<details><summary>More numbers</summary>"
      << table_of(more_rows(track.mix, master), master != nullptr, "For the engineer")
      << "</details>\n";

  const Markup tone = tone_figure(track, index);
  const Markup thirds = third_octave_figure(track, index);
  const Markup loudness = loudness_figure(track, index);
  if (tone.empty() && thirds.empty() && loudness.empty())
    out << "<p class=\"none\">There is nothing to draw: the audio is silent or too short.</p>\n";
  else
    out << "<div class=\"plots\">" << tone << thirds << "</div>\n" << loudness;
  return out << findings_part(track) << suggestions_section(track, index) << "</section>\n";
}

}  // namespace lacquer::report
