import { SteeringError } from "../errors";

/** What two runs differ in. */
export interface Difference {
  /** In `run.json`: "samples.n". */
  readonly field: string;
  /** The option that says so, where there is one. */
  readonly option?: string;
  /** As JSON; "nothing" for what is not there. */
  readonly found: string;
  readonly asked: string;
}

/** How an option and its values are told. */
export type Spell = (difference: Difference & { readonly option: string }) => string;

/** Options of the setup, by the parts of `run.json` that they bear on. */
const BEARING: Readonly<Record<string, readonly string[]>> = {
  model: ["model", "adapters"],
  saes: ["sae", "basis", "layers"],
  task: ["task", "promptStyle", "chainOfThought", "fewShot", "category", "constrained", "maxTokens", "scorer"],
  samples: [
    ...["task", "data", "category", "split", "seed", "samples", "validationSamples", "testSamples"],
    ...["promptStyle", "chainOfThought", "fewShot"],
  ],
};
/** Fields that are an option each. */
const OWN: Readonly<Record<string, string>> = {
  ...{ keep: "keep", positions: "positions", pooling: "pooling", steerPooling: "steerPooling" },
  ...{ convention: "convention", products: "products", chunkSamples: "chunkSamples", saeWeightType: "weightType" },
};
/** Fields beside the options, and characters of a value, that are told. */
const TOLD = 6;
const LONGEST = 60;

interface Manifest {
  readonly environment?: Readonly<Record<string, unknown>>;
}

/**
 * In what two manifests, or parts of them, differ, and by which options, as far as their environments say: what differs in
 * an environment alone makes no other run.
 */
export function differencesOf(found: Manifest, asked: Manifest): Difference[] {
  const fields = [...differing("", { ...found, environment: {} }, { ...asked, environment: {} })];
  const parts = new Set(fields.map(({ field }) => field.split(".")[0]!));
  const bearing = new Set([...parts].flatMap((part) => BEARING[part] ?? []));
  const options = [...bearing].flatMap((option) => {
    const field = `environment.${option}`;
    const values = { found: shown(found.environment?.[option]), asked: shown(asked.environment?.[option]) };
    return values.found === values.asked ? [] : [{ field, option, ...values }];
  });
  const own = fields.map((difference) => {
    const option = OWN[difference.field];
    return option === undefined ? difference : { ...difference, option };
  });
  return [...options, ...own];
}

const plainly: Spell = ({ option, found, asked }) => `${option}: found ${found}, asked for ${asked}`;

/** What a directory of another run is refused with. */
export function runMismatch(directory: string, differences: readonly Difference[], spell?: Spell): SteeringError {
  return new SteeringError(
    "ERR_RUN_MISMATCH",
    `${directory} holds another run (${listOf(differences, spell)}). Use another directory, or the options that this run was started with.`,
    { directory, differences },
  );
}

/** Differences in words. */
export function listOf(differences: readonly Difference[], spell = plainly): string {
  const options = differences.flatMap(({ option, ...values }) => (option === undefined ? [] : [spell({ ...values, option })])); // prettier-ignore
  const fields = differences.filter(({ option }) => option === undefined);
  const more = fields.length > TOLD ? [`${fields.length - TOLD} more`] : [];
  const inFile = [...fields.slice(0, TOLD).map(fieldText), ...more].join("; ");
  return [...options, ...(inFile === "" ? [] : [`in run.json ${inFile}`])].join("; ");
}

const SHA256 = /^"[0-9a-f]{64}"$/;

/** Of hashes, that they differ is all that there is to say. */
function fieldText({ field, found, asked }: Difference): string {
  if (SHA256.test(found) && SHA256.test(asked)) return `${field} differs`;
  return `${field}: found ${clip(found)}, asked for ${clip(asked)}`;
}

function* differing(field: string, found: unknown, asked: unknown): Generator<Difference> {
  if (isObject(found) && isObject(asked)) {
    for (const key of new Set([...Object.keys(found), ...Object.keys(asked)])) {
      yield* differing(field === "" ? key : `${field}.${key}`, found[key], asked[key]);
    }
  } else if (JSON.stringify(found) !== JSON.stringify(asked)) {
    yield { field, found: shown(found), asked: shown(asked) };
  }
}

function shown(value: unknown): string {
  return value === undefined ? "nothing" : JSON.stringify(value);
}

function clip(text: string): string {
  return text.length <= LONGEST ? text : `${text.slice(0, LONGEST)}\u2026`;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
