#pragma once

#include <string>
#include <vector>

#include "lacquer/advise/suggestion.h"
#include "lacquer/base/programme.h"
#include "lacquer/deliver/delivery.h"
#include "lacquer/measure/measurement.h"

namespace lacquer::report {

/// Who said what about one suggestion, last word first in force.
struct DecisionLine {
  std::string suggestion_id;
  std::string verb;  ///< accept, edit, reject
  std::string by;    ///< "lacquer" when nobody has reviewed it
  std::string why;
  std::string time;
};

/// A genre's band for the spectrum plot: shares per band.
struct PopulationBand {
  std::string name;
  int n = 0;
  std::vector<double> p10_db, p25_db, p50_db, p75_db, p90_db;  ///< nine each
};

/// What a limiter that has much to do does to a track.
struct Limiting {
  double reduction_db = 0.0;  ///< of the highest peak
  std::optional<double> noise_to_mask_p95_db = {};
  std::optional<double> worst_start_s = {};  ///< in the mix
  std::optional<double> honest_lufs = {};    ///< where what it adds would stay well below the mask
  std::string sentence = {};
};

struct TrackPage {
  Track track;
  measure::Measurement mix;
  std::optional<measure::Measurement> master;
  std::vector<advise::Suggestion> suggestions;
  std::vector<DecisionLine> decisions;
  PopulationBand population;
  std::string standing;                 ///< what the suggestions stand in, and why
  std::vector<std::string> mentions;    ///< what stands out, though not enough to touch it
  std::vector<std::string> left_alone;  ///< what was looked at and not touched, in sentences
  std::optional<std::string> binding;   ///< why the loudness target was not reached
  std::optional<Limiting> limiting;     ///< where it has more to do than is sensible
};

/// A number from outside that the program relied on: a platform's target, a plant's limit.
struct Fact {
  std::string name;   ///< "Loudness target of streaming services"
  std::string value;  ///< with unit
  std::string grade;  ///< P official, I implementation, S secondary, C computed, K unverified
  std::string source;
  std::string date;  ///< when it was looked up
};

struct Page {
  Programme programme;
  std::vector<TrackPage> tracks;
  std::vector<deliver::Delivery> deliveries;
  std::string signed_by;  ///< empty: unsigned draft
  std::string signed_at;
  std::string program_version;
  std::vector<Fact> facts;          ///< what the verdicts rest on, in the order to be shown
  std::vector<std::string> limits;  ///< what was not reviewed, besides what the page knows itself
};

/// A self-contained HTML document (inline CSS and SVG, no script needed to read it, no outside
/// address), readable by an artist. Same page, same bytes. All text is escaped.
std::string html(const Page&);

}  // namespace lacquer::report
