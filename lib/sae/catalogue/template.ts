/** A template with its `{names}` filled in. */
export function fill(template: string, values: Readonly<Record<string, string | number>>): string {
  return template.replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = values[name];
    if (value === undefined) throw new Error(`the template ${template} asks for ${name}`);
    return String(value);
  });
}

/** Layers as the catalogue writes them: "0-3", "5,9", "all". */
export function layersIn(text: string, nLayer: number): number[] {
  if (text === "all") return range(0, nLayer - 1);
  const [, first, last] = /^(\d+)-(\d+)$/.exec(text) ?? [];
  return first === undefined ? text.split(",").map(Number) : range(Number(first), Number(last));
}

function range(first: number, last: number): number[] {
  return Array.from({ length: last - first + 1 }, (_, i) => first + i);
}
