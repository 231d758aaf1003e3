#include "lacquer/chain/recipe.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "lacquer/chain/number.h"
#include "lacquer/chain/stage.h"
#include "lacquer/dsp/bands/linear_multiband.h"
#include "lacquer/dsp/bands/multiband.h"
#include "lacquer/dsp/colour/resonance_suppressor.h"
#include "lacquer/dsp/colour/saturation.h"
#include "lacquer/dsp/dynamics/compressor.h"
#include "lacquer/dsp/dynamics/de_esser.h"
#include "lacquer/dsp/dynamics/dynamic_equaliser.h"
#include "lacquer/dsp/dynamics/transient_shaper.h"
#include "lacquer/dsp/equalise/equaliser.h"
#include "lacquer/dsp/equalise/linear_equaliser.h"
#include "lacquer/dsp/gain.h"
#include "lacquer/dsp/limit/limiter.h"
#include "lacquer/dsp/repair/dc_blocker.h"
#include "lacquer/dsp/repair/declick.h"
#include "lacquer/dsp/repair/declip.h"
#include "lacquer/dsp/repair/dehum.h"
#include "lacquer/dsp/stereo/bass_mono.h"
#include "lacquer/dsp/stereo/stereo.h"

namespace lacquer::chain {
namespace {

template <Processor P>
class StageOf : public Stage {
 public:
  explicit StageOf(const Values& values) {
    for (const auto& parameter : P::parameters)
      if (const auto found = values.find(std::string{parameter.name}); found != values.end())
        parameter.in(settings_) = found->second;
  }
  void prepare(StreamFormat format) override { processor_.prepare(format); }
  void reset() noexcept override { processor_.reset(); }
  void process(AudioBlock block) noexcept override { processor_.process(block, settings_); }
  int latency_frames() const noexcept override { return processor_.latency_frames(); }
  bool set(std::string_view name, double value) noexcept override {
    for (const auto& parameter : P::parameters)
      if (parameter.name == name && !std::isnan(value)) {
        parameter.in(settings_) = std::clamp(value, parameter.minimum, parameter.maximum);
        return true;
      }
    return false;
  }

 private:
  P processor_;
  typename P::Settings settings_;
};

template <Processor P>
std::vector<ParameterInfo> parameters() {
  typename P::Settings defaults;
  std::vector<ParameterInfo> all;
  for (const auto& p : P::parameters)
    all.push_back({std::string{p.name}, std::string{p.label}, std::string{p.unit},
                   std::string{p.help}, p.minimum, p.maximum, p.in(defaults)});
  return all;
}

template <Processor P>
std::unique_ptr<Stage> make(const Values& values) {
  return std::make_unique<StageOf<P>>(values);
}

template <Processor P, Processor Live = P>
constexpr ProcessorInfo known_as(std::string_view name, std::string_view purpose) {
  return {name, purpose, &parameters<P>, &make<P>, &make<Live>};
}

// In signal order. A new processor is one line here.
constexpr std::array processors = {
    known_as<dsp::Declip>("declip", "Rebuilds tops that were cut off; give it headroom behind."),
    known_as<dsp::Declick>("declick",
                           "Takes out clicks and crackle; the music around them fills the place."),
    known_as<dsp::DcBlocker>("dc_blocker", "Takes a constant out of the waveform, and no bass."),
    known_as<dsp::Dehum>("dehum", "Narrow notches at mains hum and its harmonics."),
    known_as<dsp::ResonanceSuppressor>(
        "resonance_suppressor", "Turns down what rings above its surroundings, moment by moment."),
    known_as<dsp::Equaliser>(
        "equaliser",
        "Twelve bands of minimum phase: bells, shelves, passes, tilt; left, right, mid or side."),
    known_as<dsp::LinearEqualiser>("linear_equaliser",
                                   "The same bands with a phase from minimum to linear."),
    known_as<dsp::DynamicEqualiser>("dynamic_equaliser", "Four bands that follow what they hear."),
    known_as<dsp::DeEsser>("de_esser", "Turns sibilance down where it stands out of the voice."),
    known_as<dsp::Compressor>("compressor",
                              "Evens out levels: glue, control, parallel compression."),
    known_as<dsp::Multiband>("multiband",
                             "Up to four bands, each turned down when loud and up when soft."),
    known_as<dsp::LinearMultiband>("linear_multiband",
                                   "The same with bands of linear phase: turns none, rings ahead."),
    known_as<dsp::TransientShaper>("transient_shaper",
                                   "More or less beginning and tail of what is struck."),
    known_as<dsp::Saturation>("saturation",
                              "Warmth and edge: tape, tube, soft ceiling or hard clip."),
    known_as<dsp::Stereo>("stereo",
                          "Balance, rotation, mid and side, width by band, polarity, delay."),
    known_as<dsp::BassMono>("bass_mono", "Folds the bass to the middle."),
    known_as<dsp::Gain>("gain", "Level."),
    known_as<dsp::Limiter, dsp::LiveLimiter>("limiter", "Holds true peaks under a ceiling."),
};

std::string comma_separated(const std::vector<std::string>& names) {
  std::string all;
  for (const auto& name : names) all += (all.empty() ? "" : ", ") + name;
  return all;
}

Error no_such_processor(const std::string& name) {
  return {ErrorKind::usage, "There is no processor \"" + name + "\".", "",
          "Use one of: " + comma_separated(processor_names()) + "."};
}

}  // namespace

const ProcessorInfo* find_processor(std::string_view name) {
  const auto found = std::find_if(processors.begin(), processors.end(),
                                  [&](const ProcessorInfo& info) { return info.name == name; });
  return found == processors.end() ? nullptr : &*found;
}

std::vector<std::string> processor_names() {
  std::vector<std::string> names;
  for (const auto& info : processors) names.emplace_back(info.name);
  return names;
}

Result<std::string> purpose_of(const std::string& processor) {
  const ProcessorInfo* info = find_processor(processor);
  if (!info) return no_such_processor(processor);
  return std::string{info->purpose};
}

Result<std::vector<ParameterInfo>> parameters_of(const std::string& processor) {
  const ProcessorInfo* info = find_processor(processor);
  if (!info) return no_such_processor(processor);
  return info->parameters();
}

Result<void> validate(const Step& step) {
  const ProcessorInfo* info = find_processor(step.processor);
  if (!info) return no_such_processor(step.processor);
  const auto known = info->parameters();
  for (const auto& [name, value] : step.settings) {
    const auto parameter =
        std::find_if(known.begin(), known.end(),
                     [&wanted = name](const ParameterInfo& p) { return p.name == wanted; });
    if (parameter == known.end()) {
      std::vector<std::string> names;
      for (const auto& p : known) names.push_back(p.name);
      return Error{ErrorKind::usage,
                   "The processor \"" + step.processor + "\" has no setting \"" + name + "\".", "",
                   "It has: " + comma_separated(names) + "."};
    }
    if (value >= parameter->minimum && value <= parameter->maximum) continue;  // false for NaN
    const std::string unit = parameter->unit.empty() ? "" : " " + parameter->unit;
    return Error{ErrorKind::usage,
                 "The setting \"" + name + "\" of \"" + step.processor + "\" is " +
                     shortest(value) + unit + ", outside its range.",
                 "",
                 "Choose a value from " + shortest(parameter->minimum) + " to " +
                     shortest(parameter->maximum) + unit + "."};
  }
  return {};
}

}  // namespace lacquer::chain
