#include "lacquer/advise/forecast/responses.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "lacquer/advise/tone/equaliser_band.h"
#include "lacquer/base/units.h"

namespace lacquer::advise {
namespace {

/// A step's settings with the defaults of what it does not name.
class Settings {
 public:
  explicit Settings(const chain::Step& step)
      : step_{step}, parameters_{chain::parameters_of(step.processor).value()} {}

  double operator()(const std::string& name) const {
    if (const auto found = step_.settings.find(name); found != step_.settings.end())
      return found->second;
    const auto parameter = std::find_if(parameters_.begin(), parameters_.end(),
                                        [&](const auto& one) { return one.name == name; });
    assert(parameter != parameters_.end());
    return parameter->default_value;
  }

 private:
  const chain::Step& step_;
  std::vector<chain::ParameterInfo> parameters_;
};

constexpr double least_gain = 1e-6;
double nothing_db(double) { return 0.0; }

std::optional<Responses> of_equaliser(const chain::Step& step) {
  constexpr int band_count = 12;
  enum Channels { both, left, right, mid, side };
  const Settings value{step};
  const double amount = value("amount");
  std::vector<EqualiserPrototype> of_mid, of_side;
  for (int b = 1; b <= band_count; ++b) {
    const std::string band = "band_" + std::to_string(b) + "_";
    // Nothing by default, whatever the default of its kind.
    const auto type = static_cast<int>(value(band + "type"));
    const double gain_db = amount * value(band + "gain_db");
    const bool shapes = type <= static_cast<int>(EqualiserBand::Shape::high_shelf);
    if (shapes && gain_db == 0.0) continue;
    if (!shapes) return std::nullopt;
    const EqualiserPrototype one{{.shape = static_cast<EqualiserBand::Shape>(type),
                                  .frequency_hz = value(band + "frequency_hz"),
                                  .gain_db = gain_db,
                                  .q = value(band + "q")}};
    const auto channels = static_cast<Channels>(value(band + "channels"));
    if (channels == left || channels == right) return std::nullopt;
    if (channels != side) of_mid.push_back(one);
    if (channels != mid) of_side.push_back(one);
  }
  const auto response = [](std::vector<EqualiserPrototype> bands) -> ResponseDb {
    if (bands.empty()) return nothing_db;
    return [bands = std::move(bands)](double frequency_hz) {
      double power = 1.0;
      for (const auto& band : bands) power *= band.power(frequency_hz);
      return db_from_power(power);
    };
  };
  return Responses{response(std::move(of_mid)), response(std::move(of_side))};
}

/// Of dsp::SmoothLowPass: four moving averages.
double smooth_low_pass(double frequency_hz, double corner_hz) {
  constexpr double at_corner = 1.00186;  // sin(x) / x is there the fourth root of a half
  const double x = at_corner * frequency_hz / corner_hz;
  if (x >= pi) return 0.0;
  return x < 1e-6 ? 1.0 : std::pow(std::sin(x) / x, 4.0);
}

std::optional<Responses> of_stereo(const chain::Step& step) {
  const Settings value{step};
  const double amount = value("amount");
  const auto width = [&](const char* name) { return std::lerp(1.0, value(name), amount); };
  const double low = width("width_low"), middle = width("width_middle"), high = width("width_high"),
               low_hz = value("low_frequency_hz"), high_hz = value("high_frequency_hz");
  const double mid_db = amount * value("mid_gain_db"), side_db = amount * value("side_gain_db");
  return Responses{[=](double) { return mid_db; },
                   [=](double frequency_hz) {
                     const double below = smooth_low_pass(frequency_hz, low_hz);
                     const double up_to_high = smooth_low_pass(frequency_hz, high_hz);
                     const double gain =
                         middle + below * (low - middle) + (1.0 - up_to_high) * (high - middle);
                     return side_db + db_from_gain(std::max(least_gain, gain));
                   }};
}

/// Both parts of a Linkwitz-Riley crossover of the fourth order are in phase: magnitudes add.
std::optional<Responses> of_bass_mono(const chain::Step& step) {
  const Settings value{step};
  const double amount = value("amount"), crossover_hz = value("frequency_hz");
  return Responses{nothing_db, [=](double frequency_hz) {
                     const double x = std::pow(frequency_hz / crossover_hz, 4.0);
                     return db_from_gain(std::max((x + 1.0 - amount) / (1.0 + x), least_gain));
                   }};
}

}  // namespace

std::optional<Responses> responses_of(const chain::Step& step) {
  if (step.processor == "equaliser" || step.processor == "linear_equaliser")
    return of_equaliser(step);
  if (step.processor == "stereo") return of_stereo(step);
  if (step.processor == "bass_mono") return of_bass_mono(step);
  return std::nullopt;
}

}  // namespace lacquer::advise
