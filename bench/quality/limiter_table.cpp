#include "bench/quality/limiter_table.h"

#include <algorithm>
#include <cmath>
#include <iostream>
#include <memory>

#include "bench/text_table.h"
#include "lacquer/base/units.h"

namespace lacquer::bench {
namespace {

constexpr double least_reduction_db = 3.0;  // of the peak, by what deserves to be called a limiter

testkit::Signal driven(const testkit::Signal& signal) {
  testkit::Signal louder = signal;
  const double gain = gain_from_db(ceiling_dbtp + drive_db - true_peak_32x_dbtp(signal));
  for (int c = 0; c < louder.channel_count(); ++c)
    for (int f = 0; f < louder.frame_count(); ++f) louder.at(c, f) *= gain;
  return louder;
}

Result<OnPiece> judge(const Peer& peer, const std::string& name, const testkit::Signal& signal,
                      OwnLimiter& own) {
  TRY(const auto limited, limited_by(peer, signal));
  const double reduction_db = db_from_gain(signal.peak()) - db_from_gain(limited.peak());
  if (reduction_db < least_reduction_db)
    return Error{
        ErrorKind::unusable_input,
        "It does not limit: peaks of " + name + " come down by " + fixed(reduction_db, 1) + " dB.",
        peer.name, ""};
  OnPiece result;
  result.piece = name;
  result.loss_lu = integrated_lufs(signal) - integrated_lufs(limited);
  result.over_ceiling_db = true_peak_32x_dbtp(limited) - ceiling_dbtp;
  TRY(result.damage, damage_of(signal, limited, &result.late_frames));
  TRY(result.own, own.losing(result.loss_lu, 1.0));
  TRY(result.own_damage, own.damage(result.own.setting));
  return result;
}

OwnLimiter::Setting own_setting(const Row& row, const OwnLimiter& own) {
  OwnLimiter::Setting setting = own.by_default();
  setting.bass_relief = row.bass_relief;
  return setting;
}

Result<OnPiece> judge_own(const std::string& name, const Row& row, OwnLimiter& own) {
  OnPiece result;
  result.piece = name;
  result.own.setting = own_setting(row, own);
  TRY(result.loss_lu, own.loss_lu(result.own.setting));
  TRY(const auto limited, own.limited(result.own.setting));
  result.over_ceiling_db = true_peak_32x_dbtp(limited) - ceiling_dbtp;
  TRY(result.own_damage, own.damage(result.own.setting));
  result.damage = result.own_damage;
  return result;
}

}  // namespace

Result<LimiterTable> compare_limiters(const std::vector<Piece>& pieces, const std::string& only,
                                      bool defaults_only) {
  LimiterTable table;
  for (const double bass_relief : {0.0, 1.0}) {
    Row ours;
    ours.is_own = true;
    ours.bass_relief = bass_relief;
    ours.peer.name = "Lacquer";
    ours.peer.setting = bass_relief > 0.0 ? "bass relief" : "as it comes";
    table.rows.push_back(std::move(ours));
  }
  for (const Peer& peer : limiting_peers(ceiling_dbtp)) {
    if (peer.name.find(only) == std::string::npos || (defaults_only && !peer.is_default)) continue;
    if (installed(peer))
      table.rows.emplace_back().peer = peer;
    else if (const auto words = peer.name + " (" + peer.package + ")";
             std::find(table.absent.begin(), table.absent.end(), words) == table.absent.end())
      table.absent.push_back(words);
  }

  std::size_t number = 0;
  for (const Piece& piece : pieces) {
    std::cerr << "piece " << ++number << " of " << pieces.size() << ": " << piece.name
              << std::flush;
    const testkit::Signal signal = driven(piece.signal);
    OwnLimiter own{signal, ceiling_dbtp};
    for (Row& row : table.rows) {
      if (!row.failure.empty()) continue;
      auto judged =
          row.is_own ? judge_own(piece.name, row, own) : judge(row.peer, piece.name, signal, own);
      std::cerr << '.' << std::flush;
      if (judged.ok())
        row.pieces.push_back(*judged);
      else
        row.failure = judged.error().text();
    }
    std::cerr << '\n';
  }
  std::cerr << "tones" << std::flush;
  for (Row& row : table.rows) {
    const auto limit = [&](const testkit::Signal& tone) {
      if (!row.is_own) return limited_by(row.peer, tone);
      const OwnLimiter own{tone, ceiling_dbtp};
      return own.limited(own_setting(row, own));
    };
    auto tones = row.failure.empty() ? tone_figures(limit, ceiling_dbtp, drive_db)
                                     : Result<ToneFigures>{Error{}};
    if (tones.ok()) row.tones = *tones;
    std::cerr << '.' << std::flush;
  }
  std::cerr << '\n';
  return table;
}

}  // namespace lacquer::bench
