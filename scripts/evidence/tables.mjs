// Prints what run directories found as a Markdown table: a row for each way of steering, beside what needs no SAE at the same place.
//   node scripts/evidence/tables.mjs RUN...
import { createRequire } from "node:module";
import { basename, dirname, join, resolve } from "node:path";

const require = createRequire(import.meta.url);
const dist = (...path) => require(join(import.meta.dirname, "..", "..", "dist", ...path));
const { readEvaluation } = dist("index.js");
const { constrainedName } = dist("evaluate", "arms.js");
const { hundredths, points, span } = dist("evaluate", "wording.js");

const HEADER = [
  "run",
  "arm",
  "accuracy, %",
  "gain, points",
  "p",
  "KL",
  "choices held",
  "right over orders, %",
  "gain, right over wrong",
  "the same: mean difference; probe direction",
  "mean difference; ahead of it",
  "probe direction; ahead of it",
  "as good: random; shuffled",
];
const BY_THEMSELVES = ["baseline", "constrained", "prompt-only"];
const NOTHING = HEADER.slice(3).map(() => "");

const runs = await Promise.all(
  process.argv.slice(2).map(async (directory) => ({
    name: `${basename(dirname(resolve(directory)))}, ${basename(directory)}`,
    evaluation: await readEvaluation(directory),
  })),
);
const rows = runs.flatMap(({ name, evaluation }) =>
  rowsOf(evaluation).map((row, i) => [i === 0 ? `${name}, n = ${evaluation.n}` : "", ...row]),
);
console.log(markdown([HEADER, ...rows]));
console.log(runs.map(({ name, evaluation }) => `\n- ${name}: ${evaluation.headline}`).join(""));

/** Of profiles and of what is run by itself; profiles that are the same as another arm in one row, the last. */
function rowsOf(evaluation) {
  const isShown = ({ role, profile }) => role === "profile" || (BY_THEMSELVES.includes(role) && profile === null);
  const shown = evaluation.arms.filter(isShown);
  const own = shown.filter(({ sameAs }) => sameAs === null).map((arm) => rowOf(arm, evaluation));
  const same = shown.filter(({ role, sameAs }) => role === "profile" && sameAs !== null);
  const others = [...new Set(same.map(({ sameAs }) => sameAs))].map((as) => {
    const names = same.filter(({ sameAs }) => sameAs === as).map(({ name }) => name);
    return [names.join(", "), `as ${as}`, ...NOTHING];
  });
  return [...own, ...others];
}

function rowOf(arm, { arms, controls, orders }) {
  const held = arms.find(({ name }) => name === constrainedName(arm.name));
  const inOrders = orders?.arms.find(({ name }) => name === arm.name);
  const overOrders = (name) => {
    const change = orders?.arms.find((other) => other.name === name)?.change;
    return change ? between(change.auroc) : "";
  };
  const controlOf = (role) => controls.find((other) => other.role === role && other.profile === arm.name);
  const inPlace = (role) => {
    const other = arms.find((other) => other.role === role && other.profile === arm.name);
    const advantage = controlOf(role)?.advantage;
    return other && advantage ? `${signed(other.comparison.difference)}; ${between(advantage)}` : "";
  };
  const asGood = (role) => {
    const draws = controlOf(role);
    return draws ? `${draws.nAtLeastProfile} of ${draws.arms.length}` : "";
  };
  const known = ["mean-difference", "probe-direction"].map((method) => overOrders(`${method}-${arm.name}`));
  const draws = [asGood("random"), asGood("shuffled")];
  return [
    arm.name,
    `${hundredths(arm.meanScore)} (${span(arm.interval)})`,
    gain(arm),
    arm.comparison ? probability(arm.comparison.adjustedP) : "",
    arm.neutral?.p95Kl?.toFixed(2) ?? "",
    arm.role === "profile" && held ? gain(held) : "",
    inOrders?.accuracyOverOrders === undefined ? "" : hundredths(inOrders.accuracyOverOrders),
    overOrders(arm.name),
    known.some(Boolean) ? known.map((text) => text || "–").join("; ") : "",
    inPlace("mean-difference"),
    inPlace("probe-direction"),
    draws.some(Boolean) ? draws.join("; ") : "",
  ];
}

function gain({ comparison }) {
  return comparison ? between(comparison) : "";
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
