#include "lacquer/measure/levels/psr.h"

#include <algorithm>

namespace lacquer::measure {

namespace {
constexpr std::size_t window_s = 3;
}

std::vector<Maybe> psr_lu(const std::vector<Maybe>& true_peak_dbtp,
                          const std::vector<Maybe>& short_term_lufs) {
  std::vector<Maybe> result(short_term_lufs.size());
  for (std::size_t s = window_s - 1; s < result.size() && s < true_peak_dbtp.size(); ++s) {
    Maybe peak_dbtp;
    for (std::size_t of = s + 1 - window_s; of <= s; ++of)
      if (true_peak_dbtp[of] && (!peak_dbtp || *true_peak_dbtp[of] > *peak_dbtp))
        peak_dbtp = true_peak_dbtp[of];
    if (peak_dbtp && short_term_lufs[s]) result[s] = *peak_dbtp - *short_term_lufs[s];
  }
  return result;
}

Maybe smallest_psr_lu(const std::vector<Maybe>& psr_lu, const std::vector<Maybe>& short_term_lufs,
                      Maybe gate_lufs) {
  Maybe smallest;
  for (std::size_t s = 0; gate_lufs && s < psr_lu.size(); ++s)
    if (psr_lu[s] && *short_term_lufs[s] >= *gate_lufs)
      smallest = std::min(smallest.value_or(*psr_lu[s]), *psr_lu[s]);
  return smallest;
}

}  // namespace lacquer::measure
