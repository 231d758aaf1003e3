#include "lacquer/advise/joint.h"

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>

namespace lacquer::advise {
namespace {

constexpr int most_steps = 4;
constexpr double probe = 1e-3;  // of a setting's plausible deviation, for its slope

struct Variable {
  Suggestion& suggestion;
  const Free& free;
  double proposed;

  double& value() const { return suggestion.settings.at(free.setting); }
};

class Problem {
 public:
  Problem(const Sound& mix, std::vector<Verdict>& verdicts) : mix_{mix}, verdicts_{verdicts} {
    for (Verdict& verdict : verdicts) {
      if (!verdict.suggestion) continue;
      for (const Goal& goal : verdict.goals) goals_.push_back(goal);
      for (const Free& free : verdict.free)
        if (const auto found = verdict.suggestion->settings.find(free.setting);
            found != verdict.suggestion->settings.end())
          variables_.push_back({*verdict.suggestion, free, found->second});
    }
  }

  std::vector<Variable>& variables() { return variables_; }
  bool is_empty() const { return goals_.empty() || variables_.empty(); }

  /// How far off the goals, then how far from what was proposed, each by its measure.
  Eigen::VectorXd residuals() const {
    Sound sound = mix_;
    for (const Verdict& verdict : verdicts_)
      if (verdict.suggestion)
        sound = after(std::move(sound),
                      chain::Step{verdict.suggestion->processor, verdict.suggestion->settings});
    Eigen::VectorXd all(static_cast<Eigen::Index>(goals_.size() + variables_.size()));
    Eigen::Index row = 0;
    for (const Goal& goal : goals_) {
      const auto value = value_of(sound, goal.quantity);
      all[row++] = value ? (*value - goal.value) / goal.scale : 0.0;
    }
    for (const Variable& one : variables_)
      all[row++] = (one.value() - one.proposed) / one.free.plausible;
    return all;
  }

 private:
  const Sound& mix_;
  std::vector<Verdict>& verdicts_;
  std::vector<Goal> goals_;
  std::vector<Variable> variables_;
};

}  // namespace

void solve_together(const Sound& mix, std::vector<Verdict>& verdicts) {
  Problem problem{mix, verdicts};
  if (problem.is_empty()) return;
  auto& variables = problem.variables();
  const auto columns = static_cast<Eigen::Index>(variables.size());
  Eigen::VectorXd now = problem.residuals();
  for (int step = 0; step < most_steps; ++step) {
    Eigen::MatrixXd slopes(now.size(), columns);
    for (Eigen::Index c = 0; c < columns; ++c) {
      const Variable& one = variables[static_cast<std::size_t>(c)];
      const double kept = one.value();
      // Inwards, where a limit is near.
      const double aside = (kept + probe * one.free.plausible > one.free.most ? -1.0 : 1.0) *
                           probe * one.free.plausible;
      one.value() = kept + aside;
      slopes.col(c) = (problem.residuals() - now) / aside;
      one.value() = kept;
    }
    const Eigen::VectorXd move = slopes.colPivHouseholderQr().solve(-now);
    std::vector<double> kept;
    for (Eigen::Index c = 0; c < columns; ++c) {
      const Variable& one = variables[static_cast<std::size_t>(c)];
      kept.push_back(one.value());
      one.value() = std::clamp(one.value() + move[c], one.free.least, one.free.most);
    }
    const Eigen::VectorXd next = problem.residuals();
    if (!next.allFinite() || next.squaredNorm() >= now.squaredNorm()) {
      for (std::size_t c = 0; c < variables.size(); ++c) variables[c].value() = kept[c];
      break;
    }
    const bool settled = now.squaredNorm() - next.squaredNorm() < 1e-4 * now.squaredNorm();
    now = next;
    if (settled) break;
  }
  for (const Variable& one : variables)
    one.value() = std::round(one.value() / one.free.unit) * one.free.unit;
}

}  // namespace lacquer::advise
