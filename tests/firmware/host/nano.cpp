// Runs the sketch as on an Arduino Nano 33 BLE Sense: an IMU library with a FIFO, at 100 Hz.
#include <cmath>

#include "ArduinoBLE.h"

World world;
Radio BLE;

struct Library {
  long acc_taken = 0, gyr_taken = 0;

  bool begin() { return true; }
  void setContinuousMode() {}
  static long sampled() { return static_cast<long>(std::floor(world.now_us / 10050)) + 1; }
  int accelerationAvailable() const { return static_cast<int>(sampled() - acc_taken); }
  int gyroscopeAvailable() const { return static_cast<int>(sampled() - gyr_taken); }

  void readAcceleration(float& x, float& y, float& z) {
    x = 0.001f * static_cast<float>(acc_taken++ % 2000) - 1.0f;
    y = -x;
    z = 5.0f;  // beyond the range
  }

  void readGyroscope(float& x, float& y, float& z) {
    x = 0.5f * static_cast<float>(gyr_taken++ % 2000) - 500.0f;
    y = -x;
    z = 0.0f;
  }
} IMU;

struct TwoWire {
  void begin() {}
  void setClock(unsigned) {}
} Wire;

void loop();
void setup();

#define ARDUINO_ARDUINO_NANO33BLE
#include "spinesense_sensor.ino"

int main() {
  setup();
  while (world.now_us < 30e6) loop();
}
