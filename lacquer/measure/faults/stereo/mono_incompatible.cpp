#include "lacquer/measure/faults/stereo/mono_incompatible.h"

#include <algorithm>

#include "lacquer/base/units.h"
#include "lacquer/measure/faults/listing.h"

namespace lacquer::measure {
namespace {

// Section 13 of the methods: correlation below -0.3 or mono loss above 6 dB for 5 % of the time.
constexpr double bad_correlation = -0.3;
constexpr double bad_loss_db = -6.0;
constexpr double bad_share = 0.05;
constexpr std::size_t pool_reach = 9;  // moments to either side: three seconds, not one chord
constexpr double least_passage_s = 1.0;
constexpr double bass_matters = 0.1;  // share of the power

struct Pooled {
  double correlation = 0.0, mono_loss_db = 0.0, bass_correlation = 0.0, bass_share = 0.0;
};

/// Means over a span, by power, so that a loud second is not outvoted by quiet ones.
Pooled pooled(const PhaseHistory& history, const MomentSpan& span) {
  double power = 0.0, bass_power = 0.0, correlation = 0.0, bass_correlation = 0.0, mono = 0.0;
  for (std::size_t m = span.first; m < span.end; ++m) {
    const PhaseMoment& moment = history.moments[m];
    if (!moment.active()) continue;
    const double of_moment = static_cast<double>(moment.power);
    const double bass = of_moment * static_cast<double>(moment.bass_share);
    power += of_moment;
    bass_power += bass;
    correlation += of_moment * static_cast<double>(moment.correlation);
    bass_correlation += bass * static_cast<double>(moment.of_band[0]);
    mono += of_moment * power_from_db(static_cast<double>(moment.mono_loss_db));
  }
  if (power == 0.0) return {};
  return {correlation / power, db_from_power(mono / power),
          bass_power > 0.0 ? bass_correlation / bass_power : 0.0, bass_power / power};
}

/// Runs of moments around which three seconds are bad, without what is called inverted already.
template <typename Bad>
std::vector<MomentSpan> spans_of(const PhaseHistory& history, const std::vector<bool>& inverted,
                                 Bad bad) {
  const std::size_t count = history.moments.size();
  std::vector<MomentSpan> spans;
  for (std::size_t m = 0; m < count; ++m) {
    const MomentSpan around{m - std::min(m, pool_reach), std::min(m + pool_reach + 1, count)};
    if (!history.moments[m].active() || inverted[m] || !bad(pooled(history, around))) continue;
    if (!spans.empty() && spans.back().end == m)
      ++spans.back().end;
    else
      spans.push_back({m, m + 1});
  }
  return spans;
}

/// `share` of the programme is like this.
Finding incompatible(const PhaseHistory& history, const MomentSpan& span, double share, bool bass) {
  const Pooled mean = pooled(history, span);
  const double value = bass ? mean.bass_correlation : mean.correlation;
  return {.kind = "mono_incompatible",
          .severity = share > bad_share ? Severity::warn : Severity::info,
          .start_s = history.start_s(span.first),
          .end_s = history.start_s(span.end),
          .channel = {},
          .value = value,
          .unit = "correlation",
          .confidence = 0.9,
          .message =
              (bass ? "The bass below 150 Hz is out of phase here (correlation " +
                          number(value, 2) + ") and cancels in mono and on a subwoofer; "
                    : "The channels work against each other here (correlation " + number(value, 2) +
                          "); a mono sum loses " + number(-mean.mono_loss_db, 1) + " dB; ") +
              number(100.0 * share, 1) + " % of the programme is like this.",
          .remedy = bass ? "Make the bass mono below 120 Hz or so."
                         : "Look for a widener or an inverted source in the mix; narrow the "
                           "side signal here."};
}

void add_incompatible(std::vector<Finding>& found, const PhaseHistory& history,
                      const std::vector<MomentSpan>& spans, bool bass) {
  std::size_t bad = 0;
  for (const MomentSpan& span : spans) bad += span.end - span.first;
  const double share = static_cast<double>(bad) / static_cast<double>(history.active_count());
  if (bass && share < bad_share) return;
  Worst<Finding> each = worst_findings();
  for (const MomentSpan& span : spans)
    if (history.start_s(span.end) - history.start_s(span.first) >= least_passage_s)
      each.add(incompatible(history, span, share, bass));
  if (each.count() == 0) return;
  Finding all = incompatible(history, {spans.front().first, spans.back().end}, share, bass);
  add_worst(found, std::move(each.passages()), std::move(all), each.count());
}

}  // namespace

void find_mono_incompatible(const PhaseHistory& history, const std::vector<bool>& inverted,
                            std::vector<Finding>& found) {
  const auto broad = spans_of(history, inverted, [](const Pooled& mean) {
    return mean.correlation < bad_correlation || mean.mono_loss_db < bad_loss_db;
  });
  add_incompatible(found, history, broad, false);
  const auto bass = spans_of(history, inverted, [](const Pooled& mean) {
    return mean.bass_correlation < bad_correlation && mean.bass_share > bass_matters &&
           mean.correlation >= bad_correlation;
  });
  add_incompatible(found, history, bass, true);
}

}  // namespace lacquer::measure
