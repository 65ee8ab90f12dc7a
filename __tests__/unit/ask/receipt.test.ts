import { ReceiptSum } from "../../../lib/ask/receipt";

const layer = (rows: number, added: number, residual: number) => ({
  layer: 3,
  rows,
  leftAlone: 1,
  meanAddedNorm: added,
  maxAddedNorm: added,
  meanResidualNorm: residual,
  addedShare: added / residual,
});

describe("a sum of receipts", () => {
  it("adds rows and weighs means by the rows that they are over", () => {
    const sum = new ReceiptSum("A", [3]);
    sum.add([layer(1, 2, 10)]);
    sum.add([layer(3, 4, 20)]);
    expect(sum.total()).toEqual([
      { layer: 3, rows: 4, leftAlone: 2, meanAddedNorm: 3.5, maxAddedNorm: 4, meanResidualNorm: 17.5, addedShare: 0.2 },
    ]);
  });

  it("does not let an arm that was never steered pass for one that was", () => {
    const sum = new ReceiptSum("A", [3, 4]);
    sum.add([layer(1, 2, 10)]);
    expect(() => sum.total()).toThrow(expect.objectContaining({ code: "ERR_HOOK_POINT" }) as Error);
  });

  it("takes a condition that never held for what it is", () => {
    const sum = new ReceiptSum("A", [3]);
    sum.add([{ ...layer(0, 0, 0), leftAlone: 5, addedShare: 0 }]);
    expect(sum.total()).toEqual([expect.objectContaining({ rows: 0, leftAlone: 5, addedShare: 0 })]);
  });
});
