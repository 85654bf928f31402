// Counts of readings, from text: value full_scale.
#include <cstdio>

#include "spinesense_packet.h"

int main() {
  float value, full_scale;
  while (std::scanf("%f %f", &value, &full_scale) == 2) {
    std::printf("%d\n", spinesense::to_counts(value, full_scale));
  }
}
