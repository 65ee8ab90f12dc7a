import { writeColumns } from "../files/columns";
import { StoredColumns } from "../files/read-columns";
import { Moments, type MomentsState } from "../statistics/moments";

const NUMBERS = ["dSae", "n", "nCorrect", "scoreMean", "scoreM2"] as const;
const COUNTS = ["nActive", "nActiveCorrect"] as const;
const SUMS = ["activeMean", "activeM2", "activeScoreMean", "activeCo", "sumCorrect", "sumIncorrect"] as const;

/** An Arrow IPC file with one row for each feature that fires somewhere; totals are in the schema's metadata. Exact. */
export function momentsToArrow(moments: Moments): Uint8Array {
  const { state } = moments;
  const features = moments.activeFeatures();
  return writeColumns(
    {
      feature: features,
      ...Object.fromEntries(COUNTS.map((name) => [name, features.map((feature) => state[name][feature]!)])),
      ...Object.fromEntries(SUMS.map((name) => [name, Float64Array.from(features, (f) => state[name][f]!)])),
    },
    Object.fromEntries(NUMBERS.map((name) => [name, String(state[name])])),
  );
}

/** @throws ERR_FILE_FORMAT when `bytes` is not such a file, or not of `dSae` features; `path` is for the message */
export function momentsFromArrow(bytes: Uint8Array, path: string, dSae: number): Moments {
  const columns = StoredColumns.read(bytes, path);
  if (columns.number("dSae") !== dSae) throw columns.wrong("dSae", `${dSae} features`);
  const state: MomentsState = Moments.empty(dSae).state;
  for (const name of NUMBERS) if (name !== "dSae") state[name] = columns.number(name);
  const features = columns.column("feature", "uint32");
  if (!features.every((feature) => feature < dSae)) throw columns.wrong("feature", `features below ${dSae}`);
  for (const name of COUNTS) {
    columns.column(name, "uint32").forEach((value, row) => (state[name][features[row]!] = value));
  }
  for (const name of SUMS) {
    const values = columns.column(name, "float64");
    if (!values.every(Number.isFinite)) throw columns.wrong(name, "finite numbers");
    values.forEach((value, row) => (state[name][features[row]!] = value));
  }
  return Moments.from(state);
}
