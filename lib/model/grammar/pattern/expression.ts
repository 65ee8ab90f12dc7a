import type { Characters } from "./characters";

/** A regular expression; what is searched for may have edges in it. */
export type Expression<MayHave = never> =
  | { readonly kind: "characters"; readonly set: Characters }
  | { readonly kind: "sequence" | "either"; readonly parts: readonly Expression<MayHave>[] }
  | { readonly kind: "repeated"; readonly part: Expression<MayHave>; readonly least: number; readonly most: number }
  | MayHave;

/** An assertion of where it stands. */
export interface Edge {
  readonly kind: "edge";
  readonly sign: "^" | "$";
}

/** How many characters the texts have at least and at most, which may be Infinity. */
export function lengths(expression: Expression): readonly [number, number] {
  switch (expression.kind) {
    case "characters":
      return [1, 1];
    case "repeated": {
      const [least, most] = lengths(expression.part);
      return [least * expression.least, most === 0 || expression.most === 0 ? 0 : most * expression.most];
    }
    case "sequence":
    case "either": {
      const all = expression.parts.map(lengths);
      const [least, most] = [all.map(([from]) => from), all.map(([, to]) => to)];
      if (expression.kind === "either") return [Math.min(...least), Math.max(...most)];
      return [sum(least), sum(most)];
    }
  }
}

function sum(values: readonly number[]): number {
  return values.reduce((all, each) => all + each, 0);
}
