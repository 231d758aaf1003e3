#pragma once

#include "lacquer/advise/advise.h"
#include "lacquer/advise/targets/reference.h"
#include "lacquer/advise/targets/targets.h"
#include "lacquer/studio/json.h"
#include "lacquer/studio/state.h"
#include "lacquer/studio/studio.h"

/// The steps of the corridor over a session that is held open; studio.h strings them together.
/// Each step looks at what the ledger already says and does only what is missing.
namespace lacquer::studio {

/// Everything of one piece of audio; the numbers have been through JSON once, so that a cached
/// measurement and a fresh one are the same to the last bit.
Json document(const MeasuredFile&, bool with_series);

/// Measures, or takes measurements/SHA256.json when that is there and readable.
Result<MeasuredFile> measured(const session::Session&, const std::string& file,
                              const std::string& sha256, const Progress&,
                              const std::string& version);

/// The session's mixes, unchanged since the session was made, and measured.
/// Error (unusable_input): a mix is gone or has changed.
Result<std::vector<MeasuredFile>> measured_mixes(const session::Session&, const Room&);

/// The targets Lacquer came with and the person's own.
Result<advise::Targets> targets_in(const Room&);
report::PopulationBand band_of(const advise::Targets::Population&);

std::filesystem::path mix_path(const session::Session&, std::size_t track);
State state_of(const session::Session&);

/// A recording as references are compared. Errors (unusable_input): those of open_audio, too short,
/// silent.
Result<advise::Heard> heard(const std::filesystem::path&, const Room&);
/// Lets the session's references take their share of what the mix stands in, and says so. What a
/// reference taught is kept in the ledger: its file is needed once.
Result<void> refer(session::Session&, const MeasuredFile& mix,
                   const std::filesystem::path& mix_path, const Room&, advise::Standing&);

Result<void> suggest_all(session::Session&, const Room&, bool again);
Result<void> accept_undecided(session::Session&, const std::string& by);
/// Error (usage): words for the ledger that are not UTF-8.
Result<void> require_text(const std::string& words);
Result<void> append_decision(session::Session&, const DecisionOrder&);
Result<void> render_all(session::Session&, const Room&);
Result<void> deliver_all(session::Session&, const std::vector<std::string>& media, const Room&);
/// A medium that cannot be made does not keep the others from being made, nor the report from being
/// written; its error comes last.
Result<Overview> deliver_and_finish(session::Session&, const std::vector<std::string>& media,
                                    const Room&);
/// Reads the session as it stands and writes report.html. A delivery made from earlier decisions,
/// or whose files are not those delivered, is only named; a signature on it no longer holds.
Result<Overview> finish(const session::Session&, const Room&);

/// What a taken suggestion predicted, as the render turned out: of the same keys those that the
/// finished master can answer for (advise::answered).
std::map<std::string, double> effect_of(const std::vector<advise::Suggestion>&, std::size_t index,
                                        const chain::Landing&, const measure::Measurement& master);

/// What the limiter costs where it has to do more than is sensible, or the loudness was not
/// reached; empty otherwise, and without a loudness decided. At most five passes over the mix.
Result<std::optional<report::Limiting>> limiting_of(const chain::Landing&, const OpenSource& mix,
                                                    const measure::Measurement& of_the_mix,
                                                    std::optional<double> target_lufs,
                                                    const Progress&);

/// "Café at Closing" -> "cafe-at-closing": a name for a folder or a master.
std::string slug(const std::string& title);

}  // namespace lacquer::studio
