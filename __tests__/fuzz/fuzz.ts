import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { KindName } from "./kinds";
import { runChild, type Line } from "./run-child";

export interface Finding {
  readonly index: number;
  readonly name: string;
  readonly what: string;
}

export interface FuzzReport {
  readonly findings: readonly Finding[];
  /** How many mutants were opened, and how many were refused with each code. */
  readonly outcomes: ReadonlyMap<string, number>;
}

export interface FuzzOptions {
  readonly seed: number;
  readonly count: number;
  readonly first?: number;
  readonly onFinding?: (finding: Finding) => void;
}

/**
 * Opens mutants first to first + count of a kind, one after the other in a child process; the next child goes on behind
 * the mutant at which one died.
 */
export async function fuzz(kind: KindName, { seed, count, first = 0, onFinding }: FuzzOptions): Promise<FuzzReport> {
  const findings: Finding[] = [];
  const outcomes = new Map<string, number>();
  const end = first + count;
  let at = { index: first - 1, name: "", isOpen: false };
  const settle = (outcome: string, what?: string) => {
    at.isOpen = false;
    outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
    if (what === undefined) return;
    findings.push({ index: at.index, name: at.name, what });
    onFinding?.(findings.at(-1)!);
  };
  const onLine = (line: Line) => {
    if ("opens" in line) at = { index: line.opens, name: line.name, isOpen: true };
    else settle(line.outcome, line.finding);
  };

  const folder = mkdtempSync(join(tmpdir(), "corrsteer-fuzz-"));
  try {
    while (at.index + 1 < end) {
      const begin = at.index + 1;
      const ending = await runChild([kind, seed, begin, end, folder].map(String), onLine);
      if (at.index < begin) throw new Error(`no mutant was opened: ${ending}`);
      if (at.isOpen) settle("finding", ending);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return { findings, outcomes };
}
