#pragma once

#include <atomic>

namespace corrsteer {

/// One flag, set from any thread, polled per graph node and per token.
class cancel_token {
  public:
    void request() noexcept { requested_.store(true, std::memory_order_relaxed); }
    bool requested() const noexcept { return requested_.load(std::memory_order_relaxed); }

  private:
    std::atomic<bool> requested_{false};
};

} // namespace corrsteer
