#include "lacquer/measure/levels/psr.h"

#include <algorithm>

namespace lacquer::measure {

void PsrMeter::add_loudness(Maybe short_term_lufs) {
  loudness_lufs_[static_cast<std::size_t>(loudness_count_ % window_s)] = short_term_lufs;
  ++loudness_count_;
}

Maybe PsrMeter::add_peak(Maybe true_peak_dbtp) {
  const auto at = static_cast<std::size_t>(peak_count_ % window_s);
  peaks_dbtp_[at] = true_peak_dbtp;
  ++peak_count_;
  if (peak_count_ < window_s || peak_count_ > loudness_count_ || !loudness_lufs_[at]) return {};
  const Maybe peak_dbtp = *std::max_element(peaks_dbtp_.begin(), peaks_dbtp_.end());
  if (!peak_dbtp) return {};
  keep({*loudness_lufs_[at], *peak_dbtp - *loudness_lufs_[at]});
  return *peak_dbtp - *loudness_lufs_[at];
}

void PsrMeter::keep(const Window& window) {
  const auto softer = std::find_if(windows_.begin(), windows_.end(), [&](const Window& other) {
    return other.short_term_lufs < window.short_term_lufs;
  });
  if (softer != windows_.begin() && std::prev(softer)->psr_lu <= window.psr_lu) return;
  const auto outdoes = [&](const Window& other) {
    return other.short_term_lufs <= window.short_term_lufs && other.psr_lu >= window.psr_lu;
  };
  std::erase_if(windows_, outdoes);
  const auto place = std::find_if(windows_.begin(), windows_.end(), [&](const Window& other) {
    return other.short_term_lufs < window.short_term_lufs;
  });
  windows_.insert(place, window);
  if (windows_.size() > most_windows) windows_.pop_back();
}

Maybe PsrMeter::smallest_lu(Maybe gate_lufs) const {
  Maybe smallest;
  for (const Window& window : windows_)
    if (gate_lufs && window.short_term_lufs >= *gate_lufs) smallest = window.psr_lu;
  return smallest;
}

}  // namespace lacquer::measure
