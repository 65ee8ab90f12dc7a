#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <mutex>

#include "platform/cpu-threads.h"

namespace corrsteer {

/// The right to compute on the CPU, held by a group of threads together and given up now and then while others wait for
/// it. Its threads then pause, all of them, until it is theirs again.
class cpu_turn {
  public:
    /// Waits for the CPU. The calling thread is the first of the group.
    cpu_turn();

    /// For a thread that is about to start.
    void enter();
    /// A thread's last call.
    void leave();
    /// After each millisecond or so of computing, without a lock that another thread of the group may wait for.
    void pass() {
        if (pausing_.load(std::memory_order_relaxed) || cpu_.mutex()->contended()) pause_if_over();
    }

  private:
    void pause_if_over();
    void begin();
    void hand_over();

    std::unique_lock<fair_mutex> cpu_;
    std::atomic<bool> pausing_{false};

    std::mutex mutex_; ///< of what follows
    std::condition_variable resumed_;
    uint64_t number_ = 0; ///< of the turns so far
    std::chrono::steady_clock::time_point end_;
    int n_threads_ = 1;
    int n_computing_ = 1;
};

} // namespace corrsteer
