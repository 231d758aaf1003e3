#pragma once

#include <algorithm>
#include <array>
#include <iterator>
#include <string_view>
#include <utility>
#include <vector>

#include "lacquer/base/processor.h"
#include "lacquer/dsp/biquad.h"

namespace lacquer::dsp {

/// Six bands of minimum-phase equalisation whose magnitude is the analogue prototype's up to the
/// top of hearing, at every sample rate (matched_biquad.h).
///
/// Guarantee: a bell or shelf at 0 dB is not there at all; with nothing but those the samples pass
/// bit for bit. Changed settings glide: coefficients move in a straight line between stable
/// filters, so every filter on the way is stable too, and a band that changes its type is faded
/// out and in. The first settings after reset() hold from the first sample.
class Equaliser {
 public:
  static constexpr int band_count = 6;

  enum Type { bell, low_shelf, high_shelf, high_pass, low_pass };

  struct Band {
    double type = bell;
    double frequency_hz = 1000.0;
    double gain_db = 0.0;  // high_pass and low_pass have none
    double q = 0.7071067811865476;
    friend bool operator==(const Band&, const Band&) = default;
  };

  struct Settings {
    std::array<Band, band_count> bands = {{{.frequency_hz = 60.0},
                                           {.frequency_hz = 200.0},
                                           {.frequency_hz = 600.0},
                                           {.frequency_hz = 2000.0},
                                           {.frequency_hz = 5000.0},
                                           {.frequency_hz = 12000.0}}};
  };

  static const std::array<Parameter<Settings>, 4 * band_count> parameters;

  void prepare(StreamFormat);
  void reset() noexcept;
  void process(AudioBlock, const Settings&) noexcept;

  int latency_frames() const noexcept { return 0; }

 private:
  // Coefficients are computed once a step; between two steps they move in a straight line.
  static constexpr int step_frames = 64;

  /// One band on its way from the settings it has to those it was given.
  struct Glide {
    Band now, target;
    int steps_left = 0;  // until now == target
    /// What one step starts from and ends with; equal when nothing moves.
    BiquadCoefficients from, to;
    double presence_from = 0.0, presence_to = 0.0;  // 0 bypassed, 1 in; between on type changes
    std::vector<BiquadState> states;                // one for every two channels
    bool moving() const { return !(from == to) || presence_from != presence_to; }
    bool in_use() const { return presence_from > 0.0 || presence_to > 0.0; }
  };

  void begin_step(const Settings&) noexcept;
  void begin_step(Glide&, const Band& wanted) noexcept;
  void jump(Glide&, const Band&) noexcept;
  void process_pair(AudioBlock, int first_channel) noexcept;

  StreamFormat format_;
  double presence_step_ = 1.0;
  int steps_to_glide_ = 1;
  int frames_into_step_ = 0;
  bool fresh_ = true;
  std::array<Glide, band_count> glides_;
};

/// The prototype's gain at a frequency: what the bands together are meant to do.
double response_db(const Equaliser::Settings&, double frequency_hz);

namespace detail {

/// "band_#_q" -> "band_1_q", while compiling.
template <std::size_t size>
struct Pattern {
  char text[size];
  constexpr Pattern(const char (&characters)[size]) { std::copy_n(characters, size, text); }
};
template <Pattern pattern, char number>
inline constexpr auto numbered_text = [] {
  auto copy = pattern;
  std::replace(std::begin(copy.text), std::end(copy.text), '#', number);
  return copy;
}();
template <Pattern pattern, int band>
inline constexpr std::string_view numbered{
    numbered_text<pattern, static_cast<char>('1' + band)>.text};

template <int band>
constexpr std::array<Parameter<Equaliser::Settings>, 4> parameters_of_band() {
  using Settings = Equaliser::Settings;
  return {{{numbered<"band_#_type", band>, numbered<"Band # type", band>, "", 0.0, 4.0,
            "0 bell, 1 low shelf, 2 high shelf, 3 high-pass, 4 low-pass.",
            [](Settings& settings) -> double& { return settings.bands[band].type; }},
           {numbered<"band_#_frequency_hz", band>, numbered<"Band # frequency", band>, "Hz", 10.0,
            22000.0, "Centre of a bell, middle of a shelf, corner of a pass.",
            [](Settings& settings) -> double& { return settings.bands[band].frequency_hz; }},
           {numbered<"band_#_gain_db", band>, numbered<"Band # gain", band>, "dB", -24.0, 24.0,
            "At 0 a bell or shelf is not there at all.",
            [](Settings& settings) -> double& { return settings.bands[band].gain_db; }},
           {numbered<"band_#_q", band>, numbered<"Band # Q", band>, "", 0.1, 20.0,
            "Narrowness; 0.71 is the smoothest shelf or pass.",
            [](Settings& settings) -> double& { return settings.bands[band].q; }}}};
}

template <int... band>
constexpr std::array<Parameter<Equaliser::Settings>, 4 * sizeof...(band)> parameters_of_bands(
    std::integer_sequence<int, band...>) {
  constexpr std::array rows = {parameters_of_band<band>()...};
  return [&]<std::size_t... i>(std::index_sequence<i...>) {
    return std::array{rows[i / 4][i % 4]...};
  }
  (std::make_index_sequence<4 * sizeof...(band)>{});
}

}  // namespace detail

inline constexpr std::array<Parameter<Equaliser::Settings>, 4 * Equaliser::band_count>
    Equaliser::parameters =
        detail::parameters_of_bands(std::make_integer_sequence<int, Equaliser::band_count>{});

static_assert(Processor<Equaliser>);

}  // namespace lacquer::dsp
