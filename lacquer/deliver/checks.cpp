#include "lacquer/deliver/checks.h"

#include <cmath>
#include <map>

#include "lacquer/deliver/identifiers.h"
#include "lacquer/deliver/text.h"

namespace lacquer::deliver {

void Checks::verdict(bool pass, const std::string& name, const std::string& value,
                     const std::string& limit, const std::string& clause,
                     const std::string& remedy) {
  checks_.push_back({name, pass ? Verdict::pass : Verdict::fail, value, limit,
                     clause.empty() ? "how Lacquer delivers [H]" : clause, file_,
                     pass ? "" : remedy});
}

void Checks::info(const std::string& name, const std::string& value, const std::string& clause) {
  checks_.push_back({name, Verdict::info, value, "",
                     clause.empty() ? "told, not judged: no limit applies" : clause, file_, ""});
}

void Checks::append(std::vector<Check> more) {
  for (Check& check : more) checks_.push_back(std::move(check));
}

void Checks::true_peak(const measure::Measurement& measured, double limit_dbtp,
                       const std::string& clause, const std::string& remedy) {
  const auto peak = measured.peak.true_dbtp;
  verdict(!peak || at_most(*peak, limit_dbtp), "true peak", with_unit(peak, "dBTP"),
          "at most " + with_unit(limit_dbtp, "dBTP"), clause, remedy);
}

void Checks::loudness(const measure::Measurement& measured, std::optional<double> target_lufs,
                      double tolerance_lu, bool binding, const std::string& clause) {
  const auto integrated = measured.loudness.integrated_lufs;
  const std::string value = with_unit(integrated, "LUFS");
  if (!target_lufs) return info("loudness", value + " (none was asked for)");
  const bool within = integrated && std::abs(*integrated - *target_lufs) <= tolerance_lu + 0.005;
  const std::string limit =
      with_unit(*target_lufs, "LUFS") + " within " + with_unit(tolerance_lu, "LU", 1);
  if (binding)
    return verdict(within, "loudness", value, limit, clause,
                   "See which limit bound when the loudness was landed: raise the ceiling or ask "
                   "for less.");
  info("loudness",
       value + (within ? ", " : ", not ") + "within " + with_unit(tolerance_lu, "LU", 1) + " of " +
           with_unit(*target_lufs, "LUFS"),
       clause);
}

void Checks::silence(const measure::Measurement& measured) {
  if (!measured.peak.sample_dbfs)
    return verdict(false, "silence", "nothing but silence", "a programme", "",
                   "Check the mix and its export.");
  info("silence at the start", with_unit(measured.head_silence_s, "s", 3));
  info("silence at the end", with_unit(measured.tail_silence_s, "s", 3));
}

std::string track_name(const Track& track, std::size_t index) {
  const std::string number = "track " + std::to_string(index + 1);
  return track.title.empty() ? number : number + " \"" + track.title + "\"";
}

Result<void> require_gaps(const Programme& programme) {
  for (std::size_t t = 1; t < programme.tracks.size(); ++t) {
    const double gap_s = programme.tracks[t].gap_s;
    if (!(gap_s >= 0.0 && gap_s <= 600.0))
      return Error{ErrorKind::usage,
                   "The silence before " + track_name(programme.tracks[t], t) + " is " +
                       decimals(gap_s, 2) + " s.",
                   "", "Give a time from 0 to 600 seconds."};
  }
  return {};
}

void check_identifiers(Checks& checks, const Programme& programme, const std::string& isrc_clause,
                       const std::string& upc_clause) {
  std::map<std::string, std::string> owners;
  std::size_t missing = 0;
  for (std::size_t t = 0; t < programme.tracks.size(); ++t) {
    const Track& track = programme.tracks[t];
    const std::string name = track_name(track, t);
    if (track.isrc.empty()) {
      ++missing;
      continue;
    }
    const bool good = is_isrc(track.isrc);
    checks.verdict(good, "ISRC",
                   name + ": " + (good ? isrc_for_people(track.isrc) : "\"" + track.isrc + "\""),
                   "two letters, three letters or digits, seven digits", isrc_clause,
                   "Copy the code again from whoever registered the recording.");
    const auto [owner, first] = owners.emplace(track.isrc, name);
    if (!first)
      checks.verdict(false, "duplicate ISRC", track.isrc + " on " + owner->second + " and " + name,
                     "one recording, one code", isrc_clause,
                     "Give each recording its own code; this is usually a paste mistake.");
  }
  if (missing > 0)
    checks.info("ISRC",
                missing == programme.tracks.size()
                    ? "no track has one"
                    : std::to_string(missing) + " of " + std::to_string(programme.tracks.size()) +
                          " tracks have none",
                isrc_clause);
  if (programme.upc.empty()) return checks.info("barcode", "none given", upc_clause);
  const auto digit = ean13_check_digit(programme.upc);
  const bool good = is_ean13(programme.upc);
  checks.verdict(good, "barcode", programme.upc,
                 is_13_digits(programme.upc) && digit
                     ? std::string{"13 digits, the last of them "} + *digit
                     : "13 digits (EAN-13; a UPC-A has a 0 before it)",
                 upc_clause, "Copy the number again from the barcode.");
}

}  // namespace lacquer::deliver
