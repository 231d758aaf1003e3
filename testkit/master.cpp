#include "testkit/master.h"

namespace lacquer::testkit {

chain::Recipe whole_master() {
  return {{{"equaliser",
            {{"band_1_gain_db", 2.0},
             {"band_2_gain_db", -2.0},
             {"band_3_gain_db", 1.0},
             {"band_4_gain_db", -1.0},
             {"band_5_gain_db", 1.5},
             {"band_6_gain_db", 2.0}}},
           {"dynamic_equaliser",
            {{"band_1_range_db", -4.0},
             {"band_2_range_db", -4.0},
             {"band_3_range_db", -4.0},
             {"band_4_range_db", -4.0}}},
           {"compressor", {{"threshold_dbfs", -20.0}, {"ratio", 2.0}}},
           {"bass_mono", {}},
           {"gain", {{"gain_db", 6.0}}},
           {"limiter", {}}}};
}

}  // namespace lacquer::testkit
