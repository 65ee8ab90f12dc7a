import { meets, type Result } from "./result";

export interface Report {
  date: string;
  versions: Record<string, string>;
  machine: { processor: string; cores: number; threads: number; device: string };
  model: string;
  rounds: number;
  results: Result[];
  /** Rows for which there was no time. */
  leftOut: string[];
}

export function markdown(report: Report): string {
  const { machine, results, leftOut } = report;
  const versions = Object.entries(report.versions).map(([name, version]) => `${name} ${version}`);
  return [
    `## ${report.model}`,
    "",
    `${report.date}; ${versions.join(", ")}; ${machine.device}; ${machine.processor}, ${machine.threads} threads of ${machine.cores} cores;`,
    `medians of ${report.rounds} interleaved rounds. A ratio is the arm's speed over the reference's, or its time over the`,
    'reference\'s where the bar says "at most"; it and tokens a second are of the seconds that the column "by" names.',
    "",
    "| row | arm | against | s | s of processor | tokens/s | by | ratio | of a round | bar | |",
    "|---|---|---|---|---|---|---|---|---|---|---|",
    ...results.map(line),
    "",
    ...(leftOut.length > 0 ? [`Left out for want of time: ${leftOut.join("; ")}.`, ""] : []),
  ].join("\n");
}

export function line(result: Result): string {
  const bar = result.bar ? `${result.bar.kind} ${result.bar.value}` : "";
  const met = { true: "met", false: "**missed**", undefined: "" }[String(meets(result)) as "true"];
  const { wall, processor } = result.seconds;
  const rate = result.tokens === undefined ? "" : (result.tokens / result.seconds[result.of]).toFixed(1);
  const spread = result.spread.map((ratio) => ratio.toFixed(2)).join(" to ");
  const cells = [
    ...[result.row, result.arm, result.reference, wall.toFixed(2), processor.toFixed(2), rate],
    ...[result.of, result.ratio.toFixed(3), spread, bar, met],
  ];
  return `| ${cells.join(" | ")} |`;
}
