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
  const lines = results.map((result) => {
    const bar = result.bar ? `${result.bar.kind} ${result.bar.value}` : "";
    const met = { true: "met", false: "**missed**", undefined: "" }[String(meets(result)) as "true"];
    const rate = (result.tokens / result.seconds).toFixed(1);
    const cells = [result.row, result.arm, result.reference, rate, result.ratio.toFixed(3), bar, met];
    return `| ${cells.join(" | ")} |`;
  });
  const versions = Object.entries(report.versions).map(([name, version]) => `${name} ${version}`);
  return [
    `## ${report.model}`,
    "",
    `${report.date}; ${versions.join(", ")}; ${machine.device}; ${machine.processor}, ${machine.threads} threads of ${machine.cores} cores;`,
    `medians of ${report.rounds} interleaved rounds. A ratio is the arm's speed over the reference's, or its time over the`,
    'reference\'s where the bar says "at most".',
    "",
    "| row | arm | against | tokens/s | ratio | bar | |",
    "|---|---|---|---|---|---|---|",
    ...lines,
    "",
    ...(leftOut.length > 0 ? [`Left out for want of time: ${leftOut.join("; ")}.`, ""] : []),
  ].join("\n");
}
