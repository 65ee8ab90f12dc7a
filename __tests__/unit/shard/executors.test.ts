import { join } from "node:path";
import { parse } from "yaml";
import { MOUNT, kubernetesJob } from "../../../lib/shard/executors/kubernetes";
import { localWorkers } from "../../../lib/shard/executors/room";
import { runProgram } from "../../../lib/shard/executors/run-program";
import { SlurmExecutor } from "../../../lib/shard/executors/slurm";
import { arrayScript } from "../../../lib/shard/executors/slurm-script";
import type { StoredPlan } from "../../../lib/shard/plan";
import { client, describeWith } from "../../support/clients";
import { temporaryFolder } from "../../support/temporary-folder";

const folder = temporaryFolder();
const GIB = 2 ** 30;

describe("workers of one machine", () => {
  const room = { cores: 16, freeBytes: 20 * GIB };

  it("are as many as cores and memory have room for, and share the cores out", () => {
    expect(localWorkers(room, 100, { workerBytes: GIB })).toEqual({ workers: 8, threads: 2, fit: 18 });
    expect(localWorkers(room, 100, { workerBytes: 6 * GIB })).toEqual({ workers: 3, threads: 5, fit: 3 });
    expect(localWorkers(room, 2, { workerBytes: GIB })).toEqual({ workers: 2, threads: 8, fit: 18 });
  });

  it("have the planned number of threads", () => {
    expect(localWorkers(room, 100, { workerBytes: GIB, threads: 4 })).toEqual({ workers: 4, threads: 4, fit: 18 });
  });

  it("are one where none fits or it is not known, and what was asked for", () => {
    expect(localWorkers(room, 100, { workerBytes: 60 * GIB })).toEqual({ workers: 1, threads: 16, fit: 0 });
    expect(localWorkers(room, 100, { workerBytes: null })).toEqual({ workers: 1, threads: 16, fit: null });
    expect(localWorkers(room, 100, { workerBytes: null, workers: 5 })).toEqual({ workers: 5, threads: 3, fit: null });
  });
});

test("a SLURM script says each worker its number in all arrays, whatever the paths have in them", () => {
  const command = ["/usr/bin/node", "/opt/my programs/main.js", "shard", "work", "/scratch/it's a plan"];
  const script = arrayScript({ command, workers: 2500, logs: "/scratch/logs" });
  expect(script).toContain(
    `/usr/bin/node '/opt/my programs/main.js' shard work '/scratch/it'\\''s a plan' --index "$((\${1:-0} + SLURM_ARRAY_TASK_ID))" --workers 2500 &\n`,
  );
  expect(script).toMatch(/^#SBATCH --requeue\n#SBATCH --signal=B:USR1@\d+$/m);
});

test("SLURM's arrays are cut at the cluster's limit", async () => {
  const asked: (readonly string[])[] = [];
  const run = (program: string, args: readonly string[]) => {
    if (program === "scontrol") return Promise.resolve("MaxArraySize            = 4\n");
    return Promise.resolve(`${asked.push(args)};one\n`);
  };
  const executor = new SlurmExecutor(["corrsteer"], ["--time=20"], run);
  const plan = { directory: folder } as StoredPlan;
  expect(await executor.submit({ plan, workers: 7, args: [] })).toEqual(["1", "2", "3"]);
  const script = join(folder, "slurm.sh");
  expect(asked).toEqual([
    ["--parsable", "--time=20", "--array=0-2", script, "0"],
    ["--parsable", "--time=20", "--array=0-2", script, "3"],
    ["--parsable", "--time=20", "--array=0-0", script, "6"],
  ]);
});

test("a cluster's program that is not there, or that fails, is told of in its own words", async () => {
  await expect(runProgram("corrsteer-has-no-sbatch", [])).rejects.toMatchObject({ code: "ERR_MISSING_PACKAGE" });
  const failed = { code: "ERR_RUN_INCOMPLETE", message: expect.stringContaining("no partition") as string };
  await expect(runProgram("node", ["-e", "console.error('no partition'); process.exit(1)"])).rejects.toMatchObject(
    failed,
  );
});

const job = () => {
  const text = kubernetesJob({
    ...{ name: "corrsteer", image: "registry/corrsteer:1", claim: "runs", plan: "plans/one", workers: 40 },
    ...{ args: ["--mixed"], cpu: "4", memory: "8Gi" },
  });
  return parse(text) as { spec: { completions: unknown; template: { spec: { containers: { command: string[] }[] } } } };
};

test("a Kubernetes job has a pod for each worker, which finds its number in its environment", () => {
  expect(job().spec).toMatchObject({ completionMode: "Indexed", completions: 40, parallelism: 40 });
  const command = ["corrsteer", "shard", "work", `${MOUNT}/plans/one`, "--workers", "40", "--mixed"];
  expect(job().spec.template.spec.containers[0]!.command).toEqual(command);
});

describeWith(["kubernetes-models"], "Kubernetes' published schema", () => {
  it("has such a job, and not one with a word for a number", async () => {
    const wrong = { ...job(), spec: { ...job().spec, completions: "40" } };
    const said = client(process.execPath, "kubernetes-models.cjs", JSON.stringify(job()), JSON.stringify(wrong));
    expect(await said).toEqual([null, expect.stringContaining("completions")]);
  });
});
