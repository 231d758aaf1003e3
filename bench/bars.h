#pragma once

#include <ostream>
#include <string>

namespace lacquer::bench {

/// One line for each thing that is asked of Lacquer.
class Bars {
 public:
  explicit Bars(std::ostream& out) : out_{out} {}
  void ask(bool met, const std::string& what) {
    out_ << (met ? "ok      " : "BEHIND  ") << what << '\n';
    all_met_ &= met;
  }
  bool all_met() const { return all_met_; }

 private:
  std::ostream& out_;
  bool all_met_ = true;
};

}  // namespace lacquer::bench
