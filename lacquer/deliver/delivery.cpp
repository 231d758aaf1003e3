#include "lacquer/deliver/delivery.h"

#include <algorithm>

namespace lacquer::deliver {

bool Delivery::passes() const {
  return std::none_of(checks.begin(), checks.end(),
                      [](const Check& check) { return check.verdict == Verdict::fail; });
}

std::string to_text(Verdict verdict) {
  switch (verdict) {
    case Verdict::pass:
      return "pass";
    case Verdict::fail:
      return "fail";
    case Verdict::info:
      break;
  }
  return "info";
}

}  // namespace lacquer::deliver
