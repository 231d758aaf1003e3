#include "lacquer/chain/limiting_forecast.h"

#include <algorithm>
#include <cmath>

#include "lacquer/base/units.h"
#include "lacquer/dsp/limit/limiter.h"
#include "lacquer/measure/levels/loudness.h"

namespace lacquer::chain {
namespace {

constexpr double step_s = 0.01;
constexpr int look_ahead_steps = 30;
constexpr std::size_t block_steps = 40;  // BS.1770: blocks of 400 ms, one each 100 ms
constexpr int hop_steps = 10;
constexpr double lowest_dbfs = -60.0, highest_dbfs = 12.0, apart_db = 1.5;
constexpr int classes_per_db = 10;
constexpr double lowest_block_db = -71.0, highest_block_db = 20.0;  // around BS.1770's gate

}  // namespace

LimitingForecast::LimitingForecast(StreamFormat format)
    : format_{format},
      channel_weights_{measure::channel_weights(format.channel_count)},
      weighted_{2, block_frames},
      step_frames_{std::max(1, static_cast<int>(std::lround(step_s * format.sample_rate_hz)))},
      mean_squares_(look_ahead_steps) {
  for (int c = 0; c < format.channel_count; c += 2)
    weightings_.emplace_back(format.sample_rate_hz, std::min(2, format.channel_count - c));
  const dsp::Limiter::Settings limiter;
  const int count = static_cast<int>((highest_dbfs - lowest_dbfs) / apart_db) + 1;
  for (int i = 0; i < count; ++i) {
    Curve& curve = curves_.emplace_back(Curve{
        {}, std::vector<double>(block_steps), {lowest_block_db, highest_block_db, classes_per_db}});
    curve.envelope.prepare(look_ahead_steps);
    curve.envelope.bend(dsp::CellGain::curvature(limiter.attack_ms, step_s),
                        dsp::CellGain::curvature(limiter.release_ms, step_s));
  }
}

void LimitingForecast::add(AudioBlock block) {
  for (int done = 0; done < block.frame_count();) {
    const int frames = std::min({block.frame_count() - done, step_frames_ - filled_, block_frames});
    for (std::size_t pair = 0; pair < weightings_.size(); ++pair) {
      const int first = static_cast<int>(2 * pair);
      const int channels = std::min(2, format_.channel_count - first);
      const double* in[2] = {};
      double* out[2] = {weighted_.block().channel(0), weighted_.block().channel(1)};
      for (int c = 0; c < channels; ++c) in[c] = block.channel(first + c) + done;
      weightings_[pair].process(in, out, frames);
      for (int c = 0; c < channels; ++c) {
        double energy = 0.0;
        for (int f = 0; f < frames; ++f) {
          energy += out[c][f] * out[c][f];
          peak_ = std::max(peak_, std::abs(in[c][f]));
        }
        energy_ += channel_weights_[static_cast<std::size_t>(first + c)] * energy;
      }
    }
    filled_ += frames;
    done += frames;
    if (filled_ == step_frames_) end_step();
  }
}

/// The peaks of this step go in, the energy of the one the envelopes come to goes on.
void LimitingForecast::end_step() {
  const double peak_dbfs = peak_ > 0.0 ? db_from_gain(peak_) : lowest_dbfs;
  double& earlier = mean_squares_[static_cast<std::size_t>(step_count_ % look_ahead_steps)];
  for (std::size_t i = 0; i < curves_.size(); ++i) {
    const double threshold_dbfs = lowest_dbfs + apart_db * static_cast<double>(i);
    add_step(curves_[i], curves_[i].envelope.next(std::max(0.0, peak_dbfs - threshold_dbfs)),
             earlier);
  }
  earlier = energy_ / step_frames_;
  ++step_count_;
  filled_ = 0;
  energy_ = peak_ = 0.0;
}

void LimitingForecast::add_step(Curve& curve, double reduction_db, double mean_square) {
  const long long step = step_count_ - look_ahead_steps;
  if (step < 0) return;
  curve.energies[static_cast<std::size_t>(step) % block_steps] =
      reduction_db > 0.0 ? mean_square * power_from_db(-reduction_db) : mean_square;
  if ((step + 1) % hop_steps != 0 || step + 1 < static_cast<long long>(block_steps)) return;
  double sum = 0.0;
  for (const double energy : curve.energies) sum += energy;
  curve.blocks.add(sum / block_steps);
}

measure::Maybe LimitingForecast::lufs(double threshold_dbfs) const {
  const double at = std::clamp((threshold_dbfs - lowest_dbfs) / apart_db, 0.0,
                               static_cast<double>(curves_.size() - 1));
  const auto below = std::min(static_cast<std::size_t>(at), curves_.size() - 2);
  const auto low = measure::integrated_lufs(curves_[below].blocks);
  const auto high = measure::integrated_lufs(curves_[below + 1].blocks);
  if (!low || !high) return high;
  return *low + (at - static_cast<double>(below)) * (*high - *low);
}

}  // namespace lacquer::chain
