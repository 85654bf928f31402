// Runs the sketch on this computer: chip (0 LSM6DS3TR-C, 1 LSM6DSO), sample period in µs, seconds,
// and when the board stalls for 8 s (0 never). Prints "time packet" lines, then what is true.
#include <cstdlib>

#include "Wire.h"
#include "ArduinoBLE.h"

World world;
Radio BLE;
Chip chip;
TwoWire Wire;

void loop();
void setup();

#include "spinesense_sensor.ino"

int main(int, char** words) {
  chip.tagged = std::atoi(words[1]) != 0;
  chip.period_us = std::atof(words[2]);
  BLE.stall_at_us = 1e6 * std::atof(words[4]);
  setup();
  while (world.now_us < 1e6 * std::atof(words[3])) loop();
  std::printf("truth %.3f\n", chip.first_us);
}
