#include "lacquer/advise/targets/reference.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <optional>

#include "lacquer/advise/tone/band_curve.h"
#include "lacquer/advise/words.h"
#include "lacquer/base/wording.h"

namespace lacquer::advise {
namespace {

/// Shorter than this, block statistics are those of one bar. Source: the issue's own bar.
constexpr double shortest_s = 5.0;
/// Of the genre's variance: what two masters meant alike still differ in (a third of its sd).
constexpr double open_share = 0.1;
/// The same of the tone, where a person who names a master means it: 7 % of the genre's sd.
constexpr double open_share_of_tone = 0.005;
/// The genre's say in how a reference varies over time, as so many passages would have it: passages
/// of one song against songs of a genre. Little, for the person means this master as it is, and not
/// what others by the same hand would have been.
constexpr double passages_beforehand = 4.0;
constexpr double within_song_share = 0.005;

constexpr std::array role_names = {"tone", "dynamics", "width"};
constexpr std::array roles = {&Reference::tone, &Reference::dynamics, &Reference::width};

Error misuse(std::string sentence, const std::string& text) {
  return {ErrorKind::usage, std::move(sentence), "--reference " + in_quotes(text),
          "Write --reference \"a.wav;tone=1;dynamics=0;width=0.5\"."};
}

using Bands = std::vector<measure::Maybe> measure::Spectrum::*;

measure::Maybe at(const std::vector<measure::Maybe>& values, std::size_t band) {
  return band < values.size() && values[band] && std::isfinite(*values[band]) ? values[band]
                                                                              : std::nullopt;
}

measure::Maybe loud_mean(const Heard& heard, Bands bands, std::size_t band) {
  double sum = 0.0, count = 0.0;
  for (const auto& passage : heard.loud)
    if (const auto value = at(passage.*bands, band)) sum += *value, count += 1.0;
  if (count == 0.0) return at(heard.whole.spectrum.*bands, band);
  return sum / count;
}

/// The reference's middle for the mix as a whole.
measure::Maybe middle(const Heard& reference, const Heard& mix, Bands bands, std::size_t band) {
  const auto wanted = loud_mean(reference, bands, band);
  const auto whole = at(mix.whole.spectrum.*bands, band), loud = loud_mean(mix, bands, band);
  if (!wanted) return std::nullopt;
  return *wanted + (whole && loud ? *whole - *loud : 0.0);
}

/// Of the shares over the loud passages; 0 where one passage or none has the bands.
double time_covariance(const Heard& heard, std::size_t a, std::size_t b) {
  const auto mean_a = loud_mean(heard, &measure::Spectrum::share_db, a);
  const auto mean_b = loud_mean(heard, &measure::Spectrum::share_db, b);
  double sum = 0.0, count = 0.0;
  for (const auto& passage : heard.loud) {
    const auto one = at(passage.share_db, a), other = at(passage.share_db, b);
    if (one && other) sum += (*one - *mean_a) * (*other - *mean_b), count += 1.0;
  }
  return count > 1.0 ? sum / (count - 1.0) : 0.0;
}

/// The genre's shape around another middle, as narrow as a reference leaves it open.
Quantiles around(double middle, const Quantiles& genre) {
  Quantiles result = genre;
  const double centre = quantile(genre, 50.0);
  for (double& value : result.values) value = middle + std::sqrt(open_share) * (value - centre);
  return result;
}

void learn_tone(const Heard& reference, const Heard& mix, const Targets::Population& genre,
                Targets::Population& into) {
  const std::size_t bands = genre.share_mean_db.size();
  const auto cut_off = cut_off_hz(reference.whole.spectrum);
  std::vector<bool> heard(bands);
  for (std::size_t band = 0; band < bands; ++band) {
    const auto wanted = middle(reference, mix, &measure::Spectrum::share_db, band);
    heard[band] = wanted && (!cut_off || *cut_off >= centre_hz(genre.bands_hz, band));
    if (heard[band]) into.share_mean_db[band] = *wanted;
  }
  const double passages = std::max(1.0, static_cast<double>(reference.loud.size()));
  const double own = (passages - 1.0) / (passages - 1.0 + passages_beforehand);
  for (std::size_t a = 0; a < bands; ++a)
    for (std::size_t b = 0; b < bands; ++b) {
      const double known = genre.share_covariance_db2[a][b];
      if (heard[a] != heard[b]) into.share_covariance_db2[a][b] = 0.0;
      if (!heard[a] || !heard[b]) continue;
      const double within =
          std::lerp(within_song_share * known, time_covariance(reference, a, b), own);
      into.share_covariance_db2[a][b] = within / passages + open_share_of_tone * known;
    }
  for (std::size_t band = 0; band < bands; ++band) {
    if (!heard[band]) continue;
    const double sd_db = std::sqrt(into.share_covariance_db2[band][band]);
    Quantiles& shares = into.share_db[band];
    for (std::size_t i = 0; i < shares.values.size(); ++i)
      shares.values[i] = into.share_mean_db[band] +
                         sd_db * normal_quantile(std::clamp(shares.percents[i], 0.1, 99.9) / 100.0);
  }
}

Quantiles whole_around(const measure::Maybe& value, const Quantiles& genre) {
  return value ? around(*value, genre) : genre;
}

/// Shares of one role: each reference's weight, the rest the genre's.
Parts parts_of(const Targets::Population& genre, const std::vector<WeighedReference>& references,
               double Reference::*role) {
  double sum = 0.0;
  for (const auto& [roles_of, population] : references) sum += roles_of.*role;
  const double whole = std::max(1.0, sum);
  Parts parts;
  for (const auto& [roles_of, population] : references)
    if (roles_of.*role > 0.0) parts.emplace_back(roles_of.*role / whole, &population);
  if (sum < 1.0) parts.emplace_back(1.0 - sum, &genre);
  return parts;
}

}  // namespace

Result<Reference> parse_reference(const std::string& text) {
  Reference reference;
  std::array<bool, roles.size()> named{};
  std::string rest = text;
  // From the end, as long as it reads role=weight: a file's name may hold a semicolon.
  for (auto cut = rest.rfind(';'); cut != std::string::npos; cut = rest.rfind(';')) {
    const std::string item = rest.substr(cut + 1);
    const auto equals = item.find('=');
    if (equals == std::string::npos) break;
    const std::string name = item.substr(0, equals), digits = item.substr(equals + 1);
    const auto role = static_cast<std::size_t>(
        std::find(role_names.begin(), role_names.end(), name) - role_names.begin());
    if (role == roles.size())
      return misuse("A reference has no role " + in_quotes(name) + "; did you mean " +
                        in_quotes(nearest(name, {role_names.begin(), role_names.end()})) + "?",
                    text);
    if (named[role]) return misuse(in_quotes(name) + " is given twice.", text);
    double weight = -1.0;
    const auto [end, failed] =
        std::from_chars(digits.data(), digits.data() + digits.size(), weight);
    if (failed != std::errc{} || end != digits.data() + digits.size() ||
        !(weight >= 0.0 && weight <= 1.0))
      return misuse(
          "The weight " + in_quotes(digits) + " of " + name + " should lie between 0 and 1.", text);
    reference.*roles[role] = weight;
    named[role] = true;
    rest.resize(cut);
  }
  if (rest.empty()) return misuse("A reference needs a file.", text);
  reference.file = rest;
  return reference;
}

std::string to_text(const Reference& reference) {
  std::string text = reference.file;
  for (std::size_t i = 0; i < roles.size(); ++i) {
    std::array<char, 32> digits{};
    const double weight = reference.*roles[i];
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), weight).ptr;
    if (weight != 1.0)
      text += std::string{";"} + role_names[i] + "=" + std::string(digits.data(), end);
  }
  return text;
}

Targets::Population population_like(const std::string& name, const Heard& reference,
                                    const Heard& mix, const Targets::Population& genre) {
  Targets::Population result = genre;
  result.name = name;
  result.n = 1;
  result.source = "a reference: " + name;
  result.grade = "C";
  result.certainty = 1.0;
  result.referenced = 1.0;
  learn_tone(reference, mix, genre, result);
  for (std::size_t band = 0; band < genre.share_mean_db.size(); ++band) {
    if (const auto side = middle(reference, mix, &measure::Spectrum::side_minus_mid_db, band))
      result.side_minus_mid_db[band] = around(*side, genre.side_minus_mid_db[band]);
    if (const auto spread = middle(reference, mix, &measure::Spectrum::band_sd_400ms_db, band))
      result.band_sd_400ms_db[band] = around(*spread, genre.band_sd_400ms_db[band]);
  }
  const measure::Measurement& whole = reference.whole;
  result.integrated_lufs = whole_around(whole.loudness.integrated_lufs, genre.integrated_lufs);
  result.range_lu = whole_around(whole.loudness.range_lu, genre.range_lu);
  result.peak_minus_integrated_lu =
      whole_around(whole.dynamics.plr_lu, genre.peak_minus_integrated_lu);
  return result;
}

Targets::Population with_references(const Targets::Population& genre,
                                    const std::vector<WeighedReference>& references) {
  Targets::Population result = blend(parts_of(genre, references, &Reference::tone));
  const auto width = blend(parts_of(genre, references, &Reference::width));
  result.side_minus_mid_db = width.side_minus_mid_db;
  const auto dynamics = blend(parts_of(genre, references, &Reference::dynamics));
  result.band_sd_400ms_db = dynamics.band_sd_400ms_db;
  result.band_sd_40ms_db = dynamics.band_sd_40ms_db;
  result.integrated_lufs = dynamics.integrated_lufs;
  result.range_lu = dynamics.range_lu;
  result.peak_minus_integrated_lu = dynamics.peak_minus_integrated_lu;
  return result;
}

Result<void> require_usable(const Heard& reference, const std::string& place) {
  const measure::Measurement& whole = reference.whole;
  const double seconds = static_cast<double>(whole.frame_count) / whole.format.sample_rate_hz;
  const auto refuse = [&](std::string sentence, std::string remedy) {
    return Error{ErrorKind::unusable_input, std::move(sentence), place, std::move(remedy)};
  };
  if (seconds < shortest_s)
    return refuse("The reference is only " + fixed(seconds, 1) + " s long.",
                  "Name one of at least " + fixed(shortest_s, 0) + " s, best a whole song.");
  const auto& shares = whole.spectrum.share_db;
  const auto bands = std::count_if(shares.begin(), shares.end(), [](const auto& share) {
    return share && std::isfinite(*share);
  });
  if (!whole.loudness.integrated_lufs || bands < 4)
    return refuse("The reference is silent, or too quiet to learn from.",
                  "Name a finished master you like.");
  return {};
}

std::vector<std::string> reservations(const Heard& reference, const std::string& name) {
  std::vector<std::string> sentences;
  if (reference.whole.format.channel_count < 2)
    sentences.push_back(name + " is mono: nothing about width is learned from it.");
  const auto& findings = reference.whole.findings;
  if (std::any_of(findings.begin(), findings.end(),
                  [](const auto& finding) { return finding.kind == "clipping"; }))
    sentences.push_back(name +
                        " is clipped: its peaks are no model, and its level may be too high.");
  return sentences;
}

}  // namespace lacquer::advise
