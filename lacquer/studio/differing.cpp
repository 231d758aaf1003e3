#include "lacquer/studio/differing.h"

#include <nlohmann/json.hpp>

#include "lacquer/advise/targets/reference.h"
#include "lacquer/studio/json.h"

namespace lacquer::studio {
namespace fs = std::filesystem;
namespace {

std::string text(const std::optional<double>& value) {
  return value ? Json(*value).dump() : "none";
}

std::string differs(const std::string& what, const std::string& now, const std::string& then) {
  return what + " is \"" + then + "\" in the session and \"" + now + "\" now";
}

}  // namespace

fs::path real_path(const fs::path& path) {
  std::error_code code;
  const auto whole = fs::absolute(path, code);
  const auto real = fs::weakly_canonical(whole, code);
  return code ? whole.lexically_normal() : real;
}

std::string differing_option(const Order& order, const session::Request& then) {
  const auto number = [](const std::string& name, const std::optional<double>& now,
                         const std::optional<double>& before) -> std::string {
    return now && now != before ? differs(name, text(now), text(before)) : "";
  };
  if (order.media && *order.media != then.media) return "--for differs";
  if (order.population && *order.population != then.population)
    return differs("--genre", *order.population, then.population);
  if (order.brief && *order.brief != then.programme.brief) return "--brief differs";
  if (order.loudness && *order.loudness != then.loudness)
    return differs("--loudness-by", *order.loudness, then.loudness);
  if (order.anchor && *order.anchor != then.anchor)
    return differs("--anchor", std::to_string(*order.anchor), std::to_string(then.anchor));
  for (const auto& what : {number("--loudness", order.loudness_lufs, then.loudness_lufs),
                           number("--ceiling", order.ceiling_dbtp, then.ceiling_dbtp),
                           number("--strength", order.strength, then.strength)})
    if (!what.empty()) return what;
  if (order.edit.says_nothing()) return "";
  const Edit& before = then.programme.tracks.front().edit;
  const Edit now = order.edit.over(before);
  return now == before ? "" : differs("edit", to_json(now).dump(), to_json(before).dump());
}

std::string differing_album(const session::Request& now, const session::Request& then) {
  const auto& a = now.programme;
  const auto& b = then.programme;
  std::string what;
  const auto same = [&](const std::string& name, const std::string& here,
                        const std::string& there) {
    if (what.empty() && here != there) what = differs(name, here, there);
  };
  const auto list = [](const std::vector<std::string>& items) {
    std::string all;
    for (const auto& item : items) all += (all.empty() ? "" : ",") + item;
    return all;
  };
  same("title", a.title, b.title);
  same("artist", a.artist, b.artist);
  same("upc", a.upc, b.upc);
  same("date", a.date, b.date);
  same("genre", a.genre, b.genre);
  same("label", a.label, b.label);
  same("language", a.language, b.language);
  same("brief", a.brief, b.brief);
  same("media", list(now.media), list(then.media));
  same("population", now.population, then.population);
  same("loudness_lufs", text(now.loudness_lufs), text(then.loudness_lufs));
  same("ceiling_dbtp", text(now.ceiling_dbtp), text(then.ceiling_dbtp));
  same("strength", text(now.strength), text(then.strength));
  same("loudness", now.loudness, then.loudness);
  same("anchor", std::to_string(now.anchor), std::to_string(then.anchor));
  for (std::size_t i = 0; i < a.tracks.size(); ++i) {
    const auto& here = a.tracks[i];
    const auto& there = b.tracks[i];
    const std::string track = "track " + std::to_string(i + 1) + " ";
    same(track + "title", here.title, there.title);
    same(track + "artist", here.artist, there.artist);
    same(track + "composer", here.composer, there.composer);
    same(track + "isrc", here.isrc, there.isrc);
    same(track + "population", here.population, there.population);
    same(track + "brief", here.brief, there.brief);
    same(track + "gap_s", text(here.gap_s), text(there.gap_s));
    same(track + "edit", to_json(here.edit).dump(), to_json(there.edit).dump());
  }
  return what;
}

Result<std::string> relative_to(const fs::path& base, const std::string& text) {
  TRY(auto reference, advise::parse_reference(text));
  reference.file = real_path(reference.file).lexically_relative(base).string();
  return advise::to_text(reference);
}

Result<bool> same_references(const fs::path& folder, const std::vector<std::string>& now,
                             const std::vector<std::string>& then) {
  std::vector<std::string> relative;
  for (const auto& text : now) {
    TRY(relative.emplace_back(), relative_to(real_path(folder), text));
  }
  return relative == then;
}

}  // namespace lacquer::studio
