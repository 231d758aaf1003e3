#include "lacquer/chain/hand_out.h"

#include <algorithm>

#include "lacquer/base/parallel.h"

namespace lacquer::chain {
namespace {

// What all work on before they wait for each other: long enough that starting threads is nothing
// beside it, short enough to stay in the cache.
constexpr int parcel_frames = 4 * block_frames;

}  // namespace

Result<void> hand_out(AudioSource& source, const std::vector<Listener>& listeners,
                      const Progress& progress, int threads) {
  const int channels = source.format().channel_count;
  // One is read while the other is listened to.
  AudioBuffer parcels[2] = {{channels, parcel_frames}, {channels, parcel_frames}};
  int frames[2] = {0, 0};
  const auto fill = [&](std::size_t which) -> Result<void> {
    TRY(frames[which], source.read(parcels[which].block()));
    return {};
  };
  TRY_DO(fill(0));
  const Progress quiet{nullptr, progress.cancel_flag()};
  const auto total = static_cast<double>(std::max<std::int64_t>(1, source.frame_count()));
  double done = 0.0;
  for (std::size_t now = 0; frames[now] > 0; now = 1 - now) {
    const AudioBlock parcel = parcels[now].block().frames(0, frames[now]);
    const auto work = [&](std::size_t task, const Progress&) -> Result<void> {
      if (task == 0) return fill(1 - now);
      listeners[task - 1](parcel);
      return {};
    };
    TRY_DO(for_each_index(listeners.size() + 1, threads, quiet, "", work));
    done += frames[now];
    progress.at("", done / total);
  }
  return {};
}

}  // namespace lacquer::chain
