// As much of Arduino as the sketch needs, with a time that passes only when told.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdio>

constexpr int OUTPUT = 1;
constexpr int HIGH = 1;

struct World {
  double now_us = 0;
  double start_us = 4294967296.0 - 3e6;  // so that the clock of the board wraps soon
  uint32_t random = 1;

  // Up to so many microseconds go by.
  void pass(double most_us) {
    random = random * 1664525u + 1013904223u;
    now_us += most_us * (random >> 8) / 16777216.0;
  }
};

extern World world;

inline uint32_t micros() {
  return static_cast<uint32_t>(static_cast<uint64_t>(world.start_us + world.now_us));
}
inline void delay(unsigned ms) { world.now_us += 1000.0 * ms; }
inline void pinMode(int, int) {}
inline void digitalWrite(int, int) {}
