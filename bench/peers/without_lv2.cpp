// Where liblilv is not installed no plug-in is: stands in for lv2_plugin.cpp.
#include "bench/peers/lv2_plugin.h"

namespace lacquer::bench {

struct Lv2Plugin::State {};

Lv2Plugin::Lv2Plugin(std::unique_ptr<State> state) : state_{std::move(state)} {}
Lv2Plugin::Lv2Plugin(Lv2Plugin&&) noexcept = default;
Lv2Plugin::~Lv2Plugin() = default;

bool Lv2Plugin::installed(const std::string&) { return false; }

Result<Lv2Plugin> Lv2Plugin::load(const std::string& uri, const Controls&, double) {
  return Error{ErrorKind::unusable_input, "liblilv was not there when this was built.", uri,
               "Install liblilv-dev and build again."};
}

void Lv2Plugin::process(AudioBlock) {}
int Lv2Plugin::latency_frames() const { return 0; }

}  // namespace lacquer::bench
