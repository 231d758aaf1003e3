#include "bench/peers/raw_file.h"

#include <fstream>
#include <vector>

namespace lacquer::bench {

Result<RawFile> RawFile::write(const testkit::Signal& signal, double gain) {
  TRY(auto folder, evaluate::ScratchFolder::make());
  RawFile file{std::move(folder)};
  std::vector<double> samples;
  samples.reserve(static_cast<std::size_t>(signal.frame_count() * signal.channel_count()));
  for (int f = 0; f < signal.frame_count(); ++f)
    for (int c = 0; c < signal.channel_count(); ++c) samples.push_back(gain * signal.at(c, f));
  std::ofstream stream{file.path(), std::ios::binary};
  stream.write(reinterpret_cast<const char*>(samples.data()),
               static_cast<std::streamsize>(samples.size() * sizeof(double)));
  if (!stream.flush())
    return Error{ErrorKind::unwritable_output, "The samples cannot be written.",
                 file.path().string(), "Make room."};
  return file;
}

}  // namespace lacquer::bench
