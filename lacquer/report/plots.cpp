#include "lacquer/report/plots.h"

#include <algorithm>
#include <cmath>

namespace lacquer::report {

std::optional<double> target_lufs(const TrackPage& track) {
  for (const advise::Suggestion& one : track.suggestions) {
    const bool in_force =
        one.state == advise::State::accepted || one.state == advise::State::edited;
    const auto setting = one.settings.find("integrated_lufs");
    if (in_force && one.processor == "loudness" && setting != one.settings.end())
      return setting->second;
  }
  return {};
}

std::vector<ListedFinding> listed_findings(const TrackPage& track) {
  std::vector<ListedFinding> all;
  for (const measure::Finding& one : track.mix.findings) all.push_back({0, false, &one});
  if (track.master)
    for (const measure::Finding& one : track.master->findings) all.push_back({0, true, &one});
  const auto rank = [](const ListedFinding& one) {
    return std::isfinite(one.finding->start_s) ? one.finding->start_s : -1.0;
  };
  std::stable_sort(all.begin(), all.end(), [&](const ListedFinding& a, const ListedFinding& b) {
    return rank(a) < rank(b);
  });
  for (std::size_t i = 0; i < all.size(); ++i) all[i].number = static_cast<int>(i) + 1;
  return all;
}

Markup figure(std::string_view title, std::string_view caption,
              const std::vector<LegendEntry>& legend, const Markup& wide, const Markup& narrow) {
  Markup out;
  out << "<figure class=\"plot\"><figcaption><h4>" << text(title) << "</h4><p>" << text(caption)
      << "</p></figcaption>\n<div class=\"wide\">" << wide << "</div><div class=\"narrow\">"
      << narrow << "</div>\n<ul class=\"legend\">";
  for (const LegendEntry& entry : legend)
    out << "<li><span class=\"swatch " << entry.style_class << "\"></span>" << text(entry.words)
        << "</li>";
  out << "</ul></figure>\n";
  return out;
}

std::string figure_id(std::size_t track_index, const std::string& plot, bool narrow) {
  return "t" + std::to_string(track_index + 1) + "-" + plot + (narrow ? "-narrow" : "-wide");
}

}  // namespace lacquer::report
