// Prints what run directories found as a Markdown table: a row for each way of steering, beside what needs no SAE at the same place.
//   node scripts/evidence/tables.mjs RUN...
import { createRequire } from "node:module";
import { basename, join } from "node:path";

const require = createRequire(import.meta.url);
const dist = (...path) => require(join(import.meta.dirname, "..", "..", "dist", ...path));
const { readEvaluation } = dist("index.js");
const { hundredths, points, span } = dist("evaluate", "wording.js");

const BY_THEMSELVES = ["baseline", "constrained", "prompt-only"];
const HEADER = [
  "run",
  "arm",
  "accuracy, %",
  "gain, points",
  "p",
  "KL",
  "mean difference; ahead of it",
  "probe direction; ahead of it",
];

const runs = await Promise.all(
  process.argv.slice(2).map(async (directory) => ({
    name: basename(directory),
    evaluation: await readEvaluation(directory),
  })),
);
const rows = runs.flatMap(({ name, evaluation }) =>
  evaluation.arms.flatMap((arm) => {
    const row = rowOf(arm, evaluation);
    return row ? [[arm.role === "baseline" ? `${name}, n = ${evaluation.n}` : "", ...row]] : [];
  }),
);
console.log(markdown([HEADER, ...rows]));
console.log(runs.map(({ name, evaluation }) => `\n- ${name}: ${evaluation.headline}`).join(""));

/** Nothing of arms that stand in a profile's row, and of draws. */
function rowOf(arm, { arms, controls }) {
  if (arm.role !== "profile" && !BY_THEMSELVES.includes(arm.role)) return undefined;
  if (arm.sameAs !== null)
    return arm.role === "profile" ? [arm.name, `as ${arm.sameAs}`, "", "", "", "", ""] : undefined;
  const inPlace = (role) => {
    const other = arms.find((other) => other.role === role && other.profile === arm.name);
    const advantage = controls.find((other) => other.role === role && other.profile === arm.name)?.advantage;
    return other && advantage ? `${signed(other.comparison.difference)}; ${between(advantage)}` : "";
  };
  return [
    arm.name,
    `${hundredths(arm.meanScore)} (${span(arm.interval)})`,
    gain(arm),
    arm.comparison ? probability(arm.comparison.adjustedP) : "",
    arm.neutral?.p95Kl?.toFixed(2) ?? "",
    inPlace("mean-difference"),
    inPlace("probe-direction"),
  ];
}

function gain({ comparison }) {
  if (comparison === null) return "";
  return `${between(comparison)}${comparison.with === "baseline" ? "" : " *"}`;
}

function between({ difference, interval }) {
  return `${signed(difference)} (${interval.map(signed).join(" to ")})`;
}

function signed(difference) {
  return points(difference).replace("-", "−");
}

function probability(p) {
  if (p >= 0.001) return p.toFixed(3);
  const [mantissa, exponent] = p.toExponential(0).split("e-");
  return `${mantissa} · 10⁻${[...exponent].map((digit) => "⁰¹²³⁴⁵⁶⁷⁸⁹"[digit]).join("")}`;
}

function markdown([header, ...rows]) {
  const line = (cells) => `| ${cells.join(" | ")} |`;
  return [line(header), line(header.map(() => "---")), ...rows.map(line)].join("\n");
}
