import type { ArmSummary, Evaluation } from "../../evaluate/evaluation";
import { percent, points } from "../format";
import { html } from "../html";
import { section, type Section } from "./section";
import { table, type Column } from "./table";

type Group = ArmSummary["groups"][number];

/** More than these are folded away. */
const OPEN = 12;

/** Each category under the baseline and each profile. */
export function groupsSection({ arms, metric }: Evaluation): Section | undefined {
  const baseline = arms.find(({ role }) => role === "baseline");
  if (!baseline || baseline.groups.length < 2) return undefined;
  const ofProfile = (arm: ArmSummary): Column<Group> => ({
    heading: arm.name,
    cell: ({ group }) => {
      const own = arm.groups.find((entry) => entry.group === group);
      return own && html`${percent(own.meanScore)} <small>${own.difference !== null && points(own.difference)}</small>`;
    },
  });
  const columns: Column<Group>[] = [
    { heading: "category", cell: ({ group }) => group },
    { heading: "n", cell: ({ n }) => n },
    { heading: baseline.name, cell: ({ meanScore }) => percent(meanScore) },
    ...arms.filter(({ role }) => role === "profile").map(ofProfile),
  ];
  return section(
    "categories",
    "Categories",
    html`<details ${baseline.groups.length <= OPEN && html`open`}>
      <summary>${baseline.groups.length} categories: ${metric}, and the difference from the baseline in points</summary>
      ${table("Categories", columns, baseline.groups)}
    </details>`,
  );
}
