#include "lacquer/dsp/gain.h"

#include "lacquer/base/units.h"
#include "lacquer/dsp/usable.h"

namespace lacquer::dsp {

void Gain::prepare(StreamFormat format) { gain_.prepare(format.sample_rate_hz, 0.02); }

void Gain::reset() noexcept { gain_.reset(); }

void Gain::process(AudioBlock block, const Settings& settings) noexcept {
  gain_.aim(gain_from_db(settings.gain_db));
  for (int f = 0; f < block.frame_count(); ++f) {
    const double gain = gain_.next();
    for (int c = 0; c < block.channel_count(); ++c)
      block.channel(c)[f] = gain * usable(block.channel(c)[f]);
  }
}

}  // namespace lacquer::dsp
