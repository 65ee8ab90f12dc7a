#pragma once

#include <atomic>
#include <string>

#include "platform/error.h"

namespace corrsteer {

/// One flag, set from any thread, polled per graph node and per token.
class cancel_token {
  public:
    void request() noexcept { requested_.store(true, std::memory_order_relaxed); }
    bool requested() const noexcept { return requested_.load(std::memory_order_relaxed); }
    /// ERR_CANCELLED once it was requested: "<what> was cancelled".
    void check(const char * what) const {
        if (requested()) throw error("ERR_CANCELLED", std::string(what) + " was cancelled");
    }

  private:
    std::atomic<bool> requested_{false};
};

/// For work that nobody cancels.
inline const cancel_token never_cancelled;

} // namespace corrsteer
