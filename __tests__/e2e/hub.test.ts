import { mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { DEMO_MODEL, DEMO_SAES, DEMO_TASK, expectFailure, MAIN, startProgram } from "../support/corrsteer";
import { COMMIT, repositoryOf, serveHub, type HubServer } from "../support/hub-server";
import { temporaryFolder } from "../support/temporary-folder";

const folder = temporaryFolder();
let hub: HubServer;

beforeAll(async () => {
  const model = readFileSync(DEMO_MODEL);
  hub = await serveHub({
    "user/model": { files: { "demo-Q8_0.gguf": model, "demo-Q4_0.gguf": Buffer.from("another") } },
    "user/saes": repositoryOf(DEMO_SAES),
    "datasets/user/questions": { files: { "questions.jsonl": readFileSync(DEMO_TASK.at(-1)!) } },
    "user/gated": { files: { "demo.gguf": model }, token: "hf_secret", isGated: true },
  });
});
afterAll(() => hub.close());

/** Without progress, unless `shown`. */
function corrsteer(args: readonly string[], environment: NodeJS.ProcessEnv = {}) {
  const none = { HF_TOKEN: "", HF_HUB_CACHE: "", HF_HUB_OFFLINE: "", HF_TOKEN_PATH: "" };
  const home = { HF_HOME: join(folder, "home"), HF_ENDPOINT: hub.url };
  return startProgram(process.execPath, [MAIN, ...args], { ...none, ...home, ...environment }).ended;
}
const jobOf = (out: string) => [
  ...["collect", "--model", "hf:user/model:q8_0", "--sae", "hf:user/saes", "--layers", "0,2", "--threads", "1"],
  ...["--task", "jsonl", "--data", "hf:datasets/user/questions/questions.jsonl"],
  ...["--samples", "32", "--out", join(folder, out)],
];

describe("a run with model and SAEs of the hub", () => {
  it("says what it downloads and where to, and keeps by which commits it was", async () => {
    const { code, stderr } = await corrsteer(jobOf("first"));
    expect({ code, stderr: stderr.split("\n").filter((line) => line.startsWith("Downloading")) }).toEqual({
      code: 0,
      stderr: [
        expect.stringMatching(/^Downloading \d+\.\d MB, 4 files of hf:user\/saes@\w+, to \/.+models--user--saes$/),
        expect.stringMatching(
          /^Downloading \d+\.\d MB, 1 file of hf:datasets\/user\/questions\/questions\.jsonl@\w+, to \/.+$/,
        ),
        expect.stringMatching(/^Downloading \d+\.\d MB, 1 file of hf:user\/model@\w+, to \/.+models--user--model$/),
      ],
    });
    const { environment } = JSON.parse(readFileSync(join(folder, "first", "run.json"), "utf8")) as {
      environment: Record<string, unknown>;
    };
    expect(environment).toMatchObject({
      model: `hf:user/model/demo-Q8_0.gguf@${COMMIT}`,
      sae: `hf:user/saes@${COMMIT}`,
      data: `hf:datasets/user/questions/questions.jsonl@${COMMIT}`,
    });
  });

  it("is the same without the hub, and its later stages need no more than the run says", async () => {
    const n = hub.asked.length;
    const { code, stderr } = await corrsteer([...jobOf("second"), "--quiet"], { HF_HUB_OFFLINE: "1" });
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(readFileSync(join(folder, "second", "samples.jsonl"), "utf8")).toBe(
      readFileSync(join(folder, "first", "samples.jsonl"), "utf8"),
    );
    const ranking = ["rank", join(folder, "second"), "--permutations", "0", "--quiet"];
    expect(await corrsteer(ranking)).toMatchObject({ code: 0 });
    const selecting = ["select", join(folder, "second"), "--variant", "A", "--significance", "none", "--quiet"];
    expect(await corrsteer(selecting, { HF_HUB_OFFLINE: "" })).toMatchObject({ code: 0 }); // commits are known
    expect(hub.asked).toHaveLength(n);
  });
});

describe("other commands", () => {
  it("take what the hub has wherever they take a path", async () => {
    const inspected = await corrsteer(["inspect", "hf:user/model/demo-Q8_0.gguf", "--json"]);
    expect(JSON.parse(inspected.stdout)).toMatchObject({ kind: "model" });
    expect(JSON.parse((await corrsteer(["inspect", "hf:user/saes", "--json"])).stdout)).toMatchObject({ kind: "saes" });
    const options = ["--model", "hf:user/model:q8_0", "--prompt", "7+5=", "--max-tokens", "1", "--quiet"];
    const { code, stdout } = await corrsteer(["generate", ...options, "--threads", "1"]);
    expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringMatching(/./) as string });
  });

  it("say what to do where the hub refuses", async () => {
    const asking = ["generate", "--prompt", "7+5=", "--quiet", "--model"];
    const gated = await corrsteer([...asking, "hf:user/gated"], { HF_TOKEN: "hf_other" });
    expectFailure(gated, 1, "ERR_HUB_ACCESS", `${hub.url}/user/gated`, "HF_TOKEN");
    expect(gated.stderr).not.toContain("hf_other");
    expectFailure(await corrsteer([...asking, "hf:user/none"]), 1, "ERR_HUB_NOT_FOUND", "user/none");
    const several = await corrsteer([...asking, "hf:user/model"]);
    expectFailure(several, 2, "ERR_INVALID_ARGUMENT", "demo-Q4_0.gguf, demo-Q8_0.gguf");
    expectFailure(await corrsteer([...asking, "hf:user"]), 2, "ERR_INVALID_ARGUMENT", "hf:user/repository");
  });
});

describe("two processes that want the same", () => {
  it("download it once", async () => {
    const home = join(folder, "two");
    mkdirSync(home);
    hub.pauseMs = 5;
    const n = hub.asked.length;
    const inspect = () => corrsteer(["inspect", "hf:user/model:q8_0", "--json"], { HF_HOME: home });
    const both = await Promise.all([inspect(), inspect()]);
    hub.pauseMs = 0;
    expect(both.map(({ code }) => code)).toEqual([0, 0]);
    expect(both[0].stdout).toBe(both[1].stdout);
    expect(hub.asked.slice(n).filter(({ path }) => path.startsWith("/store/"))).toHaveLength(1);
    rmSync(home, { recursive: true });
  });
});
