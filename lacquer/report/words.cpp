#include "lacquer/report/words.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>

namespace lacquer::report {
namespace {

constexpr const char* minus = "\u2212";
constexpr const char* dash = "\u2013";

struct Known {
  const char* key;
  const char* name;
};

// Keys of `lacquer measure --json` and of suggestions, without their unit.
constexpr std::array known_quantities = {
    Known{"integrated", "Integrated loudness"},
    Known{"range", "Loudness range"},
    Known{"max_momentary", "Loudest moment"},
    Known{"max_short_term", "Loudest three seconds"},
    Known{"true", "True peak"},
    Known{"true_peak", "True peak"},
    Known{"sample", "Sample peak"},
    Known{"plr", "Peak to loudness ratio"},
    Known{"min_psr", "Smallest peak to short-term ratio"},
    Known{"dr", "DR"},
    Known{"crest", "Crest factor"},
    Known{"share", "Share of the sound in"},
    Known{"tilt", "Spectral tilt"},
    Known{"correlation", "Correlation"},
    Known{"side_minus_mid", "Side minus mid"},
    Known{"mono_loss", "Loss in mono"},
    Known{"balance", "Balance"},
    Known{"ceiling", "Ceiling"},
    Known{"gain", "Gain"},
    Known{"gain_reduction", "Limiting at most"},
    Known{"frequency", "Frequency"},
};

// Longest first: "_db_per_octave" would otherwise be lost to "_db".
struct Suffix {
  const char* suffix;
  const char* unit;
  int decimals;
};
constexpr std::array suffixes = {
    Suffix{"_db_per_octave", "dB per octave", 2},
    Suffix{"_dbtp", "dBTP", 2},
    Suffix{"_dbfs", "dBFS", 2},
    Suffix{"_lufs", "LUFS", 1},
    Suffix{"_lu", "LU", 1},
    Suffix{"_db", "dB", 1},
    Suffix{"_hz", "Hz", 0},
    Suffix{"_ms", "ms", 1},
    Suffix{"_s", "s", 2},
};

std::string capitalised(std::string words) {
  std::replace(words.begin(), words.end(), '_', ' ');
  if (!words.empty() && words[0] >= 'a' && words[0] <= 'z')
    words[0] = static_cast<char>(words[0] - 'a' + 'A');
  return words;
}

std::string digits(double value, int decimals) {
  std::array<char, 400> buffer{};
  const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value,
                                 std::chars_format::fixed, decimals);
  return {buffer.data(), end.ptr};
}

/// " 148-392 Hz" as two numbers.
std::optional<std::pair<double, double>> band_in(const std::string& words) {
  double low_hz = 0.0, high_hz = 0.0;
  const char* const end = words.data() + words.size();
  if (!words.starts_with(' ')) return {};
  const auto low = std::from_chars(words.data() + 1, end, low_hz);
  if (low.ec != std::errc{} || low.ptr == end || *low.ptr != '-') return {};
  const auto high = std::from_chars(low.ptr + 1, end, high_hz);
  if (high.ec != std::errc{} || std::string_view{high.ptr, end} != " Hz") return {};
  return std::pair{low_hz, high_hz};
}

std::string two_digits(std::int64_t value) {
  return (value < 10 ? "0" : "") + std::to_string(value);
}

}  // namespace

std::string number(std::optional<double> value, int decimals) {
  if (!value || !std::isfinite(*value)) return dash;
  std::string all = digits(std::abs(*value), decimals);
  const bool is_zero = all.find_first_not_of("0.") == std::string::npos;
  if (*value < 0.0 && !is_zero) all.insert(0, minus);
  return all;
}

std::string signed_number(std::optional<double> value, int decimals) {
  std::string all = number(value, decimals);
  const bool is_zero = all.find_first_not_of("0.") == std::string::npos;
  if (value && std::isfinite(*value) && *value > 0.0 && !is_zero) all.insert(0, "+");
  return all;
}

std::string with_unit(std::optional<double> value, const std::string& unit, int decimals) {
  std::string all = number(value, decimals);
  if (value && std::isfinite(*value) && !unit.empty()) all.append("\u00A0").append(unit);
  return all;
}

std::string plain_number(double value) {
  if (!std::isfinite(value)) return dash;
  const double size = std::abs(value);
  if (size >= 1000.0 || value == std::round(value)) return number(value, 0);
  const int decimals = size >= 10.0 ? 1 : size >= 1.0 ? 2 : size >= 0.01 ? 3 : size >= 1e-4 ? 5 : 8;
  std::string all = number(value, decimals);
  while (all.ends_with('0')) all.pop_back();
  if (all.ends_with('.')) all.pop_back();
  return all;
}

std::string frequency(double hz) {
  if (!std::isfinite(hz)) return dash;
  if (hz < 999.5) return number(hz, hz < 20.0 && hz != std::round(hz) ? 1 : 0) + "\u00A0Hz";
  const double khz = hz / 1000.0;
  const bool whole = std::abs(khz - std::round(khz)) < 0.05 || khz >= 99.95;
  return number(khz, whole ? 0 : 1) + "\u00A0kHz";
}

std::string clock_time(double seconds) {
  if (!std::isfinite(seconds)) return dash;
  const auto whole = static_cast<std::int64_t>(std::round(std::clamp(seconds, 0.0, 1e9)));
  const std::string end = ":" + two_digits(whole % 60);
  if (whole < 3600) return std::to_string(whole / 60) + end;
  return std::to_string(whole / 3600) + ":" + two_digits(whole / 60 % 60) + end;
}

std::string precise_time(double seconds) {
  if (!std::isfinite(seconds)) return dash;
  const auto tenths = static_cast<std::int64_t>(std::round(std::clamp(seconds, 0.0, 1e9) * 10.0));
  const std::int64_t whole = tenths / 10;
  return clock_time(static_cast<double>(whole)) + "." + std::to_string(tenths % 10);
}

std::string time_stamp(const std::string& iso_8601) {
  constexpr std::string_view form = "dddd-dd-ddTdd:dd:ddZ";
  bool matches = iso_8601.size() == form.size();
  for (std::size_t i = 0; matches && i < form.size(); ++i)
    matches = form[i] == 'd' ? iso_8601[i] >= '0' && iso_8601[i] <= '9' : iso_8601[i] == form[i];
  if (!matches) return iso_8601;
  return iso_8601.substr(0, 10) + " " + iso_8601.substr(11, 5) + "\u00A0UTC";
}

std::string file_size(std::uintmax_t bytes) {
  const auto size = static_cast<double>(bytes);
  if (size >= 1e9) return number(size / 1e9, 2) + "\u00A0GB";
  if (size >= 1e6) return number(size / 1e6, 1) + "\u00A0MB";
  if (size >= 1e3) return number(size / 1e3, 1) + "\u00A0kB";
  return std::to_string(bytes) + (bytes == 1 ? "\u00A0byte" : "\u00A0bytes");
}

std::string count(std::size_t n, const std::string& one, const std::string& many) {
  return std::to_string(n) + " " + (n == 1 ? one : many);
}

std::string ordinal(int n) {
  const bool teen = n % 100 >= 11 && n % 100 <= 13;
  const char* ending = teen          ? "th"
                       : n % 10 == 1 ? "st"
                       : n % 10 == 2 ? "nd"
                       : n % 10 == 3 ? "rd"
                                     : "th";
  return std::to_string(n) + ending;
}

std::string band(double low_hz, double high_hz) {
  if (high_hz < 1000.0) return number(low_hz, 0) + dash + number(high_hz, 0) + "\u00A0Hz";
  if (low_hz >= 1000.0)
    return number(low_hz / 1000.0, 1) + dash + number(high_hz / 1000.0, 1) + "\u00A0kHz";
  return frequency(low_hz) + dash + frequency(high_hz);
}

std::string band_nickname(double low_hz, double high_hz) {
  const double centre_hz = std::sqrt(std::max(low_hz, 1.0) * std::max(high_hz, 1.0));
  if (centre_hz < 130.0) return "bass";
  if (centre_hz < 350.0) return "low mids";
  if (centre_hz < 1400.0) return "mids";
  if (centre_hz < 2500.0) return "upper mids";
  if (centre_hz < 4500.0) return "presence";
  if (centre_hz < 8000.0) return "sibilance";
  if (centre_hz < 12500.0) return "brilliance";
  return "air";
}

Quantity quantity(const std::string& key) {
  const auto space = key.find(' ');
  std::string stem = key.substr(0, space);
  std::string rest = space == std::string::npos ? "" : key.substr(space);
  Quantity result;
  if (stem == "findings") {  // how many of a kind
    std::replace(rest.begin(), rest.end(), '_', ' ');
    return {.name = "Findings:" + rest, .unit = "", .decimals = 0};
  }
  if (const auto range = band_in(rest)) {
    rest = " " + band(range->first, range->second);
    result.low_hz = range->first;
  }
  for (const Suffix& candidate : suffixes) {
    const std::string suffix = candidate.suffix;
    if (stem.size() <= suffix.size() || !stem.ends_with(suffix)) continue;
    stem.resize(stem.size() - suffix.size());
    result.unit = candidate.unit;
    result.decimals = candidate.decimals;
    break;
  }
  if (result.unit.empty()) result.decimals = 2;
  const auto known = std::find_if(known_quantities.begin(), known_quantities.end(),
                                  [&](const Known& one) { return stem == one.key; });
  result.name = (known == known_quantities.end() ? capitalised(stem) : known->name) + rest;
  return result;
}

std::string medium_name(const std::string& medium) {
  if (medium == "cd") return "CD";
  return capitalised(medium);
}

std::string processor_name(const std::string& processor) {
  if (processor == "equaliser") return "Tone";
  if (processor == "linear_equaliser") return "Tone, linear phase";
  if (processor == "edit") return "Beginning and end";
  if (processor == "bass_mono") return "Bass in the middle";
  if (processor == "limiter") return "Peak ceiling";
  if (processor == "dc_blocker") return "DC blocker";
  return capitalised(processor);
}

std::string track_title(const Track& track, std::size_t index) {
  if (!track.title.empty()) return track.title;
  return "Track " + std::to_string(index + 1);
}

std::string edit_in_words(const Edit& edit) {
  std::string words;
  const auto add = [&](const std::string& before, double seconds, const std::string& after) {
    if (seconds == 0.0) return;
    words += (words.empty() ? "" : "; ") + before + plain_number(seconds) + " s" + after;
  };
  const auto shape = [](FadeCurve curve) {
    std::string name{fade_curve_names[static_cast<std::size_t>(curve)]};
    std::replace(name.begin(), name.end(), '_', ' ');
    return " (" + name + ")";
  };
  add("", edit.trim_start_s, " cut off the beginning");
  add("", edit.trim_end_s, " cut off the end");
  add("faded in over ", edit.fade_in_s, shape(edit.fade_in_curve));
  add("faded out over ", edit.fade_out_s, shape(edit.fade_out_curve));
  add("", edit.silence_before_s, " of silence in front");
  add("", edit.silence_after_s, " of silence behind");
  return words;
}

bool is_machine(const std::string& by) { return by.empty() || by == "lacquer"; }

}  // namespace lacquer::report
