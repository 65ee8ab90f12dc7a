import { extname, join, resolve } from "node:path";
import { z } from "zod";
import { SPLIT_KINDS, type SplitKind } from "../data/split";
import { invalidArgument } from "../errors";
import { DEFAULT_PROMPTING, PROMPT_STYLES, type PromptStyle } from "../prompt/prompting";
import { readManifest } from "../run/run";

const BASES = ["sae", "residual"] as const;

/** What a run is made of unless its user says otherwise. Sizes are the published ones. */
export const SETUP_DEFAULTS = {
  basis: "sae",
  layers: "all",
  seed: 42,
  split: "clean",
  samples: 4000,
  validationSamples: 200,
  device: "cpu",
  promptStyle: DEFAULT_PROMPTING.style,
  chainOfThought: DEFAULT_PROMPTING.chainOfThought,
  fewShot: 0,
} as const;

/** @param least the error reads "expected" and then this */
function integer(least: number) {
  const expected = `an integer of at least ${least}`;
  return z.int(expected).min(least, expected);
}

const setupShape = z.object({
  model: z.string(),
  sae: z.union([z.string(), z.array(z.string()).min(1)]).exactOptional(),
  basis: z.enum(BASES, `one of ${BASES.join(", ")}`).default(SETUP_DEFAULTS.basis),
  task: z.string(),
  data: z.string(),
  layers: z.union([z.literal("all"), z.array(integer(0)).min(1)]).default(SETUP_DEFAULTS.layers),
  seed: z.int("an integer").default(SETUP_DEFAULTS.seed),
  split: z.enum(SPLIT_KINDS, `one of ${SPLIT_KINDS.join(", ")}`).default(SETUP_DEFAULTS.split),
  samples: integer(1).default(SETUP_DEFAULTS.samples),
  validationSamples: integer(0).default(SETUP_DEFAULTS.validationSamples),
  testSamples: integer(0).exactOptional(),
  promptStyle: z.enum(PROMPT_STYLES, `one of ${PROMPT_STYLES.join(", ")}`).default(SETUP_DEFAULTS.promptStyle),
  chainOfThought: z.boolean("true or false").default(SETUP_DEFAULTS.chainOfThought),
  fewShot: integer(0).default(SETUP_DEFAULTS.fewShot),
  category: z.string("the name of a group").exactOptional(),
  scorer: z.string("the name of a scorer").exactOptional(),
  constrained: z.boolean("true or false").exactOptional(),
  maxTokens: integer(1).exactOptional(),
  device: z.string().default(SETUP_DEFAULTS.device),
  threads: integer(1).exactOptional(),
  contextTokens: integer(1).exactOptional(),
});

/** What a run is made of, as its user names it: kept in `run.json`, so that later stages need the directory alone. */
export type Setup = z.infer<typeof setupShape>;

/** What a run is made of. */
export interface SetupOptions {
  /** A GGUF file. */
  readonly model: string;
  /** A folder with SAEs, or entries `layer=path`; needed unless `basis` is "residual". */
  readonly sae?: string | readonly string[];
  /** What features are: those of SAEs, or the coordinates of the residual stream itself. @default "sae" */
  readonly basis?: (typeof BASES)[number];
  /** A name that `findTask` knows, or a file that defines a task. */
  readonly task: string;
  /** What the task reads: a folder or a file. */
  readonly data: string;
  /** Layers whose SAEs are used. @default "all" that have one */
  readonly layers?: "all" | readonly number[];
  /** Of the order in which questions are taken. @default 42 */
  readonly seed?: number;
  /** How questions are parted into those to select on, to validate on and to test on. @default "clean" */
  readonly split?: SplitKind;
  /** The most questions to select features on. @default 4000 */
  readonly samples?: number;
  /** The most questions to prune on. @default 200 */
  readonly validationSamples?: number;
  /** The most questions to evaluate on. @default all there are */
  readonly testSamples?: number;
  /**
   * How questions are put: "clean", as written here; "official", literally as the method's published code; "chat", in the
   * model's own chat template. @default "clean"
   */
  readonly promptStyle?: PromptStyle;
  /** Whether the model is told to reason before it answers. @default false */
  readonly chainOfThought?: boolean;
  /** Worked examples before each question, from the end of the part to select features on. @default 0 */
  readonly fewShot?: number;
  /** Only the questions of this group, such as an MMLU subject. @default all */
  readonly category?: string;
  /** Name of one of the task's scorers. @default the task's first */
  readonly scorer?: string;
  /** Whether every answer, while collecting too, must begin with the first token of one of the choices. @default false */
  readonly constrained?: boolean;
  /** Most tokens of an answer, where answers are generated. @default the task's */
  readonly maxTokens?: number;
  /** Where the weights of model and SAEs lie: "cpu", "gpu" or a device's name. @default "cpu" */
  readonly device?: string;
  /** Threads of the CPU. @default one less than there are cores */
  readonly threads?: number;
  /** Cells of the key-value cache. @default 4096, or the training context if that is less */
  readonly contextTokens?: number;
}

/** @throws TypeError `ERR_INVALID_ARGUMENT` */
export function resolveSetup(options: SetupOptions): Setup {
  const parsed = setupShape.safeParse(options);
  if (!parsed.success) {
    const { path, message } = parsed.error.issues[0]!;
    const name = path.map(String).join(".");
    throw invalidArgument(name, message, (options as unknown as Record<string, unknown>)[String(path[0])]);
  }
  const { model, sae, basis, task, data } = parsed.data;
  if (basis === "residual" && sae !== undefined)
    throw invalidArgument("sae", 'none with basis "residual" (--raw)', sae);
  return {
    ...parsed.data,
    model: resolve(model),
    ...(sae !== undefined && { sae: absoluteSae(sae) }),
    task: extname(task) === "" ? task : resolve(task),
    data: resolve(data),
  };
}

function absoluteSae(sae: string | string[]): string | string[] {
  if (typeof sae === "string") return resolve(sae);
  return sae.map((entry) => entry.replace(/(?<=^\d+=).+/, (path) => resolve(path)));
}

/**
 * The setup that a run directory was collected with, with `overrides` in place of what it says.
 *
 * @throws ERR_RUN_INCOMPLETE, ERR_FILE_FORMAT
 */
export async function readSetup(directory: string, overrides: Partial<SetupOptions> = {}): Promise<Setup> {
  const { environment } = await readManifest(directory);
  return resolveSetup({ ...(environment as Partial<Setup>), ...overrides } as SetupOptions);
}

/** Where a run goes unless its user says so: `runs/<task>-<model>-<seed>`. */
export function defaultDirectory({ task, model, seed }: Setup): string {
  const name = (path: string) =>
    path
      .split(/[\\/]/)
      .at(-1)!
      .replace(/\.(gguf|ts|m?js)$/, "");
  return join("runs", `${name(task)}-${name(model)}-${seed}`);
}
