#pragma once

#include "lacquer/report/report.h"

/// Made-up sessions the tests of this room share; the numbers are plausible, no recording is meant.
namespace lacquer::report::example {

Page album();        ///< two tracks, three media, a failed check, decisions of machine and person
Page signed_song();  ///< one track, everything passes, signed
Page mono();         ///< one channel, no master
Page silence();      ///< every value that can be empty is empty
Page one_second();   ///< a blip, no population
Page three_hours();  ///< a concert, 30 findings
Page hostile();      ///< texts that try to break out of the page, numbers that are not numbers

/// A song of the given length with shares around the population's median.
measure::Measurement measurement(double duration_s, double loudness_lufs, double tilt_db);

}  // namespace lacquer::report::example
