import { basename } from "node:path";
import { printable } from "../printable";
import { pick } from "../pipeline/pick";
import type { SelectionFile } from "../select/selection";
import type { Report } from "./report";

type Value = string | number | boolean | null | undefined | readonly (string | number)[];

/** Options of `run` whose names are not those of the setup's fields. */
const FLAGS: Readonly<Record<string, string>> = { contextTokens: "context" };
/** What the evaluation calls the neutral text that comes with the program. */
const BUILT_IN = "built in";
const PATHS = new Set(["model", "sae", "task", "data", "neutralText"]);

/**
 * The command that does the same again, every option said. Files are named without their folders, as a report is for
 * others too: the hashes say which they were.
 */
export function commandOf({ manifest, ranking, selections, evaluation }: Report): string {
  const { layers, basis, ...setup } = manifest.environment as Readonly<Record<string, Value>>;
  const { arms, controls, neutral } = evaluation;
  const drawn = (role: string) => controls.find((control) => control.role === role)?.arms.length;
  const shared = ["repeat", "random", "sign-flipped", "shuffled", "mean-difference", "prompt-only", "constrained"];
  const collected = pick(manifest, ["convention", "keep", "positions", "pooling", "steerPooling", "chunkSamples"]);
  const ranked = pick(ranking, ["target", "reverse", "score", "sign", "minSupport", "covariates"]);
  const selected = pick(selections, ["significance", "topK", "coefficient", "decode"]);
  const options: Readonly<Record<string, Value>> = {
    ...setup,
    raw: basis === "residual",
    layers: layers === "all" ? undefined : layers,
    ...collected,
    weightType: manifest.saeWeightType,
    ...ranked,
    permutations: ranking.null?.permutations ?? 0,
    stratifyBy: ranking.stratifiedBy,
    bootstrap: ranking.bootstrap?.resamples ?? 0,
    ...selected,
    variant: selections.selections.map(({ variant }) => variant),
    ...causalOptions(selections),
    scales: orNone([...new Set(arms.filter(({ role }) => role === "scale").map(({ scale }) => scale))]),
    controls: orNone([
      ...shared.filter((control) => arms.some(({ role }) => role === control)),
      ...(neutral ? ["neutral"] : []),
    ]),
    neutralText: neutral?.text === BUILT_IN ? undefined : neutral?.text,
    randomDraws: drawn("random"),
    shuffledDraws: drawn("shuffled"),
  };
  return ["corrsteer run", ...Object.entries(options).flatMap(([name, value]) => flag(name, value))].join(" ");
}

/** Of selection by effect: what it tried. */
function causalOptions({ selections }: SelectionFile): Readonly<Record<string, Value>> {
  const record = selections.find(({ causal }) => causal)?.causal;
  if (!record) return {};
  const { candidates, outcome } = record;
  const doses = [...new Set(candidates.map(({ dose }) => dose))];
  const factors = (isResidual: boolean) =>
    doses.filter((dose) => dose.startsWith("residual x ") === isResidual).map((dose) => Number(dose.split(" x ")[1]));
  const layers = [...new Set(candidates.map(({ layer }) => layer))];
  const tried = layers.map(
    (of) => new Set(candidates.flatMap(({ layer, feature }) => (layer === of ? [feature] : []))),
  );
  return {
    ...{
      candidates: Math.max(1, ...tried.map(({ size }) => size)),
      grid: orNone(factors(false)),
      residualGrid: orNone(factors(true)),
    },
    outcome,
  };
}

function flag(name: string, value: Value): string[] {
  const option = `--${FLAGS[name] ?? name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
  if (value === undefined || value === null || value === false) return [];
  if (value === true) return [option];
  if (!PATHS.has(name)) {
    const text = Array.isArray(value) ? value.join(",") : String(value);
    return text === "" ? [] : [option, quoted(text)];
  }
  const entries = [value].flat().map(String);
  return [option, ...entries.map((entry) => quoted(entry.replace(/^(\d+=)?(.*)$/s, named)))];
}

/** The name of a file or folder, after its layer if it has one. */
function named(_entry: string, layer: string | undefined, path: string): string {
  return `${layer ?? ""}${basename(path)}`;
}

function orNone<T extends string | number>(items: readonly T[]): readonly (T | "none")[] {
  return items.length > 0 ? items : ["none"];
}

/** For a shell: control characters by their numbers, as they are seen in the page. */
function quoted(text: string): string {
  const shown = printable(text);
  if (shown !== text) return `$'${printable(text.replaceAll(/[\\']/g, "\\$&"))}'`;
  return /^[\w./,=:@+-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
