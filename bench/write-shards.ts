// Of bench/merge.ts, in a process of its own, as what it takes is no memory of merging: FOLDER, and run.json as an argument.
import type { RunManifest } from "../lib/run/manifest";
import { writeShards } from "./synthetic-shards";

const [folder, manifest] = process.argv.slice(2) as [string, string];

writeShards(folder, JSON.parse(manifest) as RunManifest).catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
