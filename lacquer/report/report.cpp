#include "lacquer/report/report.h"

#include "lacquer/report/sections.h"

namespace lacquer::report {

std::string html(const Page& page) {
  const std::string title = page.programme.title.empty() && page.tracks.size() == 1
                                ? page.tracks.front().track.title
                                : page.programme.title;
  Markup out;
  // Text of the page's own stays left to right; whatever people typed is isolated by <bdi>.
  out << "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta "
         "name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<meta "
         "name=\"color-scheme\" content=\"light dark\">\n<title>"
      << text(title.empty() ? "Untitled" : title) << " \u2013 mastering report</title>\n<style>"
      << style_sheet() << "</style>\n</head>\n<body>\n<main>\n"
      << heading(page) << summary(page);
  for (std::size_t i = 0; i < page.tracks.size(); ++i)
    out << track_section(page.tracks[i], page, i);
  out << deliveries_section(page) << limits_section(page) << facts_section(page) << "</main>\n"
      << closing(page) << "</body>\n</html>\n";
  return std::move(out).html();
}

}  // namespace lacquer::report
