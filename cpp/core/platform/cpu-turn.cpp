#include "platform/cpu-turn.h"

namespace corrsteer {

namespace {

/// Long enough that waking the threads is little beside it, short enough that an engine in between feels alive.
constexpr std::chrono::milliseconds shortest_turn{5};

} // namespace

cpu_turn::cpu_turn() : cpu_(cpu_threads::use()) {
    begin();
}

void cpu_turn::begin() {
    end_ = std::chrono::steady_clock::now() + shortest_turn;
    n_computing_ = n_threads_;
    pausing_ = false;
    number_++;
}

void cpu_turn::enter() {
    const std::lock_guard<std::mutex> lock(mutex_);
    n_threads_++;
    n_computing_++;
}

void cpu_turn::leave() {
    const std::lock_guard<std::mutex> lock(mutex_);
    n_threads_--;
    if (--n_computing_ == 0 && n_threads_ > 0) hand_over();
}

void cpu_turn::pause_if_over() {
    std::unique_lock<std::mutex> lock(mutex_);
    if (!pausing_ && std::chrono::steady_clock::now() < end_) return;
    pausing_ = true;
    const uint64_t number = number_;
    if (--n_computing_ == 0) {
        hand_over();
    } else {
        resumed_.wait(lock, [&] { return number_ != number; });
    }
}

/// By the last thread to pause. The others wait for `number_`, which is why the mutex may be held meanwhile.
void cpu_turn::hand_over() {
    cpu_.unlock();
    cpu_.lock();
    begin();
    resumed_.notify_all();
}

} // namespace corrsteer
