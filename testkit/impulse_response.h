#pragma once

#include <cmath>
#include <complex>
#include <vector>

#include "lacquer/base/units.h"
#include "testkit/signal.h"

namespace lacquer::testkit {

/// What a processor makes of one sample of 1 on the channels with a gain; as many channels as
/// gains.
template <typename T>
Signal impulse_response(const typename T::Settings& settings, std::vector<double> gains, int frames,
                        double sample_rate_hz) {
  Signal signal{static_cast<int>(gains.size()), frames, sample_rate_hz};
  for (std::size_t c = 0; c < gains.size(); ++c) signal.at(static_cast<int>(c), 0) = gains[c];
  T processor;
  processor.prepare(signal.format());
  processor.process(signal.block(), settings);
  return signal;
}

/// The response at a frequency from an impulse response that begins at `first`: by summing, not by
/// a transform.
inline std::complex<double> response_at(const Signal& impulse_response, double hz, int channel = 0,
                                        int first = 0) {
  const auto step = std::polar(1.0, -2.0 * pi * hz / impulse_response.format().sample_rate_hz);
  std::complex<double> sum = 0.0;
  for (int f = impulse_response.frame_count(); f-- > first;)
    sum = sum * step + impulse_response.at(channel, f);
  return sum;
}

}  // namespace lacquer::testkit
