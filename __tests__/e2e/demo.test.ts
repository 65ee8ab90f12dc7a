import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { ArmSummary, Evaluation } from "../../lib";
import { succeed } from "../support/corrsteer";
import { temporaryFolder } from "../support/temporary-folder";

const folder = temporaryFolder();

describe("corrsteer demo", () => {
  let directory: string;
  let stdout: string;
  let evaluation: Evaluation;
  const arm = (name: string): ArmSummary => evaluation.arms.find((arm) => arm.name === name)!;

  beforeAll(async () => {
    directory = join(folder, "demo");
    stdout = await succeed("demo", "--out", directory);
    evaluation = JSON.parse(readFileSync(join(directory, "evaluation.json"), "utf8")) as Evaluation;
  }, 120_000);

  it.each(["A", "P", "causal"])("raises held-out accuracy by 10 points and more with variant %s", (variant) => {
    const { n, comparison } = arm(variant);
    expect(n).toBe(1000);
    expect(comparison!.difference).toBeGreaterThanOrEqual(0.1);
    expect(comparison!.adjustedP).toBeLessThan(0.001);
  });

  it("does not raise it as much with random features: on average, or in more than 5 draws of 19", () => {
    const control = evaluation.controls.find(({ role, profile }) => role === "random" && profile === "A")!;
    const differences = control.arms.map((name) => arm(name).comparison!.difference);
    expect(differences).toHaveLength(19);
    expect(control.meanDifference).toBeLessThan(0.1);
    expect(differences.filter((difference) => difference >= 0.1).length).toBeLessThanOrEqual(5);
    expect(control.nAtLeastProfile).toBe(0);
    expect(control.rank).toEqual({ p: 0.05, adjustedP: 0.05 });
    expect(control.advantage!.interval[0]).toBeGreaterThan(0.3);
  });

  it("gains more with A than with as many features of the same norms that go with shuffled scores", () => {
    const control = evaluation.controls.find(({ role, profile }) => role === "shuffled" && profile === "A")!;
    expect(control.arms).toHaveLength(19);
    expect(control.rank!.adjustedP).toBe(0.05);
    expect(control.advantage!.interval[0]).toBeGreaterThan(0.3);
  });

  it.each(["random", "shuffled"])("adds vectors of the profile's norms in every draw of %s features", (kind) => {
    const norms = (name: string) => arm(name).receipt.map(({ layer, meanAddedNorm }) => [layer, meanAddedNorm]);
    const { arms } = evaluation.controls.find(({ role, profile }) => role === kind && profile === "A")!;
    for (const name of arms) {
      for (const [i, [layer, norm]] of norms(name).entries()) {
        const [profileLayer, profileNorm] = norms("A")[i]!;
        expect(layer).toBe(profileLayer);
        expect(norm! / profileNorm!).toBeCloseTo(1, 5);
      }
      expect(norms(name)).toHaveLength(norms("A").length);
    }
  });

  it("shows S and the dose-response beside them", () => {
    for (const name of ["baseline", "S", "A@0.5", "A@2"]) expect(arm(name).n).toBe(1000);
    expect(arm("A@0.5").receipt[0]!.meanAddedNorm).toBeCloseTo(arm("A").receipt[0]!.meanAddedNorm / 2, 5);
  });

  it("steers S in one layer, causal in two, A in all", () => {
    expect(["S", "causal", "A"].map((name) => arm(name).receipt.length)).toEqual([1, 2, 4]);
  });

  it("steers every layer of an arm once for each question of one token", () => {
    for (const { name, receipt } of evaluation.arms.filter(({ name }) => !name.startsWith("baseline"))) {
      const variant = ["causal", "S", "P"].find((variant) => name.includes(variant)) ?? "A";
      const layers = arm(variant).receipt.length;
      expect(receipt.map(({ rows }) => rows)).toEqual(Array(layers).fill(1000));
    }
  });

  it("tells what it does, then the table, the headline and where the details are", () => {
    const told = ["Collect:", "Rank:", "layer 3:", "Select:", "Evaluate:", " raises accuracy by", "What this shows:"];
    const at = told.map((text) => stdout.indexOf(text));
    expect(at).toEqual([...at].sort((a, b) => a - b));
    expect(at[0]).toBeGreaterThanOrEqual(0);
    expect(stdout).toMatch(/^Details: .*demo.evaluation\.json$/m);
  });

  it("leaves a complete run directory", () => {
    const files = ["run.json", "samples.jsonl", "ranking.json", "selection.json", "evaluation-samples.jsonl"];
    for (const file of files) expect(existsSync(join(directory, file))).toBe(true);
    const profiles = readdirSync(join(directory, "profiles")).filter((name) => name.endsWith(".steer.json"));
    const own = ["A", "P", "S", "causal"];
    const gaining = own.map((name) => `mean-difference-${name}`);
    const expected = [...own, ...gaining].map((name) => `${name}.steer.json`);
    expect(profiles.sort()).toEqual(expected.sort());
    expect(readFileSync(join(directory, "evaluation-samples.jsonl"), "utf8").trim().split("\n")).toHaveLength(1000);
  });
});
