#pragma once

#include <span>

/// Linear prediction over a few hundred samples: what the meter of clicks and the repairs share.
///
/// A filter of order p is p + 1 numbers, the first of them 1: the error of sample n is the sum of
/// filter[k] * x[n - k].
namespace lacquer::dsp {

/// Adds the autocorrelation of `samples` at lags 0 .. size - 1.
void add_autocorrelation(std::span<const double> samples, std::span<double> correlation) noexcept;

/// Levinson's recursion. False if the correlation is that of nothing.
bool fit_prediction(std::span<const double> correlation, std::span<double> filter) noexcept;

/// Errors of predicting each sample from the `order` before it, from samples[order] on.
void errors_from_before(const double* samples, std::span<const double> filter,
                        std::span<double> errors) noexcept;
/// Errors of predicting each sample from the `order` after it, from samples[0] on.
void errors_from_after(const double* samples, std::span<const double> filter,
                       std::span<double> errors) noexcept;

/// The filter that fits all pieces of a sound together, without a window, which would blur its
/// tones: Burg's method over segments (S. de Waele and P. M. T. Broersen, "The Burg algorithm for
/// segments", IEEE Trans. Signal Processing 48, 2000). Scratch: twice the samples. False if there
/// is no sound.
bool fit_prediction_to(std::span<const std::span<const double>> pieces, std::span<double> filter,
                       std::span<double> scratch) noexcept;

/// Replaces the `frames` samples in the middle of `around` (order samples on both sides of them) by
/// those for which the sum of squared errors is least (Janssen, Veldhuis and Vries, "Adaptive
/// interpolation of discrete-time signals that can be modeled as autoregressive processes", 1986).
/// Scratch: frames times one more than the filter's size.
void interpolate(std::span<double> around, int frames, std::span<const double> filter,
                 std::span<double> scratch) noexcept;
/// The same for samples at any `places`, in order of time, `order` or more from both ends.
void interpolate_at(std::span<double> samples, std::span<const int> places,
                    std::span<const double> filter, std::span<double> scratch) noexcept;

}  // namespace lacquer::dsp
