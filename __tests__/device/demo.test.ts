import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { DEMO } from "../../lib/demo";
import type { Evaluation } from "../../lib/evaluate/evaluation";
import { isSoftware } from "../../lib/native/software-driver";
import type { SteeringProfile } from "../../lib/steering/profile";
import { ON_DEMO, succeed } from "../support/corrsteer";
import { temporaryFolder } from "../support/temporary-folder";
import { chosen, describeOnDevice } from "./chosen-device";
import { expectAtMost } from "./figures";

/**
 * All questions where the device is fast. Else as many as fill whole batches: products of 2 to 8 rows have kernels of their own,
 * each of which a driver that computes on the CPU is up to a minute at compiling.
 */
const FEW = [
  "--samples",
  "43",
  "--validation-samples",
  "0",
  "--test-samples",
  "21",
  "--scales",
  "none",
  "--context",
  "4096",
];
const QUESTIONS = chosen && isSoftware(chosen) ? FEW : [];
/** Of a hundred answers, or one of fewer: what a feature near its threshold steers on one device may be left alone on the other. */
const POINTS = 3;

describeOnDevice(`the demo on ${chosen?.name ?? "a device"}`, () => {
  const folder = temporaryFolder();

  async function demo(name: string, ...places: readonly string[]) {
    const out = join(folder, name);
    const task = ["--task", DEMO.task, "--data", DEMO.data, ...QUESTIONS];
    const arms = ["--variant", "A", "--controls", "none"];
    const where = [...places, "--verify", "never", "--out", out];
    const evaluation = JSON.parse(await succeed("run", ...ON_DEMO, ...task, ...arms, ...where, "--json")) as Evaluation;
    expect(existsSync(join(out, "report.html"))).toBe(true);
    const profile = JSON.parse(readFileSync(join(out, "profiles", "A.steer.json"), "utf8")) as SteeringProfile;
    const arm = (name: string) => evaluation.arms.find((arm) => arm.name === name)!;
    return { baseline: arm("baseline"), steered: arm("A"), features: profile.features };
  }

  test("finds the features that it finds on the CPU, with the SAEs alone there too, and steers as many answers right", async () => {
    const here = await demo("here", "--device", chosen!.name);
    const cpu = await demo("cpu", "--device", "cpu");
    const elsewhere = await demo("elsewhere", "--device", "cpu", "--sae-device", chosen!.name);
    const places = (run: typeof here) => run.features.map(({ layer, feature }) => [layer, feature]);
    expect(places(here)).toEqual(places(cpu));
    expect(places(elsewhere)).toEqual(places(cpu));
    expect(here.steered.receipt.map(({ rows }) => rows)).toEqual(places(here).map(() => here.steered.n));
    expect(here.steered.comparison!.difference).toBeGreaterThan(0.1);
    for (const name of ["baseline", "steered"] as const) {
      const { n } = cpu[name];
      const answers = Math.round(n * Math.abs(here[name].accuracy - cpu[name].accuracy));
      expectAtMost(
        `the demo's accuracy, ${name}, to the CPU's: points`,
        (100 * answers) / n,
        Math.max(POINTS, 100 / n),
      );
    }
  });
});
