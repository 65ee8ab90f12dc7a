import type { ArmSummary, ControlSummary } from "../../../lib/evaluate/evaluation";
import { armGroups, fitting } from "../../../lib/report/figures/forest-groups";

/** An arm, and its difference in points, shown or not. */
function arm(name: string, role: ArmSummary["role"], profile: string | null, points: number, more: object = {}) {
  const comparison = {
    ...{ with: "baseline", difference: points / 100, interval: [points / 100 - 0.02, points / 100 + 0.02] },
    adjustedP: Math.abs(points) > 2 ? 0.01 : 0.5,
  };
  return { name, role, profile, scale: 1, sameAs: null, comparison, ...more } as unknown as ArmSummary;
}

const ARMS = [
  arm("baseline", "baseline", null, 0, { comparison: null }),
  arm("S", "profile", "S", -5),
  arm("A", "profile", "A", 8),
  arm("P", "profile", "P", 8, { sameAs: "A" }),
  arm("B", "profile", "B", 9),
  arm("baseline-again", "repeat", null, 0),
  arm("S@2", "scale", "S", 1, { scale: 2 }),
  arm("A@2", "scale", "A", 12, { scale: 2 }),
  arm("B@2", "scale", "B", 12, { scale: 2 }),
  arm("random-A-1", "random", "A", 3),
  arm("random-A-2", "random", "A", -3),
  arm("sign-flipped-S", "sign-flipped", "S", 4),
  arm("A-constrained", "constrained", "A", 1),
  arm("S-constrained", "constrained", "S", 1),
  arm("baseline-constrained", "constrained", null, 6),
];
const DRAWS = {
  ...{ profile: "A", role: "random", arms: ["random-A-1", "random-A-2"], meanDifference: 0, range: [-0.03, 0.03] },
} as unknown as ControlSummary;
const VERDICT = {
  subject: "A",
  profiles: [
    { name: "S", doubted: true, outcome: "", details: [] },
    { name: "A", doubted: true, outcome: "", details: [] },
    { name: "B", doubted: false, outcome: "", details: [] },
  ],
};

const groups = armGroups({ arms: ARMS, controls: [DRAWS] }, VERDICT);
const shown = (of: typeof groups) => of.map(({ rows }) => rows.map(({ name, finding }) => [name, finding]));

it("puts the headline's profile first, with what stands beside it, and last what is not steered", () => {
  expect(shown(groups)).toEqual([
    [["A, P", "doubted"], ["choices forced", "open"], ["× 2", "doubted"], ["random × 2", "draws"]], // prettier-ignore
    [["S", "lowers"], ["choices forced", "open"], ["× 2", "open"], ["sign flipped", "raises"]], // prettier-ignore
    [["B", "raises"], ["× 2", "raises"]], // prettier-ignore
    [["baseline again", "open"], ["baseline, forced", "raises"]], // prettier-ignore
  ]);
  const leading = groups.flatMap(({ rows }) => rows.filter(({ leads }) => leads).map(({ name }) => name));
  expect(leading).toEqual(["A, P", "S", "B"]);
});

it("leaves out what matters less until there is room, and says what", () => {
  expect(fitting(groups, 12)).toEqual({ groups, leftOut: [] });
  const roomy = fitting(groups, 10);
  expect(roomy.leftOut).toEqual(["scales of other profiles"]);
  expect(shown(roomy.groups).map((rows) => rows.length)).toEqual([4, 3, 1, 2]);
  const tight = fitting(groups, 2);
  expect(tight.leftOut).toEqual([
    "scales of other profiles",
    "controls of other profiles",
    "scales of the first profile",
    "forced choices of other profiles",
  ]);
  expect(shown(tight.groups).map((rows) => rows.map(([name]) => name))).toEqual([
    ["A, P", "choices forced", "random × 2"],
    ["S"],
    ["B"],
    ["baseline again", "baseline, forced"],
  ]);
});

it("is the same in the order of the evaluation where nothing is told of", () => {
  const none = armGroups({ arms: ARMS, controls: [] }, { subject: null, profiles: [] });

  expect(none.map(({ rows }) => rows[0]!.name)).toEqual(["S", "A, P", "B", "baseline again"]);
});
