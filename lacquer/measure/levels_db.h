#pragma once

namespace lacquer::measure {

/// Powers become dB, four at a time; what is below `least` (above 0) counts as that. The same as
/// db_from_power() but for the last digits, in a tenth of the time.
void make_levels_db(double* powers, int count, double least) noexcept;

}  // namespace lacquer::measure
