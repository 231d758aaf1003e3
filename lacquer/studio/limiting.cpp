#include <algorithm>
#include <cstdio>

#include "lacquer/advise/words.h"
#include "lacquer/chain/limiting_cost.h"
#include "lacquer/studio/workshop.h"

namespace lacquer::studio {
namespace {

// What the assistant itself proposes stays about here, and costs no pass more.
constexpr double slack_db = 1.0;
constexpr int most_tries = 3;

bool is_limiter(const chain::Step& step) { return step.processor == "limiter"; }

/// "the loud section at 1:12"
std::string place(double at_s, const std::vector<measure::Section>& sections) {
  char time[32];
  const int whole_s = static_cast<int>(at_s);
  std::snprintf(time, sizeof time, "%d:%02d", whole_s / 60, whole_s % 60);
  for (const auto& section : sections)
    if (sections.size() > 1 && at_s >= section.start_s && at_s < section.end_s) {
      const char* kind = section.kind == measure::Section::Kind::loud    ? "the loud section at "
                         : section.kind == measure::Section::Kind::quiet ? "the quiet section at "
                                                                         : "the section at ";
      return kind + std::string{time};
    }
  return std::string{time};
}

}  // namespace

Result<std::optional<report::Limiting>> limiting_of(const chain::Landing& landing,
                                                    const OpenSource& mix,
                                                    const measure::Measurement& measured,
                                                    std::optional<double> target_lufs,
                                                    const Progress& progress) {
  const auto limiter =
      std::find_if(landing.recipe.steps.begin(), landing.recipe.steps.end(), is_limiter);
  if (limiter == landing.recipe.steps.end() || !landing.integrated_lufs || !target_lufs)
    return std::optional<report::Limiting>{};
  // The steps before it move the peak little; what is near the bound is looked at closely.
  const double about_db = measured.peak.true_dbtp.value_or(0.0) + landing.gain_db -
                          limiter->settings.at("ceiling_dbtp");
  if (about_db <= chain::sensible_reduction_db + slack_db && !landing.binding)
    return std::optional<report::Limiting>{};

  TRY(const auto cost, chain::cost_of_limiting(landing, mix, 0.0, progress));
  report::Limiting limiting{.reduction_db = cost.reduction_db,
                            .noise_to_mask_p95_db = cost.noise_to_mask_p95_db,
                            .worst_start_s = cost.worst_start_s};
  const auto fixed = advise::fixed;
  const auto lufs = [&](double value) { return fixed(value, 1) + " LUFS"; };
  limiting.sentence = lufs(*landing.integrated_lufs) + " needs " + fixed(cost.reduction_db, 1) +
                      " dB of limiting on the highest peak";
  const bool too_much =
      cost.noise_to_mask_p95_db && *cost.noise_to_mask_p95_db > chain::most_noise_to_mask_db;
  if (!too_much) {
    limiting.sentence += cost.noise_to_mask_p95_db
                             ? "; what that adds stays " + fixed(-*cost.noise_to_mask_p95_db, 1) +
                                   " dB below the mask 95 % of the time."
                             : ".";
    return std::optional{limiting};
  }
  TRY(const auto honest, chain::honest_limiting(landing, cost, mix, most_tries, progress));
  limiting.honest_lufs = *landing.integrated_lufs + honest.integrated_lufs - cost.integrated_lufs;
  limiting.sentence +=
      "; noise-to-mask passes " + fixed(chain::most_noise_to_mask_db, 0) +
      " dB (one look in twenty"
      " is above " +
      fixed(*cost.noise_to_mask_p95_db, 1) + " dB), worst in " +
      place(cost.worst_start_s.value_or(0.0), measured.sections) + ". At " +
      lufs(*limiting.honest_lufs) + " it would be " +
      fixed(honest.noise_to_mask_p95_db.value_or(chain::most_noise_to_mask_db), 1) + " dB, with " +
      fixed(honest.reduction_db, 1) + " dB of limiting: found by limiting the whole mix at " +
      std::to_string(most_tries) + " lower gains.";
  return std::optional{limiting};
}

}  // namespace lacquer::studio
