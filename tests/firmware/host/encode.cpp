// Encodes packets from text, one a line:
// number clock_us period_us battery acc_code gyr_code room count, then six counts for each sample.
#include <cstdio>
#include <vector>

#include "spinesense_packet.h"

int main() {
  unsigned number, clock, period, battery, acc, gyr, room, count;
  while (std::scanf("%u %u %u %u %u %u %u %u", &number, &clock, &period, &battery, &acc, &gyr, &room,
                    &count) == 8) {
    std::vector<spinesense::Sample> samples(count);
    for (auto& sample : samples) {
      for (int axis = 0; axis < 3; ++axis) std::scanf("%hd", &sample.acc[axis]);
      for (int axis = 0; axis < 3; ++axis) std::scanf("%hd", &sample.gyr[axis]);
    }
    const spinesense::Head head = {number,
                                   clock,
                                   period,
                                   static_cast<uint8_t>(battery),
                                   static_cast<spinesense::AccRange>(acc),
                                   static_cast<spinesense::GyrRange>(gyr)};
    std::vector<uint8_t> out(room);
    const size_t length = spinesense::encode(head, samples.data(), count, out.data(), room);
    std::printf("=");
    for (size_t row = 0; row < length; ++row) std::printf("%02x", out[row]);
    std::printf("\n");
  }
}
