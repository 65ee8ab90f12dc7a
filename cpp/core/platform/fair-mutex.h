#pragma once

#include <atomic>
#include <condition_variable>
#include <functional>
#include <mutex>

namespace corrsteer {

/// A mutex that goes to whoever has waited longest. One thread may lock it and another unlock it.
class fair_mutex {
  public:
    void lock();
    void unlock();
    /// Waits no longer than until `give_up` says so, which is asked now and then: false. It must not lock this mutex.
    bool lock_unless(const std::function<bool()> & give_up);
    /// Whether somebody waits.
    bool contended() const noexcept { return first_.load(std::memory_order_relaxed) != nullptr; }

  private:
    struct waiter {
        std::condition_variable turn;
        bool given = false;
        waiter * next = nullptr;
    };

    void append(waiter & one);
    void remove(waiter & one);

    std::mutex mutex_; ///< of what follows
    bool locked_ = false;
    std::atomic<waiter *> first_{nullptr};
};

} // namespace corrsteer
