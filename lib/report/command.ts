import { basename } from "node:path";
import { pick } from "../pipeline/pick";
import type { Report } from "./report";

type Value = string | number | boolean | null | undefined | readonly (string | number)[];

/** Options of `run` whose names are not those of the setup's fields. */
const FLAGS: Readonly<Record<string, string>> = { contextTokens: "context" };
const PATHS = new Set(["model", "sae", "task", "data"]);

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
    variant: selections.selections.map(({ variant }) => variant),
    scales: orNone([...new Set(arms.filter(({ role }) => role === "scale").map(({ scale }) => scale))]),
    controls: orNone([
      ...shared.filter((control) => arms.some(({ role }) => role === control)),
      ...(neutral ? ["neutral"] : []),
    ]),
    randomDraws: drawn("random"),
    shuffledDraws: drawn("shuffled"),
  };
  return ["corrsteer run", ...Object.entries(options).flatMap(([name, value]) => flag(name, value))].join(" ");
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

/** For a shell. */
function quoted(text: string): string {
  return /^[\w./,=:@+-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
