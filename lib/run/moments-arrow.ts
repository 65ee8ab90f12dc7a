import { columnOf, readColumns, writeColumns } from "../files/columns";
import { Moments, type MomentsState } from "../statistics/moments";

const NUMBERS = ["dSae", "n", "nCorrect", "scoreMean", "scoreM2"] as const;
const COUNTS = ["nActive", "nActiveCorrect"] as const;
const SUMS = ["activeMean", "activeM2", "activeScoreMean", "activeCo", "sumCorrect", "sumIncorrect"] as const;

/** An Arrow IPC file with one row for each feature that fires somewhere; totals are in the schema's metadata. Exact. */
export function momentsToArrow({ state }: Moments): Uint8Array {
  const features = Uint32Array.from([...state.nActive.keys()].filter((feature) => state.nActive[feature]! > 0));
  return writeColumns(
    {
      feature: features,
      ...Object.fromEntries(COUNTS.map((name) => [name, features.map((feature) => state[name][feature]!)])),
      ...Object.fromEntries(SUMS.map((name) => [name, Float64Array.from(features, (f) => state[name][f]!)])),
    },
    Object.fromEntries(NUMBERS.map((name) => [name, String(state[name])])),
  );
}

/** @throws ERR_FILE_FORMAT when `bytes` is not such a file; `path` is for the message */
export function momentsFromArrow(bytes: Uint8Array, path: string): Moments {
  const { table, metadata } = readColumns(bytes, path, ["feature", ...COUNTS, ...SUMS], NUMBERS);
  const state: MomentsState = Moments.empty(Number(metadata.dSae)).state;
  for (const name of NUMBERS) if (name !== "dSae") state[name] = Number(metadata[name]);
  const features = columnOf(table, "feature");
  for (const name of [...COUNTS, ...SUMS]) {
    const column = columnOf(table, name);
    features.forEach((feature, row) => (state[name][feature] = column[row]!));
  }
  return Moments.from(state);
}
