#include "lacquer/evaluate/advice/departure.h"

#include <array>
#include <cmath>

namespace lacquer::evaluate {
namespace {

constexpr std::array gains_db = {-6.0, -4.0, -2.0, 2.0, 4.0, 6.0};
// Shelves and bells stand where mixes go wrong: bass, mud, presence, air.
constexpr double low_shelf_hz = 150.0, high_shelf_hz = 5000.0;
constexpr double mud_hz = 300.0, presence_hz = 3000.0;
constexpr double tilt_hz = 700.0;

// The equaliser's own numbers for its shapes.
constexpr double bell = 0.0, low_shelf = 1.0, high_shelf = 2.0, tilt = 5.0;

std::string signed_db(double gain_db) {
  return (gain_db < 0.0 ? "-" : "+") + std::to_string(std::lround(std::abs(gain_db))) + " dB";
}

Departure tone(const std::string& kind, double type, double frequency_hz, double gain_db,
               double q) {
  return {kind,
          kind + " " + signed_db(gain_db),
          {{"equaliser",
            {{"band_1_type", type},
             {"band_1_frequency_hz", frequency_hz},
             {"band_1_gain_db", gain_db},
             {"band_1_q", q}}}},
          {Axis::tone}};
}

Departure low(double gain_db) { return tone("low shelf", low_shelf, low_shelf_hz, gain_db, 0.71); }
Departure high(double gain_db) {
  return tone("high shelf", high_shelf, high_shelf_hz, gain_db, 0.71);
}
Departure mud(double gain_db) { return tone("bell 300 Hz", bell, mud_hz, gain_db, 1.0); }
Departure presence(double gain_db) { return tone("bell 3 kHz", bell, presence_hz, gain_db, 1.0); }
Departure tilted(double gain_db) { return tone("tilt", tilt, tilt_hz, gain_db, 0.71); }

Departure sides(double gain_db) {
  const std::string kind = gain_db < 0.0 ? "narrowed sides" : "widened sides";
  return {kind,
          kind + " " + signed_db(gain_db),
          {{"stereo", {{"side_gain_db", gain_db}}}},
          {Axis::width}};
}

Departure wide_bass() {
  return {"wide bass", "wide bass", {{"stereo", {{"width_low", 2.0}}}}, {Axis::bass_width}};
}

Departure level(double gain_db) {
  return {
      "level", "level " + signed_db(gain_db), {{"gain", {{"gain_db", gain_db}}}}, {Axis::level}};
}

/// Far below everything and quick: every beat is held down.
Departure compressed() {
  return {"over-compression",
          "over-compression",
          {{"compressor",
            {{"threshold_dbfs", -36.0},
             {"ratio", 4.0},
             {"attack_ms", 2.0},
             {"release_ms", 80.0},
             {"automatic_make_up", 1.0}}}},
          {Axis::spread}};
}

/// Both done to one programme. Two that are heard in the same thing are one fault of it.
Departure both(Departure one, const Departure& other) {
  one.kind = "pairs";
  one.name += " and " + other.name;
  one.steps.insert(one.steps.end(), other.steps.begin(), other.steps.end());
  if (one.axes != other.axes) one.axes.insert(one.axes.end(), other.axes.begin(), other.axes.end());
  return one;
}

std::vector<Departure> made() {
  std::vector<Departure> all = {{"nothing", "nothing", {}, {}}};
  for (const auto& of : {low, high, mud, presence, tilted})
    for (const double gain_db : gains_db) all.push_back(of(gain_db));
  for (const double gain_db : {-6.0, -3.0, 3.0, 6.0}) all.push_back(sides(gain_db));
  all.push_back(wide_bass());
  for (const double gain_db : {-6.0, 6.0}) all.push_back(level(gain_db));
  all.push_back(compressed());
  all.push_back(both(low(4.0), high(-4.0)));
  all.push_back(both(mud(4.0), presence(-4.0)));
  all.push_back(both(high(6.0), sides(-6.0)));
  all.push_back(both(low(6.0), wide_bass()));
  all.push_back(both(tilted(-6.0), level(-6.0)));
  all.push_back(both(presence(4.0), level(6.0)));
  all.push_back(both(high(-4.0), compressed()));
  all.push_back(both(sides(6.0), level(-6.0)));
  return all;
}

}  // namespace

std::string to_text(Axis axis) {
  switch (axis) {
    case Axis::tone:
      return "tone";
    case Axis::width:
      return "width";
    case Axis::bass_width:
      return "bass width";
    case Axis::level:
      return "level";
    case Axis::spread:
      break;
  }
  return "spread of level";
}

const std::vector<Departure>& all_departures() {
  static const std::vector<Departure> all = made();
  return all;
}

}  // namespace lacquer::evaluate
