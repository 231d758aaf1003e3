#pragma once

#include "lacquer/base/progress.h"
#include "lacquer/deliver/cd/image.h"
#include "lacquer/deliver/checks.h"

namespace lacquer::deliver {

/// What a track's master was landed at.
struct TrackExpectation {
  std::optional<double> target_lufs;
  bool mono = false;  ///< one channel, which the disc plays in both
};

/// What this session decided about a disc, for checks beyond the Red Book's.
struct CdExpectation {
  std::optional<double> ceiling_dbtp;
  std::vector<TrackExpectation> tracks;  ///< one a track, or none at all
  const Programme* programme = nullptr;  ///< null for a disc that is not ours
  std::string cd_text_refused;  ///< why it was written without CD-Text; empty when it was not
};

/// Loads data/media/cd.json with everything the checks ask of it.
Result<Limits> load_cd_limits(const std::filesystem::path& data);

/// Reads the whole image back and judges it; the measurement is of the whole disc.
/// Errors (unusable_input): an image that cannot be read; cancelled.
Result<measure::Measurement> check_cd_image(Checks&, const CdImage&, const CdExpectation&,
                                            const Limits&, const Progress&);

/// The CD-Text packs beside the sheet, if any: whether they hold together and agree with it.
void check_cd_text_packs(Checks&, const CdImage&, const std::filesystem::path& cdt, const Limits&);

/// cdrdao's opinion of a cue sheet or TOC, where the program is installed.
void check_with_cdrdao(Checks&, const std::filesystem::path& sheet);

}  // namespace lacquer::deliver
