#include "lacquer/report/equaliser_bands.h"

#include <algorithm>
#include <cmath>

#include "lacquer/advise/tone/equaliser_fit.h"
#include "lacquer/report/svg.h"
#include "lacquer/report/words.h"

namespace lacquer::report {
namespace {

using Type = BandSettings::Type;

// The numbers are the equaliser's own (lacquer/dsp/equalise/equaliser.h, parameter "band_#_type").
Type type_from(double number) {
  if (number == 0.0) return Type::bell;
  if (number == 1.0) return Type::low_shelf;
  if (number == 2.0) return Type::high_shelf;
  if (number == 3.0) return Type::high_pass;
  if (number == 4.0) return Type::low_pass;
  if (number == 5.0) return Type::tilt;
  return Type::unknown;
}

bool has_gain(Type type) { return type != Type::high_pass && type != Type::low_pass; }

std::string words_for(Type type) {
  switch (type) {
    case Type::bell:
      return "Bell";
    case Type::low_shelf:
      return "Low shelf";
    case Type::high_shelf:
      return "High shelf";
    case Type::high_pass:
      return "High-pass";
    case Type::low_pass:
      return "Low-pass";
    case Type::tilt:
      return "Tilt";
    case Type::unknown:
      return "Band";
  }
  return "Band";
}

std::string channels_in_words(double channels) {
  if (channels == 0.0) return "";
  if (channels == 1.0) return ", left";
  if (channels == 2.0) return ", right";
  if (channels == 3.0) return ", mid";
  if (channels == 4.0) return ", side";
  return ", channels\u00A0" + number(channels, 0);
}

std::optional<advise::EqualiserBand> prototype(const BandSettings& band) {
  using Shape = advise::EqualiserBand::Shape;
  const bool drawable =
      band.channels == 0.0 &&
      (band.type == Type::bell || band.type == Type::low_shelf || band.type == Type::high_shelf);
  const double gain_db = band.gain_db.value_or(0.0), q = band.q.value_or(std::sqrt(0.5));
  const bool sane = std::isfinite(band.frequency_hz) && band.frequency_hz > 0.0 &&
                    std::abs(gain_db) < 100.0 && q > 0.0 && q < 1000.0;
  if (!drawable || !sane) return {};
  const Shape shape = band.type == Type::low_shelf    ? Shape::low_shelf
                      : band.type == Type::high_shelf ? Shape::high_shelf
                                                      : Shape::bell;
  return advise::EqualiserBand{shape, band.frequency_hz, gain_db, q};
}

}  // namespace

bool BandSettings::acts() const { return !has_gain(type) || !gain_db || *gain_db != 0.0; }

std::vector<BandSettings> take_bands(chain::Values& settings) {
  constexpr std::string_view ending = "frequency_hz";
  std::vector<std::string> prefixes;
  for (const auto& [key, value] : settings)
    if (key.size() > ending.size() && key.ends_with(ending))
      prefixes.push_back(key.substr(0, key.size() - ending.size()));
  std::vector<BandSettings> bands;
  for (const std::string& prefix : prefixes) {
    const auto take = [&](const char* key) -> std::optional<double> {
      const auto node = settings.extract(prefix + key);
      return node.empty() ? std::nullopt : std::optional{node.mapped()};
    };
    BandSettings band;
    band.frequency_hz = *take("frequency_hz");
    band.gain_db = take("gain_db");
    band.q = take("q");
    if (const auto type = take("type")) band.type = type_from(*type);
    band.channels = take("channels").value_or(0.0);
    bands.push_back(band);
  }
  const auto rank = [](const BandSettings& band) {
    return std::isfinite(band.frequency_hz) ? band.frequency_hz : 1e9;
  };
  std::stable_sort(bands.begin(), bands.end(),
                   [&](const BandSettings& a, const BandSettings& b) { return rank(a) < rank(b); });
  return bands;
}

std::string in_words(const BandSettings& band) {
  std::string words = words_for(band.type) + " " + frequency(band.frequency_hz);
  if (band.gain_db && has_gain(band.type))
    words += ", " + signed_number(*band.gain_db) + "\u00A0dB";
  if (band.q && band.type != Type::tilt) words += ", Q\u00A0" + number(*band.q, 2);
  return words + channels_in_words(band.channels);
}

Markup equaliser_curve(const chain::Values& settings, std::string_view id) {
  chain::Values left = settings;
  std::vector<advise::EqualiserBand> prototypes;
  const auto amount = settings.find("amount");
  for (BandSettings& band : take_bands(left)) {
    if (!band.acts()) continue;
    if (band.gain_db && amount != settings.end()) *band.gain_db *= amount->second;
    const auto one = prototype(band);
    if (!one) return {};
    prototypes.push_back(*one);
  }
  if (prototypes.empty()) return {};

  Curve curve;
  double largest_db = 1.0;
  constexpr int last_point = 150;
  for (int i = 0; i <= last_point; ++i) {
    const double hz = 20.0 * std::pow(1000.0, static_cast<double>(i) / last_point);
    double db = 0.0;
    for (const advise::EqualiserBand& band : prototypes) db += advise::response_db(band, hz);
    curve.push_back(Point{hz, db});
    largest_db = std::max(largest_db, std::abs(db));
  }
  const double limit_db = largest_db <= 2.0   ? 2.0
                          : largest_db <= 3.0 ? 3.0
                                              : 6.0 * std::ceil(largest_db / 6.0);
  Plot plot{{350.0, 138.0}, {20.0, 20000.0, true}, {-limit_db, limit_db}};
  std::vector<Tick> ticks;
  for (const double db : {-limit_db, 0.0, limit_db}) ticks.push_back({db, signed_number(db, 0)});
  plot.grid(frequency_ticks(20.0, 20000.0, true), ticks);
  plot.horizontal(0.0, "zero");
  plot.curve(curve, "change");
  plot.axis_titles("Frequency (Hz)", "Gain (dB)");
  Markup out;
  out << "<div class=\"plot\">"
      << plot.finish(id, "What the equaliser does",
                     "The bands listed here, added up, from 20 Hz to 20 kHz.")
      << "</div>";
  return out;
}

}  // namespace lacquer::report
