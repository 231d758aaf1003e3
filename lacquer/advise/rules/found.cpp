#include "lacquer/advise/rules/found.h"

#include <algorithm>
#include <cmath>
#include <tuple>

namespace lacquer::advise {
namespace {
constexpr double whole_share = 0.99;   // of the programme
constexpr std::ptrdiff_t listed = 20;  // of one kind and channel, as measure/faults/listing.cpp
constexpr double sure = 0.75;          // what the detector gives where the bass is turned over too

bool sums_up(const measure::Finding& one, const std::vector<measure::Finding>& all) {
  return std::count_if(all.begin(), all.end(), [&](const measure::Finding& other) {
           return &other != &one && other.kind == one.kind && other.start_s >= one.start_s &&
                  other.end_s <= one.end_s && (!one.channel || other.channel == one.channel);
         }) >= listed;
}

}  // namespace

std::vector<const measure::Finding*> found(const measure::Measurement& mix,
                                           const std::string& kind) {
  std::vector<const measure::Finding*> all;
  for (const auto& finding : mix.findings)
    if (finding.kind == kind && !sums_up(finding, mix.findings)) all.push_back(&finding);
  std::stable_sort(all.begin(), all.end(), [](const auto* a, const auto* b) {
    return std::tuple{a->severity, a->confidence, std::abs(a->value)} >
           std::tuple{b->severity, b->confidence, std::abs(b->value)};
  });
  return all;
}

double grave_findings(const measure::Measurement& mix, const std::string& kind) {
  return static_cast<double>(
      std::count_if(mix.findings.begin(), mix.findings.end(), [&](const auto& one) {
        return one.kind == kind && one.severity != measure::Severity::info;
      }));
}

const measure::Finding* sure_inversion(const measure::Measurement& mix) {
  const double duration_s = static_cast<double>(mix.frame_count) / mix.format.sample_rate_hz;
  for (const auto* finding : found(mix, "polarity"))
    if (finding->severity == measure::Severity::fail && finding->confidence >= sure &&
        finding->end_s - finding->start_s >= whole_share * duration_s)
      return finding;
  return nullptr;
}

}  // namespace lacquer::advise
