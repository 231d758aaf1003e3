#pragma once

#include <array>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "lacquer/advise/targets/targets.h"
#include "lacquer/base/progress.h"
#include "lacquer/deliver/delivery.h"
#include "lacquer/measure/measurement.h"
#include "lacquer/measure/quality/noise_to_mask.h"
#include "lacquer/measure/quality/perceived_difference.h"
#include "lacquer/media/audio_file.h"
#include "lacquer/report/report.h"
#include "lacquer/session/session.h"

/// The use cases, one function each; the command line and the server call these and nothing else.
/// Every function that changes a session holds it for the time of the call, ends with a fresh
/// report.html, and can be cancelled through Room::progress without harm.
namespace lacquer::studio {

/// Where the studio works and whom it tells.
struct Room {
  std::filesystem::path data;         ///< the data folder: targets/, media/
  std::filesystem::path own_targets;  ///< the person's own, learned ones; need not exist
  std::string version;                ///< of the program; part of what a master is made from
  session::Session::Clock clock = session::wall_clock;
  Progress progress;
  int threads = 0;  ///< 0: as many as the machine has; never changes a byte of the result
};

/// Where a mix's tone stands in a population: its scores on the first three principal components
/// of the nine band shares, in standard deviations (see advise::tonal_view).
struct ToneStanding {
  std::string population;
  int n = 0;                             ///< tracks
  std::array<measure::Maybe, 3> scores;  ///< empty where too few bands are there
};

struct MeasuredFile {
  std::string file;  ///< as given, or relative to the session
  std::string sha256;
  media::FileInfo info;
  measure::Measurement measurement;
  std::optional<ToneStanding> standing = {};  ///< measure_file only
};

/// Two versions of one programme side by side, over what they have in common.
struct Comparison {
  MeasuredFile a;
  MeasuredFile b;                 ///< its measurement: at the loudness of a, rate and place as well
  double delay_frames = 0.0;      ///< so much later b comes, at the rate of a; with a fraction
  bool inverted = false;          ///< b is, and was turned round
  double certainty = 0.0;         ///< of the place, see measure::ProgrammeDelay
  double gain_db = 0.0;           ///< what brought b to the loudness of a
  double loudness_left_lu = 0.0;  ///< b minus a after that, at most 0.05
  double compared_s = 0.0;
  measure::NoiseToMask noise;               ///< what b holds that no gain and no filter makes of a
  measure::PerceivedDifference difference;  ///< everything an ear would tell apart
};

/// A session as it stands: what is printed, reported and handed to other programs.
struct Overview {
  std::filesystem::path session;
  report::Page page;
  std::vector<MeasuredFile> mixes;
  std::vector<std::optional<MeasuredFile>> masters;  ///< as many as mixes
  std::vector<std::string> outdated;  ///< media delivered once, but not from what stands now
  /// No delivery made so far fails a check, and every loudness target was reached.
  bool passes() const;
};

/// What a session is made from, or which one to go on with. What is not given keeps its default,
/// or on a session that exists what the session says.
struct Order {
  /// Audio files in album order, one album.toml (or its folder), or one session.
  std::vector<std::filesystem::path> inputs;
  std::optional<std::filesystem::path> session;
  std::optional<std::vector<std::string>> media;
  std::optional<std::string> population;
  std::optional<std::vector<std::string>> references;  ///< as advise::parse_reference() reads them
  std::optional<std::string> brief;
  std::optional<double> loudness_lufs, ceiling_dbtp, strength;
  std::optional<std::string> loudness;  ///< "album" or "track", see session::Request
  std::optional<int> anchor;            ///< the track that lands at the target, from 1
  PartialEdit edit;                     ///< of the one track there is
  std::string as;  ///< who takes the open decisions; empty: the machine, unreviewed
};

enum class Verb { accept, edit, reject };

struct DecisionOrder {
  std::string suggestion_id;
  Verb verb = Verb::accept;
  chain::Values settings;  ///< for edit: what changes
  std::string why;
  std::string as;
};

struct Signature {
  std::string as;
  std::map<std::string, std::string> despite;  ///< check -> why it may fail
};

/// Mono, stereo, 5.0 or 5.1. A file with samples that are not finite is measured all the same, with
/// a finding. Errors (usage): no such population.
Result<MeasuredFile> measure_file(const std::filesystem::path&, const measure::Parts&,
                                  const std::string& population, const Room&);
/// What measure_file found as one drawing (SVG); with the population's tonal range if one is named.
Result<std::string> plot(const MeasuredFile&, const std::optional<std::string>& population,
                         const Room&);

/// Every target there is, shipped and learned, in alphabetical order.
Result<std::vector<advise::Targets::Population>> targets(const Room&);
/// One of them, or a blend, and its tonal range as a drawing (SVG).
struct ShownTarget {
  advise::Targets::Population population;
  std::string drawing;
};
Result<ShownTarget> show_target(const std::string& name, const Room&);
/// Measures finished masters and writes their target to Room::own_targets; one of the same name
/// is replaced. Errors: those of measure_file and advise::learn; usage where there is no folder.
Result<advise::Targets::Population> learn_target(const std::string& name,
                                                 const std::vector<std::filesystem::path>& files,
                                                 const Room&);

/// The whole way. On a session that exists it continues, and ends with the same bytes.
/// Errors: those of every step; usage when input or options differ from the session's.
Result<Overview> master(const Order&, const Room&);
/// The way as far as the suggestions, computed anew; nothing is decided.
Result<Overview> suggest(const Order&, const Room&);
/// Errors (usage): no such suggestion, no such setting, value outside its range.
Result<Overview> decide(const std::filesystem::path& session, const DecisionOrder&, const Room&);
/// Tracks whose decisions have not changed are left as they are.
Result<Overview> render(const std::filesystem::path& session, const Room&);
/// Media whose masters and texts have not changed are left as they are. Renders first if needed.
Result<Overview> deliver(const std::filesystem::path& session,
                         const std::optional<std::vector<std::string>>& media, const Room&);
/// Errors (refused): a check fails and is not named in `despite`, nothing delivered, a suggestion
/// undecided. Decisions nobody has reviewed become the signer's first, and files whose tags or
/// bytes are not what stands are made anew before they are signed.
Result<Overview> sign(const std::filesystem::path& session, const Signature&, const Room&);
Result<std::vector<session::Entry>> history(const std::filesystem::path& session);
/// Mono or stereo, b converted to the rate of a, found up to 12 s earlier or later.
/// Errors (unusable_input): they are not versions of one programme, have not as many channels, or
/// are too short or too soft to be matched.
Result<Comparison> compare(const std::filesystem::path& a, const std::filesystem::path& b,
                           const Room&);
Result<deliver::Delivery> check(const std::filesystem::path&, const std::string& medium,
                                const Room&);

}  // namespace lacquer::studio
