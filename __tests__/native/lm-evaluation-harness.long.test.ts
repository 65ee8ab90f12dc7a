import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { askQuestion, toAnswer } from "../../lib/ask/answer";
import { answerOf, forksOf } from "../../lib/ask/forks";
import type { Sample } from "../../lib/data/sample";
import { Model } from "../../lib/model/model";
import { arc } from "../../lib/tasks/arc";
import { configureTask } from "../../lib/tasks/configure";

// What lm-evaluation-harness makes of the same logits, by its rules (lm_eval/api/model.py, lm_eval/api/task.py, tasks/arc)
// and nothing of ours but tokenizer and decoder.

const shared = join(__dirname, "../../../shared");
const smollm2 = join(shared, "models/smollm2-135m-instruct/SmolLM2-135M-Instruct.Q4_1.gguf");
const questionsFile = join(shared, "data/arc/ARC-Easy-Dev.jsonl");
const present = existsSync(smollm2) && existsSync(questionsFile);

const N = 200;
/** Questions whose logits are in memory at once. */
const ROUND = 20;

jest.setTimeout(1_200_000);

interface Document {
  question: { stem: string; choices: { text: string; label: string }[] };
  answerKey: string;
}

/** `TemplateLM._encode_pair` */
function encodePair(model: Model, context: string, continuation: string): [Int32Array, Int32Array] {
  const nSpaces = context.length - context.trimEnd().length;
  const kept = context.slice(0, context.length - nSpaces);
  const moved = context.slice(context.length - nSpaces) + continuation;
  const whole = model.tokenize(kept + moved);
  const before = model.tokenize(kept);
  return [before, whole.slice(before.length)];
}

/** The sum of log_softmax(logits) at the continuation's tokens. */
function logLikelihood(logits: Float32Array, tokens: Int32Array): number {
  const nVocab = logits.length / tokens.length;
  return tokens.reduce((sum, token, i) => {
    const row = logits.subarray(i * nVocab, (i + 1) * nVocab);
    const largest = row.reduce((a, b) => Math.max(a, b), -Infinity);
    const norm = row.reduce((total, logit) => total + Math.exp(logit - largest), 0);
    return sum + row[token]! - largest - Math.log(norm);
  }, 0);
}

/** `numpy.argmax`: the first of the largest. */
const argmax = (values: readonly number[]) => values.indexOf(Math.max(...values));

/** `process_results` of output type multiple_choice: `acc` and `acc_norm`. */
function processResults({ question: { choices }, answerKey }: Document, lls: readonly number[]): [number, number] {
  const gold = choices.findIndex(({ label }) => label === answerKey);
  const completionLength = choices.map(({ text }) => Array.from(text).length); // len() counts code points
  const byLength = lls.map((ll, i) => ll / completionLength[i]!);
  return [Number(argmax(lls) === gold), Number(argmax(byLength) === gold)];
}

(present ? test : test.skip)(
  `${N} questions of ARC-Easy score as in lm-evaluation-harness${present ? "" : " (skipped: ../shared is absent)"}`,
  async () => {
    const lines = readFileSync(questionsFile, "utf8").split("\n").slice(0, N);
    const documents = lines.map((line) => JSON.parse(line) as Document);
    const samples: Sample[] = [];
    const prompting = { style: "clean", chainOfThought: false, optionsLeftOut: true } as const;
    for await (const sample of arc.load(join(shared, "data"), prompting)) {
      if (sample.group === "easy" && sample.split === "test" && samples.length < N) samples.push(sample);
    }
    const tasks = ["continuation", "continuation-normalised"].map((scorer) => configureTask(arc, { scorer }));
    const right = [0, 0];
    await using model = await Model.load(smollm2);
    await using engine = await model.createEngine({ threads: 1 });
    for (let from = 0; from < N; from += ROUND) {
      const questions = samples
        .slice(from, from + ROUND)
        .map((sample) => tasks.map((task) => askQuestion(model, task, sample)));
      const requests = questions.map(([question]) => ({
        prompt: question!.prompt,
        branches: forksOf({}, question!, 0, tasks[0]!).map((branch) => ({ ...branch, logits: "generated" as const })),
      }));
      const results = await Promise.all(engine.runTogether(requests));
      for (const [i, { branches }] of results.entries()) {
        const document = documents[from + i]!;
        const { stem, choices } = document.question;
        const pairs = choices.map(({ text }) => encodePair(model, `Question: ${stem}\nAnswer:`, ` ${text}`));
        const lls = pairs.map(([, tokens], c) => logLikelihood(branches[c]!.logits, tokens));
        const expected = processResults(document, lls);

        for (const [c, [context, continuation]] of pairs.entries()) {
          expect(requests[i]!.prompt).toEqual(context);
          expect(branches[c]!.tokens).toEqual(continuation);
        }
        for (const [t, { scorers }] of tasks.entries()) {
          const question = questions[i]![t]!;
          const { result } = answerOf(question, branches);
          [...result.choiceLogProbabilities].forEach((value, c) => expect(value).toBeCloseTo(lls[c]!, 6));
          const scored = await scorers[0].score(toAnswer(question, result), question.sample);
          expect(scored).toMatchObject({ score: expected[t] });
          right[t]! += expected[t]!;
        }
      }
    }
    // Held to letters this model says " A" to all of them, which is right in 62; of whole options it takes the right one in 100.
    expect(right[0]).toBeGreaterThan(0.4 * N);
  },
);
