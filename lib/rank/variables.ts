import { join } from "node:path";
import { invalidArgument } from "../errors";
import { readSamples, type SampleRecord } from "../run/samples";

/** Something known of each sample, in the order of the shards: numbers, or the names of categories. */
export type Variable = readonly number[] | readonly string[];

export function isNumeric(variable: Variable): variable is readonly number[] {
  return variable.every((value) => typeof value === "number");
}

/** What `samples.jsonl` says of a sample, by the names that targets, covariates and strata go by. */
const FIELDS: Record<string, (sample: SampleRecord) => number | string | undefined> = {
  score: ({ score }) => score,
  completionTokens: ({ generatedTokens }) => generatedTokens,
  promptTokens: ({ promptTokens }) => promptTokens,
  margin: ({ margin }) => margin,
  formatValid: (sample) => (sample.choiceLogProbabilities ? Number(chosenOption(sample) !== NO_OPTION) : undefined),
  chosenOption: (sample) => (sample.choiceLogProbabilities ? chosenOption(sample) : undefined),
  expected: ({ expected }) => expected,
  group: ({ group }) => group,
  cluster: ({ cluster }) => cluster,
  stopReason: ({ stopReason }) => stopReason,
};

const NO_OPTION = "none";

/** For messages and documentation. */
const NAMES = [...Object.keys(FIELDS), "extras.<name>"].join(", ");

/**
 * Variables of all samples in one pass over their files. `<name>=<value>` is 1 where the variable has that value, else 0.
 *
 * @param asked names by the option that asks for them, for messages
 * @throws ERR_INVALID_ARGUMENT for a variable that there is not, or that a sample lacks; ERR_FILE_FORMAT
 */
export async function readVariables(
  directories: readonly string[],
  asked: Readonly<Record<string, readonly string[]>>,
): Promise<ReadonlyMap<string, Variable>> {
  const variables = Object.entries(asked).flatMap(([option, names]) =>
    names.map((name) => ({ name, valueOf: fieldOf(option, name), values: [] as (number | string)[] })),
  );
  for (const directory of variables.length === 0 ? [] : directories) {
    for await (const sample of readSamples(join(directory, "samples.jsonl"))) {
      for (const { valueOf, values } of variables) values.push(valueOf(sample));
    }
  }
  return new Map(variables.map(({ name, values }) => [name, values as Variable]));
}

/** What can be said of names before there are samples. @throws ERR_INVALID_ARGUMENT */
export function checkVariableNames(asked: Readonly<Record<string, readonly string[]>>): void {
  for (const [option, names] of Object.entries(asked)) for (const name of names) fieldOf(option, name);
}

function fieldOf(option: string, text: string): (sample: SampleRecord) => number | string {
  const [name = "", value] = text.split(/=(.*)/s, 2);
  const read = name.startsWith("extras.")
    ? ({ extras }: SampleRecord) => extras?.[name.slice("extras.".length)]
    : Object.hasOwn(FIELDS, name)
      ? FIELDS[name]
      : undefined;
  if (read === undefined) throw invalidArgument(option, `some of ${NAMES}`, name);
  return (sample) => {
    const found = read(sample);
    if (found === undefined) {
      throw invalidArgument(option, "what every sample has", `${name}, which sample ${sample.id} does not have`);
    }
    return value === undefined ? found : Number(String(found) === value);
  };
}

/** The option that the answer is, and nothing else. */
function chosenOption({ completion, choiceLogProbabilities = {} }: SampleRecord): string {
  const options = Object.keys(choiceLogProbabilities).map((choice) => choice.trim());
  return options.find((option) => option === completion.trim()) ?? NO_OPTION;
}
