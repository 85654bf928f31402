// An LSM6DS3TR-C or LSM6DSO on the bus, with a FIFO and a sample clock that is off its nominal rate.
#pragma once

#include <cmath>
#include <deque>
#include <vector>

#include "Arduino.h"

struct Chip {
  bool tagged = false;
  double period_us = 9615;
  double first_us = 0;  // when sample 0 was taken
  uint8_t registers[128] = {};
  long taken = -1;
  std::deque<uint8_t> fifo;
  bool overrun = false;

  size_t word_bytes() const { return tagged ? 7 : 2; }
  size_t most_words() const { return tagged ? 512 : 2048; }
  bool running() const { return (registers[0x0A] & 7) == 6; }

  // Sample number k as counts of the chip. Steps of 2 survive the rescaling to other counts.
  static int16_t acc(long k, int axis) {
    return static_cast<int16_t>(2 * ((k + 1000 * axis) % 8000) - 8000);
  }
  static int16_t gyr(long k, int axis) {
    return static_cast<int16_t>((3 * k + 500 * axis) % 30000 - 15000);
  }

  void word(int tag, const int16_t* axes) {
    if (tagged) fifo.push_back(static_cast<uint8_t>(tag << 3));
    for (int axis = 0; axis < 3; ++axis) {
      fifo.push_back(static_cast<uint8_t>(axes[axis]));
      fifo.push_back(static_cast<uint8_t>(axes[axis] >> 8));
    }
  }

  void catch_up() {
    if (!running()) return;
    const long newest = static_cast<long>(std::floor((world.now_us - first_us) / period_us));
    while (taken < newest) {
      ++taken;
      int16_t a[3], g[3];
      for (int axis = 0; axis < 3; ++axis) {
        a[axis] = acc(taken, axis);
        g[axis] = gyr(taken, axis);
      }
      word(1, g);
      word(2, a);
      while (fifo.size() > most_words() * word_bytes()) {
        fifo.pop_front();
        overrun = true;
      }
    }
  }

  void write(uint8_t reg, uint8_t value) {
    const bool was = running();
    registers[reg] = value;
    if (reg != 0x0A) return;
    if (!running()) {
      catch_up();
      fifo.clear();
      overrun = false;
    } else if (!was) {
      if (taken < 0) {
        first_us = world.now_us + 0.4 * period_us;
      } else {
        taken = static_cast<long>(std::floor((world.now_us - first_us) / period_us));
      }
    }
  }

  uint8_t read(uint8_t reg) {
    catch_up();
    const size_t words = fifo.size() / word_bytes();
    if (reg == 0x0F) return tagged ? 0x6C : 0x6A;
    if (reg == 0x3A) return static_cast<uint8_t>(words);
    if (reg == 0x3B) return static_cast<uint8_t>(words >> 8 | (overrun ? 0x40 : 0));
    if (reg == (tagged ? 0x78 : 0x3E)) {
      if (fifo.empty()) return 0;
      const uint8_t byte = fifo.front();
      fifo.pop_front();
      return byte;
    }
    return registers[reg];
  }
};

extern Chip chip;

struct TwoWire {
  std::vector<uint8_t> sent;
  uint8_t reg = 0;
  size_t offset = 0;

  void begin() {}
  void setClock(unsigned) {}
  void beginTransmission(uint8_t) { sent.clear(); }
  void write(uint8_t byte) { sent.push_back(byte); }

  void endTransmission(bool = true) {
    world.now_us += 25.0 * static_cast<double>(1 + sent.size());  // 9 bits a byte at 400 kHz
    if (sent.size() == 2) {
      chip.write(sent[0], sent[1]);
    } else {
      reg = sent[0];
    }
    offset = 0;
  }

  void requestFrom(uint8_t, uint8_t count) { world.now_us += 25.0 * (1 + count); }

  int read() {
    // Reading the FIFO on and on stays at its output; any other address advances.
    const bool is_fifo = reg == 0x78 || reg == 0x3E;
    return chip.read(static_cast<uint8_t>(is_fifo ? reg : reg + offset++));
  }
};

extern TwoWire Wire;
