#include <algorithm>
#include <cmath>

#include "lacquer/advise/rules/found.h"
#include "lacquer/advise/rules/rules.h"
#include "lacquer/advise/words.h"

/// Beginning and end: silence nobody needs, and music that is cut instead of ended. Lengths are
/// judgement (docs/advise.md), and each end of which the session says anything itself is its own.
namespace lacquer::advise {
namespace {

constexpr double long_head_s = 1.0, kept_head_s = 0.2;
// Below -70 dBFS the last of a reverb still goes on: what is kept of it is faded.
constexpr double long_tail_s = 4.0, kept_tail_s = 1.5;
constexpr double cut_fade_in_s = 0.005;  // an attack stays one
constexpr double cut_fade_out_s = 0.06;  // so long, the last 5 ms of anything are below -40 dBFS
constexpr double short_fade_s = 2.0;     // of the three seconds in which the meter saw it fall
constexpr double least_confidence = 0.7;
constexpr double next_to_s = 0.02;  // from the end of the file: the fade takes it in

double to_milliseconds(double seconds) { return std::round(1e3 * seconds) / 1e3; }

/// One end as it is proposed.
struct End {
  chain::Values settings = {};
  std::string reason = {};
  std::vector<Evidence> evidence = {};
  std::map<std::string, double> before = {}, predicted = {};
  bool is_cut = false;
};

const measure::Finding* grave(const Case& about, const std::string& kind) {
  const auto all = found(about.mix, kind);
  const bool counts = !all.empty() && all.front()->severity != measure::Severity::info &&
                      all.front()->confidence >= least_confidence;
  return counts ? all.front() : nullptr;
}

void tell(End& end, const measure::Finding& cut) {
  end.is_cut = true;
  end.evidence.push_back(
      {cut.kind, cut.value, cut.unit, std::nullopt, "", 0, cut.start_s, cut.end_s});
  end.before[findings_key(cut.kind)] = 1.0;
  end.predicted[findings_key(cut.kind)] = 0.0;
}

End head(const Case& about) {
  End end;
  const double silence_s = about.mix.head_silence_s;
  if (const auto* cut = grave(about, "cut_start")) {
    const bool next_to = cut->start_s <= next_to_s;
    if (!next_to) {
      end.settings["trim_start_s"] = cut->start_s;
      end.settings["silence_before_s"] = to_milliseconds(std::min(cut->start_s, kept_head_s));
    }
    end.settings["fade_in_s"] = to_milliseconds(cut_fade_in_s + (next_to ? cut->start_s : 0.0));
    end.reason = cut->message + " It fades in over " + fixed(1e3 * cut_fade_in_s, 0) + " ms.";
    tell(end, *cut);
  } else if (silence_s > long_head_s) {
    end.settings["trim_start_s"] = to_milliseconds(silence_s - kept_head_s);
    end.reason = "The music begins after " + fixed(silence_s, 1) + " s below -70 dBFS; " +
                 fixed(kept_head_s, 1) + " s of it are kept.";
    end.evidence.push_back({head_silence_key, silence_s, "s", std::nullopt, "", 0, 0.0, silence_s});
    end.before[head_silence_key] = silence_s;
    end.predicted[head_silence_key] = silence_s - end.settings["trim_start_s"];
  }
  return end;
}

End tail(const Case& about) {
  End end;
  const double duration_s =
      static_cast<double>(about.mix.frame_count) / about.mix.format.sample_rate_hz;
  const double silence_s = about.mix.tail_silence_s;
  const auto* cut = grave(about, "cut_end");
  const auto* fade = grave(about, "truncated_fade");
  if (const auto* either = cut ? cut : fade) {
    const double rest_s = std::max(0.0, duration_s - either->end_s);
    const bool next_to = rest_s <= next_to_s;
    if (!next_to) {
      end.settings["trim_end_s"] = rest_s;
      end.settings["silence_after_s"] = to_milliseconds(std::min(rest_s, kept_tail_s));
    }
    const double fade_s = cut ? cut_fade_out_s : std::min(short_fade_s, 0.25 * either->end_s);
    end.settings["fade_out_s"] = to_milliseconds(fade_s + (next_to ? rest_s : 0.0));
    end.reason = either->message + " It fades out over " +
                 (cut ? fixed(1e3 * fade_s, 0) + " ms." : fixed(fade_s, 1) + " s.");
    tell(end, *either);
  } else if (silence_s > long_tail_s) {
    end.settings["trim_end_s"] = to_milliseconds(silence_s - kept_tail_s);
    end.settings["fade_out_s"] = kept_tail_s;
    end.reason = "After the music " + fixed(silence_s, 1) + " s below -70 dBFS follow; " +
                 fixed(kept_tail_s, 1) + " s of them are kept, faded out.";
    end.evidence.push_back({tail_silence_key, silence_s, "s", std::nullopt, "", 0,
                            duration_s - silence_s, duration_s});
    end.before[tail_silence_key] = silence_s;
    end.predicted[tail_silence_key] = silence_s - end.settings["trim_end_s"];
  }
  return end;
}

}  // namespace

Verdict advise_ends(const Case& about) {
  if (about.wishes.strength == 0.0) return {};
  if (about.wishes.edit.changes_nothing() && grave(about, "cut_start") && grave(about, "cut_end"))
    return {.left_alone =
                "Beginning and end left alone: both are cut in the middle of the sound, as "
                "a loop is, or a track that runs out of one and into another; if it is "
                "neither, fade them.",
            .mentioned = true};
  Suggestion suggestion;
  bool is_cut = false;
  const auto add = [&](End end) {
    suggestion.settings.merge(end.settings);
    if (!end.reason.empty() && !suggestion.reason.empty()) suggestion.reason += " ";
    suggestion.reason += end.reason;
    std::move(end.evidence.begin(), end.evidence.end(), std::back_inserter(suggestion.evidence));
    suggestion.before.merge(end.before);
    suggestion.predicted.merge(end.predicted);
    is_cut = is_cut || end.is_cut;
  };
  if (!about.wishes.edit.says_of_beginning()) add(head(about));
  if (!about.wishes.edit.says_of_end()) add(tail(about));
  if (suggestion.settings.empty()) return {};

  suggestion.id = about.id("ends");
  suggestion.track = about.track;
  suggestion.processor = "edit";
  suggestion.harm = is_cut
                        ? "Where a track runs into the next one without a gap, a fade here leaves "
                          "a hole; the rest of the sound does not come back either."
                        : "A silence that was meant, before a hidden track say, is gone.";
  suggestion.confidence = is_cut ? 0.6 : 0.8;
  suggestion.worth = is_cut ? Worth{.benefit = 0.4, .acceptance = 0.5, .risk = 0.3}
                            : Worth{.benefit = 0.4, .acceptance = 0.8, .risk = 0.1};
  return {.suggestion = suggestion};
}

}  // namespace lacquer::advise
