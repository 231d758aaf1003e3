#pragma once

#include <iosfwd>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "lacquer/base/result.h"

namespace lacquer::bench {

/// Instructions a stereo frame by callgrind, which do not depend on what else the machine does.
struct ProcessorCost {
  std::string processor;
  double as_it_comes = 0.0;
  double at_work = 0.0;  ///< see at_work.h
};

/// Every processor of the chain, and the quantiser. Errors: valgrind is absent or fails.
Result<std::vector<ProcessorCost>> processor_costs();

void print(const std::vector<ProcessorCost>&, std::ostream&);
nlohmann::ordered_json to_json(const std::vector<ProcessorCost>&);

}  // namespace lacquer::bench
