#pragma once

#include <optional>
#include <string>

#include "lacquer/advise/suggestion.h"
#include "lacquer/base/programme.h"

/// Numbers and names of the program as people read them. Independent of the locale.
namespace lacquer::report {

/// "\u22121.8" with a real minus sign, never "-0.0". A number that is not finite or does not
/// exist is an en dash.
std::string number(std::optional<double> value, int decimals = 1);
/// The same with a plus sign for gains and changes.
std::string signed_number(std::optional<double> value, int decimals = 1);
/// "\u22129.5 LUFS"; the dash alone when there is no value.
std::string with_unit(std::optional<double> value, const std::string& unit, int decimals = 1);

/// As many decimals as it takes to see the value: "7", "0.0012", "12.5".
std::string plain_number(double value);

std::string frequency(double hz);          ///< "312 Hz", "1.2 kHz", "10 kHz"
std::string clock_time(double seconds);    ///< "0:07", "3:25", "1:02:03"
std::string precise_time(double seconds);  ///< "0:07.3", for a place in a file
/// "2026-11-22T10:12:00Z" -> "2026-11-22 10:12 UTC"; any other text as it is.
std::string time_stamp(const std::string& iso_8601);
std::string file_size(std::uintmax_t bytes);                                        ///< "41.3 MB"
std::string count(std::size_t n, const std::string& one, const std::string& many);  ///< "1 check"
std::string ordinal(int n);                                                         ///< "93rd"
std::string band(double low_hz, double high_hz);           ///< "148\u2013392 Hz"
std::string band_nickname(double low_hz, double high_hz);  ///< "low mids"

/// A key of the contract taken apart: "share_db 148-392 Hz" -> "Share of the sound in
/// 148\u2013392 Hz", "dB".
struct Quantity {
  std::string name;
  std::string unit;
  int decimals = 1;
  double low_hz = 0.0;  ///< where its band begins, to sort by
};
Quantity quantity(const std::string& key);

std::string medium_name(const std::string& medium);        ///< "cd" -> "CD"
std::string processor_name(const std::string& processor);  ///< "bass_mono" -> "Bass to mono"
std::string track_title(const Track&, std::size_t index);  ///< "Track 3" when it has none

/// "0.35 s cut off the beginning; faded out over 8 s (linear)"; empty for an edit of nothing.
std::string edit_in_words(const Edit&);

/// The machine's name in the ledger stands for "nobody has reviewed it".
bool is_machine(const std::string& by);

}  // namespace lacquer::report
