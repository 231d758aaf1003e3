#pragma once

#include <string>
#include <string_view>

namespace lacquer::report {

/// HTML under construction. Only string literals of this program and other Markup go in as they
/// are; every other text must pass through text(), or it does not compile.
class Markup {
 public:
  /// What may be appended without escaping.
  class Piece {
   public:
    consteval Piece(const char* literal) : view_{literal} {}  // NOLINT: implicit
    Piece(const Markup& markup) : view_{markup.html_} {}      // NOLINT: implicit
    std::string_view view() const noexcept { return view_; }

   private:
    std::string_view view_;
  };

  Markup() = default;
  Markup(Piece piece) : html_{piece.view()} {}  // NOLINT: implicit
  Markup& operator<<(Piece piece) {
    html_ += piece.view();
    return *this;
  }

  bool empty() const noexcept { return html_.empty(); }
  const std::string& html() const& noexcept { return html_; }
  std::string html() && noexcept { return std::move(html_); }

 private:
  friend Markup text(std::string_view);
  std::string html_;
};

/// One of two pieces. (clang 14 crashes on the conversions inside a conditional expression.)
inline Markup::Piece either(bool condition, Markup::Piece yes, Markup::Piece no) {
  return condition ? yes : no;
}

/// Any text made harmless in element content and in quoted attributes: the five characters HTML
/// cares about become references; malformed UTF-8, control characters and the characters that
/// reorder the text around them (bidirectional overrides) become U+FFFD.
Markup text(std::string_view untrusted);

/// A name or title somebody typed, kept from reordering what stands beside it.
Markup name(std::string_view untrusted);

}  // namespace lacquer::report
