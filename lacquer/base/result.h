#pragma once

#include <cassert>
#include <optional>
#include <string>
#include <utility>
#include <variant>

namespace lacquer {

/// What went wrong, as far as the caller must tell cases apart. Bugs are asserts, not errors, and
/// a number out of spec is a value, not an error.
enum class ErrorKind {
  usage,              ///< the call itself makes no sense
  unusable_input,     ///< missing, damaged, unsupported, too short or too long
  unwritable_output,  ///< the target cannot be written; nothing half-written is left
  busy,               ///< another command holds the session
  refused,            ///< understood, but not done in this state (signing a failed check, ...)
  cancelled,          ///< the caller asked to stop
};

/// One sentence for a person, the place it is about, and what to do.
struct Error {
  ErrorKind kind = ErrorKind::unusable_input;
  std::string sentence;  ///< "The file ends after 12 of 44 header bytes."
  std::string place;     ///< a path, a path with a line, a suggestion's id; may be empty
  std::string remedy;    ///< "Export it again."; may be empty

  /// "place: sentence remedy", the form a terminal shows.
  std::string text() const {
    std::string all = place.empty() ? sentence : place + ": " + sentence;
    return remedy.empty() ? all : all + " " + remedy;
  }
};

/// A value, or the Error that explains why there is none.
template <typename T>
class [[nodiscard]] Result {
 public:
  Result(T value) : state_{std::in_place_index<0>, std::move(value)} {}      // NOLINT: implicit
  Result(Error error) : state_{std::in_place_index<1>, std::move(error)} {}  // NOLINT: implicit

  bool ok() const noexcept { return state_.index() == 0; }
  explicit operator bool() const noexcept { return ok(); }

  // By value from a temporary: `for (x : f().value())` must not look at what is gone.
  T& value() & { return assert(ok()), std::get<0>(state_); }
  const T& value() const& { return assert(ok()), std::get<0>(state_); }
  T value() && { return assert(ok()), std::get<0>(std::move(state_)); }
  const Error& error() const& { return assert(!ok()), std::get<1>(state_); }
  Error&& error() && { return assert(!ok()), std::get<1>(std::move(state_)); }

  T& operator*() & { return value(); }
  const T& operator*() const& { return value(); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }

 private:
  std::variant<T, Error> state_;
};

template <>
class [[nodiscard]] Result<void> {
 public:
  Result() = default;
  Result(Error error) : error_{std::move(error)} {}  // NOLINT: implicit by design

  bool ok() const noexcept { return !error_; }
  explicit operator bool() const noexcept { return ok(); }
  const Error& error() const& { return assert(!ok()), *error_; }
  Error&& error() && { return assert(!ok()), *std::move(error_); }

 private:
  std::optional<Error> error_;
};

}  // namespace lacquer

#define LACQUER_JOIN_(a, b) a##b
#define LACQUER_JOIN(a, b) LACQUER_JOIN_(a, b)
// NOLINTBEGIN(bugprone-macro-parentheses): a declaration cannot stand in parentheses
#define LACQUER_TRY_(name, declaration, expression) \
  auto name = (expression);                         \
  if (!name.ok()) return std::move(name).error();   \
  declaration = std::move(name).value()
// NOLINTEND(bugprone-macro-parentheses)

/// TRY(const auto file, open(path)): declares `file`, or returns the error to our own caller.
#define TRY(declaration, ...) \
  LACQUER_TRY_(LACQUER_JOIN(try_result_, __LINE__), declaration, (__VA_ARGS__))

/// TRY_DO(sink.finish()): the same for a Result<void>.
#define TRY_DO(...)                                        \
  if (auto try_result = (__VA_ARGS__); !try_result.ok()) { \
    return std::move(try_result).error();                  \
  }
