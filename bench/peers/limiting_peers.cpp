#include <cmath>
#include <cstdio>

#include "bench/peers/peer.h"
#include "lacquer/base/units.h"

namespace lacquer::bench {
namespace {

constexpr int lsp_half_x4 = 6;   // "Half x4(3L)"
constexpr int lsp_full_x4 = 16;  // "Full x4(3L)"
constexpr int lsp_hermite_wide = 1;

// How far what is to be limited stands over the ceiling at most, with a little room.
constexpr double most_over_db = 6.5;

std::string text_of(double number) {
  char text[32];
  std::snprintf(text, sizeof text, "%.8g", number);
  return text;
}

std::string release_text(double release_ms) { return "release " + text_of(release_ms) + " ms"; }

void add_x42(std::vector<Peer>& all, double ceiling_dbfs) {
  for (const double release_ms : {10.0, 50.0, 200.0})
    all.push_back(
        {.name = "x42 dpl",
         .setting = "true peak, " + release_text(release_ms),
         .package = "x42-plugins",
         .limits_true_peak = true,
         .is_default = release_ms == 10.0,
         .lv2_uri = "http://gareus.org/oss/lv2/dpl#stereo",
         .controls = {
             {"threshold", ceiling_dbfs}, {"release", release_ms * 1e-3}, {"truepeak", 1.0}}});
}

void add_lsp(std::vector<Peer>& all, double ceiling) {
  const auto add = [&](const std::string& setting, bool is_default, int oversampling,
                       Lv2Plugin::Controls more) {
    // Without "boost" the plug-in does not make up for its threshold.
    more.insert({{"th", ceiling}, {"boost", 0.0}, {"ovs", oversampling}});
    all.push_back({.name = "LSP limiter",
                   .setting = setting,
                   .package = "lsp-plugins-lv2",
                   .limits_true_peak = true,
                   .is_default = is_default,
                   .lv2_uri = "http://lsp-plug.in/plugins/lv2/limiter_stereo",
                   .controls = more});
  };
  add("half 4x, release 5 ms, automatic level", true, lsp_half_x4, {});
  add("half 4x, release 5 ms", false, lsp_half_x4, {{"alr", 0.0}});
  add("half 4x, wide, look-ahead and release 20 ms", false, lsp_half_x4,
      {{"alr", 0.0}, {"mode", lsp_hermite_wide}, {"lk", 20.0}, {"at", 20.0}, {"rt", 20.0}});
  add("full 4x, release 5 ms", false, lsp_full_x4, {{"alr", 0.0}});
}

void add_calf(std::vector<Peer>& all, double ceiling) {
  for (const double release_ms : {50.0, 10.0, 200.0})
    all.push_back({.name = "Calf limiter",
                   .setting = "4x, " + release_text(release_ms) + ", ASC",
                   .package = "calf-plugins",
                   .limits_true_peak = true,
                   .is_default = release_ms == 50.0,
                   .lv2_uri = "http://calf.sourceforge.net/plugins/Limiter",
                   .controls = {{"limit", ceiling},
                                {"release", release_ms},
                                {"oversampling", 4.0},
                                {"auto_level", 0.0}}});
}

void add_zam(std::vector<Peer>& all, double ceiling_dbfs) {
  for (const double release_ms : {25.0, 5.0, 100.0})
    all.push_back(
        {.name = "ZaMaximX2",
         .setting = release_text(release_ms),
         .package = "zam-plugins",
         .is_default = release_ms == 25.0,
         .lv2_uri = "urn:zamaudio:ZaMaximX2",
         .controls = {{"thresh", ceiling_dbfs}, {"ceil", ceiling_dbfs}, {"rel", release_ms}}});
}

void add_ffmpeg(std::vector<Peer>& all, double ceiling_dbfs) {
  const std::string limit = text_of(gain_from_db(ceiling_dbfs));
  for (const bool oversampled : {false, true})
    for (const double release_ms : {50.0, 10.0, 200.0}) {
      const std::string limiter =
          "alimiter=level=0:latency=1:limit=" + limit + ":release=" + text_of(release_ms);
      all.push_back({.name = oversampled ? "alimiter at 4x" : "alimiter",
                     .setting = release_text(release_ms),
                     .package = "ffmpeg",
                     .limits_true_peak = oversampled,
                     .is_default = release_ms == 50.0,
                     .program = "ffmpeg",
                     .effect = oversampled
                                   ? "aresample=176400:resampler=soxr:precision=28," + limiter +
                                         ",aresample=44100:resampler=soxr:precision=28"
                                   : limiter});
    }
}

/// It levels too, whatever its range; asked for the loudness that comes in, it mostly limits. Its
/// own rate is 192 kHz.
void add_loudnorm(std::vector<Peer>& all, double ceiling_dbtp) {
  all.push_back({.name = "loudnorm",
                 .setting = "dynamic, to the loudness that comes in",
                 .package = "ffmpeg",
                 .limits_true_peak = true,
                 .is_default = true,
                 .program = "ffmpeg",
                 .effect = "loudnorm=LRA=50:I=" + std::string{loudness_mark} +
                           ":TP=" + text_of(ceiling_dbtp) +
                           // ffmpeg 5.1 forgets the layout behind loudnorm and then fails
                           ",aformat=channel_layouts=stereo"
                           ",aresample=44100:resampler=soxr:precision=28"});
}

/// `gain -l` limits to full scale, and sox clips there, so signals are turned down before.
void add_sox(std::vector<Peer>& all, double ceiling_dbfs) {
  const double attenuation_db = ceiling_dbfs + most_over_db;
  all.push_back({.name = "sox gain -l",
                 .package = "sox",
                 .is_default = true,
                 .program = "sox",
                 .effect = "gain -l " + text_of(attenuation_db - ceiling_dbfs) + " gain " +
                           text_of(ceiling_dbfs - attenuation_db),
                 .attenuation_db = attenuation_db});
  // With a delay, which would be a look-ahead, sox 14.4.2 fails ("flowed asymmetrically").
  const std::string knee = text_of(ceiling_dbfs - attenuation_db);
  for (const double release_ms : {100.0, 30.0})
    all.push_back({.name = "sox compand",
                   .setting = "flat above the ceiling, attack 0.1 ms, " + release_text(release_ms),
                   .package = "sox",
                   .is_default = release_ms == 100.0,
                   .program = "sox",
                   .effect = "compand 0.0001," + text_of(release_ms * 1e-3) + " " + knee + "," +
                             knee + ",0," + knee + " 0 -90",
                   .attenuation_db = attenuation_db});
}

}  // namespace

std::vector<Peer> limiting_peers(double ceiling_dbfs) {
  std::vector<Peer> all;
  const double ceiling = gain_from_db(ceiling_dbfs);
  add_x42(all, ceiling_dbfs);
  add_lsp(all, ceiling);
  add_calf(all, ceiling);
  add_zam(all, ceiling_dbfs);
  add_ffmpeg(all, ceiling_dbfs);
  add_loudnorm(all, ceiling_dbfs);
  add_sox(all, ceiling_dbfs);
  return all;
}

}  // namespace lacquer::bench
