#include "bench/peers/lv2_plugin.h"

#include <lilv/lilv.h>
#include <lv2/atom/atom.h>
#include <lv2/buf-size/buf-size.h>
#include <lv2/options/options.h>
#include <lv2/parameters/parameters.h>
#include <lv2/urid/urid.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

namespace lacquer::bench {
namespace {

constexpr std::size_t atom_bytes = 65536;

struct FreeNode {
  void operator()(LilvNode* node) const { lilv_node_free(node); }
};
using Node = std::unique_ptr<LilvNode, FreeNode>;

/// Every plug-in that is installed; read once.
class World {
 public:
  World() : world_{lilv_world_new()} { lilv_world_load_all(world_); }
  ~World() { lilv_world_free(world_); }
  World(const World&) = delete;
  World& operator=(const World&) = delete;

  Node uri(const std::string& text) const { return Node{lilv_new_uri(world_, text.c_str())}; }
  const LilvPlugin* find(const std::string& text) const {
    return lilv_plugins_get_by_uri(lilv_world_get_all_plugins(world_), uri(text).get());
  }

 private:
  LilvWorld* world_;
};

const World& world() {
  static const World all;
  return all;
}

/// Numbers for URIs, the same for all plug-ins of this process.
LV2_URID number_of(LV2_URID_Map_Handle handle, const char* uri) {
  auto& names = *static_cast<std::vector<std::string>*>(handle);
  const auto found = std::find(names.begin(), names.end(), uri);
  if (found != names.end()) return static_cast<LV2_URID>(found - names.begin() + 1);
  names.emplace_back(uri);
  return static_cast<LV2_URID>(names.size());
}

LV2_URID_Map& urids() {
  static std::vector<std::string> names;
  static LV2_URID_Map map{&names, number_of};
  return map;
}

LV2_URID urid(const char* uri) { return urids().map(urids().handle, uri); }

/// What we tell a plug-in about its host.
struct Host {
  explicit Host(double sample_rate_hz) : rate{static_cast<float>(sample_rate_hz)} {
    const LV2_URID integer = urid(LV2_ATOM__Int), real = urid(LV2_ATOM__Float);
    const auto option = [](const char* key, LV2_URID type, std::uint32_t size, const void* value) {
      return LV2_Options_Option{LV2_OPTIONS_INSTANCE, 0, urid(key), size, type, value};
    };
    options = {option(LV2_BUF_SIZE__minBlockLength, integer, sizeof shortest, &shortest),
               option(LV2_BUF_SIZE__maxBlockLength, integer, sizeof longest, &longest),
               option(LV2_BUF_SIZE__nominalBlockLength, integer, sizeof longest, &longest),
               option(LV2_PARAMETERS__sampleRate, real, sizeof rate, &rate),
               LV2_Options_Option{LV2_OPTIONS_INSTANCE, 0, 0, 0, 0, nullptr}};
  }
  Host(const Host&) = delete;
  Host& operator=(const Host&) = delete;

  std::int32_t shortest = 1, longest = Lv2Plugin::most_frames;
  float rate;
  std::array<LV2_Options_Option, 5> options{};
  LV2_Feature map{LV2_URID__map, &urids()};
  LV2_Feature told{LV2_OPTIONS__options, options.data()};
  LV2_Feature bounded{LV2_BUF_SIZE__boundedBlockLength, nullptr};
  std::array<const LV2_Feature*, 4> features{&map, &told, &bounded, nullptr};
};

Error unfit(const std::string& uri, std::string sentence) {
  return {ErrorKind::unusable_input, std::move(sentence), uri, ""};
}

}  // namespace

struct Lv2Plugin::State {
  explicit State(double sample_rate_hz) : host{sample_rate_hz} {}
  State(const State&) = delete;
  State& operator=(const State&) = delete;
  ~State() {
    if (!instance) return;
    lilv_instance_deactivate(instance);
    lilv_instance_free(instance);
  }

  /// Messages that come in are none, and there is room for those that go out.
  void renew_atoms() {
    for (auto& [buffer, is_input] : atoms) {
      auto* sequence = reinterpret_cast<LV2_Atom_Sequence*>(buffer.data());
      sequence->atom.type = is_input ? urid(LV2_ATOM__Sequence) : urid(LV2_ATOM__Chunk);
      sequence->atom.size = is_input ? sizeof(LV2_Atom_Sequence_Body)
                                     : static_cast<std::uint32_t>(atom_bytes - sizeof(LV2_Atom));
      sequence->body = {};
    }
  }

  struct Messages {
    std::vector<std::uint64_t> buffer;
    bool is_input;
  };

  Host host;
  LilvInstance* instance = nullptr;
  std::vector<float> controls;  // by port
  std::vector<std::vector<float>> in, out;
  std::vector<Messages> atoms;
  int latency_port = -1;
};

Lv2Plugin::Lv2Plugin(std::unique_ptr<State> state) : state_{std::move(state)} {}
Lv2Plugin::Lv2Plugin(Lv2Plugin&&) noexcept = default;
Lv2Plugin::~Lv2Plugin() = default;

bool Lv2Plugin::installed(const std::string& uri) { return world().find(uri) != nullptr; }

Result<Lv2Plugin> Lv2Plugin::load(const std::string& uri, const Controls& wanted,
                                  double sample_rate_hz) {
  const LilvPlugin* plugin = world().find(uri);
  if (!plugin) return unfit(uri, "This plug-in is not installed.");
  auto state = std::make_unique<State>(sample_rate_hz);
  state->instance = lilv_plugin_instantiate(plugin, sample_rate_hz, state->host.features.data());
  if (!state->instance) return unfit(uri, "The plug-in does not start.");

  const std::uint32_t ports = lilv_plugin_get_num_ports(plugin);
  state->controls.resize(ports);
  lilv_plugin_get_port_ranges_float(plugin, nullptr, nullptr, state->controls.data());
  if (lilv_plugin_has_latency(plugin))
    state->latency_port = static_cast<int>(lilv_plugin_get_latency_port_index(plugin));
  const Node audio = world().uri(LV2_CORE__AudioPort), input = world().uri(LV2_CORE__InputPort),
             control = world().uri(LV2_CORE__ControlPort);
  std::size_t set = 0;
  for (std::uint32_t p = 0; p < ports; ++p) {
    const LilvPort* port = lilv_plugin_get_port_by_index(plugin, p);
    const bool is_input = lilv_port_is_a(plugin, port, input.get());
    if (lilv_port_is_a(plugin, port, audio.get())) {
      auto& rows = is_input ? state->in : state->out;
      rows.emplace_back(most_frames);
      lilv_instance_connect_port(state->instance, p, rows.back().data());
    } else if (lilv_port_is_a(plugin, port, control.get())) {
      float& value = state->controls[p];
      if (std::isnan(value)) value = 0.0f;
      const auto found = wanted.find(lilv_node_as_string(lilv_port_get_symbol(plugin, port)));
      if (is_input && found != wanted.end()) {
        value = static_cast<float>(found->second);
        ++set;
      }
      lilv_instance_connect_port(state->instance, p, &value);
    } else {
      auto& messages = state->atoms.emplace_back();
      messages.buffer.resize(atom_bytes / sizeof(std::uint64_t));
      messages.is_input = is_input;
      lilv_instance_connect_port(state->instance, p, messages.buffer.data());
    }
  }
  if (set != wanted.size()) return unfit(uri, "The plug-in lacks one of the controls asked for.");
  if (state->in.size() != 2 || state->out.size() != 2)
    return unfit(uri, "The plug-in is not stereo.");
  lilv_instance_activate(state->instance);
  return Lv2Plugin{std::move(state)};
}

void Lv2Plugin::process(AudioBlock block) {
  for (int done = 0; done < block.frame_count(); done += most_frames) {
    const int frames = std::min(most_frames, block.frame_count() - done);
    for (int c = 0; c < 2; ++c)
      std::transform(block.channel(c) + done, block.channel(c) + done + frames,
                     state_->in[static_cast<std::size_t>(c)].begin(),
                     [](double sample) { return static_cast<float>(sample); });
    state_->renew_atoms();
    lilv_instance_run(state_->instance, static_cast<std::uint32_t>(frames));
    for (int c = 0; c < 2; ++c)
      std::copy_n(state_->out[static_cast<std::size_t>(c)].begin(), frames,
                  block.channel(c) + done);
  }
}

int Lv2Plugin::latency_frames() const {
  const int port = state_->latency_port;
  return port < 0 ? 0
                  : static_cast<int>(std::lround(state_->controls[static_cast<std::size_t>(port)]));
}

}  // namespace lacquer::bench
