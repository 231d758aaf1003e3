#include "lacquer/measure/faults/lossy/lossy_carried.h"

#include <cassert>

#include "lacquer/dsp/transform/turns.h"

namespace lacquer::measure {
namespace {

Turned turned_by(const LossyWindowPart& part, int size, bool quarter_more) {
  const std::int64_t quarter = 2 * std::int64_t{size};
  const auto shift = [&](int by) { return std::int64_t{4} * by * part.turned_frames; };
  Turned result;
  result.units = part.quarters * quarter + shift(part.below[0]) - (quarter_more ? quarter : 0);
  for (std::size_t m = 0; m < series_terms && part.weights[m] != 0.0; ++m) {
    // A sum turned by this many quarters: 0 reads its real part, 1 the imaginary one with its sign
    // changed, and so on.
    const auto quarters = [&](int by) {
      const std::int64_t units = part.quarters * quarter + shift(by) - result.units;
      assert(units % quarter == 0);
      return static_cast<int>(((units / quarter) % 4 + 4) % 4);
    };
    const int below = quarters(part.below[m]), above = quarters(part.above[m]);
    const auto sign = [](int of) { return of == 0 || of == 3 ? 1.0F : -1.0F; };
    result.signs[m] = sign(below);
    result.first_imaginary[m] = below % 2 != 0;
    result.second_imaginary[m] = above % 2 != 0;
    result.fits = result.fits && sign(above) * (part.cosines ? 1.0F : -1.0F) == sign(below);
  }
  return result;
}

}  // namespace

UnitTurns::UnitTurns(int size) {
  const dsp::Turns turns{8 * size};
  for (const double cosine : turns.cosine) cosines_.push_back(static_cast<float>(cosine));
}

float UnitTurns::cosine(std::int64_t units) const {
  const std::int64_t whole = std::ssize(cosines_), within = units % whole;
  return cosines_[static_cast<std::size_t>(within < 0 ? within + whole : within)];
}

void Carried::tune(const UnitTurns& turns, int first_frequency, int half_steps) {
  for (Phases* row :
       {&step, &leave, &enter, &leap, &follow[0], &follow[1], &follow[2], &follow[3]}) {
    row->real.resize(count);
    row->imaginary.resize(count);
  }
  const std::int64_t frames = segment.frames;
  for (std::size_t j = 0; j < count; ++j) {
    const std::int64_t frequency = first_frequency + static_cast<int>(j);
    // Phases are counted from half a frame before the segment, as windows are.
    const std::int64_t half_frame = 2 * frequency + half_steps;
    const std::int64_t turn = turned_units - (2 * frequency + 1) * 2 * turned_frames;
    const auto set = [&](Phases& phases, std::int64_t units) {
      phases.real[j] = turns.cosine(units);
      phases.imaginary[j] = turns.sine(units);
    };
    set(step, 2 * half_frame);
    set(leave, turn + half_frame);
    set(enter, turn - (2 * frames - 1) * half_frame);
    set(leap, 2 * std::int64_t{at_once} * half_frame);
    for (std::size_t n = 0; n < at_once; ++n) {
      const auto from_end = static_cast<std::int64_t>(at_once - n);
      set(follow[n], turn - (2 * (frames - from_end) + 1) * half_frame);
    }
  }
}

Turned turned(const LossyWindowPart& part, int size) {
  Turned way = turned_by(part, size, false);
  if (!way.fits) way = turned_by(part, size, true);
  assert(way.fits);
  return way;
}

}  // namespace lacquer::measure
