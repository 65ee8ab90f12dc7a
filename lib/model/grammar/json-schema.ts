import { integersOf, numbersOf } from "./bounds";
import { areApart } from "./disjoint";
import { either, literal, times } from "./gbnf";
import { extentsOf, isSchema, jsonOf, type JsonType, Place, refuseOthers, type Schema, typesOf } from "./keywords";
import { otherKeys } from "./other-keys";
import { GrammarRules } from "./rules";
import { strings } from "./strings";

/** Schemas in schemas, references aside. */
const MOST_NESTED = 100;

/**
 * A grammar in GBNF for the JSON texts that a schema allows, members in the order of `properties`. Known are `type`, `enum`,
 * `const`, `anyOf`, `oneOf` of what can't both hold, `$ref` within the schema (recursion too), lengths of strings, `pattern`
 * with all that a regular expression says of characters and how often they come (no lookaround, `\b`, `\1` or `\p`), the
 * formats date, time, date-time and uuid, bounds of integers, whole ones of numbers, `items`, `prefixItems`, `minItems`,
 * `maxItems`, `properties`, `required` and `additionalProperties`, which where it is left out is false beside `properties`.
 *
 * @param schema what JSON says: true, or an object of keywords
 * @throws SteeringError `ERR_SCHEMA`, with the `path` of what is not known, or makes the grammar too large
 */
export function jsonSchemaGrammar(schema: unknown): string {
  return new Converter(schema).grammar();
}

class Converter {
  readonly #rules = new GrammarRules();
  readonly #references = new Map<string, string>();
  /** References whose rules are reserved, not yet defined. */
  readonly #pending: { readonly name: string; readonly target: string; readonly place: Place }[] = [];

  constructor(readonly root: unknown) {}

  grammar(): string {
    const root = this.#rule(this.root, new Place("#"), 0);
    for (const { name, target, place } of this.#pending) {
      this.#rules.define(name, this.#rule(this.#at(target, place), new Place(target), 0));
    }
    return this.#rules.text(root);
  }

  /** The name of a rule for the values of a schema. */
  #rule(schema: unknown, place: Place, depth: number): string {
    if (depth > MOST_NESTED) throw place.refuse(`more than ${MOST_NESTED} schemas in each other`);
    if (schema === true) return this.#anyValue();
    if (schema === false) throw place.refuse("no value is allowed");
    if (!isSchema(schema)) throw place.refuse("expected a schema: true, or an object of keywords");
    return this.#ruleOfKeywords(schema, place, depth);
  }

  #ruleOfKeywords(schema: Schema, place: Place, depth: number): string {
    if ("$ref" in schema) return this.#reference(schema, place);
    if ("const" in schema) {
      refuseOthers(schema, ["const", "type"], place);
      return this.#constants([schema.const], place.at("const"));
    }
    if ("enum" in schema) {
      refuseOthers(schema, ["enum", "type"], place);
      return this.#constants(schema.enum, place.at("enum"));
    }
    for (const key of ["anyOf", "oneOf"]) {
      if (key in schema) return this.#parts(schema, key, place, depth);
    }
    const types = typesOf(schema, place);
    if (types) return this.#rules.add(either(types.map((type) => this.#ofType(type, schema, place, depth))));
    refuseOthers(schema, [], place);
    return this.#anyValue();
  }

  /** One rule for each place in the schema, which may refer to itself. */
  #reference(schema: Schema, place: Place): string {
    refuseOthers(schema, ["$ref"], place);
    const target = schema.$ref;
    const at = place.at("$ref");
    if (typeof target !== "string" || !/^#(\/|$)/.test(target))
      throw at.refuse('expected "#" or "#/..." in this schema');
    const known = this.#references.get(target);
    if (known !== undefined) return known;
    const name = this.#rules.reserve();
    this.#references.set(target, name);
    this.#pending.push({ name, target, place: at });
    return name;
  }

  #at(pointer: string, place: Place): unknown {
    const keys = pointer.split("/").slice(1);
    return keys.reduce<unknown>((value, key) => {
      const name = decode(key, place).replaceAll("~1", "/").replaceAll("~0", "~");
      if (typeof value !== "object" || value === null || !Object.hasOwn(value, name)) {
        throw place.refuse(`there is no ${pointer} in this schema`);
      }
      return (value as Schema)[name];
    }, this.root);
  }

  #constants(values: unknown, place: Place): string {
    if (!Array.isArray(values) || values.length === 0) throw place.refuse("expected at least one value");
    const texts = values.map(jsonOf);
    if (texts.includes(undefined)) throw place.refuse("expected values that JSON has");
    return this.#rules.add(either(texts.map((text) => literal(text!))));
  }

  #parts(schema: Schema, key: string, place: Place, depth: number): string {
    refuseOthers(schema, [key], place);
    const parts = schema[key];
    const at = place.at(key);
    if (!Array.isArray(parts) || parts.length === 0) throw at.refuse("expected at least one schema");
    const rules = parts.map((part, i) => this.#rule(part, at.at(i), depth + 1));
    if (key === "oneOf") this.#refuseOverlap(parts, at);
    return this.#rules.add(either(rules));
  }

  #refuseOverlap(parts: readonly unknown[], place: Place): void {
    const followed = parts.map((part) => this.#followed(part, place));
    followed.forEach((part, i) => {
      const other = followed.findIndex((each, j) => j < i && !areApart(part, each));
      if (other >= 0)
        throw place.at(i).refuse(`may hold together with ${other}: say anyOf, or a constant that tells them apart`);
    });
  }

  /** What a reference leads to; where it leads in a circle, nothing. */
  #followed(part: unknown, place: Place): Schema {
    let schema = part;
    for (let i = 0; i < MOST_NESTED; i++) {
      if (!isSchema(schema)) return {};
      const { $ref } = schema;
      if (typeof $ref !== "string") return schema;
      schema = this.#at($ref, place);
    }
    return {};
  }

  #ofType(type: JsonType, schema: Schema, place: Place, depth: number): string {
    switch (type) {
      case "null":
        return '"null"';
      case "boolean":
        return '("true" | "false")';
      case "string":
        return this.#rules.add(strings(schema, (body) => this.#rules.add(body), place));
      case "integer":
        return this.#rules.add(integersOf(schema, place));
      case "number":
        return this.#rules.add(numbersOf(schema, place));
      case "array":
        return this.#array(schema, place, depth);
      case "object":
        return this.#object(schema, place, depth);
    }
  }

  #array(schema: Schema, place: Place, depth: number): string {
    const { items = true, prefixItems = [] } = schema;
    if (!Array.isArray(prefixItems)) throw place.at("prefixItems").refuse("expected a list of schemas");
    const [least, given] = extentsOf(schema, ["minItems", "maxItems"], place);
    const first = prefixItems.slice(0, given).map((item, i) => this.#rule(item, place.at("prefixItems", i), depth + 1));
    const most = items === false ? first.length : given;
    if (most !== undefined && most < least) throw place.at("minItems").refuse("more than there can be");
    const end = `${this.#space()} "]"`;
    if (most === 0) return this.#rules.add(`"[" ${end}`);
    const rest = items === false ? undefined : this.#rule(items, place.at("items"), depth + 1);
    return this.#rules.add(`"[" ${this.#items(first, rest, least, most)} ${end}`);
  }

  /** The first ones are there whole; more of the others, as many as do. */
  #items(first: readonly string[], rest: string | undefined, least: number, most: number | undefined): string {
    const space = this.#space();
    const comma = this.#comma();
    const head = first.join(` ${comma} `);
    const left = (n: number) => [Math.max(0, least - n), most === undefined ? undefined : most - n] as const;
    if (rest === undefined || first.length === most) return `${space} ${head}`;
    if (first.length > 0) return `${space} ${head} ${times(`${comma} ${rest}`, ...left(first.length))}`;
    const some = `${space} ${rest} ${times(`${comma} ${rest}`, ...left(1))}`;
    return least > 0 ? some : `(${some})?`;
  }

  #object(schema: Schema, place: Place, depth: number): string {
    const { properties = {}, required = [], additionalProperties: extra = !("properties" in schema) } = schema;
    if (!isSchema(properties)) throw place.at("properties").refuse("expected schemas by name");
    if (!Array.isArray(required)) throw place.at("required").refuse("expected a list of names");
    const names = Object.keys(properties);
    const needed = names.map((name) => required.includes(name));
    const unknown = required.findIndex((name) => !names.includes(name as string));
    if (unknown >= 0) throw place.at("required", unknown).refuse("expected one of the properties");
    const members = names.map((name) => {
      const value = this.#rule(properties[name], place.at("properties", name), depth + 1);
      return this.#rules.add(`${literal(JSON.stringify(name))} ":" ${this.#space()} ${value}`);
    });
    const others = extra === false ? undefined : this.#others(extra, names, place, depth);
    return this.#rules.add(`"{" ${this.#members(members, needed, others)} ${this.#space()} "}"`);
  }

  #others(schema: unknown, names: readonly string[], place: Place, depth: number): string {
    const value = this.#rule(schema, place.at("additionalProperties"), depth + 1);
    return this.#rules.add(`${otherKeys(names, this.#rules)} ":" ${this.#space()} ${value}`);
  }

  /** Members in their order, those that are not needed left out or not, then any number of others. */
  #members(members: readonly string[], needed: readonly boolean[], others: string | undefined): string {
    const [space, comma] = [this.#space(), this.#comma()];
    const more = others === undefined ? "" : `(${comma} ${others})*`;
    const firsts: string[] = others === undefined ? [] : [`${others} ${more}`];
    let rest = more; // what may follow a member
    for (let i = members.length - 1; i >= 0; i--) {
      const begun = `${members[i]} ${rest === "" ? "" : this.#rules.add(rest)}`;
      if (needed[i]) firsts.length = 0;
      firsts.push(begun);
      rest = needed[i] ? `${comma} ${begun}` : `(${comma} ${members[i]})? ${rest === "" ? "" : this.#rules.add(rest)}`;
    }
    if (firsts.length === 0) return "";
    const begun = `${space} ${either(firsts)}`;
    return needed.includes(true) ? begun : `(${begun})?`;
  }

  #anyValue(): string {
    const known = this.#references.get("");
    if (known !== undefined) return known;
    const name = this.#rules.reserve();
    this.#references.set("", name);
    const schema = { type: ["object", "array", "string", "number", "boolean", "null"] };
    this.#rules.define(name, this.#rule(schema, new Place("#"), 0));
    return name;
  }

  #space(): string {
    return this.#rules.add(String.raw`"" | " " | "\n" [ \t]{0,20}`);
  }

  #comma(): string {
    return this.#rules.add(`"," ${this.#space()}`);
  }
}

function decode(key: string, place: Place): string {
  try {
    return decodeURIComponent(key);
  } catch {
    throw place.refuse("expected a pointer");
  }
}
