#include <algorithm>
#include <cmath>

#include "lacquer/base/units.h"
#include "lacquer/measure/faults/detectors.h"
#include "lacquer/measure/faults/listing.h"

namespace lacquer::measure {
namespace {

// Below the lowest A of a piano (27.5 Hz), out of the reach of its own window; above what an offset
// and a fade put into the first bins.
constexpr double rumble_from_hz = 5.0, rumble_to_hz = 22.0;
constexpr double music_from_hz = 35.0, music_to_hz = 250.0;

constexpr double lowest_dbfs = -100.0;
constexpr double cell_db = 3.0;
constexpr std::size_t cells = 34;

constexpr double least_s = 5.0;
constexpr double quiet_share = 0.2;  // of the frames, by the level of the music
constexpr double pause_db = 10.0;    // the music must leave the rumble alone somewhere
constexpr double follows_db = 6.0;   // more between loud and quiet music, and it is the music's own
constexpr double steady_db = 4.0;    // standard deviation; noise in six bins comes to 2
// Where the music does not pause: so even throughout is no instrument.
constexpr double even_db = 3.0;          // standard deviation over everything
constexpr double even_follows_db = 2.0;  // between loud and quiet music
constexpr double worth_telling_dbfs = -60.0;
constexpr double too_loud_dbfs = -45.0;
constexpr double too_near_db = -25.0;  // re the music between 35 and 250 Hz

struct Group {
  std::int64_t frames = 0;
  double music = 0.0, rumble_db = 0.0, rumble_db_squared = 0.0;

  void join(const Group& other) {
    frames += other.frames;
    music += other.music;
    rumble_db += other.rumble_db;
    rumble_db_squared += other.rumble_db_squared;
  }
  double music_dbfs() const { return db_from_power(music / static_cast<double>(frames) + 1e-12); }
  double rumble_dbfs() const { return rumble_db / static_cast<double>(frames); }
  double deviation_db() const {
    const double mean = rumble_dbfs();
    return std::sqrt(std::max(0.0, rumble_db_squared / static_cast<double>(frames) - mean * mean));
  }
};

/// Energy below what any instrument plays. It is rumble if it stays where the music pauses: a kick
/// reaches down there too, but only while it sounds.
class RumbleDetector final : public Detector {
 public:
  explicit RumbleDetector(StreamFormat format) : format_{format}, by_music_(cells) {}

  bool hears_steps() const override { return false; }

  void add_long(const SpectrumFrame& look) override {
    hop_s_ = look.hop / format_.sample_rate_hz;
    const double rumble = power(look, rumble_from_hz, rumble_to_hz);
    const double music = power(look, music_from_hz, music_to_hz);
    const double music_dbfs = db_from_power(music + power_from_db(lowest_dbfs));
    const auto at = static_cast<std::size_t>((music_dbfs - lowest_dbfs) / cell_db);
    const double rumble_dbfs = db_from_power(rumble + power_from_db(lowest_dbfs - 20.0));
    by_music_[std::min(at, cells - 1)].join({1, music, rumble_dbfs, rumble_dbfs * rumble_dbfs});
    end_frame_ = look.first_frame + look.size;
  }

  void finish(const Heard&, std::vector<Finding>& found) override {
    Group all;
    for (const Group& group : by_music_) all.join(group);
    if (static_cast<double>(all.frames) * hop_s_ < least_s) return;
    Group quiet, loud;
    for (const Group& group : by_music_)
      if (static_cast<double>(quiet.frames) < quiet_share * static_cast<double>(all.frames))
        quiet.join(group);
    for (auto group = by_music_.rbegin(); group != by_music_.rend(); ++group)
      if (2 * loud.frames < all.frames) loud.join(*group);

    const double dbfs = quiet.rumble_dbfs();
    const bool paused = loud.music_dbfs() - quiet.music_dbfs() >= pause_db;
    const double follows = loud.rumble_dbfs() - dbfs;
    const double re_music_db = dbfs - loud.music_dbfs();
    const bool even = all.deviation_db() < even_db && std::abs(follows) < even_follows_db;
    if (!(paused || even) || dbfs < worth_telling_dbfs || follows > follows_db ||
        quiet.deviation_db() > steady_db)
      return;
    found.push_back(
        {.kind = "rumble",
         .severity =
             dbfs > too_loud_dbfs || re_music_db > too_near_db ? Severity::warn : Severity::info,
         .start_s = 0.0,
         .end_s = static_cast<double>(end_frame_) / format_.sample_rate_hz,
         .channel = {},
         .value = dbfs,
         .unit = "dBFS",
         .confidence = 0.85,
         .message = "Steady energy below " + number(rumble_to_hz, 0) + " Hz of " + number(dbfs, 1) +
                    " dBFS, which does not stop where the music does and stands " +
                    number(-re_music_db, 0) +
                    " dB under its bass: it is not heard but takes headroom and drives limiters.",
         .remedy = "A steep high-pass at 20 to 25 Hz takes it away; better on the track it comes "
                   "from."});
  }

 private:
  double power(const SpectrumFrame& look, double from_hz, double to_hz) const {
    double sum = 0.0;
    const int from = static_cast<int>(std::ceil(from_hz / look.bin_hz));
    const int to = std::min(look.bins - 1, static_cast<int>(to_hz / look.bin_hz));
    for (int c = 0; c < format_.channel_count; ++c)
      for (int k = from; k <= to; ++k) sum += static_cast<double>(look.power[c][k]);
    return sum / format_.channel_count;
  }

  StreamFormat format_;
  double hop_s_ = 0.0;
  std::int64_t end_frame_ = 0;
  std::vector<Group> by_music_;
};

}  // namespace

DetectorPointer rumble_detector(StreamFormat format) {
  return std::make_unique<RumbleDetector>(format);
}

}  // namespace lacquer::measure
