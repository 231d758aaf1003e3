#include "bench/peers/program.h"

#include <cmath>
#include <sstream>

#include "bench/peers/raw_file.h"
#include "lacquer/base/units.h"
#include "lacquer/media/child_process.h"

namespace lacquer::bench {
namespace {

/// Raw doubles from the file in, raw doubles out of its standard output.
std::vector<std::string> words_of(const std::string& program, const std::string& effect,
                                  const std::string& file, const std::string& rate) {
  if (program == "ffmpeg")
    return {"ffmpeg", "-v", "error", "-nostdin", "-f",   "f64le", "-ar",   rate, "-ac",
            "2",      "-i", file,    "-af",      effect, "-f",    "f64le", "-"};
  std::vector<std::string> words = {
      "sox", "-V1", "-D", "-t", "raw", "-e", "floating-point", "-b", "64", "-r", rate,
      "-c",  "2",   file, "-t", "raw", "-e", "floating-point", "-b", "64", "-"};
  std::istringstream effects{effect};
  for (std::string word; effects >> word;) words.push_back(word);
  return words;
}

}  // namespace

Result<testkit::Signal> through_program(const std::string& program, const std::string& effect,
                                        const testkit::Signal& signal, double rate_hz,
                                        double attenuation_db) {
  const double rate_in_hz = signal.format().sample_rate_hz;
  TRY(const auto file, RawFile::write(signal, gain_from_db(-attenuation_db)));
  TRY(auto child, media::ChildProcess::start(words_of(program, effect, file.path().string(),
                                                      std::to_string(std::lround(rate_in_hz))),
                                             media::ChildProcess::Input::none));
  std::vector<double> samples(
      static_cast<std::size_t>(2 * std::llround(signal.frame_count() * rate_hz / rate_in_hz)));
  const auto bytes =
      child.read({reinterpret_cast<char*>(samples.data()), samples.size() * sizeof(double)});
  if (const int code = child.wait(); code != 0 || !bytes || *bytes == 0)
    return Error{ErrorKind::unusable_input, "It ends with " + std::to_string(code) + ".", program,
                 media::last_line(child.error_text())};
  testkit::Signal result{2, static_cast<int>(samples.size() / 2), rate_hz};
  const double gain = gain_from_db(attenuation_db);
  for (int f = 0; f < result.frame_count(); ++f)
    for (int c = 0; c < 2; ++c)
      result.at(c, f) = gain * samples[static_cast<std::size_t>(2 * f + c)];
  return result;
}

}  // namespace lacquer::bench
