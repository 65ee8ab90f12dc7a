import { constantFeaturesOf } from "../../../lib/evaluate/findings/constant";
import type { PlannedArm } from "../../../lib/evaluate/arms";
import { summarizeControls } from "../../../lib/evaluate/controls/summary";
import type { ArmSummary, Evaluation, NullSummary } from "../../../lib/evaluate/evaluation";
import { summarizeArms } from "../../../lib/evaluate/summary";
import { verdict, verdictSentences } from "../../../lib/evaluate/verdict";
import { hundred, outcome, plannedArm, type Answer } from "./outcome";
import type { SteeringProfile } from "../../../lib/steering/profile";
import { saeId } from "../../support/sae-id";

const NULL: NullSummary = {
  target: "score",
  score: "pearson",
  sign: "both",
  stratifiedBy: null,
  covariates: [],
  permutations: 1000,
  seed: 42,
  alpha: 0.05,
  threshold: 0.2,
  nSurvivors: 3,
  layers: [{ sae: saeId(1), layer: 1, threshold: 0.1, nSurvivors: 3, bestInsideNull: false }],
  confounds: [],
};

type Arms = [arm: PlannedArm, answers: Answer[]][];

const MEASURE = { metric: "accuracy", seed: 1 } as const;
const outcomesOf = (arms: Arms) => arms.map(([arm, answers]) => outcome(arm, answers));

function summarized(arms: Arms): Promise<ArmSummary[]> {
  return summarizeArms(outcomesOf(arms), [], MEASURE);
}

async function said(arms: Arms, significance: NullSummary | null = NULL) {
  const summaries = await summarized(arms);
  const controls = await summarizeControls(summaries, outcomesOf(arms), MEASURE);
  const evidence = { metric: "accuracy" as const, arms: summaries, controls };
  const found = verdict({ ...evidence, significance });
  return { headline: found.headline, subject: found.subject, details: verdictSentences(found).join("\n") };
}

const BASELINE = plannedArm("baseline");
const A = plannedArm("A");
const held = (name: string, comparedWith: string) =>
  plannedArm(`${name}-constrained`, { role: "constrained", comparedWith });
const HELD_BASELINE = held("baseline", "baseline");
const HELD_A = held("A", "baseline-constrained");
const control = (name: string, role: PlannedArm["role"]) => plannedArm(name, { role, profile: "A" });

describe("the headline", () => {
  it("calls a gain knowledge only when it stays with the choices forced on both", async () => {
    const arms: Arms = [
      [BASELINE, hundred(10, 60)],
      [A, hundred(40, 100)],
      [HELD_BASELINE, hundred(10, 100)],
      [HELD_A, hundred(40, 100)],
    ];
    expect((await said(arms)).headline).toMatch(
      /^A knows more: it raises accuracy by 30\.0 points \(\+20\.\d to \+38\.\d\), of which forced choices leave most\.$/,
    );
    expect((await said(arms)).details).toMatch(
      /^The gain is knowledge, not format: forcing the choices on both leaves 100\.0 % of it \(95 % interval .*with the choices forced on both, accuracy goes from 10\.0 % to 40\.0 %/m,
    );
  });

  it("says that a gain which is gone with the choices forced on both is the answer's format", async () => {
    const arms: Arms = [
      [BASELINE, hundred(10, 60)],
      [A, hundred(32, 100)],
      [HELD_BASELINE, hundred(30, 100)],
      [HELD_A, hundred(31, 100)],
    ];
    const { headline, details } = await said(arms);
    expect(headline).toMatch(
      /^Gain in form, not in knowledge: A raises accuracy by 22\.0 points \(\+13\.\d to \+30\.\d\), of which forced choices leave little\.$/,
    );
    expect(details).toMatch(
      /^The gain is the answer's format, not knowledge: forcing the choices on both leaves 4\.5 % of it .* go from 60\.0 % to 100\.0 %, and with the choices forced on both, accuracy goes from 30\.0 % to 31\.0 %/m,
    );
  });

  it.each([
    ["positive", "r 0.200"],
    ["negative", "-r 0.200"],
    ["both", "|r| 0.200"],
    [undefined, "a threshold of 0.200"],
  ] as const)("says of which r the threshold is: %s", async (sign, threshold) => {
    const { sign: _, ...unsaid } = NULL;
    const { details } = await said([[BASELINE, hundred(10)]], { ...unsaid, ...(sign && { sign }) });
    expect(details).toContain(`are beyond the permutation null (${threshold} at family-wise 0.05`);
  });

  it("says which side was tested and what lies on the other, where nothing was found or something would be", async () => {
    const beside = (familyWiseP: number, bestInsideNull: boolean) => {
      const otherSide = { sae: saeId(1), layer: 1, feature: 9, r: -0.793, familyWiseP };
      const layers = NULL.layers.map((layer) => ({ ...layer, bestInsideNull, nSurvivors: bestInsideNull ? 0 : 3 }));
      const nSurvivors = bestInsideNull ? 0 : 3;
      return said([[BASELINE, hundred(10)]], { ...NULL, sign: "positive", layers, nSurvivors, otherSide });
    };
    const sentence =
      /^Only positive r was tested: the strongest negative r is -0\.793 \(1:9, family-wise p = 0\.(.*)\.$/m;
    const after = async (...of: Parameters<typeof beside>) => sentence.exec((await beside(...of)).details)?.[1];
    expect(await after(0.002, true)).toBe("002 on that side), beyond chance, where --sign negative or both looks");
    expect(await after(0.002, false)).toBe("002 on that side), beyond chance, where --sign negative or both looks");
    expect(await after(0.2, true)).toBe("200 on that side), within what chance gives");
    expect(await after(0.2, false)).toBeUndefined();
  });

  it("says that the seed decides of some features", async () => {
    const { details } = await said([[BASELINE, hundred(10)]], { ...NULL, nUndecided: 1 });
    expect(details).toMatch(/^1 feature is so near p = 0\.05 that \d+ permutations do not decide whether it survives/m);
    expect((await said([[BASELINE, hundred(10)]], NULL)).details).not.toMatch(/so near/);
  });

  it("adds what explains the features that survive the null", async () => {
    const features = [1, 2].map((feature) => ({ sae: saeId(1), layer: 1, feature, r: 0.1, familyWiseP: 0.8 }));
    const form = { variable: "formatValid", how: "given", threshold: 0.2, nSurvivors: 0, features } as const;
    const option = { ...form, variable: "chosenOption", how: "within" } as const;
    const arms: Arms = [
      [BASELINE, hundred(10)],
      [A, hundred(40)],
    ];
    const { headline, details } = await said(arms, { ...NULL, nSurvivors: 2, confounds: [form, option] });
    expect(headline).toMatch(
      /; but given formatValid or permuting within equal chosenOption, none of the best features beyond the null stays there\.$/,
    );
    expect(details).toMatch(/^Given formatValid, none of the 2 best features that survive still do\.$/m);
    const partly = await said(arms, { ...NULL, nSurvivors: 2, confounds: [{ ...form, nSurvivors: 1 }] });
    expect(partly.headline).not.toMatch(/but/);
    expect(partly.details).toMatch(/^Given formatValid, 1 of the 2 best features that survive still do\.$/m);
  });

  it("does not tell what a gain is when what stays of it is uncertain", async () => {
    const arms: Arms = [
      [BASELINE, hundred(10, 60)],
      [A, hundred(50, 100)],
      [HELD_BASELINE, hundred(30, 100)],
      [HELD_A, hundred(40, 100)],
    ];
    const { headline, details } = await said(arms);
    expect(headline).toMatch(
      /^Can't tell whether A gains in form or in knowledge: it raises accuracy by 40\.0 points .*, of which forced choices leave an uncertain part\.$/,
    );
    expect(details).toMatch(
      /^Whether the gain is format or knowledge can't be told: .* accuracy goes from 30\.0 % to 40\.0 %/m,
    );
  });

  it("suspects the format where there is no such control, and not where the format did not change", async () => {
    const arms = (valid: number): Arms => [
      [BASELINE, hundred(10, 60)],
      [A, hundred(32, valid)],
    ];
    expect((await said(arms(100))).headline).toMatch(
      /^Can't tell whether A gains in form or in knowledge: it raises accuracy by 22\.0 points .*, and more answers are one of the choices\.$/,
    );
    expect((await said(arms(100))).details).toMatch(/^The gain may be the answer's format alone/m);
    expect((await said(arms(60))).headline).toMatch(/^A raises accuracy by 22\.0 points \([^)]*\)\.$/);
  });

  it("prefers a profile without doubts to a larger gain with one", async () => {
    const arms: Arms = [
      [BASELINE, hundred(10, 60)],
      [A, hundred(60, 100)],
      [plannedArm("S"), hundred(30, 60)],
    ];
    const { headline, subject } = await said(arms);
    expect(headline).toMatch(/^S raises accuracy/);
    expect(subject).toBe("S");
  });

  it("does not call a small difference a gain, and says which profile lowers", async () => {
    expect(
      (
        await said([
          [BASELINE, hundred(10)],
          [A, hundred(12)],
        ])
      ).headline,
    ).toMatch(
      /^No measurable gain in accuracy: the most is A's \+2\.0 points, where a gain of \d+\.\d would be found in 80 %\.$/,
    );
    expect(
      (
        await said([
          [BASELINE, hundred(40)],
          [A, hundred(12)],
        ])
      ).headline,
    ).toMatch(/^No measurable gain in accuracy: .*; A lowers it\.$/);
    const two = await said([
      [BASELINE, hundred(40)],
      [A, hundred(12)],
      [plannedArm("S"), hundred(10)],
    ]);
    expect(two.headline).toMatch(/; A and S lower it\.$/);
  });

  it("needs more of a difference when there are more profiles to pick the best of", async () => {
    const arms: Arms = [
      [BASELINE, hundred(10)],
      [A, hundred(16)],
    ];
    expect((await said(arms)).headline).toMatch(/^A raises accuracy/); // 6 better, 0 worse: mid-p 2^-6 = 0.016
    const more = ["S", "P", "P+"].map((name): Arms[number] => [plannedArm(name), hundred(11)]);
    expect((await said([...arms, ...more])).headline).toMatch(/^No measurable gain in accuracy/);
  });

  it("says that nothing is steered when nothing survives the null", async () => {
    const empty = plannedArm("A", { sameAs: "baseline" });
    const arms: Arms = [
      [BASELINE, hundred(10)],
      [empty, hundred(10)],
    ];
    const { headline, subject, details } = await said(arms, { ...NULL, nSurvivors: 0 });
    expect(subject).toBeNull();
    expect(headline).toBe("Nothing survives the permutation null, so nothing is steered.");
    expect(details).toMatch(/^No feature of 1 layer is beyond the permutation null \(\|r\| 0\.200/);
    expect(details).toMatch(/^A steers nothing\.$/m);
    expect((await said(arms)).headline).toBe("No profile steers anything: selection left no feature.");
  });

  it("names what features were ranked for where that is not the score", async () => {
    const arms: Arms = [
      [BASELINE, hundred(10)],
      [plannedArm("A", { sameAs: "baseline" }), hundred(10)],
    ];
    const { headline, details } = await said(arms, { ...NULL, target: "completionTokens", nSurvivors: 0 });
    expect(headline).toBe("Nothing survives the permutation null of completionTokens, so nothing is steered.");
    expect(details).toMatch(/is beyond the permutation null of completionTokens \(\|r\| 0\.200/);
  });

  it.each([
    ["sign-flipped", "the opposite direction"],
    ["mean-difference", "the mean difference of the residual"],
    ["prompt-only", "an instruction without steering"],
  ] as const)("doubts a gain that %s reaches as well", async (role, clause) => {
    const arms = (correct: number): Arms => [
      [BASELINE, hundred(10)],
      [A, hundred(40)],
      [plannedArm(role, { role, profile: role === "prompt-only" ? null : "A" }), hundred(correct)],
    ];
    expect((await said(arms(40))).headline).toMatch(new RegExp(`; but ${clause}.* gains as much\\.$`));
    expect((await said(arms(40))).details).toMatch(
      new RegExp(
        `^${clause[0]!.toUpperCase()}${clause.slice(1)}.* gains as much, \\+30\\.0 points: A gains 0\\.0 points more \\(95 % interval -\\d.* to \\+\\d`,
        "m",
      ),
    );
    expect((await said(arms(36))).headline).toMatch(
      new RegExp(`; but that it gains more than ${clause}.* is not shown\\.$`),
    );
    expect((await said(arms(36))).details).toMatch(
      / changes the result by \+26\.0 points, and that A gains more is not shown: 4\.0 points \(95 % interval /,
    );
    const less = await said(arms(30));
    expect(`${less.headline} ${less.details}`.toLowerCase()).not.toContain(clause);
  });

  it("doubts a gain beside what an evaluation of an older version has for it", async () => {
    const summaries = await summarized([
      [BASELINE, hundred(10)],
      [A, hundred(40)],
      [control("mean-difference-A", "mean-difference"), hundred(40)],
    ]);
    const found = verdict({ metric: "accuracy", arms: summaries, controls: [], significance: NULL });
    expect(found.headline).toMatch(/; but the mean difference .* gains as much\.$/);
  });

  it("says first that an arm gives one answer whatever is asked", async () => {
    const same = (right: number) => hundred(right, 100).map((answer) => ({ ...answer, completion: " A" }));
    const { headline, details } = await said([
      [BASELINE, hundred(10, 60)],
      [A, same(32)],
    ]);
    expect(headline).toMatch(
      /^No gain in knowledge: A makes every answer " A", which raises accuracy by 22\.0 points /,
    );
    expect(details).toMatch(/^100\.0 % of the answers of A are " A"\.$/m);
    const none = await said([
      [BASELINE, hundred(10)],
      [A, same(12)],
    ]);
    expect(none.headline).toMatch(/^No measurable gain in accuracy: every answer of A is " A"; the most is A's \+2\.0/);
    const two = await said([
      [BASELINE, same(10)],
      [A, same(12)],
      [plannedArm("P"), same(11)],
    ]);
    expect(two.headline).toMatch(/^No measurable gain in accuracy: every answer of A and P is " A"; the most/);
    expect(two.details).toMatch(/^Every answer of baseline is " A"\.$/m);
    const free = same(40).map(({ score, completion }) => ({ score, completion }));
    const { headline: written } = await said([
      [BASELINE, hundred(10)],
      [A, free],
    ]);
    expect(written).toMatch(/^No gain that depends on the question: A makes every answer " A"/);
  });

  it("does not deny knowledge that other orders of the options show", async () => {
    const same = hundred(32, 100).map((answer) => ({ ...answer, completion: " A" }));
    const free = await summarized([
      [BASELINE, hundred(10, 60)],
      [A, same],
    ]);
    const forced = await summarized([
      [BASELINE, hundred(10, 60)],
      [A, hundred(32, 100)],
      [HELD_BASELINE, hundred(30, 100)],
      [HELD_A, hundred(31, 100)],
    ]);
    const MEAN = control("mean-difference-A", "mean-difference");
    const none = await summarized([
      [BASELINE, hundred(10, 60)],
      [A, hundred(12, 60)],
      [MEAN, hundred(12, 60)],
    ]);
    const told = (arms: ArmSummary[], adjustedP: number, knowing = ["A"]) => {
      const orders = {
        ...{ n: 100, nPrompts: 200, nOrders: 2 },
        arms: arms.map(({ name }) => ({
          ...{ name, auroc: 0.6, letters: [{ choice: "A", likeliest: 1, gold: 0.5 }] },
          change: knowing.includes(name)
            ? { auroc: { difference: 0.1, interval: [0.05, 0.15], pValue: adjustedP, adjustedP } }
            : null,
        })),
      } as unknown as NonNullable<Evaluation["orders"]>;
      return verdict({ metric: "accuracy", arms, controls: [], significance: NULL, orders }).headline;
    };
    const knows = /^Gain in form: .*; other orders of the options show that it knows more\.$/;
    expect(told(free, 0.001)).toMatch(knows);
    expect(told(forced, 0.001)).toMatch(knows);
    expect(told(free, 0.5)).toMatch(/^No gain in knowledge/);
    expect(told(forced, 0.5)).toMatch(/^Gain in form, not in knowledge/);
    expect(told(none, 0.001)).toMatch(/^No measurable gain .*; but over other orders of the options A knows more\.$/);
    expect(told(none, 0.001, [MEAN.name])).toMatch(/ orders of the options what needs no SAE knows more\.$/);
    expect(told(none, 0.001, ["A", MEAN.name])).toMatch(/ the options A and what needs no SAE know more\.$/);
    expect(told(none, 0.5)).not.toMatch(/orders/);
  });

  it("says first that an arm repeats itself, and after the null that another one does", async () => {
    const round = (right: number) =>
      hundred(right).map((answer, i) => ({ ...answer, completion: `${i} is it. `.repeat(9) }));
    const { headline, details } = await said([
      [BASELINE, hundred(10)],
      [A, round(40)],
      [control("sign-flipped-A", "sign-flipped"), round(8)],
    ]);
    expect(headline).toMatch(
      /^Text that goes round: A repeats itself within its answers, and raises accuracy by 30\.0/,
    );
    expect(details).toMatch(/^Of the answers of A, 100\.0 % repeat themselves, from 0\.0 %\.$/m);
    expect(details).toMatch(/^Most answers repeat themselves: sign-flipped-A\.$/m);
  });

  it("has at most three numbers", async () => {
    const features = [1, 2].map((feature) => ({ sae: saeId(1), layer: 1, feature, r: 0.1, familyWiseP: 0.8 }));
    const confounds = [{ variable: "formatValid", how: "given", threshold: 0.2, nSurvivors: 0, features } as const];
    const asMuch: Arms[] = [
      [[control("random-A", "random"), hundred(40)]],
      [[control("sign-flipped-A", "sign-flipped"), hundred(40)]],
      [[plannedArm("baseline-again", { role: "repeat" }), hundred(30)]],
      [
        [HELD_BASELINE, hundred(30)],
        [HELD_A, hundred(31)],
      ],
    ];
    for (const others of asMuch) {
      for (const right of [12, 40]) {
        const { headline } = await said([[BASELINE, hundred(10)], [A, hundred(right)], ...others], {
          ...NULL,
          confounds,
        });
        expect(headline.match(/\d+(\.\d+)?/g)!.length).toBeLessThanOrEqual(3);
      }
    }
  });

  it("doubts a gain that is no more than running the baseline twice gives", async () => {
    const arms: Arms = [
      [BASELINE, hundred(10)],
      [A, hundred(20)],
      [plannedArm("baseline-again", { role: "repeat" }), hundred(15)],
    ];
    const { headline, details } = await said(arms);
    expect(headline).toMatch(/; but the baseline run twice differs by half as much already\.$/);
    expect(details).toMatch(/^The baseline run twice differs by \+5\.0 points already/m);
  });
});

describe("the verdict", () => {
  it("says when most answers are one and the same", async () => {
    const same = hundred(32, 100).map((answer, i) => (i < 90 ? { ...answer, completion: " A" } : answer));
    expect(
      (
        await said([
          [BASELINE, hundred(10, 60)],
          [A, same],
        ])
      ).details,
    ).toMatch(/^90\.0 % of the answers of A are " A"\.$/m);
  });

  it("tells of neutral text in words", async () => {
    const told = async (perplexity: number) => {
      const summaries = await summarized([
        [BASELINE, hundred(10)],
        [A, hundred(40)],
      ]);
      const neutral = (to: number) => ({ meanKl: 1.234, perplexity: to });
      const arms = summaries.map((arm) => ({ ...arm, neutral: neutral(arm.name === "A" ? perplexity : 21.04) }));
      return verdict({ metric: "accuracy", arms, controls: [], significance: NULL });
    };
    const apart = await told(634_123);
    expect(apart.headline).toMatch(/; but neutral text falls apart\.$/);
    expect(verdictSentences(apart)).toContain(
      "On neutral text A moves the model by 1.2 nats a token, and it falls apart: perplexity 634,000, from 21.",
    );
    const moved = await told(29.96);
    expect(moved.headline).not.toMatch(/neutral/);
    expect(verdictSentences(moved)).toContain(
      "On neutral text A moves the model by 1.2 nats a token, perplexity 21 to 30.",
    );
  });

  it("doubts what goes round on neutral text, unless the model does so by itself", async () => {
    const told = async (before: number, repeating: number, perplexity = 20) => {
      const summaries = await summarized([
        [BASELINE, hundred(10)],
        [A, hundred(40)],
      ]);
      const neutral = { meanKl: 1, perplexity };
      const arms = summaries.map((arm, i) => ({
        ...arm,
        neutral: { ...neutral, repeating: i === 0 ? before : repeating },
      }));
      return verdict({ metric: "accuracy", arms, controls: [], significance: NULL });
    };
    const round = await told(0.1, 0.9);
    expect(round.headline).toMatch(/; but what it writes on neutral text goes round\.$/);
    expect(verdictSentences(round)).toContain(
      "Of the neutral texts that A goes on with, 90.0 % repeat themselves, from 10.0 %.",
    );
    expect((await told(0.8, 0.9)).headline).not.toMatch(/neutral/);
    expect((await told(0.1, 0.4)).headline).not.toMatch(/neutral/);
    expect((await told(0.1, 0.9, 50_000)).headline).not.toMatch(/neutral/); // it does not read such text
  });

  it("flags features that fire on everything", async () => {
    const arms = await summarized([
      [BASELINE, hundred(10)],
      [A, hundred(40)],
    ]);
    const feature = { sae: saeId(1), layer: 1, feature: 7, coefficient: 1, r: 0.3 };
    const profile = (frequency: number, variation?: number) => {
      const features = [{ ...feature, frequency, ...(variation !== undefined && { variation }) }];
      return { name: "A", features } as unknown as SteeringProfile;
    };
    const flagged = (of: SteeringProfile) =>
      verdictSentences(
        verdict({
          metric: "accuracy",
          arms,
          controls: [],
          significance: NULL,
          constantFeatures: constantFeaturesOf([of]),
        }),
      ).filter((sentence) => sentence.includes("constant shift"));
    expect(flagged(profile(1, 0.1))).toEqual([
      "Feature 7 of layer 1 of A fires on everything, about equally: a constant shift.",
    ]);
    expect([profile(1, 0.5), profile(0.9, 0.1), profile(1)].flatMap(flagged)).toEqual([]);
  });

  it("warns when few answers without steering are one of the choices", async () => {
    expect(
      (
        await said([
          [BASELINE, hundred(10, 20)],
          [A, hundred(12, 20)],
        ])
      ).details,
    ).toMatch(/^Only 20\.0 % of the answers of baseline are one of the choices/m);
  });

  it("compares a gain with that of drawn controls", async () => {
    const draws: Arms = [
      [control("random-A-1", "random"), hundred(12)],
      [control("random-A-2", "random"), hundred(38)],
    ];
    const verdict = async (correct: number) =>
      (await said([[BASELINE, hundred(10)], [A, hundred(correct)], ...draws])).details;
    const drawn = "Random features in place of those of A change the result by \\+15.0 points on average";
    expect(await verdict(40)).toMatch(
      new RegExp(`^${drawn} \\(2 draws, \\+2.0 to \\+28.0\\), none as much as the \\+30.0 of A`, "m"),
    );
    expect(await verdict(38)).toMatch(new RegExp(`^${drawn} .*, 1 of them as much as the \\+28.0 of A`, "m"));
  });

  describe("beside 19 draws", () => {
    const beside = (correct: number, ofDraws: (i: number) => number) =>
      said([
        [BASELINE, hundred(10)],
        [A, hundred(correct)],
        ...Array.from({ length: 19 }, (_, i): Arms[number] => [
          control(`random-A-${i + 1}`, "random"),
          hundred(ofDraws(i)),
        ]),
      ]);

    it("says by how much a profile gains more, with interval and rank", async () => {
      const { headline, details } = await beside(60, (i) => 12 + (i % 3));
      expect(headline).not.toContain("but");
      expect(details).toMatch(
        /^Random features .* \(19 draws, \+2\.0 to \+4\.0\), none as much as the \+50\.0 of A, which gains 47\.1 points more \(95 % interval \+3\d\.\d to \+5\d\.\d, rank p = 0\.050\)\.$/m,
      );
    });

    it("doubts a gain that is not shown to be more than theirs", async () => {
      const { headline, details } = await beside(30, (i) => (i === 3 ? 29 : 28));
      expect(headline).toMatch(/; but that it gains more than random features in place of those is not shown\.$/);
      expect(details).toMatch(
        /^Random features .*, none as much as the \+20\.0 of A, which gains 1\.9 points more .*, rank p = 0\.050\): that it gains more is not shown, and 19 of them lie within its interval\.$/m,
      );
    });

    it("doubts a gain that one of them reaches, or that one of them may well reach", async () => {
      const reached = await beside(60, (i) => (i === 3 ? 60 : 12));
      expect(reached.headline).toMatch(/; but some random features in place of those gain as much\.$/);
      expect(reached.details).toMatch(
        /^Random features .*, 1 of them as much as the \+50\.0 of A, .*, rank p = 0\.100\)\.$/m,
      );
      const nearly = await beside(60, (i) => (i === 3 ? 58 : 12));
      expect(nearly.headline).toMatch(/; but some random features in place of those gain about as much\.$/);
      expect(nearly.details).toMatch(
        /^Random features .*, none as much .*, rank p = 0\.050\): 1 of them lies within its interval\.$/m,
      );
    });

    it("doubts a gain beside draws that are too few to tell", async () => {
      const { headline, details } = await said([
        [BASELINE, hundred(10)],
        [A, hundred(60)],
        [control("random-A-1", "random"), hundred(12)],
        [control("random-A-2", "random"), hundred(13)],
      ]);
      expect(headline).toMatch(/; but there are too few random features in place of those to tell\.$/);
      expect(details).toMatch(
        /^Random features .*, rank p = 0\.333\): so few draws cannot show that it gains more\.$/m,
      );
    });

    it("tells first of a control that does as much, for which drawing others ended", async () => {
      const { headline } = await said([
        [BASELINE, hundred(10)],
        [A, hundred(60)],
        [control("random-A-1", "random"), hundred(12)],
        [control("shuffled-A-1", "shuffled"), hundred(60)],
      ]);
      expect(headline).toMatch(/; but some features for shuffled scores in place of those gain as much\.$/);
    });
  });

  it("says of how many steered SAEs the best feature is inside the null, also where they steer another layer", async () => {
    const layer = { sae: saeId(2), layer: 2, threshold: 0.1, nSurvivors: 0, bestInsideNull: true };
    const told = async (nativeLayer: number) => {
      const receipt = [{ layer: 1, rows: 1, leftAlone: 0, meanAddedNorm: 1, maxAddedNorm: 1, meanResidualNorm: 1 }];
      const summaries = await summarized([
        [BASELINE, hundred(10)],
        [A, hundred(40)],
      ]);
      const arms = summaries.map((arm) => (arm.name === "A" ? { ...arm, receipt } : arm));
      const significance = { ...NULL, layers: [...NULL.layers, { ...layer, nativeLayer }] };
      return verdictSentences(verdict({ metric: "accuracy", arms, controls: [], significance })).join("\n");
    };
    const sentence = "The best feature of 1 layer that A steers is inside the permutation null.";
    expect(await told(1)).toContain(sentence);
    expect(await told(2)).not.toContain(sentence);
  });

  it("says when no null was tested, and what the baseline's repetition changes", async () => {
    const arms: Arms = [
      [BASELINE, hundred(10)],
      [A, hundred(40)],
      [plannedArm("baseline-again", { role: "repeat" }), hundred(10)],
    ];
    expect((await said(arms, null)).details).toMatch(/no permutation null[^]*run twice gives the same answers/);
  });
});
