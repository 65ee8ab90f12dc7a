import { isDrawn } from "../../evaluate/controls/drawn";
import type { ArmRole, ArmSummary, Evaluation } from "../../evaluate/evaluation";
import { isShown } from "../../evaluate/summary";
import type { Verdict } from "../../evaluate/verdict";
import type { ForestFinding, ForestRow } from "./forest";

/** What a row is to its profile, in their order. */
const PARTS = ["profile", "forced", "scale", "control"] as const;
type Part = (typeof PARTS)[number];

interface ArmRow extends ForestRow {
  readonly part: Part;
}

/** A profile and what stands beside it, or what was compared without steering. */
export interface ArmGroup {
  /** Of a profile that the headline is not about. */
  readonly isOther: boolean;
  readonly rows: readonly ArmRow[];
}

const BESIDE_PROFILE: Partial<Record<ArmRole, string>> = {
  constrained: "choices forced",
  "sign-flipped": "sign flipped",
  "mean-difference": "mean difference",
  "probe-direction": "probe direction",
};
const UNSTEERED: Partial<Record<ArmRole, string>> = {
  repeat: "baseline again",
  constrained: "baseline, forced",
  "prompt-only": "instruction alone",
};

/** A group for each profile unlike another, the headline's first, and one for what steers nothing. */
export function armGroups(
  { arms, controls }: Pick<Evaluation, "arms" | "controls">,
  { subject, profiles }: Pick<Verdict, "subject" | "profiles">,
): ArmGroup[] {
  const distinct = arms.filter(({ role, sameAs }) => role === "profile" && sameAs === null);
  const inOrder = [...distinct].sort((a, b) => Number(b.name === subject) - Number(a.name === subject));
  const ofProfile = ({ name }: ArmSummary): ArmGroup => {
    const doubted = profiles.some((profile) => profile.name === name && profile.doubted);
    const own = arms.filter(({ profile, role }) => profile === name && !isDrawn(role));
    const same = arms.filter(({ role, sameAs }) => role === "profile" && sameAs === name);
    const rows = own.flatMap((arm): ArmRow[] => {
      if (arm.role === "profile") return row(arm, "profile", [name, ...same.map((of) => of.name)].join(", "), doubted);
      if (arm.role === "scale") return row(arm, "scale", `× ${arm.scale}`, doubted);
      const part = arm.role === "constrained" ? "forced" : "control";
      return row(arm, part, BESIDE_PROFILE[arm.role] ?? arm.name);
    });
    const drawn = controls // draws of one are one row
      .filter(({ profile, role }) => profile === name && isDrawn(role))
      .map(({ role, arms, meanDifference, range }): ArmRow => ({
        ...{ name: `${role} × ${arms.length}`, difference: meanDifference, interval: range },
        ...{ finding: "draws", part: "control" },
      }));
    const inOrder = PARTS.flatMap((part) => rows.filter((row) => row.part === part));
    return { isOther: name !== subject, rows: [...inOrder, ...drawn] };
  };
  const unsteered = arms
    .filter(({ role, profile }) => role in UNSTEERED && profile === null)
    .flatMap((arm) => row(arm, "control", UNSTEERED[arm.role]!));
  return [...inOrder.map(ofProfile), { isOther: false, rows: unsteered }].filter(({ rows }) => rows.length > 0);
}

function row({ comparison }: ArmSummary, part: Part, shown: string, doubted = false): ArmRow[] {
  if (comparison === null) return [];
  const { difference, interval } = comparison;
  const finding = isShown({ comparison }) ? findingOf(difference, doubted) : "open";
  return [{ name: shown, difference, interval, finding, part, leads: part === "profile" }];
}

function findingOf(difference: number, doubted: boolean): ForestFinding {
  if (difference < 0) return "lowers";
  return doubted ? "doubted" : "raises";
}

/** What a figure without room for all leaves to the table, in this order. */
const LEFT_OUT = [
  { what: "scales of other profiles", part: "scale", ofOthers: true },
  { what: "controls of other profiles", part: "control", ofOthers: true },
  { what: "scales of the first profile", part: "scale", ofOthers: false },
  { what: "forced choices of other profiles", part: "forced", ofOthers: true },
] as const;

/** As many rows as there is room for, if leaving out what matters less is enough; and what was left out, in words. */
export function fitting(
  groups: readonly ArmGroup[],
  most: number,
): { readonly groups: ArmGroup[]; readonly leftOut: string[] } {
  let left = [...groups];
  const leftOut: string[] = [];
  for (const { what, part, ofOthers } of LEFT_OUT) {
    if (nRows(left) <= most) break;
    const fewer = left.map(({ isOther, rows }) => ({
      isOther,
      rows: rows.filter((row) => row.part !== part || isOther !== ofOthers),
    }));
    if (nRows(fewer) < nRows(left)) leftOut.push(what);
    left = fewer;
  }
  return { groups: left, leftOut };
}

function nRows(groups: readonly ArmGroup[]): number {
  return groups.reduce((total, { rows }) => total + rows.length, 0);
}
