#include "bench/speed/processor_time.h"

#include <sched.h>
#include <sys/resource.h>

#include <algorithm>
#include <cassert>

namespace lacquer::bench {
namespace {

double processor_s(int whose) {
  rusage usage{};
  getrusage(whose, &usage);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + 1e-6 * static_cast<double>(time.tv_usec);
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

}  // namespace

double own_processor_s() { return processor_s(RUSAGE_SELF); }
double programs_processor_s() { return processor_s(RUSAGE_CHILDREN); }

void stay_on_one_core() {
  cpu_set_t allowed, one;
  sched_getaffinity(0, sizeof allowed, &allowed);
  int core = 0;
  while (core < CPU_SETSIZE - 1 && !CPU_ISSET(core, &allowed)) ++core;
  CPU_ZERO(&one);
  CPU_SET(core, &one);
  sched_setaffinity(0, sizeof one, &one);
}

double median(std::vector<double> values) {
  assert(!values.empty());
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

}  // namespace lacquer::bench
