import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { ShardStatus } from "../../lib";
import { DEMO_MODEL, DEMO_TASK, expectFailure, ON_DEMO, printedBy, start, until } from "../support/corrsteer";
import { directoryContents } from "../support/directory-contents";
import { residentCorrsteer } from "../support/resident";
import { temporaryFolder } from "../support/temporary-folder";

/** 90 questions in 5 shards of 2 chunks. */
const folder = temporaryFolder();
const { corrsteer, succeed } = residentCorrsteer();
const at = (...names: string[]) => join(folder, ...names);
const SETUP = [...ON_DEMO, ...DEMO_TASK, "--samples", "90", "--chunk-samples", "9"];
const LATER = ["--validation-samples", "20", "--test-samples", "20", "--permutations", "100", "--bootstrap", "0"];
const ARMS = ["--variant", "P", "--significance", "none", "--scales", "none", "--controls", "random,neutral", "--random-draws", "1"]; // prettier-ignore
const COLLECTED = [...SETUP, "--validation-samples", "20", "--test-samples", "20"];
const RANKED = ["--permutations", "100", "--bootstrap", "0"];
const status = async (plan: string) => JSON.parse(await succeed("shard", "status", plan, "--json")) as ShardStatus;
const chunks = (plan: string) => (existsSync(join(plan, "chunks")) ? readdirSync(join(plan, "chunks")) : []);

beforeAll(async () => {
  await succeed("shard", "plan", ...SETUP, ...LATER, ...ARMS, "--shards", "5", "--out", at("plan"));
});

describe("a plan", () => {
  it("is the same from the YAML file of a run", async () => {
    const config = at("run.yaml");
    const yaml = [...SETUP, ...LATER, ...ARMS]
      .join(" ")
      .replaceAll(/--([\w-]+) (\S+) ?/g, (_, flag: string, value: string) => {
        return `${flag.replaceAll(/-(\w)/g, (_, letter: string) => letter.toUpperCase())}: ${value}\n`;
      });
    writeFileSync(config, yaml);
    await succeed("shard", "plan", config, "--shards", "5", "--out", at("from-yaml"));
    expect(readFileSync(at("from-yaml", "plan.json"))).toEqual(readFileSync(at("plan", "plan.json")));
  });

  it("is made once", async () => {
    const outcome = await corrsteer("shard", "plan", ...SETUP, "--shards", "3", "--out", at("plan"));
    expectFailure(outcome, 1, "ERR_RUN_MISMATCH", "holds a plan already");
  });

  it("is not made of what selection would refuse after collecting", async () => {
    const moments = ["--keep", "moments", "--permutations", "0", "--bootstrap", "0", "--significance", "none"];
    const joint = ["--variant", "joint", ...moments];
    const outcome = await corrsteer("shard", "plan", ...SETUP, ...joint, "--shards", "3", "--out", at("refused"));
    expectFailure(outcome, 2, "ERR_INVALID_ARGUMENT", "keeps no single samples");
  });

  it("of another version is refused with a sentence", async () => {
    cpSync(at("plan"), at("other-version"), { recursive: true });
    const plan = readFileSync(at("plan", "plan.json"), "utf8");
    writeFileSync(at("other-version", "plan.json"), plan.replace('"format": 1', '"format": 9'));
    expectFailure(await corrsteer("shard", "status", at("other-version")), 1, "ERR_FILE_FORMAT", "another version");
  });
});

describe.each(["sparse", "moments"])("shards that keep %s", (keep) => {
  const plan = at(`plan-${keep}`);
  const kept = keep === "sparse" ? [] : ["--keep", "moments"];
  const ranked = keep === "sparse" ? RANKED : ["--permutations", "0", "--bootstrap", "0"];
  const later = keep === "sparse" ? LATER : [...LATER.slice(0, 4), ...ranked, "--significance", "none"];

  it("become the bytes of one machine's run, whoever did them, however often they were killed", async () => {
    await succeed("collect", ...COLLECTED, ...kept, "--out", at(`whole-${keep}`));
    await succeed("rank", at(`whole-${keep}`), ...ranked);
    if (keep === "sparse") cpSync(at("plan"), plan, { recursive: true });
    else await succeed("shard", "plan", ...SETUP, ...kept, ...later, "--shards", "5", "--out", plan);

    await succeed("shard", "work", plan, "--indices", "4,1");
    expect((await status(plan)).missing).toEqual([0, 2, 3]);
    expectFailure(
      await corrsteer("shard", "merge", plan),
      1,
      "ERR_RUN_INCOMPLETE",
      "3 of 5 shards are missing: 0, 2-3",
    );
    const partial = await succeed("shard", "merge", plan, "--partial", ...(keep === "sparse" ? [] : ["--through", "rank"])); // prettier-ignore
    expect(partial).toContain("missing: 0, 2-3; this is of the 36 questions of the other shards");
    if (keep === "sparse") expect(partial).toContain("Details: ");
    const lines = (run: string) => readFileSync(join(run, "samples.jsonl"), "utf8").trimEnd().split("\n");
    const whole = lines(at(`whole-${keep}`));
    expect(lines(join(plan, "partial-2-of-5"))).toEqual([...whole.slice(18, 36), ...whole.slice(72)]);
    if (keep === "sparse") {
      const [killed, other] = [start("shard", "work", plan, "--index", "0"), start("shard", "work", plan)];
      await until(() => chunks(plan).includes("000000"), killed);
      killed.process.kill("SIGKILL");
      await Promise.all([killed.ended, other.ended]);
    } else {
      const submitted = printedBy(await start("shard", "submit", plan, "--workers", "2").ended);
      expect(submitted).toContain("2 workers ended");
      expect(readFileSync(join(plan, "logs", "local_0.log"), "utf8")).toContain("done: 0, 2; done before: 4");
    }
    await succeed("shard", "work", plan);

    await succeed("shard", "merge", plan, "--through", "rank");
    expect(directoryContents(join(plan, "run"))).toEqual(directoryContents(at(`whole-${keep}`)));
    expect((await status(plan)).questions).toEqual({ done: 90, total: 90 });
  });
});

describe("selection and evaluation", () => {
  it("give the same bytes whoever answered the questions, and say what is missing until all are answered", async () => {
    const [plan, parted] = [at("plan-sparse"), at("plan-parted")];
    cpSync(plan, parted, { recursive: true });
    const half = (index: number) => succeed("shard", "work", parted, "--index", String(index), "--workers", "2");
    expect(await succeed("shard", "merge", parted)).toContain(
      "select: 3 of 3 blocks of questions are not answered yet",
    );
    expect(await half(1)).toContain("select: 2 of 3 blocks");
    await succeed("shard", "work", plan);
    expect(await succeed("shard", "merge", plan)).toContain("Details: ");
    expect(await half(0)).toContain("evaluate: 1 of 3 blocks");
    await half(1);
    await half(0);
    await succeed("shard", "merge", parted);
    expect(directoryContents(join(parted, "run"))).toEqual(directoryContents(join(plan, "run")));
    expect(await succeed("shard", "work", plan)).toBe("done: none; done before: 0-4\n");
  });
});

it("a worker that was submitted here and fails is told of with the end of its log", async () => {
  cpSync(at("plan"), at("failing"), { recursive: true });
  const plan = readFileSync(at("failing", "plan.json"), "utf8");
  writeFileSync(at("failing", "plan.json"), plan.replaceAll("model.gguf", "gone.gguf"));
  const outcome = await start("shard", "submit", at("failing"), "--workers", "1").ended;
  expectFailure(outcome, 1, "ERR_RUN_INCOMPLETE", "1 of 1 workers failed", "local_0.log", "gone.gguf");
  const { logs } = await status(at("failing"));
  expect(logs.map(({ path }) => path)).toEqual([join(at("failing"), "logs", "local_0.log")]);
});

describe("a worker", () => {
  it("that finds all done loads nothing, and says so", async () => {
    const did = await succeed("shard", "work", at("plan-sparse"), "--index", "1", "--workers", "2", "--model", "none.gguf"); // prettier-ignore
    expect(did).toBe("done: none; done before: 1, 3\n");
  });

  it("with other questions than the plan's is refused", async () => {
    const data = at("changed.jsonl");
    writeFileSync(data, readFileSync(DEMO_TASK[3]!, "utf8").replaceAll("+", " + "));
    const outcome = await corrsteer("shard", "work", at("plan"), "--data", data);
    expectFailure(outcome, 1, "ERR_RUN_MISMATCH", "another run than the one", "samples.sha256");
    expect(chunks(at("plan"))).toEqual([]);
  });

  it("with another file of the model is refused", async () => {
    const [model, changed] = [at("changed.gguf"), readFileSync(DEMO_MODEL)];
    changed[changed.length - 1]! ^= 1; // of a tensor
    writeFileSync(model, changed);
    const outcome = await corrsteer("shard", "work", at("plan"), "--model", model);
    expectFailure(outcome, 1, "ERR_RUN_MISMATCH", "another run than the one", "model.sha256");
  });

  it("of another version of the program than the plan's is refused", async () => {
    const plan = readFileSync(at("plan", "plan.json"), "utf8");
    mkdirSync(at("other-program"));
    writeFileSync(at("other-program", "plan.json"), plan.replace(/"corrsteer": "[^"]+"/, '"corrsteer": "0.0.0"'));
    const outcome = await corrsteer("shard", "work", at("other-program"));
    expectFailure(outcome, 1, "ERR_RUN_MISMATCH", "versions.corrsteer", "program");
  });

  it("without an SAE of the plan is refused", async () => {
    const saes = at("saes");
    cpSync(ON_DEMO[3]!, saes, { recursive: true });
    rmSync(join(saes, readdirSync(saes).sort()[0]!), { recursive: true });
    expectFailure(await corrsteer("shard", "work", at("plan"), "--sae", saes), 1, "ERR_RUN_MISMATCH", "saes");
  });

  it("of another kind is refused unless the kinds may be mixed", async () => {
    const mixed = ["shard", "work", at("plan"), "--threads", "2", "--index", "0"];
    await succeed("shard", "work", at("plan"), "--index", "4");
    expectFailure(await corrsteer(...mixed), 1, "ERR_RUN_MISMATCH", "threads: 1 there, 2 here", "mixed");
    await succeed(...mixed, "--mixed");
    expect((await status(at("plan"))).missing).toEqual([1, 2, 3]);
  });

  it("has a storage of its plan's alone, wherever that is", async () => {
    await succeed("shard", "work", at("plan"), "--storage", at("elsewhere"), "--index", "2");
    const { nDone } = JSON.parse(
      await succeed("shard", "status", at("plan"), "--storage", at("elsewhere"), "--json"),
    ) as ShardStatus;
    expect(nDone).toBe(1);
    const outcome = await corrsteer("shard", "work", at("plan-moments"), "--storage", at("elsewhere"));
    expectFailure(outcome, 1, "ERR_RUN_MISMATCH", "shards of another plan");
  });
});
