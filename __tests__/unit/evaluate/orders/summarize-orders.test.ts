import type { Sample } from "../../../../lib/data/sample";
import type { ArmSummary } from "../../../../lib/evaluate/evaluation";
import { orderFindings } from "../../../../lib/evaluate/findings/orders";
import type { AnswersInOrders } from "../../../../lib/evaluate/orders/other-orders";
import { summarizeOrders } from "../../../../lib/evaluate/orders/summarize-orders";
import { ordersTable } from "../../../../lib/cli/orders-table";
import { bootstrapInterval } from "../../../../lib/statistics/bootstrap";
import { pairedPermutation } from "../../../../lib/statistics/paired-permutation";
import { clustersOf } from "../../../../lib/statistics/clusters";

const PLACES = [
  [0, 1],
  [1, 0],
];

/** The log-odds of the gold option against the other one where the letter adds nothing, and what "A" adds to its own. */
interface Odds {
  readonly gold: number;
  readonly a: number;
}

const roleOf = (name: string) =>
  name === "baseline" ? "baseline" : name.startsWith("mean-difference") ? "mean-difference" : "profile";

const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));

/** Two options in both orders. @param arms of each, the odds of every question */
function answers(arms: Record<string, readonly Odds[]>, samples: Partial<Sample>[] = []): AnswersInOrders {
  const n = Object.values(arms)[0]!.length;
  return {
    questions: Array.from({ length: n }, (_, i) => ({
      sample: { id: `q${i}`, prompt: "?", expected: "A", choices: [" A", " B"], ...samples[i] },
      places: PLACES,
    })),
    outcomes: Object.entries(arms).map(([name, odds]) => ({
      arm: { name, role: roleOf(name) },
      logProbabilities: odds.map(({ gold, a }) =>
        [gold + a, -gold + a].map((odds) => [Math.log(sigmoid(odds)), Math.log(sigmoid(-odds))]),
      ),
    })),
  };
}

const repeated = (n: number, odds: (i: number) => Odds) => Array.from({ length: n }, (_, i) => odds(i));
const ALL_A = repeated(40, (i) => ({ gold: i < 22 ? 0.5 : -0.5, a: 3 }));

describe("summarizeOrders", () => {
  it("takes means over questions, and shares of letters over prompts", async () => {
    const { n, nPrompts, nOrders, arms } = await summarizeOrders(answers({ baseline: ALL_A }), { seed: 1 });
    expect([n, nPrompts, nOrders]).toEqual([40, 80, 2]);
    const [baseline] = arms;
    expect(baseline).toMatchObject({ name: "baseline", auroc: 0.55, accuracy: 0.5, letterBias: 0.5, change: null });
    expect(baseline!.accuracyOverOrders).toBe(0.55);
    expect(baseline!.letters).toEqual([
      { choice: "A", likeliest: 1, gold: 0.5 },
      { choice: "B", likeliest: 0, gold: 0.5 },
    ]);
    const mean = (22 * Math.log(sigmoid(0.5)) + 18 * Math.log(sigmoid(-0.5))) / 40;
    expect(baseline!.goldLogProbability).toBeCloseTo(mean, 12);
  });

  it("compares with the baseline in pairs, by cluster, p adjusted for the number of profiles", async () => {
    const samples = ALL_A.map((_, i) => ({ cluster: `${Math.floor(i / 4)}` }));
    const better = ALL_A.map(({ gold, a }, i) => ({ gold: i % 3 === 0 ? 0.5 : gold, a }));
    const asked = answers({ baseline: ALL_A, A: better, S: ALL_A }, samples);
    const { arms } = await summarizeOrders(asked, { seed: 7 });
    const clusters = clustersOf(samples.map(({ cluster }) => cluster));
    const differences = ALL_A.map(({ gold }, i) => Number(better[i]!.gold > 0) - Number(gold > 0));
    const pValue = pairedPermutation(differences, 7, clusters);
    expect(pValue).toBeLessThan(0.25);
    expect(arms[1]!.change!.auroc).toEqual({
      difference: differences.reduce((sum, value) => sum + value, 0) / 40,
      interval: bootstrapInterval(differences, 7, clusters),
      ...{ pValue, adjustedP: 2 * pValue },
    });
    expect(arms[2]!.change!.auroc).toEqual({ difference: 0, interval: [0, 0], pValue: 1, adjustedP: 1 });
  });

  it("adjusts p of what needs no SAE by itself", async () => {
    const better = ALL_A.map(({ gold, a }, i) => ({ gold: i % 3 === 0 ? 0.5 : gold, a }));
    const { arms } = await summarizeOrders(answers({ baseline: ALL_A, A: better, "mean-difference-A": better }), {
      seed: 7,
    });
    const [, profile, instead] = arms.map(({ change }) => change?.auroc);
    expect(instead).toEqual(profile);
    expect(profile!.adjustedP).toBe(profile!.pValue);
  });
});

describe("orderFindings", () => {
  const arm = (difference: number, adjustedP: number) =>
    ({
      name: "A",
      n: 40,
      commonestAnswer: { completion: "A", share: 0.5 },
      comparison: { difference, adjustedP },
    }) as unknown as ArmSummary;
  const found = async (of: ArmSummary, baseline: readonly Odds[], steered: readonly Odds[]) =>
    orderFindings(of, [], await summarizeOrders(answers({ baseline, A: steered }), { seed: 1 }));
  const knowing = (n: number, a: number) => repeated(40, (i) => ({ gold: i < n ? 0.5 : -0.5, a }));

  it("says that accuracy can detect nothing where forced answers have one letter, and what the orders show", async () => {
    const [finding, ...others] = await found(arm(0.3, 0.001), knowing(22, 3), knowing(23, 3));
    expect(others).toEqual([]);
    expect(finding!.doubt).toBe(true);
    expect(finding!.clause).toBe(
      'forced answers of baseline are "A" in 100.0 % and forced answers of A are "A" in 100.0 %, so that accuracy there ' +
        "can detect nothing; over 2 orders of the options, which favour no letter, A is not shown to know more: the right " +
        "option is likelier than a wrong one in 55.0 % to 57.5 % of pairs (+2.5 points, 95 % interval 0.0 to +12.5, " +
        "p = 1.000, n = 40)",
    );
  });

  it("says that more is known where that is so, without a doubt", async () => {
    const [finding] = await found(arm(0.3, 0.001), knowing(22, 3), knowing(35, 3));
    expect(finding!.clause).toContain(
      "A knows more: the right option is likelier than a wrong one in 55.0 % to 87.5 %",
    );
    expect(finding!.doubt).toBe(false);
  });

  it("doubts a gain under which less is known, also where letters tell", async () => {
    const [finding] = await found(arm(0.3, 0.001), knowing(35, 0), knowing(22, 0));
    expect(finding).toMatchObject({ clause: expect.stringMatching(/^over 2 orders.*A knows less:/), doubt: true });
  });

  it("doubts a gain under which no more is known, also where letters tell", async () => {
    const [finding] = await found(arm(0.3, 0.001), knowing(22, 0), knowing(23, 0));
    expect(finding).toMatchObject({
      clause: expect.stringMatching(/^over 2 orders.*A is not shown to know more:/),
      doubt: true,
    });
  });

  it("is silent where nothing changes, and where orders were not asked", async () => {
    expect(await found(arm(0.3, 0.5), knowing(22, 0), knowing(23, 0))).toEqual([]);
    expect(orderFindings(arm(0.3, 0.001), [], undefined)).toEqual([]);
  });

  it("tells of what needs no SAE where that knows more in the profile's place", async () => {
    const [before, more] = [knowing(22, 0), knowing(35, 0)];
    const asked = answers({ baseline: before, A: before, "mean-difference-A": more, "mean-difference-S": more });
    const instead = ["A", "S"].map((profile) => ({
      role: "mean-difference",
      name: `mean-difference-${profile}`,
      profile,
    }));
    const orders = await summarizeOrders(asked, { seed: 1 });
    expect(orderFindings(arm(0, 1), instead as unknown as ArmSummary[], orders)).toEqual([
      {
        clause: expect.stringMatching(
          /^over these orders mean-difference-A, which needs no SAE, knows more: 87\.5 % of pairs \(\+32\.5 points, .*p = /,
        ),
        doubt: false,
      },
    ]);
  });
});

it("has a row on the console for each arm, and nothing where orders were not asked", async () => {
  const orders = await summarizeOrders(answers({ baseline: ALL_A, A: ALL_A }), { seed: 1 });
  const lines = ordersTable({ orders }).map((line) => line.trim().replaceAll(/ +/g, " "));
  expect(lines).toEqual([
    "",
    "right over wrong of pairs 95 % interval difference 95 % interval p log p right, % commonest",
    expect.stringMatching(/^baseline 55\.0 \d+\.\d to \d+\.\d -0\.699 55\.0 A 100\.0$/),
    expect.stringMatching(/^A 55\.0 .* 0\.0 0\.0 to 0\.0 1\.000 -0\.699 55\.0 A 100\.0$/),
    expect.stringMatching(/^\(over 2 orders/),
  ]);
  expect(ordersTable({})).toEqual([]);
});
