import fc from "fast-check";
import { byFrequency, IndexColumns } from "../../../lib/features/index-columns";
import { readIndex, readLines, search, type Query } from "../../../lib/features/page/client/search";
import type { FeatureData } from "../../../lib/features/format";

const word = fc.constantFrom("a", "ab", "B", "bA", "ü", "İ", "␣the", ".", "");
const feature = fc.record({
  active: fc.nat(100),
  largest: fc.constantFrom(0, 1, 2.5, 7),
  promoted: fc.array(word, { maxLength: 3 }),
  peaks: fc.array(word, { maxLength: 3 }),
  context: fc.array(word, { maxLength: 4 }).map((words) => words.join(" ")),
  label: word,
});

function indexOf(features: readonly (typeof feature extends fc.Arbitrary<infer T> ? T : never)[]) {
  const columns = new IndexColumns();
  for (const { active, largest, promoted, peaks, context } of features) {
    const data = { active, top: [[0, largest, largest, []]], promoted: promoted.map((token) => [token, 0]) };
    columns.add(data as unknown as FeatureData, peaks, context);
  }
  return readIndex(columns.data());
}

test("finds what a look at every feature finds, in the order asked for", () => {
  const query = fc.record({
    words: fc.array(word, { maxLength: 2 }).map((words) => words.join(" ")),
    field: fc.constantFrom("all" as const, "tokens" as const, "text" as const),
    least: fc.constantFrom(0, 0.2),
    most: fc.constantFrom(0.6, 1),
    order: fc.constantFrom("feature" as const, "largest" as const, "often" as const, "seldom" as const),
  });
  fc.assert(
    fc.property(fc.array(feature, { minLength: 1, maxLength: 12 }), query, (features, query: Query) => {
      const words = query.words.toLowerCase().split(/\s+/).filter(Boolean);
      const matches = ({ active, promoted, peaks, context, label }: (typeof features)[number]) => {
        const [tokens, text] = [
          [...promoted, ...peaks],
          [context, label],
        ];
        const texts = { all: [...tokens, ...text], tokens, text }[query.field].map((each) => each.toLowerCase());
        const share = active / 100;
        return (
          share >= query.least && share <= query.most && words.every((w) => texts.some((each) => each.includes(w)))
        );
      };
      const value = ({ active, largest }: (typeof features)[number]) =>
        ({ feature: 0, largest: -largest, often: -active, seldom: active })[query.order];
      const expected = features
        .map((each, i) => ({ each, i }))
        .filter(({ each }) => matches(each))
        .sort((a, b) => value(a.each) - value(b.each) || a.i - b.i)
        .map(({ i }) => i);

      const labels = readLines(features.map(({ label }) => label).join("\n"));
      expect(search(indexOf(features), labels, 100, query)).toEqual(expected);
    }),
  );
});

test("the index has each token once, the most frequent first", () => {
  expect(byFrequency(["b", "a", "c", "a", "c", "a"])).toEqual(["a", "c", "b"]);
});
