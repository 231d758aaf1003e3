#pragma once

#include <vector>

#include "lacquer/evaluate/clip.h"

/// Values between the samples by a long windowed sinc; shares nothing with the meters it helps to
/// judge.
namespace lacquer::evaluate {

/// The channel later by so many frames, whole or not; zeros come in.
void delay(Clip&, int channel, double frames);

/// The largest |value| on a grid of 32 a sample around these frames, linear.
double true_peak(const Clip&, int channel, int first, int count);

}  // namespace lacquer::evaluate
