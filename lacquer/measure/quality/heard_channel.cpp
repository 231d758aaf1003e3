#include "lacquer/measure/quality/heard_channel.h"

#include <algorithm>
#include <cmath>

namespace lacquer::measure {
namespace {

// BS.1387-1, annex 2: times at 100 Hz, clauses 2.1.8 and 3.1.
constexpr double smear_s = 0.030, adaptation_s = 0.050;
constexpr double envelope_power = 0.3;
// Patterns are smoothed over so many bands below and above, fewer at the ends.
constexpr std::size_t bands_below = 3, bands_above = 4;

}  // namespace

HeardChannel::HeardChannel(const EarModel& ear)
    : steps_per_s_{1.0 / ear.step_s()},
      smear_keeps_{ear.keeps(smear_s)},
      keeps_{ear.keeps(adaptation_s)} {
  const std::size_t count = ear.band_count();
  for (Side* side : {&reference_, &other_})
    for (auto* values : {&side->heard.excitation, &side->heard.adapted, &side->heard.modulation,
                         &side->heard.envelope, &side->smeared, &side->level, &side->last_envelope,
                         &side->slope, &side->wanted, &side->pattern})
      values->assign(count, 0.0);
  products_.assign(count, 0.0);
  squares_.assign(count, 0.0);
}

void HeardChannel::step(const std::vector<double>& reference, const std::vector<double>& other) {
  follow(reference_, reference);
  follow(other_, other);
  adapt_level();
  adapt_pattern();
}

void HeardChannel::follow(Side& side, const std::vector<double>& excitation) {
  Programme& heard = side.heard;
  for (std::size_t b = 0; b < excitation.size(); ++b) {
    side.smeared[b] += (1.0 - smear_keeps_[b]) * (excitation[b] - side.smeared[b]);
    heard.excitation[b] = std::max(side.smeared[b], excitation[b]);
    side.level[b] += (1.0 - keeps_[b]) * (heard.excitation[b] - side.level[b]);

    const double envelope = std::pow(excitation[b], envelope_power);
    const double slope = steps_per_s_ * std::abs(envelope - side.last_envelope[b]);
    side.last_envelope[b] = envelope;
    side.slope[b] += (1.0 - keeps_[b]) * (slope - side.slope[b]);
    heard.envelope[b] += (1.0 - keeps_[b]) * (envelope - heard.envelope[b]);
    heard.modulation[b] = side.slope[b] / (1.0 + heard.envelope[b] / envelope_power);
  }
}

void HeardChannel::adapt_level() {
  double products = 0.0, others = 0.0;
  for (std::size_t b = 0; b < keeps_.size(); ++b) {
    products += std::sqrt(reference_.level[b] * other_.level[b]);
    others += other_.level[b];
  }
  const double correction = (products / others) * (products / others);
  // The louder one is turned down.
  const double of_reference = std::min(1.0, 1.0 / correction), of_other = std::min(1.0, correction);
  for (std::size_t b = 0; b < keeps_.size(); ++b) {
    reference_.heard.adapted[b] = reference_.heard.excitation[b] * of_reference;
    other_.heard.adapted[b] = other_.heard.excitation[b] * of_other;
  }
}

void HeardChannel::adapt_pattern() {
  const std::size_t count = keeps_.size();
  for (std::size_t b = 0; b < count; ++b) {
    const double reference = reference_.heard.adapted[b], other = other_.heard.adapted[b];
    products_[b] = keeps_[b] * products_[b] + reference * other;
    squares_[b] = keeps_[b] * squares_[b] + reference * reference;
    const double ratio = products_[b] / squares_[b];  // internal noise keeps both above 0
    reference_.wanted[b] = std::min(ratio, 1.0);
    other_.wanted[b] = std::min(1.0 / ratio, 1.0);
  }
  for (Side* side : {&reference_, &other_})
    for (std::size_t b = 0; b < count; ++b) {
      const std::size_t from = b - std::min(b, bands_below);
      const std::size_t to = std::min(b + bands_above, count - 1);
      double mean = 0.0;
      for (std::size_t i = from; i <= to; ++i) mean += side->wanted[i];
      mean /= static_cast<double>(to - from + 1);
      side->pattern[b] += (1.0 - keeps_[b]) * (mean - side->pattern[b]);
      side->heard.adapted[b] *= side->pattern[b];
    }
}

}  // namespace lacquer::measure
