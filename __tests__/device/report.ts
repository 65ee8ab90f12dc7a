import { markdown as speedMarkdown, type Report as Speed } from "../../bench/report";
import type { NativeDevice } from "../../lib/native/addon";
import type { Parity } from "./parity";

export interface Report {
  readonly date: string;
  readonly backend: string;
  readonly device: NativeDevice;
  readonly parity: Parity;
  readonly speed: Speed | undefined;
}

/** The page of a device, for docs/results.md. */
export function markdown({ date, backend, device, parity, speed }: Report): string {
  const { passed, failed, skipped, seconds } = parity;
  const shown = (x: number) => (x === 0 ? "0" : x.toPrecision(2));
  const figures = parity.figures.map(({ what, found, most }) => {
    return `| ${what} | ${shown(found)} | at most ${most}${found <= most ? "" : ": **missed**"} |`;
  });
  return [
    `## ${device.description} (${device.name})`,
    "",
    `\`npm run test:device -- --device ${backend}\`, ${date}: of ${passed + failed + skipped} tests ${passed} passed,`,
    `in ${seconds.toFixed(0)} s. The largest that was found:`,
    "",
    "| what | found | bound |",
    "|---|---|---|",
    ...figures,
    "",
    ...(speed ? [speedMarkdown(speed)] : []),
  ].join("\n");
}
