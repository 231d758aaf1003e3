#pragma once

#include "lacquer/report/markup.h"
#include "lacquer/report/report.h"

/// The parts of the page, in the order a reader meets them.
namespace lacquer::report {

Markup heading(const Page&);  ///< title, artist, signed or not
Markup summary(const Page&);  ///< verdict per medium, what failed and what to do, the tracks
Markup track_section(const TrackPage&, const Page&, std::size_t index);
Markup suggestions_section(const TrackPage&, std::size_t index);
Markup deliveries_section(const Page&);
Markup limits_section(const Page&);
Markup facts_section(const Page&);
Markup closing(const Page&);

/// "Bell 312 Hz, \u22121.8 dB, Q 0.9", one entry an EQ band; every setting of the suggestion is in
/// one of the entries.
std::vector<std::string> settings_in_words(const std::string& processor, const chain::Values&);

/// A word and a sign in a coloured pill: colour is never the only sign.
Markup::Piece verdict_pill(deliver::Verdict);

/// The page's style sheet.
Markup::Piece style_sheet();

}  // namespace lacquer::report
