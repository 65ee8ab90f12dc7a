import { cpSync, rmSync } from "node:fs";
import { join } from "node:path";
import { readMoments, readShards } from "../../../lib/run/shards";
import { temporaryFolder } from "../../support/temporary-folder";
import { writeRun } from "../../support/written-run";

const folder = temporaryFolder();

it("refuses a chunk that stands in another's place, though its checksums are right", async () => {
  const directory = await writeRun(folder, [[[1], [2], [3], [4]]], [{}, {}, {}, {}], { chunkSamples: 2 });
  const chunk = (i: number) => join(directory, "activations", `00000${i}`);
  rmSync(chunk(1), { recursive: true });
  cpSync(chunk(0), chunk(1), { recursive: true });

  const shards = await readShards([directory]);
  await expect(readMoments(shards, shards[0]!.manifest.saes[0]!)).rejects.toMatchObject({
    code: "ERR_FILE_FORMAT",
    details: { path: join(chunk(1), "layer-00.arrow"), expected: 2, actual: 0 },
  });
});
