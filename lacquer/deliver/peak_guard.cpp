#include "lacquer/deliver/peak_guard.h"

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

}  // namespace lacquer::deliver
