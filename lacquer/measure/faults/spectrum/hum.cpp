#include <algorithm>
#include <cmath>
#include <iterator>
#include <string>

#include "lacquer/base/units.h"
#include "lacquer/measure/faults/detectors.h"
#include "lacquer/measure/faults/listing.h"
#include "lacquer/measure/faults/spectrum/hum_search.h"
#include "lacquer/measure/faults/spectrum/low_spectrum.h"
#include "lacquer/measure/faults/spectrum/steady_comb.h"
#include "lacquer/measure/halve.h"

namespace lacquer::measure {
namespace {

constexpr int windows_between_searches = HumSearch::windows / 2;
constexpr int fewest_windows = 4;
constexpr int cells_between_searches = SteadyCombs::cells / 2;
constexpr float same_level = 1.8f;  // 2.5 dB: hum does not follow the music
constexpr float gone = 0.25f;       // -6 dB: at most this is left where there was hum
constexpr double same_frequency_hz = 0.2;
// A rhythm or a drone can have lines on many multiples of some frequency; where these are as good,
// or nearly, at 50 Hz there is no more than that.
constexpr double nobodys_mains_hz[] = {40.0, 45.0, 55.0, 70.0};
constexpr double most_elsewhere = 1.5;
constexpr double inaudible_dbfs = -75.0;
// Hann: the tallest bin of a sine holds 2/3 of it when it is right on the frequency, 1/2 half-way.
constexpr double tallest_bin = 0.6;

// What the harmonics stand out by, summed, in the look that shows them best. A drone of a bass with
// two partials comes to 30 dB; hum in a pause to over 100.
constexpr double enough_db = 35.0;
constexpr double enough_alone_db = 60.0;

// An hour of searches. Full, each two looks become one, as all later ones are.
constexpr std::size_t most_looks = 1000;
// Stretches of steady hum apart from each other; later ones are not told.
constexpr std::size_t most_stretches = 500;

/// What one search found, and where; in a long programme several in a row.
struct Look {
  MainsTones tones;
  double start_s, end_s;
  int searches = 1;  // that found this
};

int common_harmonics(const MainsTones& a, const MainsTones& b) {
  int common = 0;
  for (std::size_t h = 0; h < MainsTones::harmonics; ++h)
    if (a.power[h] > 0.0f && b.power[h] > 0.0f && a.power[h] < b.power[h] * same_level &&
        b.power[h] < a.power[h] * same_level)
      ++common;
  return common;
}

bool supports(const MainsTones& hum, const MainsTones& other) {
  return other.found() && common_harmonics(hum, other) >= 2 &&
         std::abs(hum.frequency_hz - other.frequency_hz) < same_frequency_hz;
}

/// True where the hum would have to be seen and is not.
bool contradicts(const MainsTones& hum, const MainsTones& other) {
  int harmonics = 0, missing = 0;
  for (std::size_t h = 0; h < MainsTones::harmonics; ++h) {
    if (hum.power[h] <= 0.0f) continue;
    ++harmonics;
    if (other.at_most[h] < hum.power[h] * gone) ++missing;
  }
  return 2 * missing > harmonics;
}

/// Two looks in a row as one: the hum that stands out more, vouched for by both if they agree. A
/// steady tone in either of them must be below what it says there can be.
Look merged(const Look& first, const Look& second) {
  const bool agree = supports(first.tones, second.tones);
  Look look = first.tones.found() &&
                      (!second.tones.found() || first.tones.weight_db >= second.tones.weight_db)
                  ? first
                  : second;
  for (std::size_t h = 0; h < MainsTones::harmonics; ++h)
    look.tones.at_most[h] = std::max(first.tones.at_most[h], second.tones.at_most[h]);
  if (!agree) return look;
  look.start_s = first.start_s;
  look.end_s = second.end_s;
  look.searches = first.searches + second.searches;
  return look;
}

/// Looks that agree on one hum.
struct Passage {
  std::size_t seed = 0, first = 0, last = 0;
  int supports = 0;
};

Passage grow(const std::vector<Look>& looks, std::size_t seed) {
  Passage passage{seed, seed, seed, looks[seed].searches};
  const MainsTones& hum = looks[seed].tones;
  for (std::size_t at = seed + 1; at < looks.size() && !contradicts(hum, looks[at].tones); ++at)
    if (supports(hum, looks[at].tones)) passage.last = at, passage.supports += looks[at].searches;
  for (std::size_t at = seed; at-- > 0 && !contradicts(hum, looks[at].tones);)
    if (supports(hum, looks[at].tones)) passage.first = at, passage.supports += looks[at].searches;
  return passage;
}

/// Stretches in a row whose combs are one hum.
struct Steady {
  SteadyComb comb;  // the one with the most evidence
  double start_s, end_s;
  int stretches = 1;
};

/// Mains hum, found in two ways: where the music pauses it stands for itself, whatever its
/// frequency does (HumSearch); under music that does not, by its steadiness (SteadyCombs).
class HumDetector final : public Detector {
 public:
  explicit HumDetector(StreamFormat format)
      : format_{format},
        low_{format},
        search_{low_.bins(), low_.bin_hz(), low_.hop_s()},
        combs_{static_cast<std::size_t>(std::min(format.channel_count, 2)), low_.rate_hz()} {
    for (auto& looks : looks_) looks.reserve(most_looks);  // takes no memory before it is filled
  }

  void add(AudioBlock block, std::int64_t) override {
    low_.add(
        block,
        [this](const float* power, double centre_s) {
          search_.add(power);
          last_centre_s_ = centre_s;
          if (++unsearched_ >= windows_between_searches && search_.count() == HumSearch::windows)
            search();
        },
        [this](const float* left, const float* right, int count) {
          for (int at = 0; at < count;) {
            const int here = std::min(count - at, combs_.room());
            const bool completes = combs_.add(left + at, right + at, here);
            at += here;
            low_samples_ += here;
            if (completes && ++uncombed_ >= cells_between_searches &&
                combs_.count() == SteadyCombs::cells)
              comb();
          }
        });
  }

  void finish(const Heard&, std::vector<Finding>& found) override {
    if (unsearched_ > 0 && search_.count() >= fewest_windows) search();
    if (uncombed_ > 0 && combs_.count() >= SteadyCombs::fewest_cells) comb();
    std::vector<Finding> findings;
    for (auto& looks : looks_) {
      for (;;) {
        Passage best;
        for (std::size_t seed = 0; seed < looks.size(); ++seed) {
          if (!looks[seed].tones.found()) continue;
          const Passage passage = grow(looks, seed);
          if (passage.supports > best.supports) best = passage;
        }
        if (best.supports == 0) break;
        if (believable(looks, best)) findings.push_back(finding(looks, best));
        for (std::size_t at = best.first; at <= best.last; ++at) looks[at].tones.frequency_hz = 0.0;
      }
    }
    for (const Steady& steady : steady_) {
      const auto same = [&](const Finding& finding) {
        return finding.start_s < steady.end_s && finding.end_s > steady.start_s;
      };
      const auto known = std::find_if(findings.begin(), findings.end(), same);
      if (known == findings.end()) {
        findings.push_back(finding(steady));
      } else {
        // Told once. A stretch may hold hum in a half of it only, so it vouches for its middle.
        const double uncertain_s = 0.5 * SteadyCombs::cells * combs_.hop_s();
        known->start_s = std::min(known->start_s, steady.start_s + uncertain_s);
        known->end_s = std::max(known->end_s, steady.end_s - uncertain_s);
      }
    }
    std::stable_sort(findings.begin(), findings.end(),
                     [](const Finding& a, const Finding& b) { return a.start_s < b.start_s; });
    std::move(findings.begin(), findings.end(), std::back_inserter(found));
  }

 private:
  void search() {
    unsearched_ = 0;
    const double end_s = last_centre_s_ + 0.5 * low_.window_s();
    const double start_s = end_s - low_.window_s() - (search_.count() - 1) * low_.hop_s();
    double elsewhere = 0.0;
    Look looks[] = {{search_.search(50.0), start_s, end_s}, {search_.search(60.0), start_s, end_s}};
    if (looks[0].tones.found() || looks[1].tones.found())
      for (const double hz : nobodys_mains_hz)
        elsewhere = std::max(elsewhere, search_.search(hz).weight_db);
    for (std::size_t i = 0; i < 2; ++i) {
      MainsTones& tones = looks[i].tones;
      if (tones.weight_db < most_elsewhere * std::max(elsewhere, looks[1 - i].tones.weight_db))
        tones.frequency_hz = 0.0;
      if (searches_ % searches_of_look_ == 0)
        looks_[i].push_back(looks[i]);
      else
        looks_[i].back() = merged(looks_[i].back(), looks[i]);
    }
    if (++searches_ < static_cast<std::int64_t>(most_looks) * searches_of_look_) return;
    for (auto& of_mains : looks_) halve(of_mains, merged);
    searches_of_look_ *= 2;
  }

  void comb() {
    uncombed_ = 0;
    const double end_s = static_cast<double>(low_samples_) / low_.rate_hz();
    const double start_s = end_s - combs_.window_s() - (combs_.count() - 1) * combs_.hop_s();
    for (const double mains_hz : {50.0, 60.0}) {
      const SteadyComb comb = combs_.search(mains_hz);
      if (!comb.found()) continue;
      if (!steady_.empty() && steady_.back().comb.mains_hz == mains_hz &&
          start_s <= steady_.back().end_s &&
          std::abs(steady_.back().comb.frequency_hz - comb.frequency_hz) < same_frequency_hz) {
        Steady& before = steady_.back();
        before.end_s = end_s;
        ++before.stretches;
        if (comb.evidence > before.comb.evidence) before.comb = comb;
      } else if (steady_.size() < most_stretches) {
        steady_.push_back({comb, start_s, end_s});
      }
    }
  }

  static bool believable(const std::vector<Look>& looks, const Passage& passage) {
    const double weight_db = looks[passage.seed].tones.weight_db;
    return passage.supports >= 2 ? weight_db >= enough_db : weight_db >= enough_alone_db;
  }

  template <typename Powers>
  static std::string harmonics_of(const Powers& power, double mains_hz) {
    std::string names;
    for (std::size_t h = 0; h < power.size(); ++h)
      if (power[h] > 0)
        names += (names.empty() ? "" : ", ") + number(static_cast<double>(h + 1) * mains_hz, 0);
    return names;
  }

  /// Up to the highest that was seen, the fundamental included.
  template <typename Powers>
  static int harmonic_count(const Powers& power) {
    int count = 1;
    for (std::size_t h = 0; h < power.size(); ++h)
      if (power[h] > 0) count = static_cast<int>(h) + 1;
    return count;
  }

  static Finding finding(const Steady& steady) {
    const SteadyComb& comb = steady.comb;
    return told(db_from_power(comb.total_power()), harmonics_of(comb.power, comb.mains_hz),
                harmonic_count(comb.power), comb.frequency_hz, steady.start_s, steady.end_s,
                std::clamp(0.7 + 0.05 * steady.stretches + 0.001 * comb.evidence, 0.7, 0.97));
  }

  Finding finding(const std::vector<Look>& looks, const Passage& passage) const {
    const MainsTones& hum = looks[passage.seed].tones;
    double power = 0.0;
    for (const float of_harmonic : hum.power) power += static_cast<double>(of_harmonic);
    return told(db_from_power(power / tallest_bin / format_.channel_count),
                harmonics_of(hum.power, hum.mains_hz), harmonic_count(hum.power), hum.frequency_hz,
                looks[passage.first].start_s, looks[passage.last].end_s,
                std::clamp(0.5 + 0.1 * passage.supports + 0.002 * hum.weight_db, 0.6, 0.97));
  }

  static Finding told(double dbfs, const std::string& harmonics, int harmonic_count,
                      double frequency_hz, double start_s, double end_s, double confidence) {
    return {.kind = "hum",
            .severity = dbfs < inaudible_dbfs ? Severity::info : Severity::warn,
            .start_s = std::max(0.0, start_s),
            .end_s = end_s,
            .channel = {},
            .value = dbfs,
            .unit = "dBFS",
            .confidence = confidence,
            .message = "Mains hum of " + number(dbfs, 1) + " dBFS at " + harmonics + " Hz (" +
                       number(frequency_hz, 2) + " Hz and its multiples), steady under the music.",
            .remedy =
                "Look for a bad cable, a ground loop or a pick-up on the track it comes from; "
                "on the mix, narrow notches at these frequencies.",
            .details = {{"fundamental_hz", frequency_hz},
                        {"harmonics", static_cast<double>(harmonic_count)}}};
  }

  StreamFormat format_;
  LowSpectrum low_;
  HumSearch search_;
  SteadyCombs combs_;
  double last_centre_s_ = 0.0;
  int unsearched_ = 0;
  std::vector<Look> looks_[2];  // for 50 and 60 Hz
  std::int64_t searches_ = 0, searches_of_look_ = 1;
  std::int64_t low_samples_ = 0;
  int uncombed_ = 0;
  std::vector<Steady> steady_;
};

}  // namespace

DetectorPointer hum_detector(StreamFormat format) { return std::make_unique<HumDetector>(format); }

}  // namespace lacquer::measure
