#include "lacquer/evaluate/advice/tally.h"

#include <algorithm>
#include <cmath>

namespace lacquer::evaluate {
namespace {

double median_of(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  const std::size_t half = values.size() / 2;
  return values.size() % 2 ? values[half] : 0.5 * (values[half - 1] + values[half]);
}

std::optional<double> share(int part, int of) {
  if (of == 0) return std::nullopt;
  return static_cast<double>(part) / of;
}

}  // namespace

Typical typical(std::vector<double> values) {
  if (values.empty()) return {};
  for (double& value : values) value = std::abs(value);
  std::sort(values.begin(), values.end());
  const auto rank = static_cast<std::size_t>(std::ceil(0.95 * static_cast<double>(values.size())));
  return {static_cast<int>(values.size()), median_of(values), values[rank - 1]};
}

void Tally::add(const Effect& effect) {
  ++trials;
  ++(effect.answer == Answer::right ? right : effect.answer == Answer::wrong ? wrong : silent);
  undone.push_back(effect.undone());
}

void Tally::add(const Tally& other) {
  trials += other.trials;
  right += other.right;
  wrong += other.wrong;
  silent += other.silent;
  unsuited += other.unsuited;
  undone.insert(undone.end(), other.undone.begin(), other.undone.end());
}

std::optional<double> Tally::named() const { return share(right, trials); }
std::optional<double> Tally::true_sign() const { return share(right, right + wrong); }
std::optional<double> Tally::median_undone() const {
  if (undone.empty()) return std::nullopt;
  return median_of(undone);
}
std::optional<double> Tally::undone_by(double least) const {
  const auto enough =
      std::count_if(undone.begin(), undone.end(), [&](double one) { return one >= least; });
  return share(static_cast<int>(enough), trials);
}

}  // namespace lacquer::evaluate
