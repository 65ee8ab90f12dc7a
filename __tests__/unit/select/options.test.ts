import { needsSamples, requireBudget, requireKept, resolveChoice } from "../../../lib/select/options";

const code = (value: string) => expect.objectContaining({ code: value }) as Error;

describe("single samples", () => {
  it.each([
    ["joint", { variants: ["joint"] }, true],
    ["joint-weighted", { variants: ["A", "joint-weighted"] }, true],
    ["the pool of causal", { variants: ["causal"], pools: ["joint"] }, true],
    ["no pool without causal", { variants: ["A"], pools: ["joint"] }, false],
    ["no other variant", { variants: ["S", "output-score", "causal"] }, false],
  ] as const)("are needed by %s", (_, options, needed) => {
    const choice = resolveChoice(options);
    expect(needsSamples(choice)).toBe(needed);
    const require = () => {
      requireKept(choice, "moments");
    };
    if (needed) expect(require).toThrow(code("ERR_INVALID_ARGUMENT"));
    else expect(require).not.toThrow();
    expect(() => {
      requireKept(choice, "sparse");
    }).not.toThrow();
  });
});

test("a budget has room for a feature at all its doses, beside no steering, where causal is asked for", () => {
  const at = (budget: number, variants: ("A" | "causal")[]) => () => {
    requireBudget(resolveChoice({ variants, budget, grid: [1, 2], residualGrid: [0.1] }), 10);
  };
  expect(at(39, ["causal"])).toThrow(code("ERR_OUT_OF_RANGE"));
  expect(at(40, ["causal"])).not.toThrow();
  expect(at(1, ["A"])).not.toThrow();
});
