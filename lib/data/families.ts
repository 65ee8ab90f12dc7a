import { sha256 } from "./sha256";

/**
 * What may not be parted: things are of one family that have a key in common, directly or by way of others. Whatever the
 * order, the same family has the same name: its key, or, of several, the hash of the least of them, so that names are spread
 * evenly.
 *
 * @param keys of each thing, hashes in hexadecimal
 * @returns each one's family, in hexadecimal
 */
export function families(keys: readonly (readonly string[])[]): string[] {
  const parents = new Map<string, string>();
  const rootOf = (key: string): string => {
    let root = key;
    for (let parent = parents.get(root); parent !== undefined; parent = parents.get(root)) root = parent;
    if (root !== key) parents.set(key, root);
    return root;
  };
  for (const [first, ...others] of keys) {
    for (const other of others) {
      const [a, b] = [rootOf(first!), rootOf(other)];
      if (a !== b) parents.set(a < b ? b : a, a < b ? a : b);
    }
  }
  const joined = new Set([...parents.keys()].map(rootOf));
  return keys.map(([first]) => {
    const root = rootOf(first!);
    return joined.has(root) ? sha256(root) : root;
  });
}
