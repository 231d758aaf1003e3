#include "lacquer/deliver/peak_guard.h"

#include <algorithm>
#include <cmath>

#include "lacquer/base/units.h"
#include "lacquer/chain/recipe.h"

namespace lacquer::deliver {

Result<SourcePointer> guarded(SourcePointer source, double ceiling_dbtp) {
  return chain::process(chain::Recipe{{{"limiter", {{"ceiling_dbtp", ceiling_dbtp}}}}},
                        std::move(source));
}

double ceiling_before_bits(double ceiling_dbtp, int bits) {
  constexpr double worst_lsb = 4.0;
  return db_from_gain(gain_from_db(ceiling_dbtp) - worst_lsb * std::ldexp(1.0, 1 - bits));
}

double ceiling_step_db(const OverPass& pass) {
  constexpr double margin_db = 0.05;
  const double step_db = std::max(pass.excess_db, 0.0) + margin_db;
  const bool followed = pass.last_excess_db - pass.excess_db >= 0.5 * pass.last_step_db;
  if (pass.number < 3 || followed) return step_db;
  return std::max(step_db, 2.0 * pass.last_step_db);
}

}  // namespace lacquer::deliver
