import { cpSync, existsSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expectFailure } from "../support/corrsteer";
import { residentCorrsteer } from "../support/resident";
import { temporaryFolder } from "../support/temporary-folder";
import { TINY_MODEL, TINY_SAES } from "../support/tiny-task";

interface Evaluation {
  metric: string;
  n: number;
  arms: {
    name: string;
    comparison: null | { test: string; pValue: number; adjustedP: number };
    groups: { group: string; n: number; meanScore: number }[];
  }[];
}

const folder = temporaryFolder();
const { corrsteer, succeed } = residentCorrsteer();
let nTasks = 0;

/** A task file: `n` questions in each split, answered by noise, so that `score` alone says who is right. */
function taskFile(score: string, n = [12, 6, 6]): string {
  const path = join(folder, `task-${++nTasks}.mjs`);
  writeFileSync(
    path,
    `const sizes = { train: ${n[0]}, validation: ${n[1]}, test: ${n[2]} };
    export default {
      name: "limits", kind: "generation", maxTokens: 2, stop: [], pooling: "max",
      scorers: [{ name: "mine", score: (answer, { id }) => (${score})(Number(id.split("-")[1]), id.split("-")[0]) }],
      async *load() {
        for (const [split, size] of Object.entries(sizes)) {
          for (let i = 0; i < size; i++) {
            const prompt = "Is " + split + " the " + i + ". of " + "#".repeat(1 + (i * 5) % 7) + "?";
            yield { id: split + "-" + i, prompt, expected: "x", split, group: i === 0 ? "alone" : "others" };
          }
        }
      },
    };`,
  );
  return path;
}

const on = (task: string, out: string, ...options: string[]) => [
  ...["--model", TINY_MODEL, "--sae", TINY_SAES, "--threads", "1", "--task", task, "--data", "-"],
  ...["--out", join(folder, out), "--bootstrap", "0", "--permutations", "100", ...options],
];
const run = async (task: string, out: string, ...options: string[]) =>
  JSON.parse(await succeed("run", ...on(task, out, "--significance", "none", "--json", ...options))) as Evaluation;

describe("few samples", () => {
  it.each<[string, string, number[]]>([
    ["one right answer", "(i) => Number(i === 3)", [12, 6, 6]],
    ["all right but one", "(i) => Number(i !== 3)", [12, 6, 6]],
    ["two samples to select on, one to validate on, one to test on", "(i) => Number(i === 0)", [2, 1, 1]],
  ])("%s: the whole job is done, and claims nothing", async (_, score, sizes) => {
    const out = `few-${nTasks}`;
    const { arms, n } = await run(taskFile(score, sizes), out, "--variant", "S,A,P,P+,causal");
    expect(n).toBe(sizes[2]);
    expect(arms.map(({ name }) => name)).toEqual(expect.arrayContaining(["baseline", "S", "A", "P", "P+", "causal"]));
    for (const { comparison } of arms) expect(comparison?.adjustedP ?? 1).toBe(1); // the score knows no answer
    expect(existsSync(join(folder, out, "report.html"))).toBe(true); // which reads all files again
  });

  it("shows a category of one member as what it is", async () => {
    const { arms } = await run(taskFile("(i) => Number(i % 2)"), "alone", "--variant", "S", "--controls", "none");
    expect(arms[0]!.groups).toEqual([
      { group: "alone", n: 1, meanScore: 0, difference: null },
      { group: "others", n: 5, meanScore: 0.6, difference: null },
    ]);
    const stratified = await succeed("rank", join(folder, "alone"), "--stratify-by", "group", "--permutations", "19");
    expect(stratified).toContain("1 of 2 values of group are of one sample, whose score never moves.");
  });
});

describe("scores", () => {
  it("between 0 and 1 are compared by another test, which is named", async () => {
    const graded = await run(taskFile("(i) => (i % 3) / 2"), "graded", "--variant", "S", "--controls", "none");
    expect(graded.metric).toBe("mean score");
    expect(graded.arms.find(({ name }) => name === "S")!.comparison!.test).toBe("paired permutation");
    expect(await succeed("report", join(folder, "graded"))).toContain("report.html");
    const binary = await run(taskFile("(i) => i % 2"), "binary", "--variant", "S", "--controls", "none");
    expect(binary.metric).toBe("accuracy");
    expect(binary.arms.find(({ name }) => name === "S")!.comparison!.test).toBe("mid-p McNemar");
  });

  it("that are all the same leave other targets to look for, up to the report", async () => {
    const task = taskFile("() => 0");
    const options = [
      "--variant",
      "S",
      "--target",
      "promptTokens",
      "--significance",
      "none",
      "--random-draws",
      "1",
      "--json",
    ];
    const outcome = await corrsteer("run", ...on(task, "constant", ...options));
    expect(outcome).toMatchObject({ code: 0, stderr: expect.stringContaining("Warning: none of them is right.") });
    const { arms } = JSON.parse(outcome.stdout) as Evaluation;
    expect(arms.map(({ name }) => name)).toEqual(expect.arrayContaining(["S", "random-S-1"]));
    expect(existsSync(join(folder, "constant", "report.html"))).toBe(true);
    expectFailure(await corrsteer("rank", join(folder, "constant")), 1, "ERR_DEGENERATE", "score 0");
  });

  it("that differ by rounding alone are all the same", async () => {
    const task = taskFile("(i) => (i % 2 ? 0.3 : 0.1 + 0.2)");
    expectFailure(await corrsteer("run", ...on(task, "rounding")), 1, "ERR_DEGENERATE", "12 samples", "0.3");
  });
});

describe("questions that features were selected on", () => {
  it("are not evaluated on, whatever split or seed is asked for", async () => {
    const task = join(__dirname, "printable-task.mjs");
    const out = join(folder, "leak");
    const options = ["--variant", "S", "--controls", "none", "--scales", "none", "--significance", "none"];
    await succeed(
      ...["run", "--model", TINY_MODEL, "--sae", TINY_SAES, "--threads", "1", "--task", task, "--data", "60"],
      ...["--out", out, "--permutations", "19", "--bootstrap", "0", ...options],
    );
    const before = readFileSync(join(out, "evaluation.json"));
    const outcome = await corrsteer("evaluate", out, "--split", "official", "--controls", "none");
    expectFailure(outcome, 1, "ERR_RUN_MISMATCH", out, "sample q", "test questions");
    expect(readFileSync(join(out, "evaluation.json"))).toEqual(before);
  });
});

describe("a run of two shards", () => {
  it("counts no question twice", async () => {
    await run(taskFile("(i) => i % 2"), "shard", "--variant", "S", "--controls", "none");
    const shard = join(folder, "shard");
    expectFailure(await corrsteer("rank", shard, shard), 1, "ERR_RUN_MISMATCH", shard, "sample train-");
  });
});

describe("files of a run", () => {
  const whole = join(folder, "whole");
  const damaged = join(folder, "damaged");
  beforeAll(() =>
    run(taskFile("(i) => i % 2"), "whole", "--variant", "S,A", "--controls", "random", "--scales", "none"),
  );
  beforeEach(() => {
    cpSync(whole, damaged, { recursive: true });
  });
  afterEach(() => {
    rmSync(damaged, { recursive: true });
  });

  const edit = (file: string, from: string, to: string) => {
    const text = readFileSync(join(damaged, file), "utf8");
    expect(text).toContain(from);
    writeFileSync(join(damaged, file), text.replace(from, to));
  };
  const cut = (file: string, bytes: number) => {
    truncateSync(join(damaged, file), bytes);
  };
  const OLD = ["format", "another version of corrsteer wrote it"];

  it.each<[string, string, () => void, string[], string[]]>([
    [
      "report",
      "run.json of another version",
      () => {
        edit("run.json", '"format": 2', '"format": 0');
      },
      ["run.json", "expected 2, found 0", ...OLD],
      [],
    ],
    [
      "evaluate",
      "run.json of another version",
      () => {
        edit("run.json", '"format": 2', '"format": 3');
      },
      ["run.json", "found 3", ...OLD],
      [],
    ],
    [
      "transfer",
      "run.json cut short",
      () => {
        cut("run.json", 300);
      },
      ["run.json", "not JSON"],
      [whole],
    ],
    [
      "compare",
      "run.json without what is in it",
      () => {
        writeFileSync(join(damaged, "run.json"), "[]");
      },
      ["run.json", "expected object, found a list"],
      [whole],
    ],
    [
      "select",
      "ranking.json of another version",
      () => {
        edit("ranking.json", '"format": 3', '"format": 1');
      },
      ["ranking.json", ...OLD],
      [],
    ],
    [
      "select",
      "an r beyond 1",
      () => {
        edit("ranking.json", '"r": 0.', '"r": 2.');
      },
      ["ranking.json", "features.0.r", "<=1, found 2"],
      [],
    ],
    [
      "report",
      "null for a number",
      () => {
        edit("ranking.json", '"r": 0.', '"r": null, "x": 0.');
      },
      ["ranking.json", "expected number, found null"],
      [],
    ],
    [
      "report",
      "selection.json cut short",
      () => {
        cut("selection.json", 100);
      },
      ["selection.json", "not JSON"],
      [],
    ],
    [
      "compare",
      "selection.json of another version",
      () => {
        edit("selection.json", '"format": 3', '"format": 1');
      },
      ["selection.json", "expected 3, found 1", ...OLD],
      [],
    ],
    [
      "report",
      "evaluation.json of another version",
      () => {
        edit("evaluation.json", '"format": 3', '"format": 1');
      },
      ["evaluation.json", ...OLD],
      [],
    ],
    [
      "compare",
      "an empty evaluation.json",
      () => {
        cut("evaluation.json", 0);
      },
      ["evaluation.json", "not JSON"],
      [whole],
    ],
    [
      "report",
      "answers that are gone",
      () => {
        cut("evaluation-samples.jsonl", 0);
      },
      ["evaluation-samples.jsonl", "expected 6 samples, found 0"],
      [],
    ],
    [
      "report",
      "answers of other arms",
      () => {
        edit("evaluation-samples.jsonl", '"S":', '"Z":');
      },
      ["evaluation-samples.jsonl:1", "none of S"],
      ["--export", "official-json"],
    ],
    [
      "report",
      "samples that are gone",
      () => {
        cut("samples.jsonl", 0);
      },
      ["samples.jsonl", "expected 12 samples, found 0"],
      [],
    ],
    [
      "rank",
      "samples that are gone",
      () => {
        cut("samples.jsonl", 0);
      },
      ["samples.jsonl", "expected 12 samples, found 0"],
      [],
    ],
    [
      "evaluate",
      "a profile cut short",
      () => {
        cut(join("profiles", "S.steer.json"), 50);
      },
      ["S.steer.json", "not JSON"],
      [],
    ],
  ])("%s names what is wrong with them: %s", async (command, _, damage, words, others) => {
    const before = readFileSync(join(whole, "evaluation.json"), "utf8");
    damage();
    expectFailure(await corrsteer(command, damaged, ...others), 1, "ERR_FILE_FORMAT", damaged, ...words);
    expect(readFileSync(join(whole, "evaluation.json"), "utf8")).toBe(before);
  });

  it("of an earlier ranking are refused, and not evaluated beside those of the last selection", async () => {
    const plain = ["--controls", "none", "--scales", "none", "--json"];
    await succeed("rank", damaged, "--target", "promptTokens", "--bootstrap", "0", "--permutations", "19");
    for (const args of [["evaluate", ...plain], ["report"], ["report", "--export", "official-json"]]) {
      const outcome = await corrsteer(args[0]!, damaged, ...args.slice(1));
      expectFailure(outcome, 1, "ERR_RUN_MISMATCH", damaged, "Run select again");
    }
    await succeed("select", damaged, "--variant", "S", "--significance", "none");
    const { arms } = JSON.parse(await succeed("evaluate", damaged, ...plain)) as Evaluation;
    expect(arms.map(({ name }) => name)).toEqual(["baseline", "S"]);
    expectFailure(await corrsteer("evaluate", damaged, "--variant", "S,A"), 1, "ERR_RUN_MISMATCH", "Run select again");
  });

  it("are not those of a folder that is no run", async () => {
    for (const args of [["report"], ["compare"], ["compare", whole], ["transfer", whole], ["rank", whole]]) {
      const outcome = await corrsteer(args[0]!, ...args.slice(1), folder);
      expectFailure(outcome, 1, "ERR_RUN_INCOMPLETE", folder);
    }
  });

  it("of a run that was not finished are asked for, and the run goes on", async () => {
    rmSync(join(damaged, "samples.jsonl"));
    for (const command of ["rank", "select", "evaluate", "report", "compare"]) {
      expectFailure(await corrsteer(command, damaged), 1, "ERR_RUN_INCOMPLETE", damaged, "run collect on it again");
    }
  });
});
