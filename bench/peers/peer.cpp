#include "bench/peers/peer.h"

#include <algorithm>
#include <string_view>

#include "bench/judge.h"
#include "bench/peers/program.h"
#include "lacquer/media/program.h"

namespace lacquer::bench {
namespace {

constexpr double settle_s = 0.25;  // silence first: controls glide to their values, latency is told

Result<testkit::Signal> through_plugin(const Peer& peer, const testkit::Signal& signal) {
  const double rate_hz = signal.format().sample_rate_hz;
  TRY(auto plugin, Lv2Plugin::load(peer.lv2_uri, peer.controls, rate_hz));
  plugin.process(testkit::Signal{2, static_cast<int>(settle_s * rate_hz), rate_hz}.block());
  const int latency = plugin.latency_frames();
  testkit::Signal padded{2, signal.frame_count() + latency, rate_hz}, result = signal;
  for (int c = 0; c < 2; ++c)
    for (int f = 0; f < signal.frame_count(); ++f) padded.at(c, f) = signal.at(c, f);
  plugin.process(padded.block());
  for (int c = 0; c < 2; ++c)
    for (int f = 0; f < signal.frame_count(); ++f) result.at(c, f) = padded.at(c, f + latency);
  return result;
}

std::string effect_on(const testkit::Signal& signal, std::string effect) {
  constexpr double loudest_target_lufs = -5.0;  // that loudnorm takes
  if (const auto at = effect.find(loudness_mark); at != std::string::npos)
    effect.replace(at, std::string_view{loudness_mark}.size(),
                   std::to_string(std::min(loudest_target_lufs, integrated_lufs(signal))));
  return effect;
}

}  // namespace

bool installed(const Peer& peer) {
  return peer.lv2_uri.empty() ? media::program_exists(peer.program)
                              : Lv2Plugin::installed(peer.lv2_uri);
}

Result<testkit::Signal> limited_by(const Peer& peer, const testkit::Signal& signal) {
  if (!peer.lv2_uri.empty()) return through_plugin(peer, signal);
  return through_program(peer.program, effect_on(signal, peer.effect), signal,
                         signal.format().sample_rate_hz, peer.attenuation_db);
}

}  // namespace lacquer::bench
