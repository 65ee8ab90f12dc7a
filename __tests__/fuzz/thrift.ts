import type { RandomBelow } from "../../lib/statistics/random";
import { BINARY, itemsOf, type Item, type Struct } from "../support/thrift";
import { damage, edge, pick } from "./bytes";

const WORDS = ["", "__proto__", "constructor", "list", "element", "key_value", "answer", "a".repeat(300), "ü\0"];

/** Changes, removes, repeats or moves something that a struct says. @returns what was done */
export function changeStruct(struct: Struct, random: RandomBelow): string {
  const items = itemsOf(struct);
  if (items.length === 0) return "nothing";
  const item = pick(random, items);
  const other = pick(random, items);
  const at = `item ${items.indexOf(item)} of type ${item.type}`;
  return `${at}: ${pick(random, [
    () => changeValue(item, random),
    () => changeValue(item, random),
    () => changeValue(item, random),
    () => `removed ${removeFrom(struct, item)}`,
    () => `type ${(item.type = random(16))}`,
    () => {
      if (!contains(other, item)) Object.assign(item, { type: other.type, value: other.value });
      return `as item ${items.indexOf(other)}`;
    },
  ])()}`;
}

function changeValue(item: Item, random: RandomBelow): string {
  const { value } = item;
  if (typeof value === "boolean") return `${(item.value = !value)}`;
  if (typeof value === "bigint") {
    item.value = random(3) === 0 ? BigInt(random(16)) : BigInt.asIntN(64, edge(random, BigInt.asUintN(64, value)));
    return `${item.value}`;
  }
  if (Buffer.isBuffer(value)) {
    const text = Buffer.from(pick(random, WORDS));
    item.value = item.type === BINARY && random(2) === 0 ? text : damage(random, value).bytes;
    return JSON.stringify(item.value.toString("latin1", 0, 40));
  }
  if (!Array.isArray(value)) return `${(value.fields = value.fields.slice(random(2), 1 + random(6))).length} fields`;
  const [first] = value;
  if (first && random(2) === 0) value.push(...Array.from({ length: 1 + random(2000) }, () => first));
  else value.splice(random(value.length + 1), 1 + random(2));
  return `${value.length} items`;
}

function removeFrom(struct: Struct, item: Item): number {
  for (const { value } of [{ value: struct }, ...itemsOf(struct)]) {
    const items = Array.isArray(value) ? value : typeof value === "object" && "fields" in value ? value.fields : [];
    const at = items.findIndex((each) => each === item);
    if (at >= 0) return items.splice(at, 1).length;
  }
  return 0;
}

function contains(item: Item, other: Item): boolean {
  return item === other || itemsOf({ fields: [{ ...item, id: 1 }] }).includes(other);
}
