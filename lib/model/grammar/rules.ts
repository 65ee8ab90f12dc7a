import { SteeringError } from "../../errors";

/** A schema whose grammar is larger is refused: it would take long to read, for each answer anew. */
const MOST_CHARACTERS = 2 ** 18;

/** The rules of a grammar as they come; the same rule is there once. */
export class GrammarRules {
  readonly #bodies = new Map<string, string>();
  readonly #names = new Map<string, string>();
  #size = 0;

  /** The name under which the rule is there. */
  add(body: string): string {
    const known = this.#names.get(body);
    if (known !== undefined) return known;
    const name = this.reserve();
    this.#names.set(body, name);
    this.define(name, body);
    return name;
  }

  /** The name of a rule to come, for one that calls itself. */
  reserve(): string {
    const name = `r${this.#bodies.size}`;
    this.#bodies.set(name, "");
    return name;
  }

  define(name: string, body: string): void {
    this.#bodies.set(name, body);
    this.#size += name.length + body.length;
    if (this.#size > MOST_CHARACTERS) {
      throw new SteeringError("ERR_SCHEMA", `schema: its grammar has more than ${MOST_CHARACTERS} characters`);
    }
  }

  /** In GBNF. */
  text(root: string): string {
    const rules = [...this.#bodies].map(([name, body]) => `${name} ::= ${body}\n`);
    return `root ::= ${root}\n${rules.join("")}`;
  }
}
