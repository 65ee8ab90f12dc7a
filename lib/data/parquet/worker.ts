// worker.js: reads the Parquet files that it is told of, a group of rows each time it is asked for more.
import { parentPort } from "node:worker_threads";
import { groupsOf, type Values } from "./groups";

/** What it says. */
export interface Said {
  /** Undefined at the end. */
  readonly rows?: readonly Values[];
  readonly problem?: string;
}

let groups: AsyncGenerator<Values[]>;
const say = (said: Said) => parentPort!.postMessage(said);

// hyparquet leaves columns unattended when another one fails: what is told is that failure.
process.on("unhandledRejection", () => undefined);

parentPort!.on("message", (path: string | undefined) => {
  if (path !== undefined) groups = groupsOf(path);
  void groups
    .next()
    .then(({ done, value }) => say(done ? {} : { rows: value }))
    .catch((error: unknown) => say({ problem: (error as Error).message }));
});
