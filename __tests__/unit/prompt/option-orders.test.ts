import type { Sample } from "../../../lib/data/sample";
import { withContext } from "../../../lib/prompt/ask";
import { inOrders, listsOptions } from "../../../lib/prompt/option-orders";
import { PROMPT_STYLES } from "../../../lib/prompt/prompting";
import { choiceSample } from "../../../lib/tasks/option-letter";

const OPTIONS = ["red", "green", "blue", "A. red", "black", "grey", "brown", "pink", "gold", "white"];

function question(nOptions: number, gold: number, more: Partial<Sample> = {}): Sample {
  const asked = { question: "Which?", options: OPTIONS.slice(0, nOptions), gold };
  return { ...choiceSample({ id: "q" }, asked, { style: "clean", chainOfThought: false }), ...more };
}

const lineOf = ({ prompt, expected }: Sample) => new RegExp(`^${expected}\\. (.*)$`, "m").exec(prompt)![1];

describe("inOrders", () => {
  it("begins with the question itself and moves every option on by one letter", () => {
    const asked = inOrders(question(3, 2));
    expect(asked[0]!.sample).toEqual(question(3, 2));
    expect(asked.map(({ sample }) => sample.prompt.split("\n").slice(1, 4))).toEqual([
      ["A. red", "B. green", "C. blue"],
      ["A. blue", "B. red", "C. green"],
      ["A. green", "B. blue", "C. red"],
    ]);
    expect(asked.map(({ sample }) => sample.expected)).toEqual(["C", "A", "B"]);
    expect(asked.map(({ places }) => places)).toEqual([
      [2, 0, 1],
      [0, 1, 2],
      [1, 2, 0],
    ]);
  });

  it.each([
    [2, 1],
    [4, 0],
    [5, 3],
    [10, 7],
  ])("of %i options has each that moves once at each place, the gold one first", (nOptions, gold) => {
    const asked = inOrders(question(nOptions, gold));
    expect(asked).toHaveLength(Math.min(nOptions, 4));
    for (const { sample, places } of asked) {
      expect(lineOf(sample)).toBe(OPTIONS[gold]);
      expect(places[0]).toBe(sample.expected.charCodeAt(0) - 65);
      expect([...sample.options!].sort()).toEqual(OPTIONS.slice(0, nOptions).sort());
      places.forEach((place, m) => {
        expect(sample.options![place]).toBe(OPTIONS[asked[0]!.places[m]!]);
      });
    }
    const byOption = asked[0]!.places.map((_, m) => new Set(asked.map(({ places }) => places[m])));
    for (const places of byOption) expect(places).toEqual(new Set(asked[0]!.places));
  });

  it("moves the question's own options, and not those of a worked example before it", () => {
    const asked = inOrders(withContext(question(3, 0), [question(3, 0).example!]));
    const example = question(3, 0).example!;
    for (const { sample } of asked) expect(sample.prompt.startsWith(example.question + example.answer)).toBe(true);
    expect(new Set(asked.map(({ sample }) => sample.prompt)).size).toBe(3);
  });

  it.each(PROMPT_STYLES)("finds the options in style %s", (style) => {
    const asked = { question: "Which?", options: OPTIONS.slice(0, 4), gold: 1 };
    const sample = choiceSample({ id: "q" }, asked, { style, chainOfThought: false });
    const prompts = inOrders(sample).map(({ sample }) => sample.prompt);
    expect(new Set(prompts).size).toBe(4);
    const lines = (prompt: string) => prompt.split(/\n(?:[A-D]\. )?/).sort();
    for (const prompt of prompts) expect(lines(prompt)).toEqual(lines(sample.prompt));
  });

  it.each<[string, Partial<Sample>]>([
    ["free text", { options: undefined, choices: undefined } as unknown as Partial<Sample>],
    ["no list of options", { options: undefined } as unknown as Partial<Sample>],
    ["a prompt that does not list them", { prompt: "Which?\nAnswer:" }],
    ["fewer options than choices", { options: ["red", "green"] }],
    ["an expected answer that is no choice", { expected: "D" }],
  ])("has no order for a question with %s", (_, more) => {
    expect(inOrders(question(3, 0, more))).toEqual([]);
  });

  it("has no order where the options are left out, or the answer is reasoned", () => {
    const asked = { question: "Which?", options: OPTIONS.slice(0, 4), gold: 1 };
    const clean = { style: "clean", chainOfThought: false } as const;
    const leftOut = choiceSample({ id: "q" }, asked, { ...clean, optionsLeftOut: true });
    const reasoned = choiceSample({ id: "q" }, asked, { ...clean, chainOfThought: true });
    expect([leftOut, reasoned].flatMap(inOrders)).toEqual([]);
    expect(listsOptions(leftOut)).toBe(false);
  });
});
