// A radio that prints what it is to notify, with the time.
#pragma once

#include "Arduino.h"

constexpr int BLENotify = 0x10;

struct BLECharacteristic {
  BLECharacteristic(const char*, int, int most, bool) : most(most) {}

  bool subscribed() { return world.now_us > 5e5; }

  int writeValue(const uint8_t* bytes, int length) {
    if (length > most) return 0;
    std::printf("%.0f ", world.now_us);
    for (int row = 0; row < length; ++row) std::printf("%02x", bytes[row]);
    std::printf("\n");
    return 1;
  }

  int most;
};

struct BLEService {
  explicit BLEService(const char*) {}
  void addCharacteristic(BLECharacteristic&) {}
};

struct Radio {
  bool begin() { return true; }
  void setLocalName(const char*) {}
  void setAdvertisedService(BLEService&) {}
  void addService(BLEService&) {}
  void setConnectionInterval(int, int) {}
  void advertise() {}

  // The radio takes its time, now and then much of it.
  void poll() {
    world.pass(world.random % 997 == 0 ? 90e3 : 2e3);
    if (stall_at_us && world.now_us > stall_at_us) {
      world.now_us += 8e6;
      stall_at_us = 0;
    }
  }

  double stall_at_us = 0;
};

extern Radio BLE;
