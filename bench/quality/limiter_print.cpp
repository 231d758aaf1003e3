#include <algorithm>
#include <cmath>
#include <iterator>
#include <nlohmann/json.hpp>
#include <ostream>

#include "bench/bars.h"
#include "bench/quality/limiter_table.h"
#include "bench/text_table.h"

namespace lacquer::bench {
namespace {

using Json = nlohmann::ordered_json;

constexpr double same_db = 0.005;  // what the table would print as the same number

using Figure = double (*)(const OnPiece&);

double mean_over(const std::vector<OnPiece>& pieces, Figure figure) {
  double sum = 0.0;
  for (const OnPiece& piece : pieces) sum += figure(piece);
  return sum / static_cast<double>(pieces.size());
}

double mean_of(const OnPiece& piece) { return piece.damage.noise_to_mask_mean_db; }
double p95_of(const OnPiece& piece) { return piece.damage.noise_to_mask_p95_db; }
double own_mean_of(const OnPiece& piece) { return piece.own_damage.noise_to_mask_mean_db; }
double own_p95_of(const OnPiece& piece) { return piece.own_damage.noise_to_mask_p95_db; }
double loss_of(const OnPiece& piece) { return piece.loss_lu; }

/// At most 0 counts as nothing: being under the ceiling is no merit.
double overshoot_db(const Row& row) {
  double worst = 0.0;
  for (const OnPiece& piece : row.pieces) worst = std::max(worst, piece.over_ceiling_db);
  return worst;
}

double highest_db(const Row& row) {
  double highest = -1000.0;
  for (const OnPiece& piece : row.pieces) highest = std::max(highest, piece.over_ceiling_db);
  return highest;
}

int pieces_won(const Row& row, Figure theirs, Figure ours) {
  return static_cast<int>(std::count_if(row.pieces.begin(), row.pieces.end(), [&](const auto& p) {
    return p.own.as_loud && ours(p) < theirs(p);
  }));
}

/// Those on which Lacquer can be as loud.
std::vector<OnPiece> as_loud(const Row& row) {
  std::vector<OnPiece> pieces;
  std::copy_if(row.pieces.begin(), row.pieces.end(), std::back_inserter(pieces),
               [](const auto& p) { return p.own.as_loud; });
  return pieces;
}

/// How many pieces needed more drive than the peer's to be as loud.
int pieces_driven(const Row& row) {
  return static_cast<int>(std::count_if(row.pieces.begin(), row.pieces.end(), [](const auto& p) {
    return p.own.as_loud && p.own.setting.gain_db > 0.0;
  }));
}

std::string name_of(const Row& row) {
  return row.peer.setting.empty() ? row.peer.name : row.peer.name + ", " + row.peer.setting;
}

std::vector<std::string> cells(const Row& row) {
  std::vector<std::string> all = {name_of(row)};
  all.push_back(fixed(mean_over(row.pieces, loss_of), 2));
  all.push_back(signed_fixed(highest_db(row), 3));
  const auto pieces = as_loud(row);
  const auto noise = [&](Figure figure) {
    return pieces.empty() ? std::string{} : fixed(mean_over(pieces, figure), 1);
  };
  all.insert(all.end(), {noise(mean_of), noise(p95_of)});
  if (row.is_own) {
    all.insert(all.end(), 5, "");
  } else {
    all.insert(all.end(), {noise(own_mean_of), noise(own_p95_of)});
    all.push_back(std::to_string(pieces_won(row, mean_of, own_mean_of)) + ", " +
                  std::to_string(pieces_won(row, p95_of, own_p95_of)) + " of " +
                  std::to_string(row.pieces.size()));
    all.push_back(std::to_string(pieces_driven(row)));
    all.push_back(std::to_string(row.pieces.size() - pieces.size()));
  }
  const ToneFigures tones = row.tones.value_or(ToneFigures{});
  for (const double db : {tones.smpte_db, tones.ccif_db, tones.thd_30_hz_db, tones.thd_100_hz_db,
                          tones.thd_1000_hz_db})
    all.push_back(row.tones ? fixed(db, 1) : "");
  return all;
}

Json damage_json(const Damage& damage) {
  return {{"noise_to_mask_mean_db", damage.noise_to_mask_mean_db},
          {"noise_to_mask_p95_db", damage.noise_to_mask_p95_db},
          {"worst_look_db", damage.worst_look_db}};
}

}  // namespace

bool print(const LimiterTable& table, std::ostream& out) {
  TextTable text{{"limiter, 6 dB over -1 dBTP", "loss LU", "over dB", "NMR mean", "p95",
                  "Lacquer at that loss: mean", "p95", "pieces won: mean, p95", "driven harder",
                  "never as loud", "60+7000 Hz", "19+20 kHz", "THD 30 Hz", "100 Hz", "1 kHz"}};
  for (const Row& row : table.rows)
    if (row.failure.empty()) text.add(cells(row));
  text.print(out);
  for (const Row& row : table.rows)
    if (!row.failure.empty()) out << "no figures: " << name_of(row) << ": " << row.failure << '\n';
  for (const auto& absent : table.absent) out << "absent: " << absent << '\n';
  out << '\n';
  Bars bars{out};
  const auto ask = [&](const std::string& what, double ours, double theirs, const Row& row) {
    bars.ask(ours <= theirs + same_db, what + ": Lacquer " + fixed(ours, 2) + " dB, " +
                                           name_of(row) + " " + fixed(theirs, 2) + " dB");
  };
  for (const Row& row : table.rows) {
    if (row.is_own || !row.failure.empty()) continue;
    ask("overshoot", overshoot_db(table.rows.front()), overshoot_db(row), row);
    const auto pieces = as_loud(row);
    if (pieces.empty()) continue;
    ask("noise to mask, mean", mean_over(pieces, own_mean_of), mean_over(pieces, mean_of), row);
    ask("noise to mask, p95", mean_over(pieces, own_p95_of), mean_over(pieces, p95_of), row);
  }
  return bars.all_met();
}

Json to_json(const LimiterTable& table) {
  Json rows = Json::array();
  for (const Row& row : table.rows) {
    Json pieces = Json::array();
    for (const OnPiece& p : row.pieces)
      pieces.push_back({{"piece", p.piece},
                        {"loss_lu", p.loss_lu},
                        {"over_ceiling_db", p.over_ceiling_db},
                        {"late_frames", p.late_frames},
                        {"damage", damage_json(p.damage)},
                        {"lacquer_release_ms", p.own.setting.release_ms},
                        {"lacquer_gain_db", p.own.setting.gain_db},
                        {"lacquer_as_loud", p.own.as_loud},
                        {"lacquer_damage", damage_json(p.own_damage)}});
    Json one = {{"name", row.peer.name},
                {"setting", row.peer.setting},
                {"package", row.peer.package},
                {"limits_true_peak", row.peer.limits_true_peak},
                {"pieces", pieces},
                {"failure", row.failure}};
    if (row.tones)
      one["tones"] = {{"smpte_60_7000_hz_db", row.tones->smpte_db},
                      {"ccif_19_20_khz_db", row.tones->ccif_db},
                      {"thd_30_hz_db", row.tones->thd_30_hz_db},
                      {"thd_100_hz_db", row.tones->thd_100_hz_db},
                      {"thd_1000_hz_db", row.tones->thd_1000_hz_db}};
    rows.push_back(one);
  }
  return {{"ceiling_dbtp", ceiling_dbtp},
          {"drive_db", drive_db},
          {"absent", table.absent},
          {"limiters", rows}};
}

}  // namespace lacquer::bench
