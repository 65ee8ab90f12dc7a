#include "platform/fair-mutex.h"

#include <chrono>
#include <thread>
#include <vector>

#include "check.h"

using namespace corrsteer;

namespace {

/// Waits until as many as it says have come to wait, which takes no more than a start of threads.
void let_wait() {
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
}

} // namespace

TEST("goes to whoever has waited longest, also if its holder asks again at once") {
    fair_mutex mutex;
    mutex.lock();
    std::vector<int> order;
    std::vector<std::thread> threads;
    for (int i = 0; i < 4; i++) {
        threads.emplace_back([&, i] {
            const std::lock_guard<fair_mutex> lock(mutex);
            order.push_back(i);
        });
        let_wait();
    }
    CHECK(mutex.contended());
    mutex.unlock();
    mutex.lock();
    order.push_back(4);
    mutex.unlock();
    for (auto & thread : threads) thread.join();
    CHECK((order == std::vector<int>{0, 1, 2, 3, 4}));
    CHECK(!mutex.contended());
}

TEST("a wait that is given up leaves the others in their order") {
    fair_mutex mutex;
    mutex.lock();
    std::atomic<bool> give_up{false};
    std::atomic<bool> got_it{true};
    std::vector<int> order;
    const auto wait = [&](int i) {
        const std::lock_guard<fair_mutex> lock(mutex);
        order.push_back(i);
    };
    std::thread first(wait, 0);
    let_wait();
    std::thread second([&] { got_it = mutex.lock_unless([&] { return give_up.load(); }); });
    let_wait();
    std::thread third(wait, 1);
    let_wait();
    give_up = true;
    second.join();
    CHECK(!got_it);
    mutex.unlock();
    first.join();
    third.join();
    CHECK((order == std::vector<int>{0, 1}));
    CHECK(mutex.lock_unless([] { return true; })); // free: nobody is asked
    mutex.unlock();
}

TEST("one thread locks it, another unlocks it") {
    fair_mutex mutex;
    mutex.lock();
    std::thread([&] { mutex.unlock(); }).join();
    CHECK(mutex.lock_unless([] { return true; }));
    mutex.unlock();
}

int main() {
    return check::run_all();
}
