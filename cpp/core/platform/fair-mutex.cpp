#include "platform/fair-mutex.h"

#include <chrono>

namespace corrsteer {

namespace {

constexpr std::chrono::milliseconds between_questions{5};

} // namespace

void fair_mutex::append(waiter & one) {
    waiter * last = first_;
    if (!last) {
        first_ = &one;
        return;
    }
    while (last->next) last = last->next;
    last->next = &one;
}

void fair_mutex::remove(waiter & one) {
    if (first_ == &one) {
        first_ = one.next;
        return;
    }
    waiter * before = first_;
    while (before->next != &one) before = before->next;
    before->next = one.next;
}

void fair_mutex::lock() {
    std::unique_lock<std::mutex> lock(mutex_);
    if (!locked_) {
        locked_ = true;
        return;
    }
    waiter mine;
    append(mine);
    mine.turn.wait(lock, [&] { return mine.given; });
}

bool fair_mutex::lock_unless(const std::function<bool()> & give_up) {
    std::unique_lock<std::mutex> lock(mutex_);
    if (!locked_) return locked_ = true;
    waiter mine;
    append(mine);
    while (!mine.turn.wait_for(lock, between_questions, [&] { return mine.given; })) {
        if (!give_up()) continue;
        remove(mine);
        return false;
    }
    return true;
}

/// Handed on, not let go of: a thread that unlocks and locks again would have it before the one that waits wakes up.
void fair_mutex::unlock() {
    const std::lock_guard<std::mutex> lock(mutex_);
    waiter * next = first_;
    if (!next) {
        locked_ = false;
        return;
    }
    first_ = next->next;
    next->given = true;
    next->turn.notify_one(); // before the lock goes: the waiter is on its thread's stack
}

} // namespace corrsteer
