#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "bench/music.h"
#include "bench/peers/peer.h"
#include "bench/quality/own_limiter.h"
#include "bench/quality/tones.h"

namespace lacquer::bench {

inline constexpr double ceiling_dbtp = -1.0;
inline constexpr double drive_db = 6.0;

/// One limiter at one setting on one piece.
struct OnPiece {
  std::string piece;
  double loss_lu = 0.0;
  double over_ceiling_db = 0.0;
  double late_frames = 0.0;  ///< after what it says of its latency was taken off
  Damage damage;
  OwnLimiter::Match own;  ///< Lacquer's at the same loss
  Damage own_damage;
};

struct Row {
  Peer peer;  ///< of Lacquer itself: name and setting alone
  bool is_own = false;
  double bass_relief = 0.0;  ///< of its own
  std::vector<OnPiece> pieces;
  std::optional<ToneFigures> tones;
  std::string failure;  ///< why there are no figures
};

struct LimiterTable {
  std::vector<Row> rows;  ///< Lacquer first, as it comes
  std::vector<std::string> absent;
};

/// Every limiter over all the pieces, each driven so that its true peak stands `drive_db` over the
/// ceiling. `only`: peers whose name holds this text. Tells standard error where it is.
Result<LimiterTable> compare_limiters(const std::vector<Piece>&, const std::string& only,
                                      bool defaults_only);

/// Markdown, for people; then a line for each bar. False when Lacquer is behind a peer.
bool print(const LimiterTable&, std::ostream&);
nlohmann::ordered_json to_json(const LimiterTable&);

}  // namespace lacquer::bench
