#pragma once

#include <array>
#include <utility>
#include <vector>

#include "lacquer/base/processor.h"
#include "lacquer/dsp/dynamics/gain_computer.h"
#include "lacquer/dsp/dynamics/level_detector.h"
#include "lacquer/dsp/equalise/moving_band.h"
#include "lacquer/dsp/numbered_name.h"
#include "lacquer/dsp/ramp.h"

namespace lacquer::dsp {

/// Four bands of the equaliser whose gain follows the level of what they hear.
///
/// A band listens to the input through a filter of its own place and width, and holds the peaks for
/// a period of its frequency. What they exceed
/// the threshold by, less 1/ratio of it, turns the band down (negative range) or up (positive), at
/// most by the range, on top of its static gain. All channels move together, and all bands listen
/// to the input, so none chases another.
///
/// A processor has one input; the external side-chain is a choice of what to hear in it: any
/// channel, left, right, middle or side.
///
/// Guarantee: a band at a total gain of 0 dB is not there, bit for bit; at any gain it has the
/// magnitude of the equaliser's prototype. Gains are worked out every third of a millisecond and
/// move in straight lines.
class DynamicEqualiser {
 public:
  static constexpr int band_count = 4;
  static constexpr double knee_db = 3.0;

  enum SideChain { any_channel, left, right, middle, side };

  struct Band {
    double type = BandShape::bell;
    double frequency_hz = 1000.0;
    double q = 1.0;
    double gain_db = 0.0;
    double threshold_dbfs = -30.0;
    double range_db = 0.0;
    double ratio = 2.0;
    double attack_ms = 10.0;
    double release_ms = 100.0;
    double side_chain = any_channel;
    friend bool operator==(const Band&, const Band&) = default;
  };

  struct Settings {
    std::array<Band, band_count> bands = {{{.frequency_hz = 120.0},
                                           {.frequency_hz = 350.0},
                                           {.frequency_hz = 3000.0},
                                           {.frequency_hz = 8000.0}}};
    double amount = 1.0;
    friend bool operator==(const Settings&, const Settings&) = default;
  };

  static const std::array<Parameter<Settings>, 10 * band_count + 1> parameters;

  void prepare(StreamFormat);
  void reset() noexcept;
  void process(AudioBlock, const Settings&) noexcept;

  int latency_frames() const noexcept { return 0; }

  /// What the dynamics of a band add at the moment.
  double dynamic_gain_db(int band) const noexcept {
    return bands_[static_cast<std::size_t>(band)].dynamic_gain_db;
  }

 private:
  struct RunningBand {
    Ramp octave, log_q, gain_db, threshold_db, slope, range_db;  // a value a step
    Ramp type_share;  // goes to 0 and back while the type changes
    BandShape shape;
    BiquadCoefficients ear;
    std::vector<BiquadState> ear_states;  // one for every two channels
    double loudest = 0.0;                 // heard in the step
    PeakHold<double> hold;
    int hold_steps = 1, steps_held = 0;
    bool gliding = false;
    bool listens = false;
    double dynamic_gain_db = 0.0;
    MovingBand filter;
  };

  void begin_step(const Settings&) noexcept;
  void glide(RunningBand&, const Band&) noexcept;
  void detect(std::size_t two_bands) noexcept;
  void listen(RunningBand&, SideChain, AudioBlock) noexcept;
  template <typename Hear>
  void listen_to(RunningBand&, AudioBlock, Hear) noexcept;
  void process_step(AudioBlock) noexcept;

  StreamFormat format_;
  Settings asked_, settings_;
  bool fresh_ = true;
  int step_frames_ = 16;
  int frames_into_step_ = 0;
  unsigned step_ = 0;
  Ramp amount_;
  std::array<RunningBand, band_count> bands_;
  // Two bands side by side.
  std::array<LevelDetector, band_count / 2> detectors_;
  std::array<DetectorTimes, band_count / 2> times_;
};

namespace detail {

template <int band>
constexpr std::array<Parameter<DynamicEqualiser::Settings>, 10> dynamic_band_parameters() {
  using Settings = DynamicEqualiser::Settings;
  return {{
      {numbered_name<"band_#_type", band>, numbered_name<"Band # type", band>, "", 0.0, 2.0,
       "0 bell, 1 low shelf, 2 high shelf.",
       [](Settings& s) -> double& { return s.bands[band].type; }},
      {numbered_name<"band_#_frequency_hz", band>, numbered_name<"Band # frequency", band>, "Hz",
       20.0, 20000.0, "Centre of a bell, middle of a shelf; the detector hears the same place.",
       [](Settings& s) -> double& { return s.bands[band].frequency_hz; }},
      {numbered_name<"band_#_q", band>, numbered_name<"Band # Q", band>, "", 0.3, 8.0,
       "Narrowness of the filter, and of what a bell's detector hears.",
       [](Settings& s) -> double& { return s.bands[band].q; }},
      {numbered_name<"band_#_gain_db", band>, numbered_name<"Band # static gain", band>, "dB",
       -18.0, 18.0, "Gain at rest; the dynamics come on top.",
       [](Settings& s) -> double& { return s.bands[band].gain_db; }},
      {numbered_name<"band_#_threshold_dbfs", band>, numbered_name<"Band # threshold", band>,
       "dBFS", -80.0, 0.0, "The band moves when its own peaks exceed this.",
       [](Settings& s) -> double& { return s.bands[band].threshold_dbfs; }},
      {numbered_name<"band_#_range_db", band>, numbered_name<"Band # range", band>, "dB", -24.0,
       24.0, "The most it moves: negative cuts when loud, positive boosts, 0 is static.",
       [](Settings& s) -> double& { return s.bands[band].range_db; }},
      {numbered_name<"band_#_ratio", band>, numbered_name<"Band # ratio", band>, "", 1.0, 20.0,
       "How much of what exceeds the threshold becomes gain: all but 1/ratio.",
       [](Settings& s) -> double& { return s.bands[band].ratio; }},
      {numbered_name<"band_#_attack_ms", band>, numbered_name<"Band # attack", band>, "ms", 0.5,
       250.0, "Time to 63 % of the movement.",
       [](Settings& s) -> double& { return s.bands[band].attack_ms; }},
      {numbered_name<"band_#_release_ms", band>, numbered_name<"Band # release", band>, "ms", 5.0,
       2500.0, "Time back to 37 % of the movement; never quicker than the attack.",
       [](Settings& s) -> double& { return s.bands[band].release_ms; }},
      {numbered_name<"band_#_side_chain", band>, numbered_name<"Band # side-chain", band>, "", 0.0,
       4.0, "What it listens to in stereo: 0 both channels, 1 left, 2 right, 3 middle, 4 side.",
       [](Settings& s) -> double& { return s.bands[band].side_chain; }},
  }};
}

template <int... band>
constexpr auto dynamic_equaliser_parameters(std::integer_sequence<int, band...>) {
  using Row = Parameter<DynamicEqualiser::Settings>;
  constexpr std::array rows = {dynamic_band_parameters<band>()...};
  constexpr Row amount{"amount",
                       "Amount",
                       "",
                       0.0,
                       1.0,
                       "Scales every gain in dB, static and dynamic; 0 does nothing.",
                       &DynamicEqualiser::Settings::amount};
  return [&]<std::size_t... i>(std::index_sequence<i...>) {
    return std::array{rows[i / 10][i % 10]..., amount};
  }
  (std::make_index_sequence<10 * sizeof...(band)>{});
}

}  // namespace detail

inline constexpr std::array<Parameter<DynamicEqualiser::Settings>,
                            10 * DynamicEqualiser::band_count + 1>
    DynamicEqualiser::parameters = detail::dynamic_equaliser_parameters(
        std::make_integer_sequence<int, DynamicEqualiser::band_count>{});

static_assert(Processor<DynamicEqualiser>);

}  // namespace lacquer::dsp
