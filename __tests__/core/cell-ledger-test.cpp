#include "check.h"
#include "engine/cell-ledger.h"

using corrsteer::cell_ledger;

TEST("forked sequences share cells until the last of them lets go") {
    cell_ledger ledger(10, 3);
    ledger.append(0, 4);
    ledger.fork(0, 1, 3);
    ledger.append(1, 2);
    CHECK(ledger.used() == 6);
    CHECK(ledger.length(1) == 5);

    ledger.truncate(0, 0);
    CHECK(ledger.used() == 5); // only the fourth cell was sequence 0's own
    CHECK(ledger.length(0) == 0);

    ledger.truncate(1, 0);
    CHECK(ledger.used() == 0);
    CHECK(ledger.free() == 10);
}

TEST("what truncating would free is what it frees") {
    cell_ledger ledger(10, 2);
    ledger.append(0, 6);
    ledger.fork(0, 1, 3);
    CHECK(ledger.exclusive(0, 2) == 3);
    CHECK(ledger.exclusive(0, 0) == 3);
    CHECK(ledger.exclusive(1, 0) == 0);

    const int used = ledger.used();
    ledger.truncate(0, 2);
    CHECK(used - ledger.used() == 3);
    CHECK(ledger.length(0) == 2);
}

int main() {
    return check::run_all();
}
