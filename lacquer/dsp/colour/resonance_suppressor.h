#pragma once

#include <array>
#include <vector>

#include "lacquer/base/processor.h"
#include "lacquer/dsp/colour/resonance_detector.h"
#include "lacquer/dsp/transform/fft.h"

namespace lacquer::dsp {

/// Pulls down what rings over its surroundings, and only while it does (resonance_detector.h).
///
/// Short spectra of about 45 ms, four of them over every frame, square roots of Hann windows on
/// either side of the transform. What is to go is transformed back and subtracted from the input,
/// delayed; what is not to go never leaves the time domain. All channels share one curve. Where
/// something begins, the cut stands back while the window sees it.
///
/// Guarantee: where nothing is suppressed, and at amount 0, the samples pass bit for bit after the
/// latency. No bin is ever raised.
class ResonanceSuppressor {
 public:
  struct Settings {
    double depth_db = 6.0;
    double selectivity_db = 4.0;
    double sharpness = 0.5;
    double attack_ms = 20.0;
    double release_ms = 120.0;
    double low_frequency_hz = 150.0;
    double high_frequency_hz = 16000.0;
    double transient_guard = 1.0;
    double amount = 1.0;
  };

  static constexpr std::array parameters = {
      Parameter<Settings>{"depth_db", "Depth", "dB", 0.0, 18.0, "No frequency is cut by more.",
                          &Settings::depth_db},
      Parameter<Settings>{"selectivity_db", "Selectivity", "dB", 0.0, 18.0,
                          "How far a frequency may stand over its surroundings before it is cut.",
                          &Settings::selectivity_db},
      Parameter<Settings>{"sharpness", "Sharpness", "", 0.0, 1.0,
                          "1 cuts the peak alone, 0 a third of an octave around it too.",
                          &Settings::sharpness},
      Parameter<Settings>{"attack_ms", "Attack", "ms", 1.0, 200.0,
                          "Time to 63 % of a cut, behind 80 ms of listening.",
                          &Settings::attack_ms},
      Parameter<Settings>{"release_ms", "Release", "ms", 10.0, 1000.0,
                          "Time to let go 63 % of a cut.", &Settings::release_ms},
      Parameter<Settings>{"low_frequency_hz", "From", "Hz", 60.0, 20000.0, "Nothing below is cut.",
                          &Settings::low_frequency_hz},
      Parameter<Settings>{"high_frequency_hz", "To", "Hz", 60.0, 20000.0, "Nothing above is cut.",
                          &Settings::high_frequency_hz},
      Parameter<Settings>{"transient_guard", "Transient guard", "", 0.0, 1.0,
                          "1 leaves onsets alone, 0 cuts them as well.",
                          &Settings::transient_guard},
      Parameter<Settings>{"amount", "Amount", "", 0.0, 1.0,
                          "Scales every cut in dB; 0 is the input.", &Settings::amount},
  };

  void prepare(StreamFormat);
  void reset() noexcept;
  void process(AudioBlock, const Settings&) noexcept;

  int latency_frames() const noexcept { return size_; }

 private:
  struct Channel {
    std::vector<double> samples;  // the last size_ + hop_ of the input
    std::vector<double> removed;  // what goes, added up over the spectra
    std::vector<double> real, imaginary;
    int silent_frames = 0;  // at the end of samples
  };

  void begin_hop(const Settings&) noexcept;
  void transform(Channel&) noexcept;
  void take_away(Channel&) noexcept;

  static constexpr int overlap = 4;
  int size_ = 2048, hop_ = size_ / overlap;
  int frames_into_hop_ = 0;
  std::vector<RealFft> fft_;  // one; there is none without a size
  ResonanceDetector detector_;
  std::vector<Channel> channels_;
  std::vector<double> window_, frame_, power_, shares_;
};

static_assert(Processor<ResonanceSuppressor>);

}  // namespace lacquer::dsp
