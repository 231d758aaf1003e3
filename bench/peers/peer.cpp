#include "bench/peers/peer.h"

#include <algorithm>
#include <span>
#include <sstream>

#include "bench/judge.h"
#include "bench/peers/raw_file.h"
#include "lacquer/base/units.h"
#include "lacquer/media/child_process.h"
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

/// Raw doubles from the file in, raw doubles out of its standard output.
std::vector<std::string> words_of(const Peer& peer, const std::string& effect,
                                  const std::string& file, const std::string& rate) {
  if (peer.program == "ffmpeg")
    return {"ffmpeg", "-v", "error", "-nostdin", "-f",   "f64le", "-ar",   rate, "-ac",
            "2",      "-i", file,    "-af",      effect, "-f",    "f64le", "-"};
  std::vector<std::string> words = {
      "sox", "-V1", "-D", "-t", "raw", "-e", "floating-point", "-b", "64", "-r", rate,
      "-c",  "2",   file, "-t", "raw", "-e", "floating-point", "-b", "64", "-"};
  std::istringstream effects{effect};
  for (std::string word; effects >> word;) words.push_back(word);
  return words;
}

Result<testkit::Signal> through_program(const Peer& peer, const testkit::Signal& signal) {
  TRY(const auto file, RawFile::write(signal, gain_from_db(-peer.attenuation_db)));
  const auto rate = std::to_string(std::lround(signal.format().sample_rate_hz));
  TRY(auto child, media::ChildProcess::start(
                      words_of(peer, effect_on(signal, peer.effect), file.path().string(), rate),
                      media::ChildProcess::Input::none));
  const auto wanted = static_cast<std::size_t>(signal.frame_count()) * 2;
  std::vector<double> samples(wanted);
  const auto bytes = child.read({reinterpret_cast<char*>(samples.data()), wanted * sizeof(double)});
  if (const int code = child.wait(); code != 0 || !bytes || *bytes == 0)
    return Error{ErrorKind::unusable_input, "It ends with " + std::to_string(code) + ".",
                 peer.program, media::last_line(child.error_text())};
  testkit::Signal result = signal;
  const double gain = gain_from_db(peer.attenuation_db);
  for (int f = 0; f < signal.frame_count(); ++f)
    for (int c = 0; c < 2; ++c)
      result.at(c, f) = gain * samples[static_cast<std::size_t>(2 * f + c)];
  return result;
}

}  // namespace

bool installed(const Peer& peer) {
  return peer.lv2_uri.empty() ? media::program_exists(peer.program)
                              : Lv2Plugin::installed(peer.lv2_uri);
}

Result<testkit::Signal> limited_by(const Peer& peer, const testkit::Signal& signal) {
  return peer.lv2_uri.empty() ? through_program(peer, signal) : through_plugin(peer, signal);
}

}  // namespace lacquer::bench
