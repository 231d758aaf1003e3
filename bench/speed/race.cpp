#include "bench/speed/race.h"

#include <algorithm>
#include <functional>
#include <iostream>
#include <nlohmann/json.hpp>

#include "bench/bars.h"
#include "bench/judge.h"
#include "bench/peers/peer.h"
#include "bench/speed/processor_time.h"
#include "bench/text_table.h"
#include "lacquer/base/units.h"
#include "lacquer/chain/recipe.h"
#include "lacquer/dsp/quantiser.h"
#include "testkit/master.h"

namespace lacquer::bench {
namespace {

using testkit::Signal;

constexpr double ceiling_dbtp = -1.0;
constexpr double drive_db = 6.0;

/// One run of something: how long it kept a core busy.
using Run = std::function<Result<double>()>;

Result<double> seconds_of_recipe(const chain::Recipe& recipe, const OpenSource& open,
                                 bool dithered) {
  TRY(auto source, open());
  AudioBuffer buffer{source->format().channel_count, block_frames};
  dsp::Quantiser dither;
  dither.prepare(source->format());
  const double begun_s = own_processor_s();
  TRY(const auto processed, chain::process(recipe, std::move(source)));
  while (true) {
    TRY(const int frames, processed->read(buffer.block()));
    if (frames == 0) break;
    if (dithered) dither.process(buffer.block().frames(0, frames), {.shaping = 1.0});
  }
  return own_processor_s() - begun_s;
}

Result<double> seconds_of_plugin(const Peer& peer, const Signal& signal) {
  TRY(auto plugin, Lv2Plugin::load(peer.lv2_uri, peer.controls, signal.format().sample_rate_hz));
  Signal copy = signal;
  const double begun_s = own_processor_s();
  plugin.process(copy.block());
  return own_processor_s() - begun_s;
}

/// The same program with an effect that does nothing.
Peer idle(Peer peer) {
  peer.effect = peer.program == "ffmpeg" ? "anull" : "";
  return peer;
}

Result<double> seconds_of_program(const Peer& peer, const Signal& signal) {
  const double begun_s = programs_processor_s();
  TRY_DO(limited_by(idle(peer), signal));
  const double idle_s = programs_processor_s() - begun_s;
  TRY_DO(limited_by(peer, signal));
  return programs_processor_s() - begun_s - 2.0 * idle_s;
}

struct Lane {
  Runner runner;
  Run run;
  std::vector<double> seconds = {};
};

}  // namespace

Result<Race> race(const Signal& music, int rounds) {
  stay_on_one_core();
  Signal driven = music;
  const double gain = gain_from_db(ceiling_dbtp + drive_db - true_peak_32x_dbtp(music));
  for (int c = 0; c < 2; ++c)
    for (int f = 0; f < driven.frame_count(); ++f) driven.at(c, f) *= gain;
  const OpenSource open_driven = testkit::open(driven), open_music = testkit::open(music);
  const chain::Recipe limiter{{{"limiter", {{"ceiling_dbtp", ceiling_dbtp}}}}};

  Race result;
  std::vector<Lane> lanes;
  lanes.push_back({{"whole master and dither", 0.0, true},
                   [&] { return seconds_of_recipe(testkit::whole_master(), open_music, true); }});
  lanes.push_back({{"Lacquer limiter", 0.0, true},
                   [&] { return seconds_of_recipe(limiter, open_driven, false); }});
  for (const Peer& peer : limiting_peers(ceiling_dbtp)) {
    if (!peer.limits_true_peak) continue;
    const std::string name = peer.name + ", " + peer.setting;
    if (!installed(peer)) {
      result.absent.push_back(name + " (" + peer.package + ")");
      continue;
    }
    lanes.push_back({{name, 0.0, false}, [&driven, peer] {
                       return peer.lv2_uri.empty() ? seconds_of_program(peer, driven)
                                                   : seconds_of_plugin(peer, driven);
                     }});
  }
  for (int round = 0; round < rounds; ++round) {
    std::cerr << "round " << round + 1 << " of " << rounds << std::flush;
    for (Lane& lane : lanes) {
      TRY(const double seconds, lane.run());
      lane.seconds.push_back(seconds);
      std::cerr << '.' << std::flush;
    }
    std::cerr << '\n';
  }
  const double duration_s = music.frame_count() / music.format().sample_rate_hz;
  for (Lane& lane : lanes) {
    lane.runner.times_real_time = duration_s / median(lane.seconds);
    result.limiters.push_back(lane.runner);
  }
  result.whole_master = result.limiters.front();
  result.limiters.erase(result.limiters.begin());
  return result;
}

bool print(const Race& race, std::ostream& out) {
  const Runner& own = race.limiters.front();
  TextTable table{
      {"44.1 kHz stereo, one core", "times real time", "Lacquer's limiter is faster by"}};
  for (const Runner& runner : race.limiters)
    table.add({runner.name, fixed(runner.times_real_time, 0),
               runner.is_own ? "" : fixed(own.times_real_time / runner.times_real_time, 1)});
  table.add({race.whole_master.name, fixed(race.whole_master.times_real_time, 0), ""});
  table.print(out);
  for (const auto& absent : race.absent) out << "absent: " << absent << '\n';
  out << '\n';
  Bars bars{out};
  for (const Runner& runner : race.limiters)
    if (!runner.is_own)
      bars.ask(own.times_real_time > runner.times_real_time,
               "limiter: Lacquer " + fixed(own.times_real_time, 0) + ", " + runner.name + ' ' +
                   fixed(runner.times_real_time, 0));
  bars.ask(race.whole_master.times_real_time >= whole_master_bar,
           "whole master: " + fixed(race.whole_master.times_real_time, 0) + ", asked for " +
               fixed(whole_master_bar, 0));
  return bars.all_met();
}

nlohmann::ordered_json to_json(const Race& race) {
  nlohmann::ordered_json limiters;
  for (const Runner& runner : race.limiters) limiters[runner.name] = runner.times_real_time;
  return {{"limiters_times_real_time", limiters},
          {"whole_master_times_real_time", race.whole_master.times_real_time},
          {"absent", race.absent}};
}

}  // namespace lacquer::bench
