#pragma once

#include <string>
#include <vector>

#include "bench/peers/lv2_plugin.h"
#include "testkit/signal.h"

namespace lacquer::bench {

/// A limiter that Debian has, at one setting. A plug-in is hosted here; ffmpeg and sox are run.
struct Peer {
  std::string name = {};     ///< "x42 dpl"
  std::string setting = {};  ///< "true peak, release 10 ms"
  std::string package = {};  ///< Debian's
  bool limits_true_peak = false;
  bool is_default = false;  ///< the setting somebody gets who only sets the ceiling

  std::string lv2_uri = {};
  Lv2Plugin::Controls controls = {};

  std::string program = {};     ///< "ffmpeg" or "sox", where there is no lv2_uri
  std::string effect = {};      ///< the filter graph, or the words of the effects
  double attenuation_db = 0.0;  ///< before the program, and taken back after it: sox clips at 1
};

/// Stands in Peer::effect for the integrated loudness of the signal, LUFS.
inline constexpr const char* loudness_mark = "@loudness@";

/// Every limiter we know how to ask, at the settings we ask for, with this ceiling.
std::vector<Peer> limiting_peers(double ceiling_dbfs);

bool installed(const Peer&);

/// The signal (stereo) as the peer leaves it; what the peer says of its latency is taken off.
/// Errors: not installed, or it fails.
Result<testkit::Signal> limited_by(const Peer&, const testkit::Signal&);

}  // namespace lacquer::bench
