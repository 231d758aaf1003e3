#include "lacquer/dsp/equalise/equaliser_band.h"

#include <algorithm>
#include <cmath>

#include "lacquer/dsp/equalise/band_shape.h"

namespace lacquer::dsp {

SoundingBand SoundingBand::at_rest() const noexcept {
  SoundingBand band = *this;
  (passes() ? band.depth : band.gain_db) = 0.0;
  return band;
}

SoundingBand within_range(const EqualiserBand& wanted, double amount, int channel_count) noexcept {
  const auto held = [](double value, double low, double high, double fallback) {
    return std::isfinite(value) ? std::clamp(value, low, high) : fallback;
  };
  const auto choice = [&](double value, int last) {
    return static_cast<int>(std::lround(held(value, 0.0, last, 0.0)));
  };
  const double share = held(amount, 0.0, 1.0, 1.0);
  const EqualiserBand standard;
  SoundingBand band;
  band.type = static_cast<EqualiserBand::Type>(choice(wanted.type, EqualiserBand::tilt));
  band.channels =
      static_cast<EqualiserBand::Channels>(choice(wanted.channels, EqualiserBand::side));
  band.frequency_hz = held(wanted.frequency_hz, 10.0, 22000.0, standard.frequency_hz);
  band.q = held(wanted.q, 0.1, 20.0, standard.q);
  band.gain_db = band.passes() ? 0.0 : share * held(wanted.gain_db, -24.0, 24.0, 0.0);
  band.depth = band.passes() ? share : 1.0;
  if (channel_count == 1) {
    const bool there =
        band.channels != EqualiserBand::right && band.channels != EqualiserBand::side;
    if (!there) band = band.at_rest();
    band.channels = EqualiserBand::both;
  }
  return band;
}

AnalogueSection prototype(const SoundingBand& band) noexcept {
  const auto shaped = [&](BandShape::Type type) {
    return section_of({.type = type, .frequency_hz = band.frequency_hz, .q = band.q}, band.gain_db);
  };
  const double k = 1.0 - band.depth;
  AnalogueSection h;
  h.frequency_hz = band.frequency_hz;
  switch (band.type) {
    case EqualiserBand::bell:
      return shaped(BandShape::bell);
    case EqualiserBand::low_shelf:
      return shaped(BandShape::low_shelf);
    case EqualiserBand::high_shelf:
      return shaped(BandShape::high_shelf);
    case EqualiserBand::high_pass:
      h.n0 = k * k;
      h.n1 = k / band.q;
      h.n2 = h.d2 = 1.0;
      h.d1 = 1.0 / band.q;
      break;
    case EqualiserBand::low_pass:
      h.n1 = k / band.q;
      h.n2 = k * k;
      h.d1 = 1.0 / band.q;
      h.d2 = 1.0;
      break;
    case EqualiserBand::tilt:
      h.n1 = h.d0 = gain_from_db(0.5 * band.gain_db);
      h.d1 = 1.0;
      break;
  }
  return h;
}

double response_db(const EqualiserBands& bands, double amount, double frequency_hz,
                   EqualiserBand::Channels channels) {
  double db = 0.0;
  for (const EqualiserBand& wanted : bands) {
    const SoundingBand band = within_range(wanted, amount);
    if (band.acts() && band.channels == channels)
      db += db_from_power(prototype(band).power(frequency_hz));
  }
  return db;
}

}  // namespace lacquer::dsp
