#include "lacquer/evaluate/advice/recovery.h"

#include <algorithm>
#include <cmath>

#include "lacquer/base/units.h"
#include "lacquer/chain/landing.h"
#include "lacquer/studio/state.h"

namespace lacquer::evaluate {
namespace {

/// A departure smaller than this is none: a wide bass needs a bass with sides.
constexpr double least_departure_db = 0.3;

Result<Clip> processed(const chain::Recipe& recipe, const Clip& clip) {
  TRY(const auto source, chain::process(recipe, source_of(clip)));
  return drain(*source);
}

struct Landed {
  Clip clip;
  std::optional<double> target_lufs;
  bool bound = false;
};

/// Every suggestion taken as it is, along the way that `lacquer master` takes.
Result<Landed> rendered(const std::vector<advise::Suggestion>& suggestions, const Clip& clip,
                        const Progress& progress) {
  studio::TrackState track;
  track.suggestions = suggestions;
  for (auto& suggestion : track.suggestions) suggestion.state = advise::State::accepted;
  const chain::Plan plan = studio::plan_of(track);
  const OpenSource open = [&]() -> Result<SourcePointer> { return source_of(clip); };
  TRY(const auto landing, chain::land(plan, open, progress));
  Landed landed;
  TRY(landed.clip, processed(landing.recipe, clip));
  landed.target_lufs = plan.target_lufs;
  landed.bound = landing.binding.has_value();
  return landed;
}

}  // namespace

Result<Departed> depart(const Original& original, const Departure& departure,
                        const Progress& progress) {
  Departed departed;
  TRY(departed.clip, processed({departure.steps}, original.clip));
  TRY(departed.heard, heard(departed.clip, progress));
  return departed;
}

Result<advise::Advice> advice_for(const Departed& departed, const Original& original,
                                  const std::string& population, bool with_reference,
                                  const advise::Targets& targets) {
  const measure::Measurement& mix = departed.heard.whole;
  advise::Wishes wishes;
  wishes.population = population;
  TRY(auto standing, advise::standing_for(mix, population, targets));
  if (with_reference)
    standing.population = advise::with_references(
        standing.population, {{advise::Reference{"the original", 1.0, 1.0, 1.0},
                               advise::population_like("the original", original.heard,
                                                       departed.heard, standing.population)}});
  return advise::advise(mix, 1, wishes, std::move(standing), targets);
}

Result<Recovered> recover(const Departed& departed, const Original& original,
                          const Departure& departure, const Bands& bands,
                          const advise::Advice& advice, const Progress& progress) {
  const measure::Measurement& before = original.heard.whole;
  const measure::Measurement& now = departed.heard.whole;
  TRY(const auto landed, rendered(advice.suggestions, departed.clip, progress));
  TRY(const auto after, measured(landed.clip, progress));
  struct Distances {
    measure::Maybe departed_db, left_db;
  };
  const auto distances = [&](Axis axis) -> Distances {
    return {distance_db(axis, now, before, bands), distance_db(axis, after, before, bands)};
  };

  Recovered result;
  for (const Axis axis : departure.axes) {
    const auto [departed_db, left_db] = distances(axis);
    if (!departed_db || !left_db || *departed_db < least_departure_db)
      result.unsuited.push_back(axis);
    else
      result.effects.push_back(
          {axis, answer(axis, advice.suggestions, now, before, bands), *departed_db, *left_db});
  }
  std::vector<Axis> watched = departure.axes;
  if (std::find(watched.begin(), watched.end(), Axis::tone) == watched.end())
    watched.push_back(Axis::tone);
  for (const Axis axis : watched) {
    const auto [departed_db, left_db] = distances(axis);
    if (departed_db && left_db) result.further_db.push_back({axis, *left_db - *departed_db});
  }
  result.prediction_errors = prediction_errors(advice.suggestions, after);
  result.bound = landed.bound;
  if (landed.target_lufs && !landed.bound && after.loudness.integrated_lufs)
    result.landing_error_lu = *after.loudness.integrated_lufs - *landed.target_lufs;
  return result;
}

}  // namespace lacquer::evaluate
