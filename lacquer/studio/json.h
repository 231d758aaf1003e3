#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "lacquer/advise/suggestion.h"
#include "lacquer/chain/landing.h"
#include "lacquer/deliver/delivery.h"
#include "lacquer/measure/measurement.h"
#include "lacquer/media/audio_file.h"
#include "lacquer/report/report.h"

/// The JSON the program prints and keeps: design section 6 is the contract. Numbers carry their
/// unit in the key; what does not exist is null.
namespace lacquer::studio {

using Json = nlohmann::ordered_json;
struct ToneStanding;

Json to_json(const measure::Measurement&, const measure::Parts& = {});
/// Reads back what to_json wrote with `series` kept; what is missing stays empty.
measure::Measurement measurement_from(const Json&);
Json series_json(const measure::Series&);
Json to_json(const ToneStanding&);

Json to_json(const media::FileInfo&);
Json to_json(const Edit&);  ///< what is not as usual; an empty object for an edit of nothing
Edit edit_from(const Json&);
Json to_json(const chain::Recipe&);  ///< its steps
chain::Recipe recipe_from(const Json&);
Json to_json(const chain::Landing&);
chain::Landing landing_from(const Json&);
Json to_json(const std::optional<report::Limiting>&);
std::optional<report::Limiting> limiting_from(const Json&);
Json to_json(const advise::Suggestion&);
advise::Suggestion suggestion_from(const Json&);
Json to_json(const deliver::Check&);
Json to_json(const deliver::Delivery&);
deliver::Delivery delivery_from(const Json&);

}  // namespace lacquer::studio
