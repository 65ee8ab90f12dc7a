import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { readManifest, RESIDUAL_FILE, Run, saeFiles } from "../../../lib/run/run";
import { toJsonLines } from "../../../lib/run/samples";
import { heldRun } from "../../support/held-run";
import { manifest } from "../../support/manifest";
import { saeId } from "../../support/sae-id";
import { temporaryFolder } from "../../support/temporary-folder";
import { sampleRecord } from "../../support/written-run";

const folder = temporaryFolder();

const commit = (run: Run, i: number) =>
  run.commit(`{"chunk":${i}}\n`, async (put) => {
    await put("layer-01.arrow", `1:${i}`);
    await put("layer-02.arrow", `2:${i}`);
    await put(RESIDUAL_FILE, `residual:${i}`);
  });

async function collectAll(directory: string, keep: "sparse" | "moments") {
  const run = await Run.open(await heldRun(directory), manifest({ keep }));
  while (run.nCommitted < run.nChunks) await commit(run, run.nCommitted);
  await run.finish();
}

/** Every file with its content. */
function contents(directory: string): Record<string, string> {
  const files = readdirSync(directory, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return Object.fromEntries(
    files
      .map(({ parentPath, name }) => join(parentPath, name))
      .sort()
      .map((path) => [path.slice(directory.length + 1), readFileSync(path, "utf8")]),
  );
}

describe("a run directory", () => {
  it("keeps every chunk of sparse activations and residual sums, and the samples in one file", async () => {
    const directory = join(folder, "sparse");
    await collectAll(directory, "sparse");
    expect(Object.keys(contents(directory))).toEqual([
      "activations/000000/SHA256SUMS",
      "activations/000000/layer-01.arrow",
      "activations/000000/layer-02.arrow",
      "activations/000000/residual.arrow",
      "activations/000001/SHA256SUMS",
      "activations/000001/layer-01.arrow",
      "activations/000001/layer-02.arrow",
      "activations/000001/residual.arrow",
      "activations/000002/SHA256SUMS",
      "activations/000002/layer-01.arrow",
      "activations/000002/layer-02.arrow",
      "activations/000002/residual.arrow",
      "run.json",
      "samples.jsonl",
    ]);
    expect(readFileSync(join(directory, "samples.jsonl"), "utf8")).toBe('{"chunk":0}\n{"chunk":1}\n{"chunk":2}\n');
    const files = await saeFiles(directory, await readManifest(directory), saeId(2));
    expect(files.map((path) => readFileSync(path, "utf8"))).toEqual(["2:0", "2:1", "2:2"]);
  });

  it("keeps the last moments and residual sums only", async () => {
    const directory = join(folder, "moments");
    await collectAll(directory, "moments");
    expect(Object.keys(contents(directory))).toEqual([
      "moments/000002/SHA256SUMS",
      "moments/000002/layer-01.arrow",
      "moments/000002/layer-02.arrow",
      "moments/000002/residual.arrow",
      "run.json",
      "samples.jsonl",
    ]);
  });

  it.each(["sparse", "moments"] as const)("ends with the same bytes after a stop at each moment (%s)", async (keep) => {
    const whole = join(folder, `whole-${keep}`);
    await collectAll(whole, keep);
    const broken = join(folder, `broken-${keep}`);
    for (let stop = 0; stop < 3; stop++) {
      const run = await Run.open(await heldRun(broken), manifest({ keep }));
      await expect(
        run.commit("half", async (put) => {
          await put("layer-01.arrow", "half");
          throw new Error("stopped");
        }),
      ).rejects.toThrow("stopped");
      mkdirSync(join(broken, keep === "sparse" ? "activations" : "moments", `00000${stop}.abc.partial`));
      writeFileSync(join(broken, "samples.jsonl.0123456789ab.partial"), "half");
      await commit(run, run.nCommitted);
    }
    await collectAll(broken, keep);
    expect(contents(broken)).toEqual(contents(whole));
    await collectAll(broken, keep);
    expect(contents(broken)).toEqual(contents(whole));
  });

  it("refuses a run of something else and names what differs, both ways", async () => {
    const directory = join(folder, "other");
    await Run.open(await heldRun(directory), manifest());
    const asked = manifest({ pooling: "mean", model: { ...manifest().model, name: "other" } });
    await expect(Run.open(await heldRun(directory), asked)).rejects.toMatchObject({
      code: "ERR_RUN_MISMATCH",
      details: {
        differences: [
          { field: "model.name", found: '"tiny"', asked: '"other"' },
          { field: "pooling", found: '"max"', asked: '"mean"' },
        ],
      },
    });
  });

  it("does not compare where the run was made", async () => {
    const directory = join(folder, "environment");
    await Run.open(await heldRun(directory), manifest());
    await expect(Run.open(await heldRun(directory), manifest({ environment: { threads: 8 } }))).resolves.toBeDefined();
  });

  it("notices that a chunk between others is gone", async () => {
    const directory = join(folder, "gap");
    const run = await Run.open(await heldRun(directory), manifest());
    await commit(run, 0);
    await commit(run, 1);
    rmSync(join(directory, "activations", "000000"), { recursive: true });
    await expect(Run.open(await heldRun(directory), manifest())).rejects.toMatchObject({ code: "ERR_FILE_FORMAT" });
  });

  it.each([2, 4])("refuses a first chunk with %d of its 3 samples", async (n) => {
    const run = await Run.open(await heldRun(join(folder, `first-${n}`)), manifest());
    await run.commit(toJsonLines(Array.from({ length: n }, (_, i) => sampleRecord(i, {}))), () => Promise.resolve());
    await expect(run.firstSamples()).rejects.toMatchObject({
      code: "ERR_FILE_FORMAT",
      details: { expected: 3, found: n },
    });
  });

  it("says that there is no run at all", async () => {
    for (const directory of [folder, join(folder, "nowhere")]) {
      await expect(readManifest(directory)).rejects.toMatchObject({
        code: "ERR_RUN_INCOMPLETE",
        details: { directory },
      });
    }
  });

  it("says that it is not complete", async () => {
    const directory = join(folder, "incomplete");
    await commit(await Run.open(await heldRun(directory), manifest()), 0);
    expect(existsSync(join(directory, "samples.jsonl"))).toBe(false);
    await expect(readManifest(directory)).rejects.toMatchObject({ code: "ERR_RUN_INCOMPLETE" });
  });

  it("reads the manifest of a version that knew neither positions nor held answers", async () => {
    const { positions: _, task, ...rest } = manifest();
    const { constrained: __, ...older } = task;
    const directory = join(folder, "older");
    await collectAll(directory, "sparse");
    writeFileSync(join(directory, "run.json"), JSON.stringify({ ...rest, task: older }));
    expect(await readManifest(directory)).toEqual(manifest());
  });

  it("says what is wrong with a damaged manifest", async () => {
    const directory = join(folder, "damaged");
    mkdirSync(directory);
    writeFileSync(join(directory, "run.json"), '{"format": 7}');
    await expect(Run.open(await heldRun(directory), manifest())).rejects.toMatchObject({
      code: "ERR_FILE_FORMAT",
      message: expect.stringContaining("format"),
    });
  });
});
