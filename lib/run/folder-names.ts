import { resolve, sep } from "node:path";

/** What people call these folders: the last part of each path, with as many before it as it takes to tell them apart. */
export function folderNames(directories: readonly string[]): string[] {
  const parts = directories.map((directory) => resolve(directory).split(sep).filter(Boolean));
  const taken = parts.map(() => 1);
  for (;;) {
    const names = parts.map((own, i) => own.slice(-taken[i]!).join("/"));
    const alike = names.flatMap((name, i) => {
      return names.indexOf(name) !== names.lastIndexOf(name) && taken[i]! < parts[i]!.length ? [i] : [];
    });
    if (alike.length === 0) return names;
    for (const i of alike) taken[i]! += 1;
  }
}
