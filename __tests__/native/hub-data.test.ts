import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Sample } from "../../lib/data/sample";
import { isCommit } from "../../lib/hub/reference";
import type { PromptStyle } from "../../lib/prompt/prompting";
import { askTask } from "../../lib/tasks/asked";
import { fetchData } from "../../lib/tasks/fetch-data";
import { findTask } from "../../lib/tasks/find-task";
import { COMMIT, repositoryOf, serveHub, type HubRepository, type HubServer } from "../support/hub-server";
import { temporaryFolder } from "../support/temporary-folder";
import { collectAll } from "../unit/collect-all";
import { temporaryFiles } from "../unit/temporary-files";

const FIXTURES = join(__dirname, "../fixtures/data-sets");
/** `DATA_SETS=../shared/data:folder` for all questions: the folder is what fixtures/make_data_sets.py made of them. */
const [LOCAL, HUB] = (process.env["DATA_SETS"]?.split(":") ?? [join(FIXTURES, "local"), join(FIXTURES, "hub")]) as [
  string,
  string,
];

const home = temporaryFolder();
const before = { ...process.env };
let hub: HubServer;

beforeAll(async () => {
  hub = await serveHub({});
  Object.assign(process.env, { HF_HOME: home, XDG_CACHE_HOME: home, HF_ENDPOINT: hub.url });
  for (const name of ["HF_TOKEN", "HF_HUB_CACHE", "HF_HUB_OFFLINE", "HF_TOKEN_PATH"]) delete process.env[name];
});
afterAll(async () => {
  await hub.close();
  process.env = { ...before };
});

async function taskOf(name: string, promptStyle: PromptStyle = "clean") {
  return askTask(await findTask(name), { promptStyle, chainOfThought: false, fewShot: 0 });
}

/** The samples that a task gives without `data`, of a repository with these files. */
async function samplesOf(
  name: string,
  { style = "clean", files }: { style?: PromptStyle; files?: HubRepository["files"] } = {},
) {
  const task = await taskOf(name, style);
  const { repository, revision } = task.published!;
  const commit = isCommit(revision) ? revision : COMMIT;
  hub.repositories[`datasets/${repository}`] = { files: files ?? repositoryOf(join(HUB, repository)).files, commit };
  const { path, reference } = await fetchData(task, undefined);
  expect(reference).toBe(`hf:datasets/${repository}@${commit}`);
  return collectAll(task.load(path, { style, chainOfThought: false }));
}

async function localSamples(name: string, folder = LOCAL, style: PromptStyle = "clean") {
  return collectAll((await taskOf(name)).load(folder, { style, chainOfThought: false }));
}

const without = (fields: readonly (keyof Sample)[], samples: readonly Sample[]) =>
  samples.map((sample) =>
    Object.fromEntries(Object.entries(sample).filter(([name]) => !fields.includes(name as keyof Sample))),
  );

describe("a task's own data set on the hub", () => {
  it.each(["mmlu-pro", "gsm8k", "arc", "openbookqa", "xstest", "advbench"])(
    "gives %s the samples of the authors' files",
    async (name) => {
      const samples = await samplesOf(name);
      expect(samples).toEqual(await localSamples(name));
      expect(samples.length).toBeGreaterThan(2);
    },
  );

  it("gives truthfulqa the 817 questions of the authors' earlier file", async () => {
    const folder = temporaryFiles({ "TruthfulQA.csv": readFileSync(join(LOCAL, "truthfulqa/TruthfulQA_817.csv")) });
    expect(await samplesOf("truthfulqa")).toEqual(await localSamples("truthfulqa", folder));
  });

  it("does not say from which file MMLU's questions to train on are, nor HarmBench's ids", async () => {
    const [samples, local] = [await samplesOf("mmlu"), await localSamples("mmlu")];
    const isTrain = ({ split }: Sample) => split === "train";
    expect(samples.filter((sample) => !isTrain(sample))).toEqual(local.filter((sample) => !isTrain(sample)));
    expect(without(["id", "group"], samples)).toEqual(without(["id", "group"], local));
    expect(samples[1]).toMatchObject({ id: "train/auxiliary_train/1", group: "auxiliary_train" });
    const requests = await samplesOf("harmbench");
    expect(without(["id"], requests)).toEqual(without(["id"], await localSamples("harmbench")));
    expect(requests[0]!.id).toBe("contextual/1");
  });

  it("is, of the files in which the hub has them as their authors do, the same too", async () => {
    const simpleqa = { "simple_qa_test_set.csv": readFileSync(join(LOCAL, "simpleqa/simple_qa_test_set.csv")) };
    expect(await samplesOf("simpleqa", { files: simpleqa })).toEqual(await localSamples("simpleqa"));
    const categories = ["Age", "Disability_status", "Gender_identity", "Nationality", "Physical_appearance"];
    categories.push("Race_ethnicity", "Race_x_SES", "Race_x_gender", "Religion", "SES", "Sexual_orientation");
    const answers = { ans0: "a", ans1: "b", ans2: "c", label: 2 };
    const rows = (category: string) =>
      ["ambig", "disambig"].map((context_condition, example_id) =>
        JSON.stringify({ example_id, context_condition, context: category, question: "Who?", ...answers }),
      );
    const bbq = (folder: string) =>
      Object.fromEntries(categories.map((name) => [`${folder}/${name}.jsonl`, Buffer.from(rows(name).join("\n"))]));
    const local = await localSamples("bbq-ambig", temporaryFiles(bbq("bbq/full")));
    expect(await samplesOf("bbq-ambig", { files: bbq("data") })).toEqual(local);
  });

  it("is of MMLU-Pro under official the published code's copy, which is parted", async () => {
    const bySplit = (samples: readonly Sample[]) => [...samples].sort((a, b) => a.id.localeCompare(b.id));
    const samples = await samplesOf("mmlu-pro", { style: "official" });
    expect(bySplit(samples)).toEqual(bySplit(await localSamples("mmlu-pro", LOCAL, "official")));
    expect(new Set(samples.map(({ split }) => split))).toEqual(new Set(["train", "test"]));
  });

  it("is downloaded as far as it is needed, once, and found without the hub", async () => {
    await samplesOf("mmlu");
    const n = hub.asked.length;
    const { path } = await fetchData(await taskOf("mmlu"), undefined);
    expect(readdirSync(join(path, "all")).sort()).toEqual(
      ["auxiliary_train", "test", "validation"].map((part) => `${part}-00000-of-00001.parquet`),
    );
    expect(hub.asked).toHaveLength(n);
    expect(await fetchData(await taskOf("mmlu"), undefined, { cacheOnly: true })).toMatchObject({ path });
  });
});

describe("data", () => {
  it("may be a data set of the hub by its name, and of one commit", async () => {
    const task = await taskOf("gsm8k");
    hub.repositories["datasets/user/sums"] = { files: repositoryOf(join(HUB, "openai/gsm8k")).files };
    const { path, reference } = await fetchData(task, "hf:datasets/user/sums");
    expect(reference).toBe(`hf:datasets/user/sums@${COMMIT}`);
    expect(await collectAll(task.load(path))).toEqual(await localSamples("gsm8k"));
    const questions = Buffer.from('{"prompt":"2+2=","expected":"4"}\n');
    hub.repositories["datasets/user/own"] = { files: { "a.jsonl": questions, "b.jsonl": questions } };
    const own = await fetchData(await taskOf("jsonl"), "hf:datasets/user/own/b.jsonl");
    expect(await collectAll((await taskOf("jsonl")).load(own.path))).toHaveLength(1);
  });

  it("has to be named where the task has none, and may be a path", async () => {
    await expect(fetchData(await taskOf("jsonl"), undefined)).rejects.toMatchObject({
      code: "ERR_INVALID_ARGUMENT",
      details: { name: "data" },
    });
    expect(await fetchData(await taskOf("mmlu"), "/tmp/mmlu")).toEqual({ path: "/tmp/mmlu", reference: "/tmp/mmlu" });
  });

  it("that is gated says what to do", async () => {
    const task = await taskOf("xstest");
    hub.repositories["datasets/walledai/Gated"] = {
      ...repositoryOf(join(HUB, "walledai/XSTest")),
      ...{ isGated: true, token: "hf_x" },
    };
    const error = await fetchData(task, "hf:datasets/walledai/Gated").catch((caught: unknown) => caught as Error);
    expect(error).toMatchObject({ code: "ERR_HUB_ACCESS" });
    expect((error as Error).message).toContain(`${hub.url}/datasets/walledai/Gated`);
  });
});
