#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "lacquer/base/programme.h"
#include "lacquer/base/progress.h"
#include "lacquer/chain/landing.h"
#include "lacquer/measure/measurement.h"

namespace lacquer::deliver {

enum class Verdict { pass, fail, info };  ///< info: a number worth reading, no limit applies

/// A verdict on a file, with the clause it comes from.
struct Check {
  std::string check;  ///< "true peak", "sector alignment"
  Verdict verdict = Verdict::info;
  std::string value;   ///< with unit: "-1.02 dBTP"
  std::string limit;   ///< "at most -1.00 dBTP"
  std::string clause;  ///< where the limit comes from, with grade and date for platform figures
  std::string file;    ///< relative to the delivery's folder; empty for the whole delivery
  std::string remedy;  ///< what to do when it failed
};

struct DeliveredFile {
  std::string path;  ///< relative to the delivery's folder
  std::string sha256;
  std::uintmax_t bytes = 0;
  std::string what;                              ///< "24-bit WAV, 44.1 kHz"
  std::optional<measure::Measurement> measured;  ///< of the decoded audio, where it is audio
};

struct Delivery {
  std::string medium;  ///< "digital", "cd", "vinyl"
  std::vector<DeliveredFile> files;
  std::vector<Check> checks;
  bool passes() const;
};

/// One track as deliver/ needs it.
struct TrackInput {
  OpenSource master;              ///< masters/NN-title.wav
  OpenSource for_vinyl;           ///< the mix through chain::Landing::before_limiter
  double vinyl_gain_db = 0.0;     ///< the landing's gain: keeps the balance between tracks
  measure::Measurement measured;  ///< of the master
  std::optional<double> target_lufs;
  std::optional<double> ceiling_dbtp;
};

struct Job {
  Programme programme;
  std::vector<TrackInput> tracks;  ///< as many as programme.tracks
  std::filesystem::path folder;    ///< the medium's own folder, replaced file by file
  std::filesystem::path data;      ///< the data folder (media limits)
  Progress progress;
  std::string comment;   ///< goes into every file's comment tag: "unsigned draft"
  int thread_count = 0;  ///< for encoding; 0: as many as the machine has. Never changes a byte.
};

Result<Delivery> deliver_digital(const Job&);
Result<Delivery> deliver_cd(const Job&);
Result<Delivery> deliver_vinyl(const Job&);

/// Verdicts on any file or folder, ours or not, for "digital", "cd" or "vinyl".
/// Error (unusable_input): nothing there that can be read as that medium; usage: unknown medium.
Result<Delivery> check_path(const std::filesystem::path&, const std::string& medium,
                            const std::filesystem::path& data, const Progress& = {});

std::string to_text(Verdict);

}  // namespace lacquer::deliver
